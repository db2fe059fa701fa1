"""Sums of points that are kept, not recounted: per channel and per workspace, for the week, the month and all time.

They change in the transaction that changes a result, by the difference it makes.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Executable, Select, Subquery, bindparam, func, select

from bot.domain.standings import Total, Window
from bot.store.upsert import insert_once, inserting
from bot.tables import channels, drills, learners, results, totals, workspaces

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


def best(tx: Connection, scope: int, number: int, count: int) -> list[Total]:
    """The first *count* places with all who share the last of them, without leavers; in no order within a tie."""
    here = (totals.c.scope == scope, totals.c.period == number, learners.c.left_at.is_(None))
    those = select(totals.c.points).join(learners).where(*here).order_by(totals.c.points.desc())
    last = tx.execute(those.offset(count - 1).limit(1)).scalar()
    columns = totals.c.learner_id, learners.c.name, learners.c.hidden, totals.c.points, totals.c.answered
    found = select(*columns).join(learners, totals.c.learner_id == learners.c.id).where(*here)
    if last is not None:
        found = found.where(totals.c.points >= last)
    return [_total(row) for row in tx.execute(found)]


def of(tx: Connection, scope: int, number: int, learner: int, gone: Select[int]) -> Mine | None:
    mine, others = totals.alias("mine"), totals.c
    # Walked in the index, so that it ends at the first who stayed.
    better = select(others.points).where(*_beyond(scope, number, mine.c.points, gone)).order_by(others.points).limit(1)
    found = (
        select(mine.c.learner_id, learners.c.name, learners.c.hidden, mine.c.points, mine.c.answered, better.scalar_subquery())
        .join(learners, mine.c.learner_id == learners.c.id)
        .where(mine.c.scope == scope, mine.c.period == number, mine.c.learner_id == learner)
    )
    row = tx.execute(found).first()
    return Mine(_total(row), row[5]) if row else None


def gains(places: Sequence[int], day: date, those: Sequence[int] | None = None) -> Subquery:
    """learner_id, points, answered of one local day in the channels *places*: the same question counts once, the better one.

    those: the learners asked for; None for all.
    """
    found = (
        select(results.c.learner_id, func.max(results.c.points).label("points"))
        .join(drills, results.c.drill_id == drills.c.id)
        .where(results.c.channel_id.in_(places), results.c.day == day)
        .group_by(results.c.learner_id, drills.c.question)
    )
    once = (found if those is None else found.where(results.c.learner_id.in_(those))).subquery()
    return (
        select(once.c.learner_id, func.sum(once.c.points).label("points"), func.count().label("answered"))
        .group_by(once.c.learner_id)
        .subquery()
    )


def gained(tx: Connection, places: Sequence[int], day: date, those: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Points and drills of one day, of the learners *those*."""
    today = gains(places, day, those)
    return {row.learner_id: (int(row.points), row.answered) for row in tx.execute(select(today))}


def above(
    tx: Connection, scope: int, number: int, today: Subquery, marks: Sequence[tuple[int, int]], gone: Select[int]
) -> list[tuple[int, int]]:
    """For each of *marks*, points now and before *today*: how many stand above it now, and how many stood above it before.

    Without *gone*; one walk in the index for all of them, down to the lowest.
    """
    if not marks:
        return []
    before = totals.c.points - func.coalesce(today.c.points, 0)
    counts = [
        func.count().filter(side > mark) for marked in marks for side, mark in zip((totals.c.points, before), marked, strict=True)
    ]
    found = (
        select(*counts)
        .select_from(totals)
        .outerjoin(today, totals.c.learner_id == today.c.learner_id)
        .where(*_beyond(scope, number, min(map(min, marks)), gone))
    )
    told = tx.execute(found).one()
    return list(zip(told[::2], told[1::2], strict=True))


def _beyond(scope: int, number: int, points: int | ColumnElement[int], gone: Select[int]) -> tuple[ColumnElement[bool], ...]:
    return totals.c.scope == scope, totals.c.period == number, totals.c.points > points, totals.c.learner_id.not_in(gone)


def _total(row: Any) -> Total:
    return Total(row.learner_id, "" if row.hidden else row.name, int(row.points), row.answered)
