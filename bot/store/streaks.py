"""Streaks, kept per channel and learner: how long the run was on the last day that counted."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, bindparam, delete, exists, func, select, true, update

from bot.domain.drill import State
from bot.domain.standings import Streak, run
from bot.tables import drills, results, streaks

COUNTED = (State.OPEN, State.CLOSING, State.CLOSED)
OVER = (State.CLOSING, State.CLOSED)

# What every answer asks, built once: building a statement takes longer than the database does.
LAST_OVER = (
    select(drills.c.day)
    .where(drills.c.channel_id == bindparam("channel"), drills.c.daily, drills.c.state.in_(OVER))
    .order_by(drills.c.day.desc())
    .limit(1)
    .scalar_subquery()
)
THOSE = select(streaks).where(
    streaks.c.channel_id == bindparam("channel"), streaks.c.learner_id.in_(bindparam("those", expanding=True))
)
UNBROKEN = THOSE.add_columns(func.coalesce(streaks.c.last_day >= LAST_OVER, true()).label("unbroken"))


def extend(tx: Connection, channel: int, learner: int, day: date, points: int) -> None:
    """Take in that *learner* now has *points* on *day*."""
    if points <= 0:
        return
    here = (streaks.c.channel_id == channel, streaks.c.learner_id == learner)
    row = tx.execute(THOSE, {"channel": channel, "those": [learner]}).first()
    if row is None:
        first = {"channel_id": channel, "learner_id": learner, "current": 1, "best": 1, "last_day": day}
        tx.execute(streaks.insert(), first)
    elif day > row.last_day:
        current = 1 if _any_day(tx, channel, row.last_day, day, COUNTED) else row.current + 1
        tx.execute(update(streaks).where(*here).values(current=current, best=max(current, row.best), last_day=day))
    elif day < row.last_day:
        recount(tx, channel, learner)


def recount(tx: Connection, channel: int, learner: int) -> None:
    """From the results, for the rare change of the past."""
    here = (streaks.c.channel_id == channel, streaks.c.learner_id == learner)
    tx.execute(delete(streaks).where(*here))
    answered = set(
        tx.execute(
            select(results.c.day).where(results.c.channel_id == channel, results.c.learner_id == learner, results.c.points > 0)
        ).scalars()
    )
    if answered:
        current, best = run(days(tx, channel), answered)
        tx.execute(
            streaks.insert().values(channel_id=channel, learner_id=learner, current=current, best=best, last_day=max(answered))
        )


def since(tx: Connection, channel: int, day: date) -> list[int]:
    """Learners who answered after *day*."""
    found = select(streaks.c.learner_id).where(streaks.c.channel_id == channel, streaks.c.last_day > day)
    return list(tx.execute(found).scalars())


def days(tx: Connection, channel: int) -> list[date]:
    """The local days with a daily drill that counts, ascending: skipped, missed and replaced ones break nothing."""
    found = select(drills.c.day).where(drills.c.channel_id == channel, drills.c.daily, drills.c.state.in_(COUNTED))
    return list(tx.execute(found.distinct().order_by(drills.c.day)).scalars())


def of(tx: Connection, channel: int, those: Collection[int]) -> dict[int, Streak]:
    """The streaks of *those* learners: current ones end with a daily drill that closed without them."""
    return {learner: Streak() for learner in those} | {
        row.learner_id: Streak(row.current if row.unbroken else 0, row.best)
        for row in tx.execute(UNBROKEN, {"channel": channel, "those": list(those)})
    }


def _any_day(tx: Connection, channel: int, after: date, before: date, states: tuple[State, ...]) -> bool:
    between = select(drills.c.id).where(
        drills.c.channel_id == channel,
        drills.c.daily,
        drills.c.state.in_(states),
        drills.c.day > after,
        drills.c.day < before,
    )
    return bool(tx.execute(select(exists(between))).scalar())
