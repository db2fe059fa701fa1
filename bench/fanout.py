"""Many channels due in the same minute: claims a second, and what an idle tick costs."""

import asyncio
import resource
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from rich.console import Console
from rich.table import Table

from bot.app import App, settle
from bot.protocol import Channel, Reply
from bot.reconcile import Reconciler
from bot.reconcile.posting import DUE_BATCH
from bot.service import due
from bot.service.core import Core
from bot.store import Store, connect
from bot.store.migrate import upgrade
from bot.tables import channels, drills, schedules
from tests.builders import MORNING, Clock, stocked
from tests.fakes.memory import Memory

DUE = 10_000
IDLE = 100_000
STOCK = 100  # enough, so that no admin need be told


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    out = Console()
    with tempfile.TemporaryDirectory() as folder:
        store = connect(f"sqlite:///{Path(folder) / 'bench.db'}")
        upgrade(store)
        core = Core(store, stocked(STOCK), Clock(MORNING))
        _schedules(store, IDLE, due=DUE)
        table = Table("what", "value", title=f"Fan-out on SQLite, {IDLE:,} channels, {DUE:,} of them due")
        spent, longest = _claim(core)
        table.add_row("all due channels planned", f"{spent:.2f} s ({DUE / spent:,.0f} a second)")
        table.add_row("longest transaction", f"{longest * 1000:.0f} ms")
        rate, block, grown = asyncio.run(_posted(core))
        table.add_row("all posted, on a platform that takes no time", f"{rate:,.0f} a second")
        table.add_row("longest wait of the event loop meanwhile", f"{block * 1000:.0f} ms")
        table.add_row("memory grown meanwhile", f"{grown:.1f} MB")
        with store.write() as tx:
            tx.execute(drills.update().values(state="closed"))
        table.add_row("idle tick, all lanes", f"{asyncio.run(_idle(core)) * 1000:.2f} ms")
        out.print(table)
        store.close()


def _schedules(store: Store, count: int, *, due: int) -> None:
    rows: list[dict[str, Any]] = [
        {"id": n, "platform": "console", "workspace": f"w{n % 1000}", "channel": f"c{n}", "name": ""} for n in range(1, count + 1)
    ]
    plans = [
        {
            "channel_id": n, "platform": "console", "at": "09:00", "zone": "UTC", "days": "01234",
            "skips": [], "packs": [], "topics": [],
            "next_at": MORNING if n <= due else MORNING + timedelta(days=1), "next_day": MORNING.date(),
        }
        for n in range(1, count + 1)
    ]  # fmt: skip
    with store.write() as tx:
        tx.execute(channels.insert(), rows)
        tx.execute(schedules.insert(), plans)


def _claim(core: Core) -> tuple[float, float]:
    longest = 0.0
    start = time.perf_counter()
    while True:
        begun = time.perf_counter()
        if not due.open_due(core, MORNING, DUE_BATCH, ["console"]):
            return time.perf_counter() - start, longest
        longest = max(longest, time.perf_counter() - begun)


class Silent(Memory):
    """Takes posts and keeps nothing: what grows is ours."""

    async def post(self, channel: Channel, reply: Reply, *, key: str, thread: str = "") -> str:
        return key


async def _posted(core: Core) -> tuple[float, float, float]:
    """Posts a second, how long the event loop kept others waiting at most, and megabytes."""
    reconciler = Reconciler(App(core), {"console": Silent()})
    waits: list[float] = []

    async def watch() -> None:
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(0.001)
            waits.append(time.perf_counter() - begun - 0.001)

    watching = asyncio.create_task(watch())
    settle()
    before, start = _resident(), time.perf_counter()
    await reconciler.tick()
    spent = time.perf_counter() - start
    watching.cancel()
    return DUE / spent, max(waits), _resident() - before


def _resident() -> float:
    """Megabytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


async def _idle(core: Core) -> float:
    reconciler = Reconciler(App(core), {})
    reconciler.present.add("console")
    await reconciler.tick()
    spent = []
    for _ in range(50):
        start = time.perf_counter()
        await reconciler.tick()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


if __name__ == "__main__":
    main()
