"""Discord's limits, kept on our side: the rate of all requests, the ban, and the three seconds of an interaction."""

import asyncio

import discord
import pytest

from adapters.discord.buckets import sweep_seldom
from adapters.discord.budget import Budget, Fuse, Lane
from bot.errors import DeliveryError
from bot.protocol import Event, Reply, Show
from tests.fakes.discord_bot import Bot
from tests.fakes.discord_conversation import until


async def test_interactions_are_acknowledged_at_once_while_everything_else_waits() -> None:
    bot = Bot()
    await bot.fake.start()
    await bot.connect()
    free = asyncio.Event()

    async def busy(event: Event, show: Show) -> None:
        await free.wait()
        await show(Reply("done"))

    bot.adapter._handle = busy
    posts = [asyncio.create_task(bot.adapter.post(bot.fake.channel, Reply("x"), key=f"drill-{n}")) for n in range(100)]
    for _ in range(60):
        await bot.fake.people.slash("today")
    interactions = bot.fake.world.interactions.values()
    await until(lambda: all(interaction.acknowledged for interaction in interactions))
    assert not all(post.done() for post in posts)
    free.set()
    for post in posts:
        post.cancel()
    await asyncio.gather(*posts, return_exceptions=True)
    await bot.disconnect()
    await bot.fake.stop()


async def test_the_budget_lets_answers_go_before_posts_before_edits() -> None:
    now, done = [0.0], list[str]()
    budget = Budget(2, lambda: now[0])

    async def go(name: str, lane: Lane) -> None:
        await budget.take(lane)
        done.append(name)

    wanted = {"first": Lane.EDIT, "second": Lane.EDIT, "edit": Lane.EDIT, "post": Lane.POST, "answer": Lane.ANSWER}
    tasks = [asyncio.create_task(go(name, lane)) for name, lane in wanted.items()]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert done == ["first", "second"]
    for instant in (1.0, 2.0):
        now[0] = instant
        budget.release()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert done == ["first", "second", "answer", "post", "edit"]
    await asyncio.gather(*tasks)
    budget.close()


def test_the_fuse_blows_long_before_discord_bans_us() -> None:
    now = [0.0]
    fuse = Fuse(3, lambda: now[0])
    for status in (403, 200, 404, 429):
        fuse.count(status)
        fuse.check()
    fuse.count(401)
    with pytest.raises(DeliveryError) as raised:
        fuse.check()
    assert raised.value.retry_after == 600
    now[0] = 600
    fuse.check()


async def test_spent_buckets_are_looked_for_once_in_a_while_and_still_go() -> None:
    now = [0.0]
    http = discord.Client(intents=discord.Intents.none()).http
    sweep_seldom(http, lambda: now[0], pause=60)
    looks: list[float] = []
    for second in range(150):
        now[0] = float(second)
        for place in range(3):
            bucket = http.get_ratelimit(f"{second}-{place}")
            bucket._last_request = -1000.0 - asyncio.get_running_loop().time()
        looks.append(len(http._buckets))
    assert max(looks) <= 256 + 3 * 60
    assert looks[-1] < looks[-40]
