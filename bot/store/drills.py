"""Drills: planned, posted, counted, closed. Every step is claimed by a conditional UPDATE with a lease."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, or_, select, update

from bot.domain.drill import Drill, State
from bot.domain.people import Channel
from bot.domain.question import Question
from bot.store.people import channel_of
from bot.store.upsert import insert_many_once, insert_once
from bot.tables import channels, drills, learners, results

UNSHOWN = -1
"""The count that a post shows while it must be edited whatever the count is."""

UNASKED = ""
"""The question of a planned drill that was not chosen yet."""


@dataclass(frozen=True, slots=True)
class New:
    """A drill to be made. question: None is chosen when it is posted."""

    channel_id: int
    platform: str
    slot: str
    day: date
    opens_at: datetime
    closes_at: datetime | None
    question: Question | None = None
    state: State = State.PLANNED
    late: bool = False
    daily: bool = True

    def row(self) -> dict[str, Any]:
        asked = self.question
        return {
            "channel_id": self.channel_id,
            "platform": self.platform,
            "slot": self.slot,
            "day": self.day,
            "question": asked.id if asked else UNASKED,
            "topic": asked.topic if asked else "",
            "level": asked.level if asked else "",
            "kind": asked.kind if asked else "",
            "state": self.state,
            "opens_at": self.opens_at,
            "closes_at": self.closes_at,
            "late": self.late,
            "daily": self.daily,
        }


def plan(tx: Connection, new: New) -> int | None:
    """The new drill's id; None when its slot is taken."""
    return insert_once(tx, drills, **new.row())


def plan_many(tx: Connection, new: Sequence[New]) -> None:
    """Those whose slot is taken stay as they are."""
    if new:
        insert_many_once(tx, drills, [one.row() for one in new])


def get(tx: Connection, drill: int) -> Drill | None:
    row = tx.execute(BY_ID, {"drill": drill}).first()
    return drill_of(row) if row else None


def lock(tx: Connection, drill: int) -> Drill:
    """The drill, with its row locked until the transaction ends. Raises NoResultFound."""
    return drill_of(tx.execute(LOCKED, {"drill": drill}).one())


def by_message(tx: Connection, channel: int, message: str) -> Drill | None:
    found = query().where(drills.c.channel_id == channel, or_(drills.c.message == message, drills.c.reveal == message))
    row = tx.execute(found).first()
    return drill_of(row) if row else None


def by_slot(tx: Connection, channel: int, slot: str) -> Drill | None:
    row = tx.execute(query().where(drills.c.channel_id == channel, drills.c.slot == slot)).first()
    return drill_of(row) if row else None


def latest(tx: Connection, channel: int, *states: State) -> Drill | None:
    """The drill that opened last among those in *states*."""
    found = query().where(drills.c.channel_id == channel, drills.c.state.in_(states))
    row = tx.execute(found.order_by(drills.c.opens_at.desc(), drills.c.id.desc()).limit(1)).first()
    return drill_of(row) if row else None


def open_for(tx: Connection, platform: str, workspace: str, user: str, member_of: Collection[str] | None = None) -> list[Drill]:
    """Open drills that *user* may answer, newest first: those of the channels *member_of* and of their own conversation.

    member_of: None where it is not known; then of the workspace, and of the channels where they answered before.
    """
    known = (
        select(results.c.channel_id)
        .join(learners, results.c.learner_id == learners.c.id)
        .where(learners.c.platform == platform, learners.c.user == user)
    )
    there, own = channels.c.workspace == workspace, f"@{user}"
    if member_of is None:
        conversation = channels.c.channel.startswith("@", autoescape=True)
        reach = and_(or_(there, channels.c.id.in_(known)), or_(~conversation, channels.c.channel == own))
    else:
        # Of another workspace that they share with the bot it is not known where they are, but where they answered.
        reach = or_(and_(there, channels.c.channel.in_((*member_of, own))), and_(~there, channels.c.id.in_(known)))
    found = query().where(drills.c.state == State.OPEN, drills.c.platform == platform, reach)
    return [drill_of(row) for row in tx.execute(found.order_by(drills.c.opens_at.desc(), drills.c.id.desc()).limit(10))]


def with_attempts(tx: Connection, question: str = "", since: date | None = None) -> list[int]:
    """Ids of the drills somebody answered, oldest first; of one question, from one local day on."""
    found = select(results.c.drill_id).join(drills, results.c.drill_id == drills.c.id).distinct().order_by(results.c.drill_id)
    if question:
        found = found.where(or_(drills.c.question == question, drills.c.question.startswith(f"{question}@", autoescape=True)))
    if since:
        found = found.where(drills.c.day >= since)
    return list(tx.execute(found).scalars())


def listed(tx: Connection, channel: int, most: int = 1000) -> list[Drill]:
    """Newest first."""
    found = query().where(drills.c.channel_id == channel)
    return [drill_of(row) for row in tx.execute(found.order_by(drills.c.opens_at.desc(), drills.c.id.desc()).limit(most))]


def to_catch_up(tx: Connection, platforms: Sequence[str], since: datetime) -> list[Drill]:
    """Every posted drill that may have been answered unseen: what was said in time may still have been in hand when it closed.

    since: those that were to close before are read no more.
    """
    unread = or_(drills.c.seen_at.is_(None), drills.c.seen_at < drills.c.closes_at)
    ended = and_(drills.c.state == State.CLOSED, drills.c.closes_at >= since, unread)
    found = query().where(
        or_(drills.c.state.in_((State.OPEN, State.CLOSING)), ended),
        drills.c.platform.in_(platforms),
        drills.c.message.is_not(None),
    )
    return [drill_of(row) for row in tx.execute(found.order_by(drills.c.closes_at))]


def seen(tx: Connection, drill: int, at: datetime) -> None:
    tx.execute(update(drills).where(drills.c.id == drill).values(seen_at=at))


def delay(tx: Connection, drill: int, closes_at: datetime | None) -> None:
    """It opens late, and says so."""
    tx.execute(update(drills).where(drills.c.id == drill).values(late=True, closes_at=closes_at))


def set_fields(tx: Connection, drill: int, **values: Any) -> None:
    """Write columns of one drill and give its lease back."""
    tx.execute(update(drills).where(drills.c.id == drill).values(leased_until=None, **values))


def move(tx: Connection, drill: int, before: State, after: State, **values: Any) -> bool:
    """From state *before* to *after*, once: False when somebody else was faster."""
    moved = update(drills).where(drills.c.id == drill, drills.c.state == before)
    return tx.execute(moved.values(state=after, leased_until=None, tries=0, **values)).rowcount == 1


def retire(tx: Connection, drill: int, state: State, at: datetime) -> None:
    """End an open drill before its time."""
    tx.execute(update(drills).where(drills.c.id == drill).values(state=state, closed_at=at, leased_until=None, shown=UNSHOWN))


def put_off(tx: Connection, drill: int, until: datetime) -> None:
    """Try again at *until*."""
    tx.execute(update(drills).where(drills.c.id == drill).values(leased_until=until))


def add_answered(tx: Connection, drill: int) -> None:
    tx.execute(ANSWERED, {"drill": drill})


def query() -> Select[Any]:
    return select(drills, channels.c.workspace, channels.c.channel, channels.c.name.label("channel_name")).join(
        channels, drills.c.channel_id == channels.c.id
    )


# What every answer asks, built once: building a statement takes longer than the database does.
BY_ID = query().where(drills.c.id == bindparam("drill"))
LOCKED = BY_ID.with_for_update(of=drills)
ANSWERED = update(drills).where(drills.c.id == bindparam("drill")).values(answered=drills.c.answered + 1)


def drill_of(row: Any) -> Drill:
    channel: Channel = channel_of(row)
    return Drill(
        id=row.id,
        channel_id=row.channel_id,
        channel=channel,
        slot=row.slot,
        day=row.day,
        question=row.question,
        state=State(row.state),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        message=row.message or "",
        reveal=row.reveal or "",
        answered=row.answered,
        shown=row.shown,
        daily=row.daily,
        late=row.late,
        tries=row.tries,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        seen_at=row.seen_at,
        recap_tries=row.recap_tries,
    )
