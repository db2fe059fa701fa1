"""Packs as tables: CSV out, CSV in. Anki's cards are in bot.bank.anki; both come in by `imported`.

A row is a question. A row with a model is what is true of that model for the question: its answer and its key points.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.bank import anki, cells
from bot.bank.cards import Card
from bot.bank.record import PackRecord, kebab, unused
from bot.bank.sheet import COLUMNS, Sheet, read
from bot.bank.writing import pack_text
from bot.domain.question import KeyPoint, Model, Pack, Question
from bot.errors import PackError

MOST_BYTES = 8_000_000


@dataclass
class Imported:
    """text: a pack as YAML. notes: what was left out, in sentences."""

    text: str
    notes: list[str] = field(default_factory=list)


def to_csv(packs: Iterable[Pack]) -> str:
    """One row a question, under a header; every cell is quoted, and none runs as a formula."""
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS, restval="", quoting=csv.QUOTE_ALL, lineterminator="\n")
    table.writeheader()
    for pack in packs:
        for row in _rows(pack):
            table.writerow({name: cells.disarmed(cell) for name, cell in row.items()})
    return out.getvalue()


def imported(path: Path, pack: str, title: str = "") -> Imported:
    """Read a CSV file with a header, or Anki's text export. Raises PackError with every fault, each with its line."""
    text = _text(path)
    notes: list[str] = []
    try:
        sheet = Sheet(anki.read(text, notes)) if anki.looks_like(path, text) else read(text, notes)
        _name(sheet.cards)
    except csv.Error as error:
        raise PackError([f"{path}: is not a table: {error}"]) from error
    except ValueError as error:
        raise PackError([f"{path}:{line}" for line in str(error).splitlines()]) from error
    if not sheet.cards:
        raise PackError([f"{path}: holds no questions", *notes])
    record = {"pack": pack, "title": title, "sequence": sheet.sequence, "models": sheet.models}
    try:
        built = PackRecord.model_validate(record | {"questions": [card.record for card in sheet.cards]}).build()
    except ValidationError as error:
        raise PackError([_fault(path, sheet, dict(detail)) for detail in error.errors()]) from error
    except ValueError as error:
        raise PackError([f"{path}:1: {error}"]) from error
    return Imported(pack_text(built), notes)


def _rows(pack: Pack) -> Iterable[dict[str, str]]:
    for question in pack.questions:
        yield _question(question) | {"sequence": "yes" if pack.sequence else ""}
    for model in pack.models:
        for id, fact in model.facts.items():
            yield {"id": id, "model": _model(model), "model_answer": fact.answer} | _points(fact.key_points)


def _model(model: Model) -> str:
    return cells.listed(model.id, (model.name, *model.aliases))


def _question(question: Question) -> dict[str, str]:
    wrongs = question.misconceptions
    return {
        "id": question.id,
        "title": question.title,
        "topic": question.topic,
        "level": question.level,
        "kind": question.kind,
        "prompt": question.prompt,
        "model_answer": question.model_answer,
        "misconceptions": cells.lines(cells.listed(wrong.id, wrong.phrases) for wrong in wrongs),
        "corrections": cells.lines(cells.escaped(wrong.correction) for wrong in wrongs),
        "examples": cells.lines(map(cells.example, question.examples)),
        "why": question.why,
        "follow_ups": cells.lines(map(cells.escaped, question.follow_ups)),
        "references": cells.lines(map(cells.reference, question.references)),
    } | _points(question.key_points)


def _points(points: Sequence[KeyPoint]) -> dict[str, str]:
    return {
        "key_points": cells.lines(cells.listed(point.label, point.phrases) for point in points),
        "point_ids": cells.lines(point.id for point in points),
        "weights": cells.lines(f"{point.weight:g}" for point in points),
        "hints": cells.lines(cells.escaped(point.hint) for point in points),
    }


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise PackError([f"{path}: larger than {MOST_BYTES // 1_000_000} MB"])
        with path.open(encoding="utf-8-sig", newline="") as file:
            return file.read()
    except OSError as error:
        raise PackError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise PackError([f"{path}: is not UTF-8 text; save it as 'CSV UTF-8'"]) from error


def _name(cards: Sequence[Card]) -> None:
    """An id for those that have none, from the title or the prompt. Raises ValueError for one that stands twice."""
    taken: set[str] = set()
    for card in cards:
        if card.record.get("id") in taken:
            raise ValueError(f"{card.line}: question {card.record['id']:.80}: the id stands twice")
        taken |= {card.record["id"]} if "id" in card.record else set()
    for card in cards:
        if "id" not in card.record:
            card.record["id"] = unused(kebab(card.record.get("title") or card.record.get("prompt", "")), taken)
            taken.add(card.record["id"])


def _fault(path: Path, sheet: Sheet, detail: dict[str, Any]) -> str:
    message = str(detail["msg"]).removeprefix("Value error, ")
    match detail["loc"]:
        case ("questions", int(index), *rest):
            card = sheet.cards[index]
            spot = ".".join(map(str, rest))
            return f"{path}:{card.line}: question {card.record['id']:.80}: {spot + ': ' if spot else ''}{message}"
        case ("models", int(index), "facts", str(id), *rest):
            line = sheet.lines.get((sheet.models[index]["id"], id), 1)
            return f"{path}:{line}: question {id:.80}: {'.'.join(map(str, rest))}: {message}"
        case ():
            return f"{path}:1: {message}"
        case location:
            return f"{'.'.join(map(str, location))}: {message}"
