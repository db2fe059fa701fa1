"""The weekly recap: whether it is due, claiming it, and what it is made of."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, bindparam, exists, func, or_, select, update

from bot.domain.drill import Drill, State
from bot.domain.grading import Finding
from bot.domain.standings import Span, Total
from bot.store.claims import take
from bot.store.findings import unpack
from bot.store.streaks import OVER
from bot.store.totals import week
from bot.tables import RECAP_DUE, attempts, channels, drills, learners, results, totals

SETTLING = timedelta(seconds=2)
# No drill of this age is of last week.
LOOKBACK = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Graded:
    """A learner's best attempt at a drill that is over."""

    question: str
    score: float
    findings: tuple[Finding, ...]


def due(tx: Connection, opening: Sequence[Drill]) -> set[int]:
    """Ids of those that would be their week's first daily drill to open, after a week with answers, where a recap is wanted."""
    weeks = defaultdict(list)
    for drill in opening:
        weeks[drill.day - timedelta(days=drill.day.weekday())].append(drill.id)
    found: set[int] = set()
    for monday, ids in weeks.items():
        days = {"monday": monday, "sunday": monday + timedelta(days=6)}
        before = {"first": monday - timedelta(days=7), "last": monday - timedelta(days=1)}
        found.update(tx.execute(DUE, {"drills": ids, **days, **before}).scalars())
    return found


_earlier = drills.alias("earlier")
OPENED = exists().where(
    _earlier.c.channel_id == drills.c.channel_id,
    _earlier.c.day.between(bindparam("monday"), bindparam("sunday")),
    _earlier.c.daily,
    _earlier.c.opened_at.is_not(None),
    _earlier.c.id != drills.c.id,
)
ANSWERED = exists().where(
    results.c.channel_id == drills.c.channel_id, results.c.day.between(bindparam("first"), bindparam("last"))
)
# Asked before every post, so built once.
DUE = (
    select(drills.c.id)
    .join(channels, drills.c.channel_id == channels.c.id)
    .where(drills.c.id.in_(bindparam("drills", expanding=True)), drills.c.daily, channels.c.recap, ~OPENED, ANSWERED)
)


def claim(tx: Connection, now: datetime, lease: timedelta, most: int, *, platforms: Sequence[str]) -> list[Drill]:
    """Take drills whose recap is due, by a lease of its own: the drill itself may be closed meanwhile.

    A channel with a drill that is over and not closed yet waits a moment: until then streaks and key points are not settled.
    """
    free = [RECAP_DUE, drills.c.platform.in_(platforms), or_(drills.c.recap_until.is_(None), drills.c.recap_until <= now)]
    settled = []
    for drill in take(tx, free, most, recap_until=now + lease, recap_tries=drills.c.recap_tries + 1):
        if _unsettled(tx, drill, now):
            waits = update(drills).where(drills.c.id == drill.id)
            tx.execute(waits.values(recap_until=now + SETTLING, recap_tries=drills.c.recap_tries - 1))
        else:
            settled.append(drill)
    return settled


def told(tx: Connection, drill: int, message: str | None) -> None:
    """message: None when there was nothing to tell, or it was refused."""
    tx.execute(update(drills).where(drills.c.id == drill).values(recap=message, recap_until=None))


def put_off(tx: Connection, drill: int, until: datetime) -> None:
    tx.execute(update(drills).where(drills.c.id == drill).values(recap_until=until))


def graded(tx: Connection, channel: int, days: Span) -> list[Graded]:
    """Oldest first. Drills that still take answers are left out: their key points are not for telling yet."""
    found = (
        select(drills.c.question, attempts.c.score, attempts.c.findings)
        .select_from(results)
        .join(drills, results.c.drill_id == drills.c.id)
        .join(attempts, results.c.attempt_id == attempts.c.id)
        .where(results.c.channel_id == channel, results.c.day.between(days.first, days.last), drills.c.state.in_(OVER))
        .order_by(results.c.day, results.c.drill_id, results.c.learner_id)
    )
    return [Graded(row.question, row.score, unpack(row.findings)) for row in tx.execute(found)]


def gathered(tx: Connection, channel: int, weeks: Sequence[date]) -> list[Total]:
    """Each learner's points over some weeks, named by their Mondays; without leavers."""
    found = (
        select(learners.c.id, learners.c.name, learners.c.hidden, func.sum(totals.c.points), func.sum(totals.c.answered))
        .join(totals, totals.c.learner_id == learners.c.id)
        .where(totals.c.scope == channel, totals.c.period.in_([week(monday) for monday in weeks]), learners.c.left_at.is_(None))
        .group_by(learners.c.id, learners.c.name, learners.c.hidden)
    )
    return [Total(id, "" if hidden else name, int(points), int(count)) for id, name, hidden, points, count in tx.execute(found)]


def by_week(tx: Connection, channel: int, weeks: Sequence[date], those: Collection[int]) -> dict[tuple[int, date], int]:
    """(learner, Monday) → points."""
    mondays = {week(monday): monday for monday in weeks}
    found = select(totals.c.learner_id, totals.c.period, totals.c.points).where(
        totals.c.scope == channel, totals.c.period.in_(list(mondays)), totals.c.learner_id.in_(those)
    )
    return {(row.learner_id, mondays[row.period]): row.points for row in tx.execute(found)}


def _unsettled(tx: Connection, drill: Drill, now: datetime) -> bool:
    other = exists().where(
        drills.c.channel_id == drill.channel_id,
        drills.c.day.between(drill.day - LOOKBACK, drill.day),
        drills.c.state == State.OPEN,
        drills.c.closes_at <= now,
    )
    return bool(tx.execute(select(other)).scalar())
