"""questions review: what in the bank wants mending, from the packs themselves and from recorded answers."""

import gc
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from bot.bank import LEXICON, Bank, load_bank, load_lexicon
from bot.bank import review as packs_review
from bot.cli.boards import AsJson
from bot.cli.wiring import bank_of
from bot.config import ROOT, load
from bot.errors import StoreError
from bot.service import review as use_review
from bot.service.review import Measure
from bot.store.places import existing

Packs = Annotated[list[Path] | None, typer.Argument(help="packs or folders, instead of those in use")]
ONE_LINE = 500  # for grep, every finding stays on its line
COLUMNS = ("where", "finding", "what", "what to do")


def bank_from(packs: list[Path] | None) -> Bank:
    return load_bank(packs, load_lexicon(ROOT / "questions" / LEXICON)) if packs else bank_of(load())


def review(
    packs: Packs = None,
    strict: Annotated[bool, typer.Option("--strict", help="exit with 1 when there is a finding")] = False,
    as_json: AsJson = False,
) -> None:
    """Find what wants mending in the packs, and, once they are in use, in what people's answers show.

    review.yaml beside the packs explains what is meant to be as it is: finding: reason.
    """
    gc.disable()  # a fifth of the time: all that is made here is kept to the end
    bank = bank_from(packs)
    measures = _measures(bank)
    remarks = [*packs_review.review(bank), *use_review.remarks(measures)]
    explained = packs_review.exceptions(packs or load().pack_sources)
    left = packs_review.unexplained(bank, remarks, explained)
    rows = [(_short(packs_review.place(bank, remark)), remark.id, remark.what, remark.remedy) for remark in left]
    if as_json:
        print(json.dumps([dict(zip(COLUMNS, row, strict=True)) for row in rows], ensure_ascii=False, indent=1))
    else:
        _print(rows, measures, len(remarks) - sum(not remark.id.startswith("stale:") for remark in left))
    if strict and rows:
        raise typer.Exit(1)


def _measures(bank: Bank) -> list[Measure]:
    """From the database of the settings; without one there are none."""
    try:
        store = existing(load().database_url.get_secret_value())
        try:
            return use_review.measured(store, bank)
        finally:
            store.close()
    except StoreError as error:
        print(f"Recorded answers were not read: {error}", file=sys.stderr)
        return []


def _print(rows: Sequence[tuple[str, ...]], measures: Sequence[Measure], explained: int) -> None:
    out = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else ONE_LINE)
    if rows:
        table = Table(*(Column(name, overflow="fold") for name in COLUMNS), box=None, pad_edge=False)
        for row in rows:
            table.add_row(*row)
        out.print(table)
    if measures:
        table = Table("in use", "answers", "mean", "discrimination", "never hit", box=None, pad_edge=False)
        for one in measures:
            told = "" if one.discrimination is None else f"{one.discrimination:.2f}"
            table.add_row(one.question, str(one.answers), f"{one.mean:.0f}", told, ", ".join(one.never_hit))
        out.print(table)
    out.print(f"{len(rows)} findings, {explained} more are explained in review.yaml")


def _short(place: str) -> str:
    """Relative to where we are, if it is below."""
    relative = os.path.relpath(place) if place else ""
    return place if relative.startswith("..") else relative
