"""Anki's text files: '#key:value' lines, then one card a row; fields are HTML.

Out: front = prompt, back = model answer, tags = topic, level and kind; the guid keeps a card's history when it comes in again.
"""

import csv
import html
import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.bank.cards import MOST_CHARACTERS, Card, clean
from bot.domain.question import Kind, Level, Question

HEADER = "#separator:tab\n#html:true\n#guid column:1\n#tags column:4\n"
GUID = "drillbot:"
SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "colon": ":", "space": " "}
_BREAKS = frozenset({"br", "div", "p", "li", "tr", "ul", "ol", "pre", "h1", "h2", "h3", "hr"})
_BLOCKS = frozenset({"div", "p", "pre"})
_UNSEEN = frozenset({"script", "style"})
_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})\b(?:"[^"]*"|'[^']*'|[^<>"'])*>""")
_SOUND = re.compile(r"\[(?:sound|anki:play):[^\]\n]{0,200}\]")
_CLOZE = re.compile(r"\{\{c\d{1,3}::([^{}]*?)(?:::[^{}]*)?\}\}")


def to_anki(questions: Iterable[Question]) -> str:
    """Anki's text import reads this as it is."""
    out = io.StringIO()
    table = csv.writer(out, delimiter="\t", lineterminator="\n")
    for question in questions:
        tags = f"topic::{question.topic} level::{question.level} kind::{question.kind}"
        back = question.model_answer or "\n".join(point.label for point in question.key_points)
        table.writerow([GUID + question.id, _html(question.prompt), _html(back), tags])
    return HEADER + out.getvalue()


def looks_like(path: Path, text: str) -> bool:
    """Anki writes .txt files; those of today begin with '#separator:'."""
    return text.startswith("#") or path.suffix.lower() == ".txt"


def read(text: str, notes: list[str]) -> list[Card]:
    """Raises ValueError whose lines read 'line: what is wrong'; cards without words are left out and noted."""
    lines = text.replace("\r\n", "\n").split("\n")
    head = _head(lines)
    count = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    body = "\n".join(lines[count:])
    separator = _separator(head.get("separator", ""), body)
    special = {name: _column(head, name) for name in ("guid", "tags", "notetype", "deck")}
    table = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
    cards: list[Card] = []
    line = count + 1
    for cells in table:
        if any(cell.strip() for cell in cells):
            record = _record(cells, special, head.get("html", "true") != "false", line)
            if record:
                cards.append(Card(line, record))
            else:
                notes.append(f"line {line}: left out, as its front or its back has no words")
        line = count + table.line_num + 1
    return cards


def _head(lines: list[str]) -> dict[str, str]:
    head: dict[str, str] = {}
    for line in lines:
        if not line.startswith("#"):
            break
        key, _, value = line[1:].partition(":")
        head[key.strip().lower()] = value.strip() or value
    return {key: value if key == "separator" else value.lower() for key, value in head.items()}


def _separator(named: str, body: str) -> str:
    if named:
        found = SEPARATORS.get(named.lower(), named)
        if len(found) != 1 or found in '"\n\r':
            raise ValueError(f"1: the separator {named[:20]!r} is none of {', '.join(SEPARATORS)}")
        return found
    first = body.partition("\n")[0]
    return next((sign for sign in "\t;," if sign in first), "\t")


def _column(head: dict[str, str], name: str) -> int:
    """Which column, from 0, the head says holds *name*; -1 for none."""
    number = head.get(f"{name} column", "0")
    if not number.isascii() or not number.isdigit() or len(number) > 3:
        raise ValueError(f"1: '{name} column' must be a number, not {number[:20]!r}")
    return int(number) - 1


def _record(cells: list[str], special: dict[str, int], marked_up: bool, line: int) -> dict[str, Any]:
    if any(len(cell) > MOST_CHARACTERS for cell in cells):
        raise ValueError(f"{line}: a field is longer than {MOST_CHARACTERS} characters")
    fields = [_plain(cell, marked_up) for place, cell in enumerate(cells) if place not in special.values()]
    front, back = (*fields, "", "")[:2]
    if not front or not back:
        return {}

    def held(name: str) -> str:
        return cells[special[name]].strip() if 0 <= special[name] < len(cells) else ""

    id = held("guid").removeprefix(GUID) if held("guid").startswith(GUID) else ""
    return {"prompt": front, "model_answer": back} | ({"id": id} if id else {}) | _tagged(held("tags"))


def _tagged(tags: str) -> dict[str, str]:
    """'topic::evaluation level::advanced kind::code', or a bare level or kind; other tags say nothing."""
    found: dict[str, str] = {}
    for tag in tags.lower().split():
        name, _, value = tag.rpartition("::")
        if name == "topic":
            found["topic"] = value
        elif value in list(Level):
            found["level"] = value
        elif value in list(Kind):
            found["kind"] = value
    return found


def _html(text: str) -> str:
    """Line breaks and indentation survive, for code."""
    lines = html.escape(text.replace("\t", "    "), quote=False).split("\n")
    return "<br>".join("&nbsp;" * (len(line) - len(line.lstrip(" "))) + line.lstrip(" ") for line in lines)


def _plain(text: str, marked_up: bool) -> str:
    text = _CLOZE.sub(r"\1", _SOUND.sub("", _words(text) if marked_up else text)).replace("\xa0", " ")
    lines = [line.rstrip() for line in clean(text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _words(markup: str) -> str:
    """The words of HTML, with its line breaks. Not html.parser, which takes seconds for a few thousand open tags."""
    first, *rest = markup.split("<!--")
    markup = first + "".join(piece.partition("-->")[2] for piece in rest)
    parts: list[str] = []
    at = code = 0
    unseen = ""
    for tag in _TAG.finditer(markup):
        if not unseen:
            parts.append(_data(markup[at : tag.start()], code > 0))
        at = tag.end()
        ends, name = bool(tag[1]), tag[2].lower()
        if unseen:
            unseen = "" if ends and name == unseen else unseen
        elif name in _UNSEEN and not ends:
            unseen = name
        elif name in (_BLOCKS if ends else _BREAKS):
            parts.append("\n")
            code += (-1 if ends else 1) * (name == "pre")
    return "".join(parts) + ("" if unseen else _data(markup[at:], code > 0))


def _data(text: str, code: bool) -> str:
    return html.unescape(text if code else text.replace("\n", " "))
