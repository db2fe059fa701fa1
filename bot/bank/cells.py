"""What stands in a cell of a spreadsheet, both ways. Cells that list things hold one thing a line: 'label: phrase | phrase'.

In these cells ⏎ is a line break, and a backslash before one of | : ⏎ \\ takes its meaning away.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bot.domain.question import Example, Reference

_RUNS = tuple("=+-@\t\n＝＋－＠")
_EXAMPLE = re.compile(r"(\S+) ([\d.]+)-([\d.]+)( blind)?( hard)?(?: @(\S+))?(?: \(([^)]*)\))?")


def disarmed(cell: str) -> str:
    """A spreadsheet shows what follows an apostrophe and does not run it."""
    return f"'{cell}" if cell.lstrip("'").startswith(_RUNS) else cell


def armed(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_RUNS) else cell


def lines(of: Iterable[str]) -> str:
    return "\n".join(of)


def listed(name: str, phrases: Sequence[str]) -> str:
    label = re.sub(r":(?=\s)", r"\:", escaped(name))
    return f"{label}: " + " | ".join(re.sub(r"(?<!\S)\|(?!\S)", r"\|", escaped(phrase)) for phrase in phrases)


def example(one: Example) -> str:
    about = (" blind" if one.blind else "") + (" hard" if one.hard else "")
    about += f" @{one.model}" if one.model else ""
    about += f" ({', '.join(one.misconceptions)})" if one.misconceptions else ""
    return f"{one.band} {one.low:g}-{one.high:g}{about}: {escaped(one.text)}"


def reference(one: Reference) -> str:
    return escaped(f"{one.title} <{one.url}>")


def escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("⏎", r"\⏎").replace("\n", "⏎")


def meant(text: str) -> str:
    return re.sub(r"\\([\\|:⏎])|⏎", lambda found: found[1] or "\n", text).strip()


def each(row: dict[str, str], name: str, read: Callable[[str], Any]) -> list[Any]:
    try:
        return [read(line) for line in row.get(name, "").split("\n") if line.strip()]
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def beside(row: dict[str, str], items: list[dict[str, Any]], column: str, key: str, read: Callable[[str], Any]) -> None:
    """Lines of a column that belong to the items of another, in the same order; an empty line says nothing."""
    beside_them = row.get(column, "").split("\n")
    if len(beside_them) > max(1, len(items)):
        raise ValueError(f"{column}: has {len(beside_them)} lines for {len(items)} items")
    for item, line in zip(items, beside_them, strict=False):
        if line.strip():
            item[key] = read(line.strip())


def named(text: str, key: str) -> dict[str, Any]:
    name, colon, rest = halves(text)
    if not colon:
        raise ValueError(f"'{text[:60]}' should read 'label: phrase | phrase'")
    return {key: meant(name), "phrases": [meant(phrase) for phrase in re.split(r"\s\|\s", rest) if phrase.strip()]}


def model_of(text: str) -> dict[str, Any]:
    """'id: name | what people also call it'; an id alone is its own name."""
    if not halves(text)[1]:
        return {"id": meant(text), "name": meant(text)}
    listing = named(text, "id")
    names = listing.pop("phrases")
    return listing | {"name": names[0] if names else listing["id"], "aliases": names[1:]}


def halves(text: str) -> tuple[str, str, str]:
    found = re.search(r"(?<!\\)(?:\\\\)*(:)(?:\s|$)", text)
    return (text[: found.start(1)], ":", text[found.end(1) :]) if found else (text, "", "")


def example_of(text: str) -> dict[str, Any]:
    head, _, answer = halves(text)
    found = _EXAMPLE.fullmatch(head.strip())
    if not found:
        raise ValueError(f"'{text[:60]}' should read 'band 80-100: answer'")
    band, low, high, blind, hard, model, wrongs = found.groups()
    return {
        "band": band,
        "score": [number(low), number(high)],
        "text": meant(answer),
        "blind": bool(blind),
        "hard": bool(hard),
        "model": model or "",
        "misconceptions": [id.strip() for id in (wrongs or "").split(",") if id.strip()],
    }


def reference_of(text: str) -> dict[str, Any]:
    found = re.fullmatch(r"(.*?)\s*<([^<>]*)>", meant(text), re.DOTALL)
    return {"title": found[1], "url": found[2]} if found else {"title": meant(text)}


def number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"'{text[:20]}' is no number") from None
