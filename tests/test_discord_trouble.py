"""Trouble on Discord, through the real discord.py: a channel is paused with a reason, the others go on, and all comes back."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
import pytest
from discord.backoff import ExponentialBackoff
from structlog.testing import capture_logs

from bot.errors import DeliveryError
from bot.service import drills
from bot.service.core import Core
from tests.builders import Clock
from tests.fakes.discord_conversation import Conversation, until
from tests.fakes.discord_world import CHANNEL, GUILD, OTHER, Body, visible
from tests.fakes.outage import Listed, Outage

HERE, THERE = f"discord:{GUILD}:{CHANNEL}", f"discord:{GUILD}:{OTHER}"
ADMIN = "44"


@pytest.fixture
async def talk(core: Core, clock: Clock) -> AsyncIterator[Conversation]:
    """One channel is asked at nine, another at half past ten; it is nearly nine."""
    async with Conversation(core) as made:
        for channel, time in ((CHANNEL, "9:00"), (OTHER, "10:30")):
            await made.people.slash("schedule", {"time": time, "days": "daily"}, user=ADMIN, channel=channel)
            await heard(made, "Schedule set")
        clock.pass_(hours=23, minutes=59)
        yield made


async def heard(talk: Conversation, words: str) -> str:
    """The next that says this, whatever else is shown before."""
    async with asyncio.timeout(30):  # a busy machine is no failure
        while words not in (shown := await talk.fake.world.shown.get()).text:
            pass
    return shown.text


async def resumes(talk: Conversation, *channels: str) -> None:
    for channel in channels:
        await talk.people.slash("resume", user=ADMIN, channel=channel)
        await heard(talk, "Going on")


def asked(talk: Conversation, channel: str) -> list[str]:
    return [visible(post) for post in talk.posts(channel) if post["_key"].startswith("drill-")]


def told(talk: Conversation) -> list[str]:
    """What the admin was told by direct message, low stock aside."""
    return [text for text in talk.texts(talk.fake.world.direct_channel(ADMIN)) if not text.startswith("Stock")]


def break_channel(talk: Conversation, trouble: str) -> None:
    if trouble == "deleted":
        talk.fake.lose_channel()
    else:
        talk.fake.world.denied.add((CHANNEL, trouble))


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [("deleted", "the channel is gone"), ("view", "I cannot see the channel"), ("send", "I may not write there")],
)
async def test_a_channel_that_takes_no_posts_is_paused_and_comes_back(
    talk: Conversation, clock: Clock, listed: Listed, trouble: str, reason: str
) -> None:
    channel = talk.fake.world.channels[CHANNEL]
    break_channel(talk, trouble)
    for hours in (1, 1, 1):
        clock.pass_(hours=hours)
        await talk.tick()
    assert reason in listed()[HERE]
    assert len(asked(talk, OTHER)) == 1
    assert [f"I cannot post in #ml-interviews: {reason}" in text for text in told(talk)] == [True]

    talk.fake.world.channels[CHANNEL] = channel
    talk.fake.world.denied.clear()
    await resumes(talk, CHANNEL)
    assert listed()[HERE].endswith("2026-11-22T09:00:00Z")
    for _ in range(3):
        clock.pass_(hours=12)
        await talk.tick()
    assert (len(asked(talk, CHANNEL)), len(asked(talk, OTHER))) == (1, 2)


async def test_a_bad_channel_delays_no_other(talk: Conversation, clock: Clock) -> None:
    await talk.people.slash("schedule", {"time": "9:00"}, user=ADMIN, channel=OTHER)
    await heard(talk, "Schedule set")
    break_channel(talk, "send")
    clock.pass_(minutes=1)
    await talk.tick()
    assert len(asked(talk, OTHER)) == 1


async def test_thrown_out_of_the_server_and_invited_again(talk: Conversation, clock: Clock, listed: Listed) -> None:
    await talk.people.removed()
    for _ in range(3):
        clock.pass_(hours=1)
        await talk.tick()
    assert ["I was removed from the server" in listed()[channel] for channel in (HERE, THERE)] == [True, True]
    assert told(talk) == []  # Discord takes no direct message to whom we share no server with

    await talk.people.joined()
    await resumes(talk, CHANNEL, OTHER)
    clock.pass_(days=1)
    await talk.tick()
    await talk.tick()
    assert (len(asked(talk, CHANNEL)), len(asked(talk, OTHER))) == (1, 1)


@pytest.mark.parametrize(("away", "posts"), [(10, ["silent"]), (60, ["late"]), (7 * 60, [])])
async def test_with_a_new_token_what_was_due_is_caught_up(
    talk: Conversation, clock: Clock, listed: Listed, away: int, posts: list[str]
) -> None:
    token = talk.fake.rest.token
    clock.pass_(minutes=1)
    await talk.tick()
    [post] = talk.posts(CHANNEL)
    clock.pass_(minutes=90)
    talk.fake.rest.token = "another"
    await talk.tick()
    assert talk._running
    with pytest.raises(DeliveryError, match="does not accept DISCORD_TOKEN"):
        await talk._running
    talk._running = None
    assert [line.endswith("Z") for channel, line in listed().items() if channel in (HERE, THERE)] == [True, True]

    await talk.people.write(talk.answers(post)[1], reply_to=post["id"])
    talk.fake.rest.token = token
    clock.pass_(minutes=away)
    await talk.connect()
    await talk.tick()
    await talk.tick()
    assert ["late" if "Late today" in text else "silent" for text in asked(talk, OTHER)] == posts
    assert sum("2 of 2 points" in text for text in talk.texts()) == 1
    assert told(talk) == []


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    """What is logged; for developers tracebacks take seconds."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
async def running(talk: Conversation, clock: Clock, logged: list[Any], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Body]:
    """The reconciler runs, as in a process; the first channel's drill is open: its post."""
    monkeypatch.setattr(ExponentialBackoff, "delay", lambda _: 0.01)
    monkeypatch.setattr("adapters.discord.gateway.LOGIN_PAUSE", 0.0)
    monkeypatch.setattr("bot.reconcile.FIRST_WAIT", 0.01)
    clock.pass_(minutes=1)
    await talk.tick()
    talk.adapter.returned.clear()
    made = asyncio.create_task(talk.reconciler.run(timedelta(days=1)))
    yield talk.posts(CHANNEL)[0]
    made.cancel()
    await asyncio.gather(made, return_exceptions=True)


@pytest.mark.parametrize("how", ["503", "403", "refused"])
async def test_an_hour_without_discord(talk: Conversation, clock: Clock, running: Body, how: str) -> None:
    talk.fake.rest.front = 403 if how == "403" else 0
    await (talk.fake.line.cut() if how == "refused" else talk.fake.break_down(True))
    await talk.fake.gateway.close(4000, forget=True)
    clock.pass_(minutes=89)
    await talk.people.write(talk.answers(running)[1], reply_to=running["id"], user="43")
    place = replace(talk.fake.channel, channel_id=OTHER)
    tries: list[int] = []
    for minute in range(1, 61):
        clock.pass_(minutes=1)
        await talk.tick()
        drill = drills.listed(talk.core, place)[0]
        tries += [minute] if drill.tries > len(tries) else []
    assert len([minute for minute in tries if minute <= 10]) >= 5
    assert 1 <= len([minute for minute in tries if minute > 30]) <= 4

    await (talk.fake.line.mend() if how == "refused" else talk.fake.break_down(False))
    await heard(talk, "2 of 2 points")
    clock.pass_(minutes=13)
    await talk.tick()
    await heard(talk, "Late today")
    await talk.tick()
    assert len(asked(talk, OTHER)) == 1
    assert len([text for text in talk.texts() if "2 of 2 points" in text]) == 1


async def test_however_long_discord_is_away_it_is_tried_every_two_minutes(talk: Conversation) -> None:
    for module in (discord.client, discord.shard):  # where discord.py looks it up when it connects
        backoff = module.ExponentialBackoff()
        assert 60 < max(backoff.delay() for _ in range(100)) <= 128


async def test_a_minute_without_the_database(
    talk: Conversation, clock: Clock, running: Body, outage: Outage, logged: list[Any]
) -> None:
    _, full = talk.answers(running)
    with outage():
        await talk.people.slash("answer", {"text": full})
        said = await heard(talk, "My memory is out of reach")
        await talk.people.write(full, reply_to=running["id"], user="43")
        await until(lambda: [entry for entry in logged if entry["event"] == "discord event failed"])
        clock.pass_(minutes=90)
        await talk.tick()
    assert "please try again in a minute" in said
    await heard(talk, "2 of 2 points")
    clock.pass_(minutes=1)
    await talk.tick()
    await heard(talk, "Daily drill")
    await talk.tick()
    assert len(asked(talk, OTHER)) == 1
    assert len([text for text in talk.texts() if "2 of 2 points" in text]) == 1
    assert not [text for text in talk.texts() if "Traceback" in text or "connect to server" in text]
