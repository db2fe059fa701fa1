"""db upgrade, backup, restore, verify, move: the database on the command line."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from bot.cli.wiring import open_store, settings_for_logs
from bot.errors import StoreError
from bot.store import backup as backups
from bot.store import connect, verify
from bot.store import move as moving
from bot.store.migrate import HEAD
from bot.store.migrate import upgrade as migrate
from bot.store.places import described, existing

app = typer.Typer(help="Look after the database.", no_args_is_help=True)


@app.command(epilog="Example: drillbot db upgrade")
def upgrade() -> None:
    """Bring the database to this program's version."""
    with closing(connect(_url())) as store:
        migrate(store)
    print(f"The database is at version {HEAD}.")


@app.command(epilog="Example: drillbot db backup drillbot-backup.db")
def backup(file: Annotated[Path, typer.Argument(help="where to; an SQLite file, whatever the database is")]) -> None:
    """Write a backup while the bot goes on."""
    if file.exists():
        raise StoreError(f"{file} exists. Give another name; backups are not replaced.")
    with closing(existing(_url())) as store, _watched("Backing up") as progress:
        backups.back_up(store, file, progress)
    print(f"Wrote {file} ({file.stat().st_size:,} bytes). It holds what people wrote: keep it private.")


@app.command(epilog="Example: drillbot db restore drillbot-backup.db")
def restore(
    file: Annotated[Path, typer.Argument(help="what drillbot db backup wrote")],
    force: Annotated[bool, typer.Option("--force", help="replace what the database holds now")] = False,
) -> None:
    """Put a backup back, all or nothing. Stop the bot first."""
    with closing(connect(_url())) as store, _watched("Restoring") as progress:
        backups.restore(store, file, force=force, progress=progress)
    print(f"Restored {file} into {described(_url())}.")


@app.command("verify", epilog="Example: drillbot db verify")
def verify_() -> None:
    """Recount results, totals, streaks and how many answered, from the attempts; report every difference."""
    with closing(existing(_url())) as store:
        found = verify.differences(store)
    for line in found:
        print(line)
    if found:
        print(f"{len(found)} {'difference' if len(found) == 1 else 'differences'}", file=sys.stderr)
        raise typer.Exit(1)
    print("Everything that is kept agrees with the attempts.")


@app.command(epilog="Example: drillbot db move --to postgresql://drillbot:…@localhost/drillbot")
def move(to: Annotated[str, typer.Option("--to", help="sqlite:///path or postgresql://…: empty, or a copy broken off")]) -> None:
    """Copy everything into another database and compare both; run it again to go on after an interruption. Stop the bot first."""
    source = open_store(settings_for_logs(quiet=True))
    with closing(source), closing(connect(to)) as target, _watched("Moving") as progress:
        rows = moving.move(source, target, progress)
    print(f"{rows:,} rows are in {described(to)}, the same as here. Set DATABASE_URL to it and start the bot.")


def _url() -> str:
    return settings_for_logs(quiet=True).database_url.get_secret_value()


@contextmanager
def _watched(what: str) -> Iterator[moving.Progress]:
    """A bar for each table, where somebody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def told(table: str, done: int, everything: int) -> None:
            if table not in tasks:
                tasks[table] = bars.add_task(f"{what} {table}", total=everything)
            bars.update(tasks[table], completed=done, total=everything)

        yield told
