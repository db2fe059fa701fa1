"""Is there anything to do? One statement, every part of it answered by an index."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, Connection, and_, bindparam, exists, or_, select

from bot.domain.drill import State
from bot.tables import RECAP_DUE, STALE, UNHEARD, attempts, drills, notices, schedules


def _lanes() -> dict[str, ColumnElement[bool]]:
    now: BindParameter[datetime] = bindparam("now")
    platforms: BindParameter[str] = bindparam("platforms", expanding=True)
    here = drills.c.platform.in_(platforms)
    free = or_(drills.c.leased_until.is_(None), drills.c.leased_until <= now)
    over = and_(drills.c.state == State.OPEN, drills.c.closes_at <= now)
    long_ago = or_(drills.c.shown_at.is_(None), drills.c.shown_at <= bindparam("paused"))
    return {
        "open": exists().where(schedules.c.next_at <= now, schedules.c.paused.is_(None), schedules.c.platform.in_(platforms)),
        "post": exists().where(drills.c.state == State.PLANNED, here, free),
        "count": exists().where(STALE, here, free, long_ago),
        "tell": exists().where(
            attempts.c.told_at.is_(None),
            or_(attempts.c.leased_until.is_(None), attempts.c.leased_until <= now),
            attempts.c.drill_id == drills.c.id,
            here,
        ),
        "close": or_(exists().where(over, here, free), exists().where(drills.c.state == State.CLOSING, here, free)),
        "recap": exists().where(RECAP_DUE, here, or_(drills.c.recap_until.is_(None), drills.c.recap_until <= now)),
        "notice": exists().where(
            UNHEARD,
            notices.c.platform.in_(platforms),
            or_(notices.c.leased_until.is_(None), notices.c.leased_until <= now),
        ),
    }


# Built once: every tick asks it, and building takes longer than the database does.
LANES = _lanes()
LOOK = select(*(condition.label(name) for name, condition in LANES.items()))


def pending(tx: Connection, now: datetime, pause: timedelta, platforms: Sequence[str]) -> set[str]:
    """The lanes with work: open, post, count, tell, close, recap, notice."""
    row = tx.execute(LOOK, {"now": now, "paused": now - pause, "platforms": list(platforms)}).one()
    return {name for name, found in zip(LANES, row, strict=True) if found}
