"""What admins did: who, where, when, which verb with which words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.domain.people import Channel
from bot.store.people import channel_of
from bot.tables import audit, channels, learners

LONGEST_DETAIL = 500


@dataclass(frozen=True, slots=True)
class Deed:
    """who: the name, or the platform's id of those without one."""

    at: datetime
    channel: Channel
    who: str
    action: str
    detail: str


def record(tx: Connection, at: datetime, channel: int, learner: int, action: str, detail: str) -> None:
    tx.execute(
        audit.insert().values(at=at, channel_id=channel, learner_id=learner, action=action, detail=detail[:LONGEST_DETAIL])
    )


def listed(tx: Connection, channel: int | None = None) -> Iterator[Deed]:
    """Oldest first; of one channel, or of all."""
    found = (
        select(
            audit.c.at,
            audit.c.action,
            audit.c.detail,
            learners.c.name,
            learners.c.user,
            channels.c.platform,
            channels.c.workspace,
            channels.c.channel,
            channels.c.name.label("channel_name"),
        )
        .join(channels, audit.c.channel_id == channels.c.id)
        .join(learners, audit.c.learner_id == learners.c.id)
        .order_by(audit.c.id)
    )
    if channel is not None:
        found = found.where(audit.c.channel_id == channel)
    for row in tx.execute(found):
        yield Deed(row.at, channel_of(row), row.name or row.user, row.action, row.detail)
