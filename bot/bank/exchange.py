"""Questions as rows of a spreadsheet: CSV out, CSV in. Anki's cards are in bot.bank.anki; both come in by `imported`.

Cells that list things hold one thing a line: 'label: phrase | phrase'. In these cells ⏎ is a line break, and a backslash before
one of | : ⏎ \\ takes its meaning away.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.bank import anki
from bot.bank.cards import MOST_CHARACTERS, Card, clean
from bot.bank.record import PackRecord, kebab, unused
from bot.bank.writing import pack_text
from bot.domain.question import Example, Question
from bot.errors import PackError

MOST_BYTES = 8_000_000
COLUMNS = (
    "id", "title", "topic", "level", "kind", "prompt", "model_answer", "key_points", "point_ids", "weights", "hints",
    "misconceptions", "corrections", "examples", "why", "follow_ups", "references",
)  # fmt: skip
# What spreadsheets of other people call the same.
ALSO = {"question": "prompt", "front": "prompt", "answer": "model_answer", "back": "model_answer"}
_RUNS = tuple("=+-@\t\n＝＋－＠")
_EXAMPLE = re.compile(r"(\S+) ([\d.]+)-([\d.]+)( blind)?( hard)?(?: @(\S+))?(?: \(([^)]*)\))?")


@dataclass
class Imported:
    """text: a pack as YAML. notes: what was left out, in sentences."""

    text: str
    notes: list[str] = field(default_factory=list)


def to_csv(questions: Iterable[Question]) -> str:
    """One row a question, under a header; every cell is quoted, and none runs as a formula."""
    out = io.StringIO()
    table = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    table.writerow(COLUMNS)
    for question in questions:
        table.writerow([disarmed(cell) for cell in _cells(question)])
    return out.getvalue()


def disarmed(cell: str) -> str:
    """A spreadsheet shows what follows an apostrophe and does not run it."""
    return f"'{cell}" if cell.lstrip("'").startswith(_RUNS) else cell


def armed(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_RUNS) else cell


def imported(path: Path, pack: str, title: str = "") -> Imported:
    """Read a CSV file with a header, or Anki's text export. Raises PackError with every fault, each with its line."""
    text = _text(path)
    notes: list[str] = []
    try:
        cards = anki.read(text, notes) if anki.looks_like(path, text) else _rows(text, notes)
        _name(cards)
    except csv.Error as error:
        raise PackError([f"{path}: is not a table: {error}"]) from error
    except ValueError as error:
        raise PackError([f"{path}:{line}" for line in str(error).splitlines()]) from error
    if not cards:
        raise PackError([f"{path}: holds no questions", *notes])
    record = {"pack": pack, "title": title, "questions": [card.record for card in cards]}
    try:
        built = PackRecord.model_validate(record).build()
    except ValidationError as error:
        raise PackError([_fault(path, cards, dict(detail)) for detail in error.errors()]) from error
    except ValueError as error:
        raise PackError([f"{path}:1: {error}"]) from error
    return Imported(pack_text(built), notes)


def _cells(question: Question) -> list[str]:
    points, wrongs = question.key_points, question.misconceptions
    return [
        question.id,
        question.title,
        question.topic,
        question.level,
        question.kind,
        question.prompt,
        question.model_answer,
        _lines(_listed(point.label, point.phrases) for point in points),
        _lines(point.id for point in points),
        _lines(f"{point.weight:g}" for point in points),
        _lines(_escaped(point.hint) for point in points),
        _lines(_listed(wrong.id, wrong.phrases) for wrong in wrongs),
        _lines(_escaped(wrong.correction) for wrong in wrongs),
        _lines(_example(example) for example in question.examples),
        question.why,
        _lines(_escaped(text) for text in question.follow_ups),
        _lines(_escaped(f"{reference.title} <{reference.url}>") for reference in question.references),
    ]


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _listed(name: str, phrases: Sequence[str]) -> str:
    label = re.sub(r":(?=\s)", r"\:", _escaped(name))
    return f"{label}: " + " | ".join(re.sub(r"(?<!\S)\|(?!\S)", r"\|", _escaped(phrase)) for phrase in phrases)


def _example(example: Example) -> str:
    about = (" blind" if example.blind else "") + (" hard" if example.hard else "")
    about += f" @{example.model}" if example.model else ""
    about += f" ({', '.join(example.misconceptions)})" if example.misconceptions else ""
    return f"{example.band} {example.low:g}-{example.high:g}{about}: {_escaped(example.text)}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("⏎", r"\⏎").replace("\n", "⏎")


def _meant(text: str) -> str:
    return re.sub(r"\\([\\|:⏎])|⏎", lambda found: found[1] or "\n", text).strip()


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


def _rows(text: str, notes: list[str]) -> list[Card]:
    """Raises ValueError whose lines read 'line: what is wrong'."""
    first = text.partition("\n")[0]
    table = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    names = [name.strip().lower().replace(" ", "_") for name in next(table, [])]
    names = [ALSO.get(name, name) for name in names]
    unknown = [name for name in names if name and name not in COLUMNS]
    if "prompt" not in names or not {"model_answer", "key_points"}.intersection(names):
        raise ValueError("1: the first line must name the columns: prompt, and model_answer or key_points")
    if unknown:
        notes.append(f"columns left out: {', '.join(unknown)}. Known ones: {', '.join(COLUMNS)}")
    cards, faults = [], []
    line = table.line_num + 1
    for cells in table:
        if any(cell.strip() for cell in cells):
            row = {name: clean(armed(cell)) for name, cell in zip(names, cells, strict=False)}
            try:
                cards.append(Card(line, _record(row)))
            except ValueError as error:
                faults.append(f"{line}: {error}")
        line = table.line_num + 1
    if faults:
        raise ValueError("\n".join(faults))
    return cards


def _record(row: dict[str, str]) -> dict[str, Any]:
    long = [name for name, cell in row.items() if len(cell) > MOST_CHARACTERS]
    if long:
        raise ValueError(f"{long[0]}: longer than {MOST_CHARACTERS} characters")
    record: dict[str, Any] = {
        name: row[name] for name in ("id", "title", "topic", "prompt", "model_answer", "why") if row.get(name)
    }
    record |= {name: row[name].lower() for name in ("level", "kind") if row.get(name)}
    points = _each(row, "key_points", lambda text: _named(text, "label"))
    _beside(row, points, "point_ids", "id", str)
    _beside(row, points, "weights", "weight", _number)
    _beside(row, points, "hints", "hint", _meant)
    wrongs = _each(row, "misconceptions", lambda text: _named(text, "id"))
    _beside(row, wrongs, "corrections", "correction", _meant)
    return record | {
        "key_points": points,
        "misconceptions": wrongs,
        "examples": _each(row, "examples", _example_of),
        "follow_ups": _each(row, "follow_ups", _meant),
        "references": _each(row, "references", _reference_of),
    }


def _each(row: dict[str, str], name: str, read: Callable[[str], Any]) -> list[Any]:
    try:
        return [read(line) for line in row.get(name, "").split("\n") if line.strip()]
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _beside(row: dict[str, str], items: list[dict[str, Any]], column: str, key: str, read: Callable[[str], Any]) -> None:
    """Lines of a column that belong to the items of another, in the same order; an empty line says nothing."""
    lines = row.get(column, "").split("\n")
    if len(lines) > max(1, len(items)):
        raise ValueError(f"{column}: has {len(lines)} lines for {len(items)} items")
    for item, line in zip(items, lines, strict=False):
        if line.strip():
            item[key] = read(line.strip())


def _named(text: str, key: str) -> dict[str, Any]:
    name, colon, rest = _halves(text)
    if not colon:
        raise ValueError(f"'{text[:60]}' should read 'label: phrase | phrase'")
    return {key: _meant(name), "phrases": [_meant(phrase) for phrase in re.split(r"\s\|\s", rest) if phrase.strip()]}


def _halves(text: str) -> tuple[str, str, str]:
    found = re.search(r"(?<!\\)(?:\\\\)*(:)(?:\s|$)", text)
    return (text[: found.start(1)], ":", text[found.end(1) :]) if found else (text, "", "")


def _example_of(text: str) -> dict[str, Any]:
    head, _, answer = _halves(text)
    found = _EXAMPLE.fullmatch(head.strip())
    if not found:
        raise ValueError(f"'{text[:60]}' should read 'band 80-100: answer'")
    band, low, high, blind, hard, model, wrongs = found.groups()
    return {
        "band": band,
        "score": [_number(low), _number(high)],
        "text": _meant(answer),
        "blind": bool(blind),
        "hard": bool(hard),
        "model": model or "",
        "misconceptions": [id.strip() for id in (wrongs or "").split(",") if id.strip()],
    }


def _reference_of(text: str) -> dict[str, Any]:
    found = re.fullmatch(r"(.*?)\s*<([^<>]*)>", _meant(text), re.DOTALL)
    return {"title": found[1], "url": found[2]} if found else {"title": _meant(text)}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"'{text[:20]}' is no number") from None


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


def _fault(path: Path, cards: Sequence[Card], detail: dict[str, Any]) -> str:
    message = str(detail["msg"]).removeprefix("Value error, ")
    match detail["loc"]:
        case ("questions", int(index), *rest):
            card = cards[index]
            spot = ".".join(map(str, rest))
            return f"{path}:{card.line}: question {card.record['id']:.80}: {spot + ': ' if spot else ''}{message}"
        case location:
            return f"{'.'.join(map(str, location))}: {message}"
