"""A question on its way in from another program's file."""

import unicodedata
from dataclasses import dataclass
from typing import Any

MOST_CHARACTERS = 20_000
"""Longer cells are no question's."""


@dataclass(frozen=True)
class Card:
    """line: where it begins in its file. record: as bot.bank.record wants it."""

    line: int
    record: dict[str, Any]


def clean(text: str) -> str:
    """Without control characters, other line breaks than one, and blanks around."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc").strip()
