"""When a channel is asked, in its own local time. Pure over zoneinfo.

A time inside a gap opens at the first instant that exists; a time that happens twice opens at its first occurrence; a local date
that does not exist has no drill.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WORKDAYS = frozenset(range(5))
# Weekday sets and skipped ranges can leave long holes, but a schedule that finds no day in two years has none.
HORIZON = timedelta(days=800)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DateRange:
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.first}..{self.last} ends before it begins")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """at: local time, without a zone. zone: IANA name. days: 0 = Monday to 6. skips: local dates without a drill."""

    at: time = time(9)
    zone: str = "UTC"
    days: frozenset[int] = WORKDAYS
    skips: tuple[DateRange, ...] = ()

    def __post_init__(self) -> None:
        if not self.days or not self.days <= set(range(7)):
            raise ValueError("a schedule needs at least one weekday")
        ZoneInfo(self.zone)

    def asks_on(self, day: date) -> bool:
        return day.weekday() in self.days and not any(day in skip for skip in self.skips)


@dataclass(frozen=True, slots=True)
class Opening:
    """day: the local date it belongs to. at: the instant, in UTC. note: what a clock change did to it, or ''."""

    day: date
    at: datetime
    note: str = ""


def next_opening(schedule: Schedule, after: datetime) -> Opening | None:
    """The first opening strictly after *after* (aware), or None when the schedule has no further day within two years."""
    day = local_day(after, schedule.zone) - DAY  # a time in a gap before midnight opens on the next local date
    last = day + HORIZON
    while day <= last:
        if schedule.asks_on(day):
            opening = opening_on(schedule, day)
            if opening and opening.at > after:
                return opening
        day += DAY
    return None


def opening_on(schedule: Schedule, day: date) -> Opening | None:
    """The opening of local date *day*, whether or not the schedule asks on it; None if the zone skipped that date."""
    zone = ZoneInfo(schedule.zone)
    first = datetime.combine(day, schedule.at, zone)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return Opening(day, first.astimezone(UTC))
    if _exists(first):
        return Opening(day, first.astimezone(UTC), f"{schedule.at:%H:%M} happens twice, the first counts")
    change = _change_between(second.astimezone(UTC), first.astimezone(UTC), zone)
    if (change - timedelta(seconds=1)).astimezone(zone).date() != day != change.astimezone(zone).date():
        return None
    return Opening(day, change, f"{schedule.at:%H:%M} does not exist, opens at {change.astimezone(zone):%H:%M}")


# A few minutes of downtime need no excuse; after a working morning, or on the next day, the question is no longer today's.
SILENT = timedelta(minutes=15)
LATE = timedelta(hours=6)
# Of a long absence only the last month's missed days are kept on record.
MOST_MISSED = 31


@dataclass(frozen=True, slots=True)
class CatchUp:
    """What to do about openings that have come. current: to be opened now, if any. late: say so. following: the next one."""

    missed: tuple[Opening, ...]
    current: Opening | None
    late: bool
    following: Opening | None


def catch_up(schedule: Schedule, first: Opening, now: datetime) -> CatchUp:
    """Openings from *first* to *now*: at most the last one is opened, and only while it is still today's."""
    passed = [first]
    while (opening := next_opening(schedule, passed[-1].at)) and opening.at <= now:
        passed.append(opening)
    last = passed[-1]
    behind = now - last.at
    if behind <= SILENT or (behind <= LATE and local_day(now, schedule.zone) == local_day(last.at, schedule.zone)):
        return CatchUp(tuple(passed[:-1][-MOST_MISSED:]), last, behind > SILENT, opening)
    return CatchUp(tuple(passed[-MOST_MISSED:]), None, False, opening)


def local_day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def clock_change(zone: str, before: datetime, after: datetime) -> str:
    """What the clocks of *zone* did between two instants, or ''."""
    offsets = [at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta() for at in (before, after)]
    minutes = (offsets[1] - offsets[0]) // timedelta(minutes=1)
    if not minutes:
        return ""
    hours, rest = divmod(abs(minutes), 60)
    much = " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)
    return f"clocks went {'forward' if minutes > 0 else 'back'} by {much}"


def _exists(local: datetime) -> bool:
    back = local.astimezone(UTC).astimezone(local.tzinfo)
    return back.replace(tzinfo=None) == local.replace(tzinfo=None)


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant, to the second, at which the zone's offset becomes what it is at *after*."""
    offset = after.astimezone(zone).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return datetime.fromtimestamp(high, UTC)
