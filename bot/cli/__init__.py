"""`python -m bot …` and `drillbot …`: the composition root. Everything a command needs is made here, nothing at import."""

import os
import sys

import typer

from bot.cli import audit, boards, db, discord, doctor, grading, questions, schedule, serve, setup, slack, upkeep
from bot.errors import DrillbotError, PackError

app = typer.Typer(
    help="Daily interview drills for Discord, Slack and the terminal.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog="Example: drillbot run")(serve.run)
app.command(epilog="Example: printf 'my answer\\n/drill board\\n' | drillbot chat")(serve.chat)
app.command(epilog="Example: drillbot tick --at 2026-11-20T08:00Z")(serve.tick)
app.command(epilog="Example: drillbot init")(setup.init)
app.command(epilog="Example: drillbot doctor")(doctor.doctor)
app.command(epilog="Example: drillbot settings")(setup.settings)
app.command(epilog="Example: drillbot health")(setup.health)
app.command(epilog="Example: drillbot audit discord:1:2")(audit.audit)
app.command(epilog="Example: drillbot grade --pack questions/evaluation.yaml < answers.jsonl > grades.jsonl")(grading.grade)
app.command(epilog="Example: drillbot board console --window week --json")(boards.board)
app.command(epilog="Example: drillbot drills console --json")(boards.drills)
app.command(epilog="Example: drillbot regrade --question dropout --dry-run")(upkeep.regrade)
app.command(epilog="Example: drillbot export > results.csv")(upkeep.export)
app.add_typer(questions.app, name="questions")
app.add_typer(schedule.app, name="schedule")
app.add_typer(db.app, name="db")
app.add_typer(discord.app, name="discord")
app.add_typer(slack.app, name="slack")


def main() -> None:
    """Exit codes: 0 done, 1 cannot be done (a sentence on standard error says why), 2 wrong usage, 130 interrupted."""
    try:
        app()
    except PackError as error:
        print(*error.faults, sep="\n", file=sys.stderr)
        print("1 fault" if len(error.faults) == 1 else f"{len(error.faults)} faults", file=sys.stderr)
        sys.exit(1)
    except DrillbotError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
