"""When channels are asked: saved schedules, and claiming those that are due."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.domain.calendar import DateRange, Opening, Schedule
from bot.domain.people import Channel
from bot.domain.question import Level
from bot.store.people import channel_of
from bot.tables import channels, schedules


@dataclass(frozen=True, slots=True)
class Plan:
    """A channel's schedule with its filters. paused: the reason, None while it runs. next: the coming opening.

    close_after, ping: the channel's settings; stock: how scarce its questions were when we last looked.
    zone_unknown: the saved zone is none here; UTC stands in for it.
    """

    channel_id: int
    channel: Channel
    schedule: Schedule
    packs: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    level: Level | None = None
    paused: str | None = None
    next_at: datetime | None = None
    next_day: date | None = None
    close_after: int | None = None
    ping: str = ""
    stock: str = ""
    zone_unknown: bool = False


def get(tx: Connection, channel: int) -> Plan | None:
    return of_channels(tx, [channel]).get(channel)


def of_channels(tx: Connection, those: Collection[int]) -> dict[int, Plan]:
    """By channel; those without a schedule are missing."""
    return {row.channel_id: _plan(row) for row in tx.execute(PLANS, {"channels": list(those)})}


def listed(tx: Connection) -> list[Plan]:
    return [_plan(row) for row in tx.execute(_plans().order_by(channels.c.platform, channels.c.workspace, channels.c.channel))]


def of_workspace(tx: Connection, channel: Channel, owner: int | None = None) -> list[Plan]:
    """Of every channel in the workspace of *channel*, or of those that the learner *owner* set up."""
    found = _plans().where(channels.c.platform == channel.platform, channels.c.workspace == channel.workspace)
    if owner is not None:
        found = found.where(channels.c.owner == owner)
    return [_plan(row) for row in tx.execute(found.order_by(channels.c.name, channels.c.channel))]


def save(tx: Connection, plan: Plan) -> None:
    values = {
        "at": plan.schedule.at.strftime("%H:%M"),
        "zone": plan.schedule.zone,
        "days": "".join(str(day) for day in sorted(plan.schedule.days)),
        "skips": [[skip.first.isoformat(), skip.last.isoformat()] for skip in plan.schedule.skips],
        "packs": list(plan.packs),
        "topics": list(plan.topics),
        "level": plan.level,
        "paused": plan.paused,
        "next_at": plan.next_at,
        "next_day": plan.next_day,
    }
    changed = tx.execute(update(schedules).where(schedules.c.channel_id == plan.channel_id).values(**values))
    if changed.rowcount == 0:
        tx.execute(schedules.insert().values(channel_id=plan.channel_id, platform=plan.channel.platform, **values))


def remove(tx: Connection, channel: int) -> bool:
    return tx.execute(delete(schedules).where(schedules.c.channel_id == channel)).rowcount > 0


def due(tx: Connection, now: datetime, most: int, *, platforms: Sequence[str]) -> list[Plan]:
    """Up to *most* running schedules whose opening has come, their rows locked until the transaction ends."""
    found = (
        _plans()
        .where(schedules.c.next_at <= now, schedules.c.paused.is_(None), schedules.c.platform.in_(platforms))
        .order_by(schedules.c.next_at)
        .limit(most)
        .with_for_update(of=schedules, skip_locked=True)
    )
    return [_plan(row) for row in tx.execute(found)]


def advance(tx: Connection, moves: Sequence[tuple[int, Opening | None]]) -> None:
    """Set the coming opening of many channels at once."""
    if moves:
        moved = update(schedules).where(schedules.c.channel_id == bindparam("channel"))
        tx.execute(
            moved.values(next_at=bindparam("at_"), next_day=bindparam("day_")),
            [
                {"channel": channel, "at_": opening.at if opening else None, "day_": opening.day if opening else None}
                for channel, opening in moves
            ],
        )


def pause(tx: Connection, channel: int, reason: str | None) -> bool:
    return tx.execute(update(schedules).where(schedules.c.channel_id == channel).values(paused=reason)).rowcount > 0


def _plans() -> Any:
    return select(
        schedules,
        channels.c.close_after,
        channels.c.ping,
        channels.c.stock,
        channels.c.workspace,
        channels.c.channel,
        channels.c.name.label("channel_name"),
    ).join(channels, schedules.c.channel_id == channels.c.id)


# What every post asks, built once: building a statement takes longer than the database does.
PLANS = _plans().where(schedules.c.channel_id.in_(bindparam("channels", expanding=True)))


def _plan(row: Any) -> Plan:
    """A zone that this machine does not know must not stop the others: its channel counts as paused."""
    known = _is_known(row.zone)
    schedule = Schedule(
        at=time.fromisoformat(row.at),
        zone=row.zone if known else "UTC",
        days=frozenset(int(day) for day in row.days),
        skips=tuple(DateRange(date.fromisoformat(first), date.fromisoformat(last)) for first, last in row.skips),
    )
    return Plan(
        channel_id=row.channel_id,
        channel=channel_of(row),
        schedule=schedule,
        packs=tuple(row.packs),
        topics=tuple(row.topics),
        level=Level(row.level) if row.level else None,
        paused=row.paused if known else f"the zone {row.zone} is not known here",
        next_at=row.next_at,
        next_day=row.next_day,
        close_after=row.close_after,
        ping=row.ping,
        stock=row.stock,
        zone_unknown=not known,
    )


def _is_known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True
