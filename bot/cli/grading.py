"""grade: answers in, grades out, as JSON Lines; or one answer explained."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot.bank import LEXICON, Bank, load_bank, load_lexicon
from bot.cli.wiring import bank_of
from bot.config import ROOT, load
from bot.domain.grading import Grade, explain
from bot.errors import UserError


def grade(
    pack: Annotated[Path | None, typer.Option(help="a pack to grade with, instead of the shipped ones")] = None,
    explained: Annotated[str, typer.Option("--explain", metavar="QUESTION", help="show every step for one answer")] = "",
) -> None:
    """Grade answers from standard input: lines of {"id", "question", "answer"}; or one plain answer with --explain."""
    bank = load_bank([pack], load_lexicon(ROOT / "questions" / LEXICON)) if pack else bank_of(load())
    if explained:
        _explain(bank, explained, _text())
        return
    for number, row in _rows():
        question, answer = row.get("question"), row.get("answer")
        if not isinstance(question, str) or not isinstance(answer, str):
            raise UserError(f'line {number}: needs "question" and "answer" as strings')
        if bank.get(question) is None:
            raise UserError(f"line {number}: there is no question {question[:80]!r}")
        made = _record(row.get("id"), question, bank.grade(question, answer))
        line = json.dumps(made, ensure_ascii=False)
        sys.stdout.write(line.encode("utf-8", "replace").decode() + "\n")  # half a surrogate pair is JSON, but not text


def _record(id: Any, question: str, made: Grade) -> dict[str, Any]:
    return {
        "id": id,
        "question": question,
        "score": made.score,
        "points": [
            {
                "id": finding.id,
                "label": finding.label,
                "weight": finding.weight,
                "hit": finding.hit.value,
                "credit": finding.credit,
                "matched": finding.matched,
                "note": finding.note,
            }
            for finding in made.findings
        ],
        "misconceptions": list(made.misconceptions),
        "notes": list(made.notes),
    }


def _rows() -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(_text().split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise UserError(f"line {number}: is not JSON") from None
        if not isinstance(row, dict):
            raise UserError(f"line {number}: must be an object with id, question and answer")
        yield number, row


def _text() -> str:
    return sys.stdin.buffer.read().decode("utf-8-sig", "replace") if sys.stdin else ""


def _explain(bank: Bank, id: str, answer: str) -> None:
    if bank.get(id) is None:
        raise UserError(f"There is no question {id!r}. See: drillbot questions list")
    table = Table("step", "what was found", "value")
    for step in explain(bank.rubric(id), answer):
        table.add_row(step.name, step.detail, str(step.value))
    Console(highlight=False).print(table)
