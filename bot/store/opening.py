"""From planned to open: what a channel was asked before, the choice, the post."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.drill import Asked, State
from bot.domain.question import Question
from bot.store.drills import UNASKED
from bot.tables import drills

# What every post asks and writes, built once: building a statement takes longer than the database does.
CHOSEN = (
    update(drills)
    .where(drills.c.id == bindparam("drill"))
    .values({name: bindparam(name) for name in ("question", "topic", "level", "kind")})
)
ASKED = (
    select(drills.c.channel_id, drills.c.question, drills.c.topic, drills.c.level, drills.c.kind, drills.c.day, drills.c.daily)
    .where(drills.c.channel_id.in_(bindparam("channels", expanding=True)), drills.c.question != UNASKED)
    .order_by(drills.c.opens_at, drills.c.id)
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


def asked(tx: Connection, channels: Collection[int]) -> defaultdict[int, list[Asked]]:
    """What each channel was asked, oldest first."""
    found: defaultdict[int, list[Asked]] = defaultdict(list)
    for row in tx.execute(ASKED, {"channels": list(channels)}):
        found[row.channel_id].append(Asked(row.question, row.topic, row.level, row.kind, row.day, row.daily))
    return found


def choose(tx: Connection, chosen: Sequence[tuple[int, Question]]) -> None:
    """Write the questions of drills."""
    if chosen:
        tx.execute(
            CHOSEN,
            [
                {"drill": drill, "question": asked.id, "topic": asked.topic, "level": asked.level, "kind": asked.kind}
                for drill, asked in chosen
            ],
        )


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
