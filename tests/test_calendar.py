"""Local time: one drill per scheduled local day, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.calendar import DateRange, Opening, Schedule, catch_up, clock_change, local_day, next_opening, opening_on

ZONES = sorted(available_timezones())
FIRST, LAST = date(2008, 1, 1), date(2028, 1, 1)  # twenty years, with Samoa's lost day
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVERY_DAY = frozenset(range(7))
SLOW_START = (HealthCheck.too_slow,)  # the changes of all zones are looked up once


def wall(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def walked(zone: str, day: date, at: time) -> datetime | None:
    """The oracle: look at a wall clock every minute until it shows *at* or later on *day*; None if it never shows that date."""
    wanted = datetime.combine(day, at)
    begin = datetime.combine(day, time(), UTC) - 16 * HOUR
    shown = [(begin + n * MINUTE, wall(begin + n * MINUTE, zone)) for n in range(60 * 60)]
    if all(local.date() != day for _, local in shown):
        return None
    return next(instant for instant, local in shown if local >= wanted)


def changes_of(zone: str) -> list[datetime]:
    """Every clock change of twenty years, to the minute: the first instant of the new offset."""
    found = []
    begin, end = (datetime.combine(day, time(), UTC) for day in (FIRST, LAST))
    weeks = [begin + timedelta(weeks=n) for n in range((end - begin).days // 7)]
    for low, high in pairwise(weeks):
        if low.astimezone(ZoneInfo(zone)).utcoffset() != high.astimezone(ZoneInfo(zone)).utcoffset():
            while high - low > MINUTE:
                middle = low + (high - low) // 2 // MINUTE * MINUTE
                same = middle.astimezone(ZoneInfo(zone)).utcoffset() == low.astimezone(ZoneInfo(zone)).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            found.append(high)
    return found


@cache
def kinds_of_change() -> dict[tuple[int, time, timedelta], tuple[str, datetime]]:
    """One example of every (weekday and time on the wall before, jump) that any zone had."""
    kinds: dict[tuple[int, time, timedelta], tuple[str, datetime]] = {}
    for zone in ZONES:
        for change in changes_of(zone):
            before = wall(change - MINUTE, zone) + MINUTE
            kinds.setdefault((before.weekday(), before.time(), wall(change, zone) - before), (zone, change))
    return kinds


@st.composite
def around_a_change(draw: st.DrawFn) -> tuple[str, datetime]:
    zone, change = draw(st.sampled_from(list(kinds_of_change().values())))
    return zone, change + draw(st.integers(-4320, 1440)) * MINUTE


TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))
WEEKDAYS = st.frozensets(st.integers(0, 6), min_size=1)


def test_the_oracle_sees_gaps_overlaps_half_hours_and_a_lost_day() -> None:
    jumps = {jump for _, _, jump in kinds_of_change()}
    assert {HOUR, -HOUR, HOUR / 2, -HOUR / 2, DAY} <= jumps
    assert len(kinds_of_change()) > 60


def test_every_kind_of_clock_change_opens_where_the_wall_clock_says() -> None:
    for (_, _, jump), (zone, change) in kinds_of_change().items():
        before = wall(change - MINUTE, zone) + MINUTE
        moments = {before - MINUTE, before, before + jump / 2, before + jump - MINUTE, before + jump}
        for moment in {moment.replace(second=0) for moment in moments}:
            found = opening_on(Schedule(moment.time(), zone, EVERY_DAY), moment.date())
            assert (found and found.at) == walked(zone, moment.date(), moment.time()), (zone, moment)


@settings(deadline=None, max_examples=120, suppress_health_check=SLOW_START)
@given(around_a_change(), TIMES, WEEKDAYS, st.integers(0, 3))
def test_openings_follow_each_other_as_on_the_wall(where: tuple[str, datetime], at: time, days: frozenset[int], off: int) -> None:
    zone, after = where
    today = local_day(after, zone)
    skips = (DateRange(today + off * DAY, today + (off + 1) * DAY),) if off else ()
    schedule = Schedule(at, zone, days, skips)
    near = [today + n * DAY for n in range(-1, 8)]
    expected = [(day, walked(zone, day, at)) for day in near if schedule.asks_on(day)]
    found = []
    opening = next_opening(schedule, after)
    while opening and opening.day <= near[-1]:
        found.append((opening.day, opening.at))
        opening = next_opening(schedule, opening.at)
    assert found == [(day, instant) for day, instant in expected if instant and instant > after]


@settings(deadline=None, max_examples=20)
@given(st.sampled_from(ZONES), TIMES)
def test_twenty_years_have_one_opening_for_every_day_that_exists(zone: str, at: time) -> None:
    begin = datetime.combine(FIRST, time(), UTC)
    days = {local_day(begin + n * 4 * HOUR, zone) for n in range((LAST - FIRST).days * 6)}
    schedule = Schedule(at, zone, EVERY_DAY)
    found: list[Opening] = []
    opening = next_opening(schedule, begin - DAY)
    while opening and opening.day < LAST:
        found.append(opening)
        opening = next_opening(schedule, opening.at)
    assert [one.day for one in found if one.day in days] == sorted(day for day in days if day < LAST)
    assert len({one.day for one in found}) == len(found)
    assert all(earlier.at < later.at for earlier, later in pairwise(found))


CASES = [
    # zone, local day, time, the opening in UTC, the note
    ("Europe/Berlin", "2026-03-28", "02:30", "2026-03-28T01:30Z", ""),
    ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00Z", "02:30 does not exist, opens at 03:00"),
    ("Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T01:00Z", ""),
    ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30Z", "02:30 happens twice, the first counts"),
    ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30Z", "01:30 happens twice, the first counts"),
    ("America/New_York", "2026-11-01", "02:00", "2026-11-01T07:00Z", ""),
    ("Africa/Cairo", "2026-04-24", "00:00", "2026-04-23T22:00Z", "00:00 does not exist, opens at 01:00"),
    ("Pacific/Apia", "2011-12-29", "09:00", "2011-12-29T19:00Z", ""),
    ("Pacific/Apia", "2011-12-30", "09:00", None, ""),
    ("Pacific/Apia", "2011-12-30", "00:00", None, ""),
    ("Pacific/Apia", "2011-12-31", "09:00", "2011-12-30T19:00Z", ""),
    ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30Z", "02:15 does not exist, opens at 02:30"),
    ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45Z", "01:45 happens twice, the first counts"),
    ("America/Santiago", "2026-09-06", "00:00", "2026-09-06T04:00Z", "00:00 does not exist, opens at 01:00"),
    ("America/Santiago", "2026-04-04", "23:30", "2026-04-05T02:30Z", "23:30 happens twice, the first counts"),
    ("America/Havana", "2026-03-08", "00:00", "2026-03-08T05:00Z", "00:00 does not exist, opens at 01:00"),
    ("America/Havana", "2026-11-01", "00:30", "2026-11-01T04:30Z", "00:30 happens twice, the first counts"),
    # Greenland springs forward over midnight: the Saturday's drill opens in the first minute of Sunday
    ("America/Nuuk", "2026-03-28", "23:30", "2026-03-29T01:00Z", "23:30 does not exist, opens at 00:00"),
    ("Asia/Kathmandu", "2026-03-29", "09:00", "2026-03-29T03:15Z", ""),
]


@pytest.mark.parametrize(("zone", "day", "at", "opens", "note"), CASES)
def test_known_cases(zone: str, day: str, at: str, opens: str | None, note: str) -> None:
    found = opening_on(Schedule(time.fromisoformat(at), zone, EVERY_DAY), date.fromisoformat(day))
    assert found == (Opening(date.fromisoformat(day), datetime.fromisoformat(opens), note) if opens else None)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_midnight_on_weekdays_keeps_the_monday_after_a_change(zone: str) -> None:
    schedule = Schedule(time(0), zone)
    days, after = [], datetime(2026, 1, 1, 12, tzinfo=UTC)
    while (opening := next_opening(schedule, after)) and opening.day.year == 2026:
        days.append(opening.day)
        after = opening.at
    assert days == [day for n in range(365) if (day := date(2026, 1, 1) + n * DAY).weekday() < 5 and day > date(2026, 1, 1)]


@pytest.mark.parametrize(
    ("zone", "before", "after", "said"),
    [
        ("Europe/Berlin", "2026-03-27", "2026-03-30", "clocks went forward by 1 h"),
        ("Europe/Berlin", "2026-10-24", "2026-10-25T12:00", "clocks went back by 1 h"),
        ("Australia/Lord_Howe", "2026-04-04", "2026-04-06", "clocks went back by 30 min"),
        ("Pacific/Apia", "2011-12-29", "2011-12-31", "clocks went forward by 24 h"),
        ("Europe/Berlin", "2026-03-30", "2026-04-30", ""),
    ],
)
def test_clock_changes_are_told(zone: str, before: str, after: str, said: str) -> None:
    first, last = (datetime.fromisoformat(at).replace(tzinfo=UTC) for at in (before, after))
    assert clock_change(zone, first, last) == said


def test_a_schedule_that_only_skips_has_no_opening() -> None:
    skips = (DateRange(date(2026, 1, 1), date(2036, 1, 1)),)
    assert next_opening(Schedule(skips=skips), datetime(2026, 6, 1, tzinfo=UTC)) is None


BERLIN = Schedule(time(9), "Europe/Berlin")
FRIDAY = Opening(date(2026, 11, 20), datetime(2026, 11, 20, 8, tzinfo=UTC))
LATE_EVENING = Schedule(time(23), "Europe/Berlin")
FRIDAY_NIGHT = Opening(date(2026, 11, 20), datetime(2026, 11, 20, 22, tzinfo=UTC))
BEFORE_MIDNIGHT = Schedule(time(23, 55))
FRIDAY_MIDNIGHT = Opening(date(2026, 11, 20), datetime(2026, 11, 20, 23, 55, tzinfo=UTC))
NUUK = Schedule(time(23, 30), "America/Nuuk", EVERY_DAY)
OVER_MIDNIGHT = Opening(date(2026, 3, 28), datetime(2026, 3, 29, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("schedule", "first", "behind", "opens", "late"),
    [
        (BERLIN, FRIDAY, timedelta(0), True, False),
        (BERLIN, FRIDAY, timedelta(minutes=15), True, False),
        (BERLIN, FRIDAY, timedelta(minutes=16), True, True),
        (BERLIN, FRIDAY, timedelta(hours=6), True, True),
        (BERLIN, FRIDAY, timedelta(hours=6, seconds=1), False, False),
        (LATE_EVENING, FRIDAY_NIGHT, timedelta(minutes=59), True, True),
        (LATE_EVENING, FRIDAY_NIGHT, timedelta(hours=1), False, False),
        (BEFORE_MIDNIGHT, FRIDAY_MIDNIGHT, timedelta(minutes=15), True, False),
        (NUUK, OVER_MIDNIGHT, 2 * HOUR, True, True),
    ],
)
def test_how_late_is_too_late(schedule: Schedule, first: Opening, behind: timedelta, opens: bool, late: bool) -> None:
    found = catch_up(schedule, first, first.at + behind)
    assert (found.current, found.late) == (first if opens else None, late)
    assert found.missed == (() if opens else (first,))
    assert found.following == next_opening(schedule, first.at)


@settings(deadline=None, max_examples=100, suppress_health_check=SLOW_START)
@given(around_a_change(), TIMES, WEEKDAYS, st.integers(0, 45 * 1440))
def test_after_any_absence_at_most_one_drill_opens_and_no_day_is_forgotten(
    where: tuple[str, datetime], at: time, days: frozenset[int], minutes: int
) -> None:
    zone, begin = where
    schedule = Schedule(at, zone, days)
    first = next_opening(schedule, begin)
    assert first
    now = first.at + minutes * MINUTE
    found = catch_up(schedule, first, now)
    passed, opening = [], next_opening(schedule, begin)
    while opening and opening.at <= now:
        passed.append(opening)
        opening = next_opening(schedule, opening.at)
    assert [*found.missed, *([found.current] if found.current else [])][-31:] == passed[-31:]
    assert found.following == opening
    behind = now - passed[-1].at
    today = local_day(now, zone) == local_day(passed[-1].at, zone)
    assert (found.current is not None) == (behind <= timedelta(minutes=15) or (today and behind <= 6 * HOUR))
    assert found.late == (found.current is not None and behind > timedelta(minutes=15))


def test_at_the_very_minute_of_the_next_opening_the_last_one_is_missed() -> None:
    following = next_opening(BERLIN, FRIDAY.at)
    assert following
    assert catch_up(BERLIN, FRIDAY, following.at).missed == (FRIDAY,)
    assert catch_up(BERLIN, FRIDAY, following.at).current == following


def test_a_year_away_leaves_a_month_of_missed_days() -> None:
    found = catch_up(BERLIN, FRIDAY, FRIDAY.at + 365 * DAY)
    assert len(found.missed) == 31
    assert found.missed[-1].day < date(2027, 11, 20)
