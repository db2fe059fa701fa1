"""What people type for times, days, dates and zones → domain values. Every refusal is a UserError that says what to write."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

from bot.domain.calendar import DateRange
from bot.domain.question import Level
from bot.errors import UserError

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s*(?P<half>am|pm)?", re.IGNORECASE)
OFFSET = re.compile(r"(utc|gmt)?[+-]\d")
# What people call the zone that they live in, where it is no name of it.
ABBREVIATIONS = {
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "mdt": "America/Denver",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "edt": "America/New_York",
    "bst": "Europe/London",
    "cest": "Europe/Berlin",
    "eest": "Europe/Helsinki",
    "ist": "Asia/Kolkata",
    "jst": "Asia/Tokyo",
    "aest": "Australia/Sydney",
}
NICKNAMES = {
    "daily": "mon-sun",
    "every day": "mon-sun",
    "everyday": "mon-sun",
    "weekdays": "mon-fri",
    "workdays": "mon-fri",
    "weekend": "sat,sun",
    "weekends": "sat,sun",
}


def parse_time(text: str) -> time:
    """9, 9:00, 9am, 21:30, 9.30 pm."""
    found = TIME.fullmatch(text.strip())
    if found:
        hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "").lower()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        elif half:
            hour = 99
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise UserError(f"{_quoted(text)} is not a time. Write it like 9:00, 9am or 21:30.")


def parse_days(text: str) -> frozenset[int]:
    """mon-fri, mon,wed,fri, sun-thu, daily."""
    chosen: set[int] = set()
    wanted = NICKNAMES.get(text.strip().lower(), text.strip().lower())
    for part in wanted.replace(" ", ",").split(","):
        if not part:
            continue
        first, dash, last = part.replace("–", "-").partition("-")
        begin, end = _weekday(first, text), _weekday(last if dash else first, text)
        chosen |= {number % 7 for number in range(begin, end + 1 if end >= begin else end + 8)}
    if not chosen:
        raise UserError("Name at least one day, like mon-fri or mon,wed,fri.")
    return frozenset(chosen)


def parse_skips(text: str) -> tuple[DateRange, ...]:
    """2026-12-24..2026-12-31,2027-01-06; 'none' for none."""
    if text.strip().lower() in ("", "none"):
        return ()
    return tuple(_range(part) for part in text.replace(" ", ",").split(",") if part)


def parse_zone(text: str) -> str:
    """An IANA name, in any case and with blanks for underscores."""
    zones = _zones()
    wanted = text.strip().casefold().replace(" ", "_")
    if wanted in zones:
        return zones[wanted]
    meant = _zone_meant(wanted)
    hint = f"Did you mean {meant}?" if meant else "Write it like Europe/Berlin."
    offset = "Offsets know no clock changes. " if OFFSET.match(wanted) else ""
    raise UserError(f"{_quoted(text)} is not a zone. {offset}{hint}")


def _zone_meant(wanted: str) -> str:
    """The zone with that city, or the nearest one; '' where a guess would mislead."""
    cities = {name.rpartition("/")[2].casefold(): name for name in reversed(zone_names())}
    if found := ABBREVIATIONS.get(wanted) or cities.get(wanted):
        return found
    if len(wanted) < 4 or OFFSET.match(wanted):
        return ""
    whole = {name.casefold(): name for name in zone_names()}
    names = [(whole, 0.6), (cities, 0.7)] if "/" in wanted else [(cities, 0.7)]
    return next((known[close[0]] for known, least in names if (close := get_close_matches(wanted, known, 1, least))), "")


def parse_level(text: str) -> Level | None:
    """'any' lifts the filter."""
    if text.strip().lower() in ("any", "all", "none"):
        return None
    return Level(pick(text, [level.value for level in Level], "level"))


def parse_names(text: str, known: Sequence[str], what: str) -> tuple[str, ...]:
    """A list of topics or packs, separated by commas; 'any' lifts the filter."""
    if text.strip().lower() in ("any", "all", "none"):
        return ()
    return tuple(dict.fromkeys(pick(part.strip(), known, what) for part in text.split(",") if part.strip()))


def pick(text: str, known: Sequence[str], what: str) -> str:
    """*text* as one of *known*, in any case and with blanks for hyphens. Raises UserError with the nearest one."""
    wanted = text.strip().casefold().replace(" ", "-")
    for name in known:
        if name.casefold() == wanted:
            return name
    raise UserError(f"There is no {what} {_quoted(text)}. {suggestion(wanted, known)}")


def suggestion(wanted: str, known: Iterable[str]) -> str:
    """'Did you mean board?', or the whole short list."""
    names = list(known)
    close = get_close_matches(wanted, names, 1, 0.5)
    return f"Did you mean {close[0]}?" if close else f"There is: {', '.join(names[:20])}."


@cache
def zone_names() -> tuple[str, ...]:
    """Zones with a city, as people look for them, and UTC."""
    legacy = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    return ("UTC", *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(legacy)))


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def _weekday(text: str, whole: str) -> int:
    for number, name in enumerate(WEEKDAYS):
        if len(text.strip()) >= 2 and name.startswith(text.strip()):
            return number
    raise UserError(f"{_quoted(whole)} are not days. Write them like mon-fri, mon,wed,fri or daily.")


def _range(text: str) -> DateRange:
    first, _, last = text.partition("..")
    try:
        return DateRange(date.fromisoformat(first), date.fromisoformat(last or first))
    except ValueError:
        raise UserError(f"{_quoted(text)} is not a date. Write 2026-12-24 or 2026-12-24..2026-12-31.") from None


def _quoted(text: str) -> str:
    """Chat text in a sentence: one line, not long."""
    flat = " ".join(text.split())
    return f"'{flat[:40]}{'…' if len(flat) > 40 else ''}'"
