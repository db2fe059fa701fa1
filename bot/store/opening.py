"""From planned to open: what a channel was asked before, the choice, the post."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.drill import Asked, State
from bot.domain.question import Question
from bot.store.drills import UNASKED
from bot.tables import drills

# More than any bank holds: what was asked before that may come again anyway.
ASKED_MOST = 1000

# What every post asks and writes, built once: building a statement takes longer than the database does.
CHOSEN = (
    update(drills)
    .where(drills.c.id == bindparam("drill"))
    .values({name: bindparam(name) for name in ("question", "topic", "level", "kind")})
)
ASKED = (
    select(drills.c.question, drills.c.topic, drills.c.level, drills.c.kind, drills.c.day, drills.c.daily)
    .where(drills.c.channel_id == bindparam("channel"), drills.c.question != UNASKED)
    .order_by(drills.c.opens_at.desc(), drills.c.id.desc())
    .limit(ASKED_MOST)
)
MISSED = (
    update(drills)
    .where(drills.c.id == bindparam("drill"), drills.c.state == State.PLANNED)
    .values(state=State.MISSED, question=UNASKED, topic="", level="", kind="", leased_until=None, tries=0)
)
OPENED = (
    update(drills)
    .where(drills.c.id == bindparam("drill"), drills.c.state == State.PLANNED)
    .values(state=State.OPEN, message=bindparam("message_"), opened_at=bindparam("at"), recap=bindparam("recap_"))
    .values(leased_until=None, tries=0)
)


def asked(tx: Connection, channel: int) -> list[Asked]:
    """What the channel was asked, oldest first."""
    rows = tx.execute(ASKED, {"channel": channel}).all()
    return [Asked(row.question, row.topic, row.level, row.kind, row.day, row.daily) for row in reversed(rows)]


def choose(tx: Connection, drill: int, question: Question) -> None:
    asked = {"question": question.id, "topic": question.topic, "level": question.level, "kind": question.kind}
    tx.execute(CHOSEN, {"drill": drill, **asked})


@dataclass(frozen=True, slots=True)
class Opened:
    """A planned drill that was posted as *message*."""

    drill: int
    message: str
    at: datetime
    recap: str | None


def opened(tx: Connection, posted: Sequence[Opened]) -> None:
    """From planned to open, many at once; those that somebody else moved meanwhile stay as they are."""
    rows = [{"drill": one.drill, "message_": one.message, "at": one.at, "recap_": one.recap} for one in posted]
    tx.execute(OPENED, rows)


def miss(tx: Connection, drill: int) -> None:
    """A planned drill is not posted any more; its question was not asked, and is asked later."""
    tx.execute(MISSED, {"drill": drill})
