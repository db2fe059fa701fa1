"""How long something takes: on the clock, and on the processor alone, which other programs on the machine disturb far less."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from bot.store import Store

ROUNDS = 200
# Of so many series the best one counts: other programs only ever make a series slower.
SERIES = 3


class Spent(NamedTuple):
    """Milliseconds; worked: on the processor, by us and by the server that works for us."""

    median: float
    p99: float
    worked: float
    worked_p99: float


def measured(store: Store, act: Callable[[], object], rounds: int = ROUNDS, series: int = SERIES) -> Spent:
    act()
    served = _server(store)
    return min((_series(act, rounds, served) for _ in range(series)), key=lambda spent: spent.p99)


def _series(act: Callable[[], object], rounds: int, served: Callable[[], float]) -> Spent:
    passed, worked = [], []
    for _ in range(rounds):
        begun = time.perf_counter(), time.thread_time() + served()
        act()
        passed.append((time.perf_counter() - begun[0]) * 1000)
        worked.append((time.thread_time() + served() - begun[1]) * 1000)
    return Spent(statistics.median(passed), _p99(passed), statistics.median(worked), _p99(worked))


def _p99(spent: list[float]) -> float:
    return sorted(spent)[min(len(spent) - 1, int(0.99 * len(spent)))]


def _server(store: Store) -> Callable[[], float]:
    """Seconds that the server's process for our one connection has worked; none when there is no server, or no Linux."""
    if store.engine.dialect.name != "postgresql":
        return lambda: 0.0
    with store.read() as tx:
        pid = tx.execute(text("SELECT pg_backend_pid()")).scalar_one()
    told = Path(f"/proc/{pid}/schedstat")
    return (lambda: int(told.read_text().split()[0]) / 1e9) if told.exists() else (lambda: 0.0)
