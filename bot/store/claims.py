"""Taking drills to act on: rows that nobody holds, with a lease, so that a dead holder's come back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select, update

from bot.domain.drill import Drill, State
from bot.store import drills as drill_rows
from bot.tables import STALE, drills


def claim(
    tx: Connection,
    state: State,
    now: datetime,
    lease: timedelta,
    most: int,
    *,
    platforms: Sequence[str],
    due: bool = False,
) -> list[Drill]:
    """Take up to *most* drills in *state* that nobody holds, for *lease*; with *due*, only those past their closing time.

    tries counts the claims: above 1 an earlier one may have acted before it died.
    """
    free = [drills.c.state == state, drills.c.platform.in_(platforms), unleased(now)]
    if due:
        free.append(drills.c.closes_at <= now)
    return take(tx, free, most, leased_until=now + lease, tries=drills.c.tries + 1)


def claim_counts(
    tx: Connection, now: datetime, pause: timedelta, lease: timedelta, most: int, *, platforms: Sequence[str]
) -> list[Drill]:
    """Take drills whose post shows an old count, or that they are open though they ended; each at most once in *pause*."""
    stale = [
        drills.c.state.in_((State.OPEN, State.CLOSED, State.REPLACED, State.SKIPPED)),
        STALE,
        drills.c.platform.in_(platforms),
        or_(drills.c.shown_at.is_(None), drills.c.shown_at <= now - pause),
        unleased(now),
    ]
    return take(tx, stale, most, shown_at=now, leased_until=now + lease)


def unleased(now: datetime) -> ColumnElement[bool]:
    """That nobody holds the drill."""
    return or_(drills.c.leased_until.is_(None), drills.c.leased_until <= now)


def take(tx: Connection, free: Sequence[ColumnElement[bool]], most: int, **values: Any) -> list[Drill]:
    """Write *values* to the oldest *most* of the *free* rows; those another process holds are passed over, not waited for."""
    oldest = drills.c.opens_at, drills.c.id
    free_ids = select(drills.c.id).where(*free).order_by(*oldest).limit(most)
    ids = list(tx.execute(free_ids.with_for_update(of=drills, skip_locked=True)).scalars())
    if not ids:
        return []
    tx.execute(update(drills).where(drills.c.id.in_(ids)).values(**values))
    return [drill_rows.drill_of(row) for row in tx.execute(drill_rows.query().where(drills.c.id.in_(ids)).order_by(*oldest))]
