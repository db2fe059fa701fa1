"""Cutting to Slack's limits, at word ends. Pure."""

from collections.abc import Callable, Sequence
from typing import Any

SECTION = 3000
HEADER = 150
LABEL = 75
PER_ROW = 25
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
# Slack refuses about 13,200 characters over all blocks of a message, and does not document it.
TOTAL = 13_000

Blocks = list[dict[str, Any]]


def pieces(text: str, shape: Callable[[str], str], most: int = SECTION) -> list[str]:
    """*text* in shaped pieces of at most *most* characters each."""
    made = []
    while text:
        head = _head(text, shape, most)
        made.append(shape(head))
        text = text[len(head) :].lstrip("\n") if head.endswith("\n") else text[len(head) :].lstrip()
    return [piece for piece in made if piece.strip()]


def shortened(text: str, most: int, shape: Callable[[str], str] = str) -> str:
    """One piece, with an ellipsis where something was left out."""
    if len(shape(text)) <= most:
        return shape(text)
    return shape(_head(text, shape, most - 1).rstrip()) + "…"


def lines(rows: Sequence[str], shape: Callable[[str], str], most: int = SECTION, top: str = "") -> list[str]:
    """Whole lines in shaped pieces, each headed by *top*; only a line too long for one piece is broken."""

    def headed(held: Sequence[str]) -> str:
        return shape("\n".join([top, *held] if top else held))

    made: list[str] = []
    held: list[str] = []
    for row in (part for whole in rows for part in _broken(whole, headed, most)):
        if held and len(headed([*held, row])) > most:
            made.append(headed(held))
            held = []
        held.append(row)
    return [*made, headed(held)] if held or top else made


def messages(blocks: Blocks) -> list[Blocks]:
    """*blocks* over as many messages as they need. Buttons stay on the first, which is the one that is edited."""
    if _fits(blocks):
        return [blocks]
    buttons = [block for block in blocks if block["type"] == "actions"]
    made: list[Blocks] = [[]]
    for block in blocks:
        if block["type"] == "actions":
            continue
        reserved = buttons if len(made) == 1 else []
        if made[-1] and not _fits([*made[-1], block, *reserved]):
            made.append([])
        made[-1].append(block)
    made[0] += buttons
    return made


def view(blocks: Blocks) -> Blocks:
    """As many of *blocks* as one view takes."""
    kept: Blocks = []
    for block in blocks[:VIEW_BLOCKS]:
        if not _fits([*kept, block], VIEW_BLOCKS):
            break
        kept.append(block)
    return kept


def length(part: Any) -> int:
    """Characters of all texts in *part*."""
    if isinstance(part, dict):
        return sum(len(value) if key == "text" and isinstance(value, str) else length(value) for key, value in part.items())
    return sum(map(length, part)) if isinstance(part, list) else 0


def _fits(blocks: Blocks, most: int = MESSAGE_BLOCKS) -> bool:
    return len(blocks) <= most and length(blocks) <= TOTAL


def _broken(row: str, headed: Callable[[Sequence[str]], str], most: int) -> list[str]:
    made = []
    while row and len(headed([row])) > most:
        made.append(_head(row, lambda part: headed([part]), most))
        row = row[len(made[-1]) :]
    return [*made, row]


def _head(text: str, shape: Callable[[str], str], most: int) -> str:
    """As much of the beginning of *text* as fits, up to the end of a line or a word."""
    if len(text) <= most and len(shape(text)) <= most:
        return text
    size = min(len(text), most)
    while size > 1 and (over := len(shape(text[:size])) - most) > 0:
        size -= max(1, over // 4)
    for gap in ("\n", " "):
        end = text.rfind(gap, size // 2, size)
        if end > 0:
            return text[: end + 1]
    return text[:size]
