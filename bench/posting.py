"""Posts a second through the whole bot, beside a bare loop of the same discord.py calls on the same faked Discord."""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from rich.console import Console
from rich.table import Table

from adapters.discord import Discord, render
from adapters.discord.budget import RATE
from bench.fake_discord import FIRST_CHANNEL
from bot.app import App
from bot.commands import commands
from bot.domain.calendar import Schedule
from bot.domain.drill import Drill, State
from bot.domain.people import Channel
from bot.present import drills as show
from bot.reconcile import Reconciler
from bot.reconcile.lane import WIDTH
from bot.service.core import Core
from bot.store import connect, people, schedules
from bot.store.migrate import upgrade
from bot.store.schedules import Plan
from bot.tables import drills
from tests.builders import PRECISION, stocked
from tests.fakes.discord_world import GUILD

POSTS = 600
ROUNDS = 3
UNLIMITED = 1_000_000
STOCK = 100  # enough, so that no admin need be told


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    table = Table("what", "posts a second", "ratio", title=f"{POSTS} posts, each with its thread; the median of {ROUNDS} rounds")
    alone, bare, ours = (statistics.median(of) for of in zip(*(_round() for _ in range(ROUNDS)), strict=True))
    table.add_row("bare loop of discord.py calls, deaf", f"{alone:.0f}", f"{alone / bare:.2f}")
    table.add_row("bare loop of discord.py calls, connected like every bot", f"{bare:.0f}", "1.00")
    table.add_row("drillbot, no limit", f"{ours:.0f}", f"{ours / bare:.2f}")
    with _fake() as port:
        paced = asyncio.run(_ours(port, POSTS // 2, RATE))
    table.add_row("drillbot, with the limit of 50 requests/s (two a post)", f"{paced:.1f}", f"{2 * paced / 50:.2f} of the limit")
    Console(width=120).print(table)


def _round() -> tuple[float, float, float]:
    """The three side by side in time: what else the machine does changes from minute to minute."""
    with _fake() as port:
        alone = asyncio.run(_bare(port, connected=False))
    with _fake() as port:
        bare = asyncio.run(_bare(port, connected=True))
    with _fake() as port:
        return alone, bare, asyncio.run(_ours(port, POSTS, UNLIMITED))


async def _bare(port: int, *, connected: bool) -> float:
    """The same message and thread by hand, as many side by side as the bot does. connected: it hears what happens, too."""
    api = f"http://127.0.0.1:{port}/api/v10"
    Route.BASE = api
    client = discord.Client(intents=discord.Intents(guilds=True, guild_messages=True), guild_ready_timeout=0.0)
    await client.login("x")
    if connected:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL((await client.http.request(Route("GET", "/gateway")))["url"])
        listening = asyncio.create_task(client.connect())
        await client.wait_until_ready()
    drill = Drill(1, 1, Channel("discord", GUILD, "1"), "", datetime.now(UTC).date(), "", State.PLANNED, datetime.now(UTC), None)
    page = render.pages(show.post(drill, PRECISION, "UTC"), "bare")[0]
    room = asyncio.Semaphore(WIDTH)

    async def one(number: int) -> None:
        async with room:
            channel = str(FIRST_CHANNEL + number)
            body = page.body | {"nonce": f"bare-{number}", "enforce_nonce": True}
            made = await client.http.request(Route("POST", "/channels/{channel_id}/messages", channel_id=channel), json=body)
            await client.http.start_thread_with_message(int(channel), made["id"], name="Daily drill", auto_archive_duration=1440)

    start = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(POSTS)))
    spent = time.perf_counter() - start
    await client.close()
    if connected:
        await listening
    return POSTS / spent


async def _ours(port: int, count: int, rate: int) -> float:
    """From due schedules to open drills."""
    with tempfile.TemporaryDirectory() as folder:
        store = connect(f"sqlite:///{Path(folder) / 'bench.db'}")
        upgrade(store)
        now = datetime.now(UTC)
        with store.write() as tx:
            for number in range(count):
                channel = Channel("discord", GUILD, str(FIRST_CHANNEL + number))
                id = people.channel_id(tx, channel)
                schedules.save(tx, Plan(id, channel, Schedule(), next_at=now - timedelta(seconds=1), next_day=now.date()))
        core = Core(store, stocked(STOCK))
        adapter = Discord("x", commands(core.bank), api_url=f"http://127.0.0.1:{port}/api/v10", rate=rate)
        app = App(core)
        serving = asyncio.create_task(adapter.run(app.handle))
        await adapter.returned.wait()
        reconciler = Reconciler(app, {"discord": adapter})
        start = time.perf_counter()
        await reconciler.tick()
        spent = time.perf_counter() - start
        with store.read() as tx:
            opened = len(tx.execute(drills.select().where(drills.c.state == State.OPEN)).all())
        await adapter.close()
        await serving
        store.close()
        return opened / spent


@contextmanager
def _fake() -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-m", "bench.fake_discord", str(POSTS)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main()
