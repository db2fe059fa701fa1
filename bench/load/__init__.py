"""Answers under load: the bot as processes of its own on a faked Discord, beside a bare discord.py echo bot on the same.

    python -m bench.load 10           ten seconds of each load instead of sixty
    python -m bench.load 10 SQLite    only the bots whose name holds this

People press Answer and send the form: verdicts to forms are interactions, which Discord's 50 requests a second do not count.
The fake and the people live in this process, every bot in its own; times are taken where the form leaves and its reply arrives.
"""

import asyncio

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bench.load import tables
from bench.load.bots import database
from bench.load.figures import Found, Setup
from bench.load.run import Run
from bot.bank import LEXICON, load_bank, load_lexicon
from bot.config import ROOT

SECONDS = 60.0
SETUPS = (
    Setup("bare discord.py echo bot", "", crowd=384),
    Setup("drillbot, SQLite", "sqlite"),
    Setup("drillbot, PostgreSQL", "postgresql"),
    Setup("drillbot, PostgreSQL, 3 replicas", "postgresql", 3),
)


def main(seconds: float = SECONDS, only: str = "") -> None:
    out = Console(width=160)
    bank = load_bank([ROOT / "questions"], load_lexicon(ROOT / "questions" / LEXICON))
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    found: dict[Setup, Found] = {}
    for setup in (setup for setup in SETUPS if only.lower() in setup.name.lower()):
        with Progress(*columns, console=out, transient=True, refresh_per_second=2) as progress, database(setup) as (url, folder):
            task = progress.add_task(setup.name)

            def watch(what: str, done: float, everything: float, task: TaskID = task, setup: Setup = setup) -> None:
                progress.update(task, description=f"{setup.name}: {what}", completed=done, total=everything)

            found[setup] = asyncio.run(Run(setup, url, folder, bank, watch).measured(seconds))
    out.print(tables.steady(found, seconds), tables.full(found, seconds))
    for setup, seen in found.items():
        for line in [seen.faults()] * bool(seen.lost or seen.twice) + seen.complaints[:5]:
            out.print(f"{setup.name}: {line}", markup=False)
