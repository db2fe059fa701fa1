"""regrade, export: what a changed rubric changes, and everything as CSV."""

from datetime import date
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from bot.cli.boards import print_csv, print_rows
from bot.cli.wiring import core_of, local_date, settings_for_logs, utc
from bot.service.regrade import Change, drills_to_regrade
from bot.service.regrade import regrade as regrade_drill
from bot.store import results

COLUMNS = (
    "platform", "workspace", "channel", "day", "slot", "question", "state", "user", "name", "points", "answered_at",
)  # fmt: skip

CHANGED = ("day", "question", "learner", "before", "after", "by")


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
    print_rows([_row(change) for change in changes], CHANGED)
    print(f"{_count(len(changes), 'result')} {'would change' if dry_run else 'changed'} in {_count(len(those), 'drill')}")


def _row(change: Change) -> dict[str, object]:
    return {
        "day": change.drill.day,
        "question": change.drill.question,
        "learner": change.name or "somebody",
        "before": change.before,
        "after": change.after,
        "by": f"{change.after - change.before:+}",
    }


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


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
