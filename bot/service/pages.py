"""A learner's own page: `/drill me`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from bot.domain.calendar import local_day
from bot.domain.people import Channel, Learner
from bot.domain.standings import Streak
from bot.protocol import Event
from bot.service.core import Core
from bot.service.standings import zone_of
from bot.store import people, results, streaks
from bot.store.results import Played

LAST_DAYS = 30
CALENDAR_WEEKS = 12
MOST_AGAIN = 3
# Below this share of key points hit, a question is worth reading again.
READ_AGAIN = 0.5


class Topic(NamedTuple):
    """share: of the key points of *answered* drills, those that were hit; a part of one counts in part."""

    name: str
    share: float
    answered: int


@dataclass(frozen=True, slots=True)
class Page:
    """marks: for the last drill days, oldest first, the points or None where not answered.

    topics: best first. again: ids of the questions to read again, latest first; titles: what people call these.
    calendar: like marks, for every drill day of the 12 weeks that end with the week of *today*.
    """

    points: int = 0
    answered: int = 0
    average: float = 0.0
    streak: Streak = field(default_factory=Streak)
    marks: tuple[tuple[date, int | None], ...] = ()
    topics: tuple[Topic, ...] = ()
    again: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    today: date = date(1970, 1, 1)
    calendar: tuple[tuple[date, int | None], ...] = ()


def place(core: Core, event: Event) -> Channel:
    """Where it was asked; in private, the channel where the learner answered last, if they are still in it."""
    if not event.channel.is_direct:
        return event.channel
    with core.store.read() as tx:
        who = people.find_learner(tx, event.learner)
        id = results.latest_channel(tx, who) if who is not None else None
        found = people.channel(tx, id) if id is not None else event.channel
    gone = event.member_of is not None and found.channel_id not in event.member_of
    return event.channel if gone else found


def page(core: Core, channel: Channel, learner: Learner) -> Page:
    with core.store.read() as tx:
        who = people.find_learner(tx, learner)
        id = people.find_channel(tx, channel)
        if id is None or who is None:
            return Page()
        played = results.played(tx, id, who)
        days = streaks.days(tx, id)
        run = streaks.of(tx, id, [who])[who]
        today = local_day(core.clock(), zone_of(core, tx, id))
    if not played:
        return Page()
    counted = _counted(played)
    best: dict[date, int] = {}
    for drill in counted:
        best[drill.day] = max(drill.points, best.get(drill.day, 0))
    points = sum(drill.points for drill in counted)
    again = _again(played)
    return Page(
        points=points,
        answered=len(counted),
        average=points / len(counted),
        streak=run,
        marks=tuple((day, best.get(day)) for day in days[-LAST_DAYS:]),
        topics=_topics(counted),
        again=again,
        titles=tuple(question.name for id in again if (question := core.bank.get(id))),
        today=today,
        calendar=_calendar(days, best, today),
    )


def _counted(played: Sequence[Played]) -> list[Played]:
    """As the board counts: of the same question asked twice on a day only the better one."""
    best: dict[tuple[date, str], Played] = {}
    for drill in played:
        known = best.get((drill.day, drill.question))
        if known is None or drill.points > known.points:
            best[drill.day, drill.question] = drill
    return list(best.values())


def _calendar(days: Sequence[date], best: Mapping[date, int], today: date) -> tuple[tuple[date, int | None], ...]:
    """An extra drill may have been answered on a day without a daily one."""
    first = today - timedelta(days=today.weekday(), weeks=CALENDAR_WEEKS - 1)
    return tuple((day, best.get(day)) for day in sorted({*days, *best}) if first <= day <= today)


def _topics(played: Sequence[Played]) -> tuple[Topic, ...]:
    credit: dict[str, list[float]] = {}
    answered: dict[str, int] = {}
    for drill in played:
        credit.setdefault(drill.topic, []).extend(finding.credit for finding in drill.findings)
        answered[drill.topic] = answered.get(drill.topic, 0) + 1
    topics = [Topic(name, sum(found) / len(found), answered[name]) for name, found in credit.items() if found]
    return tuple(sorted(topics, key=lambda topic: (-topic.share, topic.name)))


def _again(played: Sequence[Played]) -> tuple[str, ...]:
    """By the last time each was answered: what was understood since then needs no reading."""
    latest = {drill.question: drill for drill in played}
    weak = [drill for drill in latest.values() if _share(drill) < READ_AGAIN]
    weak.sort(key=lambda drill: drill.day, reverse=True)
    return tuple(drill.question for drill in weak[:MOST_AGAIN])


def _share(drill: Played) -> float:
    return sum(finding.credit for finding in drill.findings) / len(drill.findings) if drill.findings else 1.0
