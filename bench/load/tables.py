"""What was found, as two tables."""

import os
from collections.abc import Callable

from rich.table import Table

from bench.load.figures import Found, Setup, rank
from bench.load.people import WRITING
from bench.load.run import CHANNELS_EACH, RATE, SERVERS, SHARE

Everything = dict[Setup, Found]


def steady(found: Everything, seconds: float) -> Table:
    table = Table(title=f"{RATE} answers a second for {seconds:.0f} s, in {SERVERS * CHANNELS_EACH} channels")
    _columns(table, "what", "answers", "lost", "twice", "form ms\np50 / p99", "verdict ms\np50 / p99 / max", "p99\nto echo")
    _columns(table, "RSS MB: start /\nmiddle / end", "CPU ms\neach", "cores: bots /\nfake / rest")
    echo = next(iter(found.values()))
    for setup, seen in found.items():
        load, verdicts, forms = seen.steady, seen.steady.verdicts(), seen.steady.forms()
        table.add_row(
            setup.name,
            f"{len(load.said)}",
            f"{seen.lost}",
            f"{seen.twice}",
            f"{rank(forms, 0.5):.0f} / {rank(forms, 0.99):.0f}",
            f"{rank(verdicts, 0.5):.0f} / {rank(verdicts, 0.99):.0f} / {rank(verdicts, 1.0):.0f}",
            _ratio(seen, echo, lambda one: rank(one.steady.verdicts(), 0.99)),
            " / ".join(f"{size:.0f}" for size in seen.rss),
            f"{load.each:.1f}",
            load.cores(),
        )
    table.caption = "lost, twice: of both loads. lost: not recorded once, not marked as told, not shown, or without a score"
    return table


def full(found: Everything, seconds: float) -> Table:
    table = Table(title=f"As fast as people get their verdicts, for {seconds * SHARE:.0f} s")
    _columns(table, "what", "people", "they could\nsend", "answers\na second", "to echo", "to SQLite", "to one\nreplica")
    _columns(table, "verdict ms\np50 / p99", "CPU ms\neach", "cores: bots /\nfake / rest")
    echo, sqlite, one = (list(found.values()) + [None] * 3)[:3]
    for setup, seen in found.items():
        load, verdicts = seen.full, seen.full.verdicts()
        table.add_row(
            setup.name,
            f"{setup.crowd}",
            f"{setup.crowd / WRITING:.0f}",
            f"{load.a_second:.0f}",
            *(_ratio(seen, base, lambda known: known.full.a_second) for base in (echo, sqlite, one)),
            f"{rank(verdicts, 0.5):.0f} / {rank(verdicts, 0.99):.0f}",
            f"{load.each:.1f}",
            load.cores(),
        )
    shared = f"on {os.cpu_count()} cores, shared with all that runs"
    table.caption = f"{shared}; near what people could send, a figure says nothing about the bot"
    return table


def _columns(table: Table, *names: str) -> None:
    for name in names:
        table.add_column(name, justify="left" if name == "what" else "right", no_wrap=True)


def _ratio(seen: Found, base: Found | None, of: Callable[[Found], float]) -> str:
    """Nothing is compared with what lost answers: those cost it nothing."""
    return "-" if base is None or base.lost or seen.lost else f"×{of(seen) / of(base):.2f}"
