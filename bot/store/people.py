"""Learners and channels: found by their platform's ids, made when first seen."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.domain.drill import ATTEMPTS, Feedback
from bot.domain.people import Channel, Learner
from bot.store.upsert import insert_once
from bot.tables import channels, learners

# Names are for display; nothing on a phone's screen needs more.
LONGEST_NAME = 80

# What every answer asks, built once: building a statement takes longer than the database does.
LEARNER = select(learners.c.id, learners.c.name, learners.c.left_at).where(
    learners.c.platform == bindparam("platform"),
    learners.c.workspace == bindparam("workspace"),
    learners.c.user == bindparam("user"),
)
LOCKED_LEARNER = LEARNER.with_for_update()
CHANNEL = select(channels.c.id).where(
    channels.c.platform == bindparam("platform"),
    channels.c.workspace == bindparam("workspace"),
    channels.c.channel == bindparam("place"),
)
SETTINGS = select(channels).where(channels.c.id == bindparam("channel"))


@dataclass(frozen=True, slots=True)
class Settings:
    """What an admin may change per channel. close_after: hours; None closes at the next opening. owner: a learner's row.

    stock: how scarce the questions were when we last looked; not for admins to change.
    """

    attempts: int = ATTEMPTS
    close_after: int | None = None
    feedback: Feedback = Feedback.SCORE
    ping: str = ""
    recap: bool = True
    owner: int | None = None
    stock: str = ""


def learner_id(tx: Connection, learner: Learner, *, lock: bool = False) -> int:
    """The row of *learner*, with the name the platform last told us. lock: until the transaction ends."""
    name = " ".join(learner.name.split())[:LONGEST_NAME]
    place = {"platform": learner.platform, "workspace": learner.workspace, "user": learner.user_id}
    known = tx.execute(LOCKED_LEARNER if lock else LEARNER, place).first()
    if known is None:
        insert_once(tx, learners, **place, name=name)
        return learner_id(tx, learner, lock=lock)
    if (name and name != known.name) or known.left_at:
        tx.execute(update(learners).where(learners.c.id == known.id).values(name=name or known.name, left_at=None))
    return int(known.id)


def lock_learners(tx: Connection, those: Collection[int]) -> None:
    """Until the transaction ends; in one order, so that two who do this never wait for each other."""
    tx.execute(select(learners.c.id).where(learners.c.id.in_(those)).order_by(learners.c.id).with_for_update()).all()


def find_learner(tx: Connection, learner: Learner) -> int | None:
    asked = {"platform": learner.platform, "workspace": learner.workspace, "user": learner.user_id}
    return tx.execute(LEARNER, asked).scalar()


def leave(tx: Connection, learner: Learner, at: datetime) -> None:
    tx.execute(
        update(learners)
        .where(
            learners.c.platform == learner.platform,
            learners.c.workspace == learner.workspace,
            learners.c.user == learner.user_id,
        )
        .values(left_at=at)
    )


def channel_id(tx: Connection, channel: Channel) -> int:
    """The row of *channel*, made with default settings when it is new."""
    known = find_channel(tx, channel)
    if known is None:
        insert_once(
            tx,
            channels,
            platform=channel.platform,
            workspace=channel.workspace,
            channel=channel.channel_id,
            name=channel.name[:LONGEST_NAME],
        )
        known = find_channel(tx, channel)
    assert known is not None
    return known


def find_channel(tx: Connection, channel: Channel) -> int | None:
    asked = {"platform": channel.platform, "workspace": channel.workspace, "place": channel.channel_id}
    return tx.execute(CHANNEL, asked).scalar()


def channel_of(row: Any) -> Channel:
    """The channel in a row that selects platform, workspace, channel and channel_name."""
    return Channel(row.platform, row.workspace, row.channel, row.channel_name)


def channel(tx: Connection, id: int) -> Channel:
    row = tx.execute(select(channels).where(channels.c.id == id)).one()
    return Channel(row.platform, row.workspace, row.channel, row.name)


def settings(tx: Connection, channel: int) -> Settings:
    row = tx.execute(SETTINGS, {"channel": channel}).one()
    return Settings(row.attempts, row.close_after, Feedback(row.feedback), row.ping, row.recap, row.owner, row.stock)


def save_settings(tx: Connection, channel: int, changed: Settings) -> None:
    tx.execute(
        update(channels)
        .where(channels.c.id == channel)
        .values(
            attempts=changed.attempts,
            close_after=changed.close_after,
            feedback=changed.feedback,
            ping=changed.ping,
            recap=changed.recap,
            owner=changed.owner,
        )
    )


def save_stock(tx: Connection, channel: int, stock: str) -> bool:
    """False when that was known."""
    changed = update(channels).where(channels.c.id == channel, channels.c.stock != stock)
    return tx.execute(changed.values(stock=stock)).rowcount == 1
