"""Many channels due in the same minute: claims a second, and what an idle tick costs."""

import asyncio
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.app import App
from bot.reconcile import Reconciler
from bot.service import due
from bot.service.core import Core
from bot.store import Store, connect
from bot.store.migrate import upgrade
from bot.tables import channels, drills, schedules
from tests.builders import MORNING, Clock, bank

DUE = 10_000
IDLE = 100_000


def main() -> None:
    out = Console()
    with tempfile.TemporaryDirectory() as folder:
        store = connect(f"sqlite:///{Path(folder) / 'bench.db'}")
        upgrade(store)
        core = Core(store, bank(), Clock(MORNING))
        _schedules(store, IDLE, due=DUE)
        table = Table("what", "value", title=f"Fan-out on SQLite, {IDLE:,} channels, {DUE:,} of them due")
        spent, longest = _claim(core)
        table.add_row("all due channels planned", f"{spent:.2f} s ({DUE / spent:,.0f} a second)")
        table.add_row("longest transaction", f"{longest * 1000:.0f} ms")
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
        if not due.open_due(core, MORNING, 500, ["console"]):
            return time.perf_counter() - start, longest
        longest = max(longest, time.perf_counter() - begun)


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
