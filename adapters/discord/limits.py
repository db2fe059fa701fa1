"""Discord's published limits, and how to stay within them: cut at word ends, or go on in the next message. Pure."""

import re

CONTENT = 2000
EMBED_TITLE = 256
EMBED_BODY = 4096
BUTTON_LABEL = 80
CUSTOM_ID = 100
BUTTONS_A_ROW = 5
ROWS = 5
MODAL_TITLE = 45
INPUT_LABEL = 45
INPUT_PLACEHOLDER = 100
INPUT_TEXT = 4000
THREAD_NAME = 100
DESCRIPTION = 100
CHOICES = 25
NONCE = 25
ALT = 1024
NAME = 32

# What would hide text or turn it around: controls but line ends and tabs, halves of characters, marks of direction.
HIDING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Without what would hide text or turn it around."""
    return HIDING.sub("", text)


def cut(text: str, limit: int) -> str:
    """At most *limit* characters, ending at a word's end with an ellipsis where something was left out."""
    if len(text) <= limit:
        return text
    return _ended(text[: _end(text, limit - 1)]) + "…"


def flat(text: str, limit: int) -> str:
    """In one line, cut."""
    return cut(" ".join(clean(text).split()), limit)


def split(text: str, limit: int) -> list[str]:
    """In parts of at most *limit* characters, at line ends or else word ends; nothing is left out but the blanks between."""
    parts = []
    while len(text) > limit:
        end = _end(text, limit)
        part = _ended(text[:end])
        rest = text[len(part) or end :]
        text = rest[1:] if rest[:1] in ("\n", " ") else rest
        parts += [part] if part else []
    return [*parts, text] if text else parts


def _end(text: str, limit: int) -> int:
    """Where to cut so that at most *limit* characters stay: the last line end, else the last blank, of the second half."""
    for blank in ("\n", " "):
        found = text.rfind(blank, limit // 2, limit + 1)
        if found > 0:
            return found
    return limit


def _ended(text: str) -> str:
    """Without the blanks and the half of an escape that the cut left at the end."""
    text = text.rstrip()
    slashes = len(text) - len(text.rstrip("\\"))
    return text[:-1] if slashes % 2 else text
