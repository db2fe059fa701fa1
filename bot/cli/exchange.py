"""questions schema, export, import: packs for other programs."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.bank.anki import to_anki
from bot.bank.exchange import imported, to_csv
from bot.bank.record import schema_text
from bot.cli.wiring import bank_of
from bot.config import load
from bot.errors import UserError


class Format(StrEnum):
    CSV = "csv"
    ANKI = "anki"


def schema() -> None:
    """Print the JSON Schema of packs, for editors."""
    print(schema_text(), end="")


def export(
    form: Annotated[Format, typer.Option("--format", help="csv holds all of a pack, anki its cards' two sides")] = Format.CSV,
    pack: Annotated[str, typer.Option(help="only this pack")] = "",
) -> None:
    """Print questions for a spreadsheet or for Anki."""
    bank = bank_of(load())
    chosen = [one for one in bank.packs if pack in ("", one.id)]
    if not chosen:
        raise UserError(f"There is no pack {pack!r}. There are: {', '.join(one.id for one in bank.packs)}")
    ids = {one.id for one in chosen}
    if form is Format.ANKI:
        print(to_anki(question for question in bank.askable if bank.pack_of(question.id).id in ids), end="")
        return
    print(to_csv(chosen), end="")


def import_(
    file: Annotated[Path, typer.Argument(help="CSV with a header, or Anki's export 'Notes in Plain Text (.txt)'")],
    pack: Annotated[str, typer.Option(help="the id of the new pack, like my-team")],
    title: Annotated[str, typer.Option(help="its name, as people read it")] = "",
) -> None:
    """Print a CSV file or Anki cards as a pack."""
    made = imported(file, pack, title)
    print(made.text, end="")
    print(*made.notes, sep="\n", end="\n" if made.notes else "", file=sys.stderr)
