"""board, drills: what a channel's people see, on the command line."""

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.wiring import channel_named, core_of, local_date, settings_for_logs, utc
from bot.domain.standings import Span, Window
from bot.errors import UserError
from bot.service import drills as drill_service
from bot.service import standings

ChannelName = Annotated[
    str, typer.Argument(metavar="CHANNEL", help="console, discord:<guild>:<channel> or slack:<team>:<channel>")
]
AsJson = Annotated[bool, typer.Option("--json", help="rows as JSON")]

BOARD = ("rank", "name", "points", "answered", "streak", "moved")


def board(
    channel: ChannelName,
    window: Annotated[Window, typer.Option(help="which days count")] = Window.WEEK,
    first: Annotated[str, typer.Option("--from", help="the first local day, like 2026-11-01, instead of a window")] = "",
    last: Annotated[str, typer.Option("--to", help="the last local day")] = "",
    workspace: Annotated[bool, typer.Option("--workspace", help="of all channels of its server or team")] = False,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="rows as CSV")] = False,
) -> None:
    """Print the leaderboard of a channel. moved: places gained since the day before."""
    core = core_of(settings_for_logs(quiet=True))
    days = Span(local_date(first, date.min), local_date(last, date.max)) if first or last else None
    if days and days.last < days.first:
        raise UserError("--to is before --from.")
    seen = standings.whole_board(core, channel_named(channel), None if days else window, days, workspace)
    rows = [{column: getattr(row, column) for column in BOARD} for row in seen.rows]
    if as_csv:
        print_csv(rows, BOARD)
        return
    print_rows(rows, BOARD, as_json)


def drills(channel: ChannelName, as_json: AsJson = False) -> None:
    """Print the drills of a channel, newest first."""
    core = core_of(settings_for_logs(quiet=True))
    rows = [
        {
            "day": drill.day.isoformat(),
            "slot": drill.slot,
            "question": drill.question,
            "state": drill.state.value,
            "opened_at": utc(drill.opened_at),
            "closes_at": utc(drill.closes_at),
            "answered": drill.answered,
        }
        for drill in drill_service.listed(core, channel_named(channel))
    ]
    print_rows(rows, ("day", "slot", "question", "state", "opened_at", "closes_at", "answered"), as_json)


def print_csv(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> None:
    out = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    out.writeheader()
    for row in rows:
        out.writerow({column: _harmless(row[column]) for column in columns})


def _harmless(cell: object) -> object:
    """A spreadsheet must not run a learner's name as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell


def print_rows(rows: Sequence[Mapping[str, object]], columns: tuple[str, ...], as_json: bool = False) -> None:
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*("" if row[column] is None else str(row[column]) for column in columns))
    Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else 200).print(table)
