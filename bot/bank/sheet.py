"""A table with a header → questions, and what its rows with a model say about that model."""

import csv
import io
from dataclasses import dataclass, field
from typing import Any

from bot.bank import cells
from bot.bank.cards import MOST_CHARACTERS, Card, clean

COLUMNS = (
    "id", "title", "topic", "level", "kind", "prompt", "model_answer", "key_points", "point_ids", "weights", "hints",
    "misconceptions", "corrections", "examples", "why", "follow_ups", "references", "sequence", "model",
)  # fmt: skip
# What spreadsheets of other people call the same.
ALSO = {"question": "prompt", "front": "prompt", "answer": "model_answer", "back": "model_answer"}
YES = frozenset({"yes", "y", "true", "1", "x"})


@dataclass
class Sheet:
    """models: as bot.bank.record wants them. lines: model and question → where that fact begins."""

    cards: list[Card]
    sequence: bool = False
    models: list[dict[str, Any]] = field(default_factory=list)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)


def read(text: str, notes: list[str]) -> Sheet:
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
    sheet, faults = Sheet([]), []
    line = table.line_num + 1
    for row in table:
        if any(cell.strip() for cell in row):
            try:
                _take(sheet, {name: clean(cells.armed(cell)) for name, cell in zip(names, row, strict=False)}, line)
            except ValueError as error:
                faults.append(f"{line}: {error}")
        line = table.line_num + 1
    if faults:
        raise ValueError("\n".join(faults))
    return sheet


def _take(sheet: Sheet, row: dict[str, str], line: int) -> None:
    long = [name for name, cell in row.items() if len(cell) > MOST_CHARACTERS]
    if long:
        raise ValueError(f"{long[0]}: longer than {MOST_CHARACTERS} characters")
    if row.get("model"):
        _fact(sheet, row, line)
        return
    sheet.cards.append(Card(line, _record(row)))
    sheet.sequence = sheet.sequence or row.get("sequence", "").lower() in YES


def _fact(sheet: Sheet, row: dict[str, str], line: int) -> None:
    """A row about a model: which one, and for the question of that id its answer and key points."""
    if not row.get("id"):
        raise ValueError("model: the row needs the id of its question")
    model = cells.model_of(row["model"])
    known = next((one for one in sheet.models if one["id"] == model["id"]), None)
    if known is None:
        known = model | {"facts": {}}
        sheet.models.append(known)
    if row["id"] in known["facts"]:
        raise ValueError(f"model: {row['id']:.80} has a row about {model['id']:.80} already")
    known["facts"][row["id"]] = {"answer": row.get("model_answer", ""), "key_points": _points(row)}
    sheet.lines[model["id"], row["id"]] = line


def _record(row: dict[str, str]) -> dict[str, Any]:
    record: dict[str, Any] = {
        name: row[name] for name in ("id", "title", "topic", "prompt", "model_answer", "why") if row.get(name)
    }
    record |= {name: row[name].lower() for name in ("level", "kind") if row.get(name)}
    wrongs = cells.each(row, "misconceptions", lambda text: cells.named(text, "id"))
    cells.beside(row, wrongs, "corrections", "correction", cells.meant)
    return record | {
        "key_points": _points(row),
        "misconceptions": wrongs,
        "examples": cells.each(row, "examples", cells.example_of),
        "follow_ups": cells.each(row, "follow_ups", cells.meant),
        "references": cells.each(row, "references", cells.reference_of),
    }


def _points(row: dict[str, str]) -> list[dict[str, Any]]:
    points = cells.each(row, "key_points", lambda text: cells.named(text, "label"))
    cells.beside(row, points, "point_ids", "id", str)
    cells.beside(row, points, "weights", "weight", cells.number)
    cells.beside(row, points, "hints", "hint", cells.meant)
    return points
