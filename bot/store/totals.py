"""Sums of points that are kept, not recounted: per channel and per workspace, for the week, the month and all time.

They change in the transaction that changes a result, by the difference it makes.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Executable, Integer, Select, and_, bindparam, func, select, true

from bot.domain.standings import Total, Window
from bot.store.upsert import insert_once, inserting
from bot.tables import GONE, channels, drills, learners, results, totals, workspaces

ALL_TIME = 0
# Weeks are numbered by their Monday's ordinal (about 740,000 now); months stand clear above them.
MONTHS = 10_000_000

# What every answer asks, built once: building a statement takes longer than the database does.
HERE = select(channels.c.platform, channels.c.workspace).where(channels.c.id == bindparam("channel"))
SCOPE = select(workspaces.c.id).where(
    workspaces.c.platform == bindparam("platform"), workspaces.c.workspace == bindparam("workspace")
)
_THERE = HERE.subquery()
SAME_QUESTION = (
    select(results.c.drill_id, results.c.points)
    .join(drills, results.c.drill_id == drills.c.id)
    .join(channels, results.c.channel_id == channels.c.id)
    .join(_THERE, (channels.c.platform == _THERE.c.platform) & (channels.c.workspace == _THERE.c.workspace))
    .where(
        results.c.learner_id == bindparam("learner"),
        results.c.day == bindparam("day"),
        drills.c.question == bindparam("question"),
    )
)


def _gains(*more: ColumnElement[bool]) -> Select[Any]:
    """learner_id, points, answered of one local day in some channels: the same question counts once, the better one."""
    once = (
        select(results.c.learner_id, func.max(results.c.points).label("points"))
        .join(drills, results.c.drill_id == drills.c.id)
        .where(results.c.channel_id.in_(bindparam("places", expanding=True)), results.c.day == bindparam("day"), *more)
        .group_by(results.c.learner_id, drills.c.question)
        .subquery()
    )
    sums = select(once.c.learner_id, func.sum(once.c.points).label("points"), func.count().label("answered"))
    return sums.group_by(once.c.learner_id)


# What every board asks.
_IN = totals.c.scope == bindparam("scope"), totals.c.period == bindparam("period")
_LEFT = select(learners.c.id).where(
    GONE, learners.c.platform == bindparam("platform"), learners.c.workspace == bindparam("workspace")
)
HERE_STAYED = *_IN, totals.c.learner_id.not_in(_LEFT)
_SHOWN = learners.c.name, learners.c.hidden
_STAYED = select(totals.c.points).join(learners).where(*_IN, learners.c.left_at.is_(None))
NTH = _STAYED.order_by(totals.c.points.desc()).offset(bindparam("skip", type_=Integer)).limit(1)
BEST = _STAYED.with_only_columns(totals.c.learner_id, *_SHOWN, totals.c.points, totals.c.answered).where(
    totals.c.points >= bindparam("last")
)
_mine = totals.alias("mine")
# Walked in the index, so that it ends at the first who stayed.
_BETTER = select(totals.c.points).where(*HERE_STAYED, totals.c.points > _mine.c.points).order_by(totals.c.points).limit(1)
MINE = (
    select(_mine.c.learner_id, *_SHOWN, _mine.c.points, _mine.c.answered, _BETTER.scalar_subquery())
    .join(learners, _mine.c.learner_id == learners.c.id)
    .where(_mine.c.scope == bindparam("scope"), _mine.c.period == bindparam("period"), _mine.c.learner_id == bindparam("learner"))
)
_LOWEST = bindparam("points", type_=Integer)
# The sum keeps the database from the index by points, in which it would walk past everybody to find a few.
_BY_LEARNER = *_IN, totals.c.points + 0 > _LOWEST
GAINED = _gains(results.c.learner_id.in_(bindparam("those", expanding=True)))


class Ladder(NamedTuple):
    """Where places are counted: a channel's or a workspace's sums of one period, without those who left the workspace."""

    scope: int
    period: int
    platform: str
    workspace: str


class Mine(NamedTuple):
    """A learner's total, and the lowest one above it."""

    total: Total
    better: int | None


def periods(day: date) -> tuple[int, int, int]:
    """The numbers of all time, of the day's week and of its month."""
    return ALL_TIME, week(day), month(day)


def week(day: date) -> int:
    return (day - timedelta(days=day.weekday())).toordinal()


def month(day: date) -> int:
    return MONTHS + day.year * 100 + day.month


def period(window: Window, today: date) -> int | None:
    """None for a window that is summed up when asked."""
    match window:
        case Window.WEEK:
            return week(today)
        case Window.MONTH:
            return month(today)
        case Window.ALL:
            return ALL_TIME
        case Window.TODAY:
            return None


def workspace_scope(tx: Connection, channel: int) -> int:
    """The scope of the workspace of *channel*."""
    place = dict(tx.execute(HERE, {"channel": channel}).one()._mapping)
    id = tx.execute(SCOPE, place).scalar()
    if id is None:
        insert_once(tx, workspaces, **place)
        id = tx.execute(SCOPE, place).scalar_one()
    return -int(id)


def add(tx: Connection, scope: int, day: date, learner: int, points: int, answered: int) -> None:
    """Change the sums of the day's periods by *points* and *answered*."""
    if not (points or answered):
        return
    row = {"scope": scope, "learner_id": learner, "points": points, "answered": answered}
    tx.execute(_more(tx.dialect.name), [{**row, "period": number} for number in periods(day)])


@cache
def _more(dialect: str) -> Executable:
    insert = inserting(dialect, totals)
    return insert.on_conflict_do_update(
        index_elements=["scope", "period", "learner_id"],
        set_={
            "points": totals.c.points + insert.excluded.points,
            "answered": totals.c.answered + insert.excluded.answered,
        },
    )


def same_question(tx: Connection, channel: int, learner: int, day: date, question: str) -> dict[int, int]:
    """Drill → points of what *learner* got for one question on one day anywhere in the workspace: the better one counts."""
    asked = {"channel": channel, "learner": learner, "day": day, "question": question}
    return {row.drill_id: row.points for row in tx.execute(SAME_QUESTION, asked)}


def best(tx: Connection, ladder: Ladder, count: int) -> list[Total]:
    """The first *count* places with all who share the last of them, without leavers; in no order within a tie."""
    last = tx.execute(NTH, {**ladder._asdict(), "skip": count - 1}).scalar()
    return [_total(row) for row in tx.execute(BEST, {**ladder._asdict(), "last": last or 0})]


def of(tx: Connection, ladder: Ladder, learner: int) -> Mine | None:
    row = tx.execute(MINE, {**ladder._asdict(), "learner": learner}).first()
    return Mine(_total(row), row[5]) if row else None


def gained(tx: Connection, places: Sequence[int], day: date, those: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Points and drills of one day, of the learners *those*: the same question counts once, the better one."""
    found = tx.execute(GAINED, {"places": list(places), "day": day, "those": list(those)})
    return {row.learner_id: (int(row.points), row.answered) for row in found}


def above(
    tx: Connection, ladder: Ladder, places: Sequence[int], today: date, now: Sequence[int], then: Sequence[int]
) -> tuple[list[int], list[int]]:
    """How many stand above each of the points *now*, and how many stood above each of the points *then*, before *today*.

    places: the channels whose gains of today are taken off.
    """
    marks = [*now, *then]
    if not marks:
        return [], []
    order = sorted(range(len(marks)), key=lambda n: -marks[n])
    asked = {f"mark{n}": mark for n, mark in enumerate(marks)} | {f"step{k}": marks[n] for k, n in enumerate(order)}
    days = {"points": min(marks), "places": list(places), "day": today}
    found = tx.execute(_above(len(now), len(then)), {**ladder._asdict(), **asked, **days}).one()
    everyone = dict(zip(order, accumulate(found), strict=False))
    counts = [everyone[n] - off for n, off in enumerate(found[len(marks) :])]
    return counts[: len(now)], counts[len(now) :]


@cache
def _above(now: int, then: int) -> Executable:
    """How many stand on each step down from the highest mark to the lowest, which the index by points counts alone.

    Then, for each mark, how many are to be taken off: the few above it who left, or whom only today lifted.
    """
    points = totals.c.points
    bounds = [bindparam(f"mark{n}", type_=Integer) for n in range(now + then)]
    steps = [bindparam(f"step{n}", type_=Integer) for n in range(now + then)]
    on_step = [points > steps[0], *(points.between(low + 1, high) for high, low in pairwise(steps))]
    everyone = [select(func.count()).select_from(totals).where(*_IN, where).scalar_subquery() for where in on_step]
    left = _counted([points > bound for bound in bounds]).where(*_BY_LEARNER, totals.c.learner_id.in_(_LEFT)).subquery()
    if not then:
        return select(*everyone, *left.c)
    today = _gains().subquery()
    lifted = _counted([and_(points > bound, points - today.c.points <= bound) for bound in bounds[now:]])
    lifted = lifted.select_from(today).join(totals, totals.c.learner_id == today.c.learner_id)
    risen = lifted.where(*_BY_LEARNER, totals.c.learner_id.not_in(_LEFT)).subquery()
    off = [left.c[n] + (risen.c[n - now] if n >= now else 0) for n in range(now + then)]
    return select(*everyone, *off).select_from(left.join(risen, true()))


def _counted(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    counts: list[ColumnElement[Any]] = [func.count().filter(condition).label(f"n{n}") for n, condition in enumerate(conditions)]
    return select(*counts)


def _total(row: Any) -> Total:
    return Total(row.learner_id, "" if row.hidden else row.name, int(row.points), row.answered)
