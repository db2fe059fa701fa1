"""Posts a second through the whole bot, beside a bare loop of the same discord.py calls on the same faked Discord."""

import asyncio
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
from discord.http import Route, handle_message_parameters
from rich.console import Console
from rich.table import Table

from adapters.discord import Discord
from adapters.discord.budget import RATE
from bench.fake_discord import FIRST_CHANNEL
from bot.app import App
from bot.commands import commands
from bot.domain.calendar import Schedule
from bot.domain.drill import State
from bot.domain.people import Channel
from bot.reconcile import Reconciler
from bot.reconcile.lane import WIDTH
from bot.service.core import Core
from bot.store import connect, people, schedules
from bot.store.migrate import upgrade
from bot.store.schedules import Plan
from bot.tables import drills
from tests.builders import bank
from tests.fakes.discord_world import GUILD

POSTS = 600
UNLIMITED = 1_000_000


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    table = Table("what", "posts a second", "ratio", title=f"{POSTS} posts, each with its thread")
    with _fake() as port:
        bare = asyncio.run(_bare(port))
    table.add_row("bare loop of discord.py calls", f"{bare:.0f}", "1.00")
    with _fake() as port:
        ours = asyncio.run(_ours(port, POSTS, UNLIMITED))
    table.add_row("drillbot, no limit", f"{ours:.0f}", f"{ours / bare:.2f}")
    with _fake() as port:
        paced = asyncio.run(_ours(port, POSTS // 3, RATE))
    table.add_row("drillbot, with the limit of 50 requests/s (two a post)", f"{paced:.1f}", f"{2 * paced / 50:.2f} of the limit")
    Console(width=120).print(table)


async def _bare(port: int) -> float:
    """Message and thread, as many side by side as the bot does."""
    Route.BASE = f"http://127.0.0.1:{port}/api/v10"
    client = discord.Client(intents=discord.Intents.none())
    await client.login("x")
    embed = discord.Embed(title="Daily drill", description="What does precision measure, and when does it matter most?")
    quiet = discord.AllowedMentions.none()
    room = asyncio.Semaphore(WIDTH)

    async def one(number: int) -> None:
        async with room:
            channel = client.get_partial_messageable(FIRST_CHANNEL + number, guild_id=int(GUILD))
            with handle_message_parameters(embed=embed, nonce=f"bare-{number}", allowed_mentions=quiet) as params:
                made = await client.http.send_message(channel.id, params=params)
            await client.http.start_thread_with_message(channel.id, made["id"], name="Daily drill", auto_archive_duration=1440)

    start = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(POSTS)))
    spent = time.perf_counter() - start
    await client.close()
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
        core = Core(store, bank())
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
