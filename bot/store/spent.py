"""Who answered an open drill and was erased since: they have no fresh attempts at it. A salted hash, until the drill is over."""

import hashlib
import secrets
from collections.abc import Collection

from sqlalchemy import Connection, delete, select

from bot.domain.drill import STILL_OPEN
from bot.domain.people import Learner
from bot.tables import attempts, drills, learners, spent


def remember(tx: Connection, those: Collection[int]) -> None:
    """Mark the open drills that the learners *those* answered; before they are erased."""
    found = (
        select(attempts.c.drill_id, learners.c.platform, learners.c.workspace, learners.c.user)
        .join(learners, attempts.c.learner_id == learners.c.id)
        .join(drills, attempts.c.drill_id == drills.c.id)
        .where(attempts.c.learner_id.in_(those), drills.c.state.in_(STILL_OPEN))
        .distinct()
    )
    for row in tx.execute(found).all():
        mark = _mark(Learner(row.platform, row.workspace, row.user), secrets.token_hex(8))
        tx.execute(spent.insert().values(drill_id=row.drill_id, mark=mark))


def has(tx: Connection, drill: int, learner: Learner) -> bool:
    marks = tx.execute(select(spent.c.mark).where(spent.c.drill_id == drill)).scalars()
    return any(mark == _mark(learner, mark.partition(":")[0]) for mark in marks)


def forget(tx: Connection) -> None:
    """Of drills that are over."""
    over = select(drills.c.id).where(drills.c.state.not_in(STILL_OPEN))
    tx.execute(delete(spent).where(spent.c.drill_id.in_(over)))


def _mark(learner: Learner, salt: str) -> str:
    who = f"{salt} {learner.platform} {learner.workspace} {learner.user_id}"
    return f"{salt}:{hashlib.sha256(who.encode()).hexdigest()}"
