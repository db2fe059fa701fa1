"""What admins are to be told. It is written with the change that it tells of, and told later: a crash between loses nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, or_, select, update

from bot.domain.people import Channel, Learner
from bot.store.people import channel_of
from bot.store.upsert import insert_once
from bot.tables import channels, learners, notices


class Kind(StrEnum):
    """STOCK: few unasked questions are left. PAUSED: drills cannot be posted. HINDERED: a permission is missing."""

    STOCK = "stock"
    PAUSED = "paused"
    HINDERED = "hindered"


@dataclass(frozen=True, slots=True)
class Notice:
    """detail: how many are left, the reason, or the permission. owner: who set the channel up, if anybody did in chat."""

    id: int
    channel: Channel
    kind: Kind
    detail: str
    made_at: datetime
    tries: int
    owner: Learner | None


def add(tx: Connection, id: int, channel: Channel, kind: Kind, slot: str, detail: str, at: datetime) -> None:
    """Once in a channel, whose row is *id*, for each *slot*."""
    place = {"channel_id": id, "platform": channel.platform}
    insert_once(tx, notices, **place, kind=kind, slot=slot, detail=detail, made_at=at, tries=0)


def claim(tx: Connection, now: datetime, lease: timedelta, most: int, *, platforms: Sequence[str]) -> list[Notice]:
    """Take up to *most* that nobody tells; tries counts the claims: above 1 it may have been told before."""
    free = (
        select(notices.c.id)
        .where(
            notices.c.told_at.is_(None),
            notices.c.platform.in_(platforms),
            or_(notices.c.leased_until.is_(None), notices.c.leased_until <= now),
        )
        .order_by(notices.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = list(tx.execute(free).scalars())
    if not ids:
        return []
    tx.execute(update(notices).where(notices.c.id.in_(ids)).values(leased_until=now + lease, tries=notices.c.tries + 1))
    return _listed(tx, ids)


def told(tx: Connection, notice: int, at: datetime) -> None:
    tx.execute(update(notices).where(notices.c.id == notice).values(told_at=at, leased_until=None))


def put_off(tx: Connection, notice: int, until: datetime) -> None:
    tx.execute(update(notices).where(notices.c.id == notice).values(leased_until=until))


def _listed(tx: Connection, ids: Sequence[int]) -> list[Notice]:
    places = (channels.c.workspace, channels.c.channel, channels.c.name.label("channel_name"))
    owner = (learners.c.workspace.label("home"), learners.c.user, learners.c.name.label("owner_name"))
    found = (
        select(notices, *places, *owner)
        .join(channels, notices.c.channel_id == channels.c.id)
        .outerjoin(learners, channels.c.owner == learners.c.id)
        .where(notices.c.id.in_(ids))
        .order_by(notices.c.id)
    )
    return [
        Notice(
            id=row.id,
            channel=channel_of(row),
            kind=Kind(row.kind),
            detail=row.detail,
            made_at=row.made_at,
            tries=row.tries,
            owner=Learner(row.platform, row.home, row.user, row.owner_name) if row.user else None,
        )
        for row in tx.execute(found)
    ]
