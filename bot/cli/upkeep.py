"""regrade, export: what a changed rubric changes, and everything as CSV."""

from datetime import date
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.cli.boards import print_csv
from bot.cli.wiring import core_of, local_date, settings_for_logs, utc
from bot.service.regrade import Change, drills_to_regrade
from bot.service.regrade import regrade as regrade_drill
from bot.store import results

COLUMNS = (
    "platform", "workspace", "channel", "day", "slot", "question", "state", "user", "name", "points", "answered_at",
)  # fmt: skip


def regrade(
    question: Annotated[str, typer.Option(help="only drills of this question")] = "",
    since: Annotated[str, typer.Option(help="only drills from this local day on, like 2026-11-01")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what would change, change nothing")] = False,
    allow_lower: Annotated[bool, typer.Option("--allow-lower", help="let learners lose points")] = False,
) -> None:
    """Grade recorded attempts with today's rubrics and grader; nobody loses points unless --allow-lower."""
    core = core_of(settings_for_logs(quiet=True))
    those = drills_to_regrade(core, question, local_date(since, date.min) if since else None)
    changes: list[Change] = []
    for drill in track(those, "Regrading", console=Console(stderr=True), transient=True):
        changes += regrade_drill(core, drill, allow_lower=allow_lower, dry_run=dry_run)
    table = Table("day", "question", "learner", "before", "after", box=None, pad_edge=False)
    for change in changes:
        drill_row = change.drill
        table.add_row(str(drill_row.day), drill_row.question, change.name, str(change.before), str(change.after))
    Console(highlight=False, markup=False).print(table)
    print(f"{len(changes)} results {'would change' if dry_run else 'changed'} in {len(those)} drills")


def export() -> None:
    """Print every result as CSV."""
    core = core_of(settings_for_logs(quiet=True))
    with core.store.read() as tx:
        print_csv(
            (
                {**row, "name": "" if row["hidden"] else row["name"], "answered_at": utc(row["answered_at"])}
                for row in results.exported(tx)
            ),
            COLUMNS,
        )
