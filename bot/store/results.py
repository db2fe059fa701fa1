"""What each learner got for each drill; every change carries its totals and streaks with it, in the same transaction."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from bot.domain.drill import Drill
from bot.domain.grading import Finding
from bot.domain.standings import Span, Total
from bot.store import streaks, totals
from bot.store.drills import add_answered
from bot.store.findings import unpack
from bot.store.people import lock_learners
from bot.tables import attempts, channels, drills, learners, results

# What every answer asks, built once: building a statement takes longer than the database does.
POINTS = select(results.c.points).where(results.c.drill_id == bindparam("drill"), results.c.learner_id == bindparam("learner"))


@dataclass(frozen=True, slots=True)
class Played:
    """One drill that a learner answered, with the findings of the best attempt."""

    day: date
    topic: str
    question: str
    points: int
    findings: tuple[Finding, ...]


def keep_best(tx: Connection, drill: Drill, learner: int, points: int, attempt: int) -> None:
    """The learner's result is the best attempt's; the first one also counts the learner as having answered."""
    known = tx.execute(POINTS, {"drill": drill.id, "learner": learner}).scalar()
    if known is None:
        first = {"drill_id": drill.id, "learner_id": learner, "channel_id": drill.channel_id, "day": drill.day}
        _carry(tx, drill, learner, known, points)
        tx.execute(results.insert(), {**first, "points": points, "attempt_id": attempt})
        add_answered(tx, drill.id)
        streaks.extend(tx, drill.channel_id, learner, drill.day, points)
    elif points > known:
        set_points(tx, drill, learner, known, points, attempt)
        streaks.extend(tx, drill.channel_id, learner, drill.day, points)


def set_points(tx: Connection, drill: Drill, learner: int, before: int, points: int, attempt: int | None = None) -> None:
    """Change a result from *before* to *points*; streaks are the caller's."""
    changed: dict[str, int] = {"points": points} | ({"attempt_id": attempt} if attempt else {})
    _carry(tx, drill, learner, before, points)
    tx.execute(update(results).where(results.c.drill_id == drill.id, results.c.learner_id == learner).values(**changed))


def annul(tx: Connection, drill: Drill) -> None:
    """Nobody has points for the drill any more."""
    answered = of_drill(tx, drill.id)
    # A day that does not count any more no longer breaks the streak of those who answered after it.
    concerned = {*answered, *streaks.since(tx, drill.channel_id, drill.day)}
    lock_learners(tx, concerned)
    for learner, points in answered.items():
        set_points(tx, drill, learner, points, 0)
    for learner in sorted(concerned):
        streaks.recount(tx, drill.channel_id, learner)


def points_of(tx: Connection, drill: int, learner: int) -> int:
    return int(tx.execute(POINTS, {"drill": drill, "learner": learner}).scalar_one())


def exported(tx: Connection) -> Iterator[dict[str, Any]]:
    """Every result as one row, oldest first."""
    found = (
        select(
            channels.c.platform,
            channels.c.workspace,
            channels.c.channel,
            drills.c.day,
            drills.c.slot,
            drills.c.question,
            drills.c.state,
            learners.c.user,
            learners.c.name,
            learners.c.hidden,
            results.c.points,
            attempts.c.answered_at,
        )
        .select_from(results)
        .join(drills, results.c.drill_id == drills.c.id)
        .join(channels, results.c.channel_id == channels.c.id)
        .join(learners, results.c.learner_id == learners.c.id)
        .join(attempts, results.c.attempt_id == attempts.c.id)
        .order_by(results.c.drill_id, results.c.learner_id)
    )
    for row in tx.execute(found.execution_options(yield_per=1000)):
        yield dict(row._mapping)


def latest_channel(tx: Connection, learner: int) -> int | None:
    """Where *learner* answered last."""
    found = select(results.c.channel_id).where(results.c.learner_id == learner).order_by(results.c.day.desc())
    return tx.execute(found.limit(1)).scalar()


def of_drill(tx: Connection, drill: int) -> dict[int, int]:
    """Learner → points."""
    found = select(results.c.learner_id, results.c.points).where(results.c.drill_id == drill)
    return {row.learner_id: row.points for row in tx.execute(found)}


def workspace_channels(tx: Connection, channel: int) -> list[int]:
    own = select(channels.c.platform, channels.c.workspace).where(channels.c.id == channel).subquery()
    found = select(channels.c.id).join(own, (channels.c.platform == own.c.platform) & (channels.c.workspace == own.c.workspace))
    return list(tx.execute(found).scalars())


def sums(tx: Connection, those: Collection[int], days: Span, *, leavers: bool) -> list[Total]:
    """Over some channels and days, counted when asked: the same question on the same day counts once, the better one."""
    best = (
        select(results.c.learner_id, func.max(results.c.points).label("points"))
        .join(drills, results.c.drill_id == drills.c.id)
        .where(results.c.channel_id.in_(those), results.c.day.between(days.first, days.last))
        .group_by(results.c.learner_id, results.c.day, drills.c.question)
        .subquery()
    )
    found = (
        select(learners.c.id, learners.c.name, learners.c.hidden, func.sum(best.c.points), func.count())
        .select_from(best)
        .join(learners, best.c.learner_id == learners.c.id)
        .group_by(learners.c.id, learners.c.name, learners.c.hidden)
    )
    if not leavers:
        found = found.where(learners.c.left_at.is_(None))
    return [Total(id, "" if hidden else name, int(points), answered) for id, name, hidden, points, answered in tx.execute(found)]


def played(tx: Connection, channel: int, learner: int) -> list[Played]:
    """One learner's results in a channel, oldest first, without replaced and skipped drills."""
    found = (
        select(results.c.day, drills.c.topic, drills.c.question, results.c.points, attempts.c.findings)
        .join(drills, results.c.drill_id == drills.c.id)
        .join(attempts, results.c.attempt_id == attempts.c.id)
        .where(results.c.channel_id == channel, results.c.learner_id == learner, drills.c.state.in_(streaks.COUNTED))
        .order_by(results.c.day, results.c.drill_id)
    )
    return [Played(row.day, row.topic, row.question, row.points, unpack(row.findings)) for row in tx.execute(found)]


def _carry(tx: Connection, drill: Drill, learner: int, before: int | None, points: int) -> None:
    """Bring the totals of the channel and of the workspace along. before: None when there was no result."""
    others = totals.same_question(tx, drill.channel_id, learner, drill.day, drill.question)
    others.pop(drill.id, None)
    in_channel = _only(tx, others, drill.channel_id)
    for scope, rivals in (
        (drill.channel_id, in_channel),
        (totals.workspace_scope(tx, drill.channel_id), list(others.values())),
    ):
        best = max(rivals, default=0)
        old = max(best, before or 0)
        first = before is None and not rivals
        totals.add(tx, scope, drill.day, learner, max(best, points) - old, int(first))


def _only(tx: Connection, those: dict[int, int], channel: int) -> Sequence[int]:
    """The points of those drills that belong to *channel*."""
    if not those:
        return ()
    here = set(tx.execute(select(drills.c.id).where(drills.c.id.in_(those), drills.c.channel_id == channel)).scalars())
    return [points for drill, points in those.items() if drill in here]
