"""One line of what `drillbot doctor` finds."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.config import Settings


class State(StrEnum):
    """A word stands beside every colour."""

    GOOD = "ok"
    NOTE = "note"
    BAD = "wrong"


@dataclass(frozen=True, slots=True)
class Row:
    """remedy: what to do; every BAD row has one."""

    name: str
    state: State
    found: str
    remedy: str = ""


Check = Callable[[Settings], list[Row]]
"""What a platform says of itself; it may ask the network."""


def good(name: str, found: str) -> Row:
    return Row(name, State.GOOD, found)


def note(name: str, found: str, remedy: str = "") -> Row:
    return Row(name, State.NOTE, found, remedy)


def bad(name: str, found: str, remedy: str) -> Row:
    return Row(name, State.BAD, found, remedy)
