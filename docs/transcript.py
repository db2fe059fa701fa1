"""Renders a real console conversation to docs/console.svg: `.venv/bin/python docs/transcript.py`."""

import asyncio
import io
import re
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from rich.console import Console as Terminal
from rich.text import Text

from adapters.console import Console
from bot.app import App
from bot.cli.wiring import bank_of
from bot.config import Settings
from bot.domain.people import CONSOLE
from bot.reconcile import Reconciler
from bot.service import drills
from bot.service.core import Core
from bot.store import connect
from bot.store.migrate import prepare

SAYS = (
    "Regression predicts a number, like a house price, classification picks one of a fixed set of labels",
    "/drill bord",
    "/as Grace",
    "Regression is for how much, scored with mean absolute error. Classification is for which one, say naive Bayes with F1. "
    "Clustering has no labels: k-means groups similar points, and silhouette tells how tight the groups are.",
    "/drill board",
)


async def main(folder: str) -> None:
    terminal = Terminal(record=True, width=100, force_terminal=True, highlight=False, file=io.StringIO())
    store = connect(f"sqlite:///{folder}/transcript.db")
    prepare(store)
    core = Core(store, bank_of(Settings()))

    async def lines() -> AsyncIterator[str]:
        for line in SAYS:
            terminal.print(Text(f"> {line}", style="bold yellow"))
            terminal.print()
            yield line

    app = App(core)
    console = Console(lines(), terminal)
    drills.open_today(core, CONSOLE)
    await Reconciler(app, {"console": console}).tick()
    await console.run(app.handle)
    svg = re.sub(r"@font-face \{.*?\}", "", terminal.export_svg(title="make run"), flags=re.DOTALL)  # nothing is fetched
    (Path(__file__).parent / "console.svg").write_text(svg, encoding="utf-8")
    store.close()


with tempfile.TemporaryDirectory() as folder:
    asyncio.run(main(folder))
