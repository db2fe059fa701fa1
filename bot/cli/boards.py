"""board, drills: what a channel's people see, on the command line."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.wiring import channel_named, core_of, settings_for_logs, utc
from bot.domain.standings import Window
from bot.service import drills as drill_service
from bot.service import standings

ChannelName = Annotated[
    str, typer.Argument(metavar="CHANNEL", help="console, discord:<guild>:<channel> or slack:<team>:<channel>")
]
AsJson = Annotated[bool, typer.Option("--json", help="rows as JSON")]


def board(
    channel: ChannelName,
    window: Annotated[Window, typer.Option(help="which days count")] = Window.WEEK,
    as_json: AsJson = False,
) -> None:
    """Print the leaderboard of a channel."""
    core = core_of(settings_for_logs(quiet=True))
    seen = standings.board(core, channel_named(channel), window)
    rows = [
        {"rank": row.rank, "name": row.name, "points": row.points, "answered": row.answered, "streak": row.streak}
        for row in seen.rows
    ]
    _print(rows, ("rank", "name", "points", "answered", "streak"), as_json)


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
    _print(rows, ("day", "slot", "question", "state", "opened_at", "closes_at", "answered"), as_json)


def _print(rows: Sequence[Mapping[str, object]], columns: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*("" if row[column] is None else str(row[column]) for column in columns))
    Console(highlight=False, markup=False).print(table)
