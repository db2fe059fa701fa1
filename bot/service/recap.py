"""The weekly recap: when it is due, and what last week came to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from bot.domain.drill import Drill
from bot.domain.grading import Hit
from bot.domain.people import Channel
from bot.domain.standings import Span, Total, ranked
from bot.service.core import Core
from bot.store import recaps, results, streaks
from bot.store.recaps import Graded

TOP = 3
CLIMB_WEEKS = 12
CLIMBERS = 10
# One day is no streak to speak of.
LEAST_STREAK = 2


@dataclass(frozen=True, slots=True)
class Climber:
    """points: what was gathered by the end of each week."""

    rank: int
    name: str
    points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Climb:
    """The board over the weeks, which are named by their Mondays; the leader first."""

    weeks: tuple[date, ...] = ()
    lines: tuple[Climber, ...] = ()


@dataclass(frozen=True, slots=True)
class Missed:
    """A key point by its label, and by how many of those who answered its question it was hit."""

    label: str
    question: str
    hits: int
    answered: int


@dataclass(frozen=True, slots=True)
class Recap:
    """Last week in a channel. Names are '' for those who asked not to be named; leavers are not in it.

    answered: how many people. improved: name and how many points more than in the week before. streak: who has the best, and
    how long it is. hardest: the question's title and its mean score.
    """

    channel: Channel
    days: Span
    answered: int
    top: tuple[tuple[int, Total], ...] = ()
    improved: tuple[str, int] | None = None
    streak: tuple[tuple[str, ...], int] | None = None
    hardest: tuple[str, float] | None = None
    missed: Missed | None = None
    climb: Climb = Climb()


def last_week(day: date) -> Span:
    monday = day - timedelta(days=day.weekday())
    return Span(monday - timedelta(days=7), monday - timedelta(days=1))


def recap(core: Core, drill: Drill) -> Recap:
    """Of the week before the one of *drill*."""
    days = last_week(drill.day)
    channel = drill.channel_id
    with core.store.read() as tx:
        week = results.sums(tx, [channel], days, leavers=False)
        before = results.sums(tx, [channel], last_week(days.first), leavers=False)
        runs = streaks.of(tx, channel, [total.learner for total in week])
        graded = recaps.graded(tx, channel, days)
        climb = _climb(tx, channel, days.first)
    return Recap(
        channel=drill.channel,
        days=days,
        answered=len(week),
        top=tuple(place for place in ranked(week)[:TOP] if place[1].points > 0),
        improved=_improved(week, before),
        streak=_longest([(total.name, runs[total.learner].current) for _, total in ranked(week)]),
        hardest=_hardest(core, graded),
        missed=_missed(core, graded),
        climb=climb,
    )


def _improved(week: Sequence[Total], before: Sequence[Total]) -> tuple[str, int] | None:
    """Of those who answered in both weeks: else whoever is new would always win."""
    known = {total.learner: total.points for total in before}
    gains = [(total.points - known[total.learner], total.name) for _, total in ranked(week) if total.learner in known]
    gain, name = max(gains, key=lambda gain: gain[0], default=(0, ""))
    return (name, gain) if gain > 0 else None


def _longest(runs: Sequence[tuple[str, int]]) -> tuple[tuple[str, ...], int] | None:
    best = max((length for _, length in runs), default=0)
    return (tuple(name for name, length in runs if length == best), best) if best >= LEAST_STREAK else None


def _hardest(core: Core, graded: Sequence[Graded]) -> tuple[str, float] | None:
    scores: dict[str, list[float]] = {}
    for one in graded:
        scores.setdefault(one.question, []).append(one.score)
    means = [(sum(some) / len(some), question) for id, some in scores.items() if (question := core.bank.get(id))]
    mean, hardest = min(means, key=lambda mean: mean[0], default=(0.0, None))
    return (hardest.name, mean) if hardest else None


def _missed(core: Core, graded: Sequence[Graded]) -> Missed | None:
    """The key point that most people missed; of equal ones that with the larger share."""
    answered: Counter[str] = Counter(one.question for one in graded)
    hits: Counter[tuple[str, str]] = Counter()
    for one in graded:
        hits.update((one.question, finding.id) for finding in one.findings if finding.hit is Hit.FULL)
    found = [
        Missed(point.label, question.name, hits[id, point.id], count)
        for id, count in answered.items()
        if (question := core.bank.get(id))
        for point in question.key_points
    ]
    worst = max(found, key=lambda one: (one.answered - one.hits, -one.answered), default=None)
    return worst if worst and worst.hits < worst.answered else None


def _climb(tx: Connection, channel: int, last: date) -> Climb:
    """Twelve weeks up to the one of *last*, without those before the channel's first answer."""
    weeks = [last - timedelta(weeks=back) for back in reversed(range(CLIMB_WEEKS))]
    places = [place for place in ranked(recaps.gathered(tx, channel, weeks)) if place[1].points > 0][:CLIMBERS]
    points = recaps.by_week(tx, channel, weeks, [total.learner for _, total in places])
    begun = min((monday for (_, monday), some in points.items() if some), default=last)
    weeks = [monday for monday in weeks if monday >= begun]
    lines = []
    for rank, total in places:
        sums = [sum(points.get((total.learner, week), 0) for week in weeks if week <= monday) for monday in weeks]
        lines.append(Climber(rank, total.name, tuple(sums)))
    return Climb(tuple(weeks), tuple(lines))
