"""Sums over results, for standings and personal pages."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from bot.domain.standings import Span, Total
from bot.tables import channels, drills, learners, results


@dataclass(frozen=True, slots=True)
class Played:
    """One drill that a learner answered."""

    day: date
    topic: str
    question: str
    points: int
    attempt: int


def totals(tx: Connection, channel: int, days: Span) -> list[Total]:
    """What every learner gathered in one channel."""
    return _totals(tx, [channel], days)


def workspace_channels(tx: Connection, channel: int) -> list[int]:
    own = select(channels.c.platform, channels.c.workspace).where(channels.c.id == channel).subquery()
    found = select(channels.c.id).join(own, (channels.c.platform == own.c.platform) & (channels.c.workspace == own.c.workspace))
    return list(tx.execute(found).scalars())


def workspace_totals(tx: Connection, channel: int, days: Span) -> list[Total]:
    """Over all channels of the workspace: the same question on the same day counts once, the better one."""
    best = (
        select(results.c.learner_id, func.max(results.c.points).label("points"))
        .join(drills, results.c.drill_id == drills.c.id)
        .where(results.c.channel_id.in_(workspace_channels(tx, channel)), results.c.day.between(days.first, days.last))
        .group_by(results.c.learner_id, results.c.day, drills.c.question)
        .subquery()
    )
    found = (
        select(learners.c.id, learners.c.name, func.sum(best.c.points), func.count())
        .select_from(best)
        .join(learners, best.c.learner_id == learners.c.id)
        .group_by(learners.c.id, learners.c.name)
    )
    return [Total(id, name, int(points), answered) for id, name, points, answered in tx.execute(found)]


def answered_days(tx: Connection, channel: int, those: Collection[int]) -> dict[int, set[date]]:
    """The local days on which each of *those* learners scored above 0 in the channel."""
    found = select(results.c.learner_id, results.c.day).where(
        results.c.channel_id == channel, results.c.learner_id.in_(those), results.c.points > 0
    )
    days: dict[int, set[date]] = {learner: set() for learner in those}
    for learner, day in tx.execute(found):
        days[learner].add(day)
    return days


def played(tx: Connection, channel: int, learner: int) -> list[Played]:
    """One learner's results in a channel, oldest first."""
    found = (
        select(results.c.day, drills.c.topic, drills.c.question, results.c.points, results.c.attempt_id)
        .join(drills, results.c.drill_id == drills.c.id)
        .where(results.c.channel_id == channel, results.c.learner_id == learner)
        .order_by(results.c.day, results.c.drill_id)
    )
    return [Played(*row) for row in tx.execute(found)]


def _totals(tx: Connection, those: Collection[int], days: Span) -> list[Total]:
    found = (
        select(learners.c.id, learners.c.name, func.sum(results.c.points), func.count())
        .join(learners, results.c.learner_id == learners.c.id)
        .where(results.c.channel_id.in_(those), results.c.day.between(days.first, days.last))
        .group_by(learners.c.id, learners.c.name)
    )
    return [Total(id, name, int(points), answered) for id, name, points, answered in tx.execute(found)]
