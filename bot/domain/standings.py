"""Windows, ranks and streaks. Pure: sums come from the store, order and places are decided here."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Window(StrEnum):
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Span:
    """Local days, both ends included."""

    first: date
    last: date


def span(window: Window, today: date) -> Span:
    """The days of *window* up to its end: weeks begin on Monday."""
    match window:
        case Window.TODAY:
            return Span(today, today)
        case Window.WEEK:
            monday = today - timedelta(days=today.weekday())
            return Span(monday, monday + timedelta(days=6))
        case Window.MONTH:
            first = today.replace(day=1)
            return Span(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
        case Window.ALL:
            return Span(date.min, date.max)


@dataclass(frozen=True, slots=True)
class Total:
    """What one learner gathered in a window."""

    learner: int
    name: str
    points: int
    answered: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the standings. moved: places gained since the day before, None for a newcomer."""

    rank: int
    learner: int
    name: str
    points: int
    answered: int
    streak: int = 0
    moved: int | None = None


def ranked(totals: Iterable[Total]) -> list[tuple[int, Total]]:
    """Most points first; equal points share a rank (1, 1, 3) and stand in order of name, then of age."""
    ordered = sorted(totals, key=lambda total: (-total.points, total.name.casefold(), total.learner))
    places: list[tuple[int, Total]] = []
    for position, total in enumerate(ordered, start=1):
        tied = places and places[-1][1].points == total.points
        places.append((places[-1][0] if tied else position, total))
    return places


@dataclass(frozen=True, slots=True)
class Streak:
    current: int = 0
    best: int = 0


def run(drill_days: Sequence[date], answered: Collection[date]) -> tuple[int, int]:
    """Consecutive days answered: the run that ends on the last day answered, and the longest one.

    drill_days: those with a daily drill that counts, ascending. A day with only an extra drill extends a run and breaks none.
    """
    current = best = last = 0
    for day in sorted({*drill_days, *answered}):
        current = current + 1 if day in answered else 0
        last = current or last
        best = max(best, current)
    return last, best
