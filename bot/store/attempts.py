"""Attempts and the results that follow from them, always written in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, or_, select, update

from bot.domain.drill import Attempt
from bot.domain.grading import Grade
from bot.domain.people import Channel, Learner
from bot.store.findings import pack, unpack
from bot.store.people import channel_of
from bot.store.upsert import insert_once
from bot.tables import attempts, channels, drills, learners, results

# What every answer asks and writes, built once: building a statement takes longer than the database does.
BY_EVENT = select(attempts).where(attempts.c.event_id == bindparam("event"))
OF = (
    select(attempts)
    .where(attempts.c.drill_id == bindparam("drill"), attempts.c.learner_id == bindparam("learner"))
    .order_by(attempts.c.number)
)
TOLD = update(attempts).where(attempts.c.id == bindparam("attempt")).values(told_at=bindparam("at"), leased_until=None)


@dataclass(frozen=True, slots=True)
class Unheard:
    """An attempt whose verdict was never told, with who is waiting and where."""

    attempt: int
    event_id: str
    drill: int
    learner: Learner
    channel: Channel
    origin: str
    tries: int


def by_event(tx: Connection, event_id: str) -> Attempt | None:
    return _first(tx, BY_EVENT, event=event_id)


def by_id(tx: Connection, attempt: int) -> Attempt | None:
    return _first(tx, select(attempts).where(attempts.c.id == attempt))


def of(tx: Connection, drill: int, learner: int) -> list[Attempt]:
    """One learner's attempts at one drill, in order."""
    return [_attempt(row) for row in tx.execute(OF, {"drill": drill, "learner": learner})]


def by_learner(tx: Connection, drill: int) -> list[tuple[int, str, list[Attempt]]]:
    """Learner, name and attempts in order, of everybody who answered the drill."""
    found = (
        select(attempts, learners.c.name)
        .join(learners, attempts.c.learner_id == learners.c.id)
        .where(attempts.c.drill_id == drill)
        .order_by(attempts.c.learner_id, attempts.c.number)
    )
    grouped: dict[int, tuple[int, str, list[Attempt]]] = {}
    for row in tx.execute(found):
        grouped.setdefault(row.learner_id, (row.learner_id, row.name, []))[2].append(_attempt(row))
    return list(grouped.values())


def regraded(tx: Connection, attempt: int, grade: Grade, rubric: str, grader: str) -> None:
    tx.execute(update(attempts).where(attempts.c.id == attempt).values(**_graded(grade, rubric, grader)))


def record(
    tx: Connection,
    *,
    event_id: str,
    drill: int,
    learner: int,
    number: int,
    text: str,
    grade: Grade,
    rubric: str,
    grader: str,
    answered_at: datetime,
    origin: str,
    leased_until: datetime,
) -> Attempt | None:
    """The new attempt; None when the event made one before. The lease says that whoever took it in is about to tell."""
    graded = _graded(grade, rubric, grader)
    made = insert_once(
        tx,
        attempts,
        event_id=event_id,
        drill_id=drill,
        learner_id=learner,
        number=number,
        text=text,
        answered_at=answered_at,
        origin=origin,
        leased_until=leased_until,
        **graded,
    )
    if made is None:
        return None
    kept = grade._replace(findings=unpack(graded["findings"]))
    return Attempt(made, drill, learner, number, text, kept, answered_at, told=False, origin=origin)


def told(tx: Connection, attempt: int, at: datetime) -> None:
    tx.execute(TOLD, {"attempt": attempt, "at": at})


def claim_unheard(tx: Connection, now: datetime, lease: timedelta, most: int, *, platforms: Sequence[str]) -> list[Unheard]:
    """Take attempts whose verdict nobody told and nobody is telling."""
    waiting = (
        select(attempts.c.id)
        .join(drills, attempts.c.drill_id == drills.c.id)
        .where(
            attempts.c.told_at.is_(None),
            drills.c.platform.in_(platforms),
            or_(attempts.c.leased_until.is_(None), attempts.c.leased_until <= now),
        )
        .limit(most)
        .with_for_update(of=attempts, skip_locked=True)
    )
    ids = list(tx.execute(waiting).scalars())
    if not ids:
        return []
    tx.execute(update(attempts).where(attempts.c.id.in_(ids)).values(leased_until=now + lease, tries=attempts.c.tries + 1))
    found = (
        select(
            attempts.c.id,
            attempts.c.event_id,
            attempts.c.drill_id,
            attempts.c.origin,
            attempts.c.tries,
            learners.c.user,
            learners.c.name,
            learners.c.workspace.label("learner_workspace"),
            channels.c.platform,
            channels.c.workspace,
            channels.c.channel,
            channels.c.name.label("channel_name"),
        )
        .join(learners, attempts.c.learner_id == learners.c.id)
        .join(drills, attempts.c.drill_id == drills.c.id)
        .join(channels, drills.c.channel_id == channels.c.id)
        .where(attempts.c.id.in_(ids))
        .order_by(attempts.c.id)
    )
    return [
        Unheard(
            row.id,
            row.event_id,
            row.drill_id,
            Learner(row.platform, row.learner_workspace, row.user, row.name),
            channel_of(row),
            row.origin,
            row.tries,
        )
        for row in tx.execute(found)
    ]


def put_off(tx: Connection, attempt: int, until: datetime) -> None:
    tx.execute(update(attempts).where(attempts.c.id == attempt).values(leased_until=until))


def best(tx: Connection, drill: int) -> list[tuple[str, Grade]]:
    """Name ('' of those who hide it) and grade of every learner's best attempt at a drill, best first."""
    found = (
        select(learners.c.name, learners.c.hidden, attempts)
        .select_from(results)
        .join(attempts, results.c.attempt_id == attempts.c.id)
        .join(learners, results.c.learner_id == learners.c.id)
        .where(results.c.drill_id == drill)
        .order_by(results.c.points.desc(), learners.c.name, learners.c.id)
    )
    return [("" if row.hidden else row.name, _attempt(row).grade) for row in tx.execute(found)]


def _graded(grade: Grade, rubric: str, grader: str) -> dict[str, Any]:
    """The columns that a grade fills."""
    return {
        "score": grade.score,
        "findings": pack(grade.findings),
        "misconceptions": list(grade.misconceptions),
        "notes": list(grade.notes),
        "rubric": rubric,
        "grader": grader,
    }


def _first(tx: Connection, found: Executable, **values: Any) -> Attempt | None:
    row = tx.execute(found, values).first()
    return _attempt(row) if row else None


def _attempt(row: Any) -> Attempt:
    grade = Grade(row.score, unpack(row.findings), tuple(row.misconceptions), tuple(row.notes))
    return Attempt(
        row.id, row.drill_id, row.learner_id, row.number, row.text, grade, row.answered_at, row.told_at is not None, row.origin
    )
