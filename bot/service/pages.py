"""A learner's own page: `/drill me`."""

from dataclasses import dataclass, field
from datetime import date

from bot.domain.people import Channel, Learner
from bot.domain.standings import Streak
from bot.service.core import Core
from bot.store import people, results, streaks

LAST_DAYS = 30
# Below this share of key points hit, a question is worth reading again.
READ_AGAIN = 0.5


@dataclass(frozen=True, slots=True)
class Page:
    """marks: for the last drill days, oldest first, the points or None where not answered.

    topics: share of key points hit by topic, best first. again: ids of the questions to read again, latest first.
    """

    points: int = 0
    answered: int = 0
    average: float = 0.0
    streak: Streak = field(default_factory=Streak)
    marks: tuple[tuple[date, int | None], ...] = ()
    topics: tuple[tuple[str, float], ...] = ()
    again: tuple[str, ...] = ()


def page(core: Core, channel: Channel, learner: Learner) -> Page:
    with core.store.read() as tx:
        id, who = people.find_channel(tx, channel), people.find_learner(tx, learner)
        if id is None or who is None:
            return Page()
        played = results.played(tx, id, who)
        days = streaks.days(tx, id)[-LAST_DAYS:]
        run = streaks.of(tx, id, [who])[who]
    if not played:
        return Page()
    best: dict[date, int] = {}
    for drill in played:
        best[drill.day] = max(drill.points, best.get(drill.day, 0))
    points = sum(drill.points for drill in played)
    return Page(
        points=points,
        answered=len(played),
        average=points / len(played),
        streak=run,
        marks=tuple((day, best.get(day)) for day in days),
        topics=_topics(played),
        again=tuple(dict.fromkeys(drill.question for drill in reversed(played) if _share(drill) < READ_AGAIN))[:3],
    )


def _topics(played: list[results.Played]) -> tuple[tuple[str, float], ...]:
    credit: dict[str, list[float]] = {}
    for drill in played:
        credit.setdefault(drill.topic, []).extend(finding.credit for finding in drill.findings)
    shares = [(topic, sum(found) / len(found)) for topic, found in credit.items() if found]
    return tuple(sorted(shares, key=lambda share: (-share[1], share[0])))


def _share(drill: results.Played) -> float:
    return sum(finding.credit for finding in drill.findings) / len(drill.findings) if drill.findings else 1.0
