"""A typed line → Event. Pure."""

import unicodedata
import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from bot.protocol import ANSWER, CONSOLE, HINDERED, HOME, LEFT, SAID, WELCOME, Event, Learner

YOU = Learner("console", "local", "you", "you")
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Quit:
    """`/quit`."""


@dataclass(frozen=True, slots=True)
class Become:
    """`/as NAME`: the lines that follow are another learner's."""

    learner: Learner


@dataclass(frozen=True, slots=True)
class Unknown:
    """A slash that is none of ours."""

    word: str


def parse(line: str, learner: Learner, at: datetime) -> Event | Quit | Become | Unknown | None:
    """None for a blank line. Whoever sits at the terminal is an admin."""
    text = clean(line).strip()
    if not text:
        return None
    if not text.startswith("/"):
        return _event(learner, ANSWER, text, at)
    verb, _, rest = text[1:].partition(" ")
    match verb:
        case "drill":
            command, _, argument = rest.strip().partition(" ")
            if command.lower() in (SAID, WELCOME, HOME, LEFT, HINDERED):
                return Unknown(f"/drill {command}")  # no person's verbs
            return _event(learner, command.lower() or "help", argument.strip(), at)
        case "as" if rest.strip():
            name = " ".join(rest.split())[:LONGEST_NAME]
            return Become(replace(learner, user_id=name.casefold(), name=name))
        case "quit" | "exit":
            return Quit()
    return Unknown(text.split()[0][:LONGEST_NAME])


def clean(text: str) -> str:
    """Without what would move the cursor or turn the text around."""
    return "".join(c for c in text if c in "\n\t" or (unicodedata.category(c) not in ("Cc", "Cs") and not _turns(c)))


def _turns(character: str) -> bool:
    return character in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def _event(learner: Learner, command: str, text: str, at: datetime) -> Event:
    id = f"console:{uuid.uuid4().hex}"
    return Event(id=id, learner=learner, channel=CONSOLE, command=command, text=text, at=at, admin=True, origin=id)
