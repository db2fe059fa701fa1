"""Standings counted the naive way, from a plain list of what happened: nothing here is shared with the bot."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Line = tuple[str, str, str, str, str]
"""Rank, name, points, movement, streak: as the board shows them."""

FOREVER = (date.min, date.max)


@dataclass
class Place:
    """A channel and when it is asked."""

    name: str
    zone: str
    at: time
    days: frozenset[int]

    def opening(self, day: date) -> datetime:
        return datetime.combine(day, self.at, ZoneInfo(self.zone))

    def next_opening(self, day: date) -> datetime:
        """The first one on a later day."""
        day += timedelta(days=1)
        while day.weekday() not in self.days:
            day += timedelta(days=1)
        return self.opening(day)

    def today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.zone)).date()


@dataclass
class Asked:
    place: str
    day: date
    question: str
    daily: bool
    closes: datetime
    state: str = "open"


@dataclass
class Oracle:
    """asked: by drill id. best: (drill id, learner) → points. names: what the platform last told."""

    asked: dict[int, Asked] = field(default_factory=dict)
    best: dict[tuple[int, str], int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def answer(self, drill: int, who: str, points: int) -> None:
        self.best[drill, who] = max(points, self.best.get((drill, who), 0))

    def close(self, now: datetime) -> None:
        for asked in self.asked.values():
            if asked.state == "open" and asked.closes <= now:
                asked.state = "closed"

    def void(self, drill: int) -> None:
        self.asked[drill].state = "void"

    def sums(self, places: Collection[str], days: tuple[date, date]) -> dict[str, int]:
        """Learner → points; of the same question on the same day the better one."""
        once: dict[str, dict[tuple[date, str], int]] = defaultdict(dict)
        for (drill, who), points in self.best.items():
            asked = self.asked[drill]
            if asked.place in places and days[0] <= asked.day <= days[1]:
                key = asked.day, asked.question
                once[who][key] = max(once[who].get(key, 0), 0 if asked.state == "void" else points)
        return {who: sum(points.values()) for who, points in once.items()}

    def streak(self, place: str, who: str) -> tuple[int, int]:
        """Current and best."""
        asked = {drill: one for drill, one in self.asked.items() if one.place == place and one.state != "void"}
        done = {one.day for drill, one in asked.items() if self.best.get((drill, who), 0) > 0}
        waiting = {one.day for one in asked.values() if one.daily and one.state == "open"} - done
        days = sorted(({one.day for one in asked.values() if one.daily} | done) - waiting)
        runs = [0]
        for day in days:
            runs.append(runs[-1] + 1 if day in done else 0)
        return runs[-1], max(runs)

    def present(self, places: Collection[str], days: tuple[date, date]) -> dict[str, int]:
        return {who: points for who, points in self.sums(places, days).items() if who not in self.gone}

    def board(self, places: Collection[str], days: tuple[date, date], today: date, here: str, asker: str) -> list[Line]:
        now = self.present(places, days)
        before = self.present(places, (days[0], today - timedelta(days=1)))
        lines = []
        for who in sorted(now, key=lambda who: (-now[who], self.names[who].lower())):
            moved = _rank(before, who) - _rank(now, who) if who in before else 0
            arrow = f"▲{moved}" if moved > 0 else f"▼{-moved}" if moved else ""
            name = self.names[who] + (" (you)" if who == asker else "")
            lines.append((str(_rank(now, who)), name, str(now[who]), arrow, str(self.streak(here, who)[0])))
        return lines

    def to_next(self, places: Collection[str], days: tuple[date, date], who: str) -> int | None:
        now = self.present(places, days)
        return min((points - now[who] for points in now.values() if points > now[who]), default=None) if who in now else None


def window(name: str, today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday())
    following = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    return {
        "today": (today, today),
        "week": (monday, monday + timedelta(days=6)),
        "month": (today.replace(day=1), following - timedelta(days=1)),
        "all": FOREVER,
    }[name]


def _rank(sums: dict[str, int], who: str) -> int:
    return 1 + sum(points > sums[who] for points in sums.values())
