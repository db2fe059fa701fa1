"""audit: what admins did."""

import json
import sys
from contextlib import closing
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.boards import AsJson
from bot.cli.wiring import channel_named, open_store, settings_for_logs, utc
from bot.errors import UserError
from bot.store import audit as deeds
from bot.store import people

ChannelName = Annotated[
    str,
    typer.Argument(metavar="[CHANNEL]", help="console, discord:<guild>:<channel> or slack:<team>:<channel>; all if not given"),
]
COLUMNS = ("at", "channel", "who", "action", "detail")


def audit(channel: ChannelName = "", as_json: AsJson = False) -> None:
    """Print what admins did, oldest first."""
    with closing(open_store(settings_for_logs(quiet=True))) as store, store.read() as tx:
        id = people.find_channel(tx, channel_named(channel)) if channel else None
        if channel and id is None:
            raise UserError(f"Nothing is known of {channel}. See: drillbot schedule list")
        rows = [
            {
                "at": utc(deed.at) or "",
                "channel": str(deed.channel),
                "who": deed.who,
                "action": deed.action,
                "detail": deed.detail,
            }
            for deed in deeds.listed(tx, id)
        ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    table = Table(*COLUMNS, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(row[column] for column in COLUMNS))
    Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 200).print(table)
