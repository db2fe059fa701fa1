"""Setting, showing, pausing and removing a channel's schedule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.domain.calendar import Opening, Schedule, clock_change, next_opening
from bot.domain.drill import Asked, unasked
from bot.domain.people import Channel, Learner
from bot.errors import UserError
from bot.service import drills as drill_service
from bot.service.core import Core
from bot.store import notices, opening, people, schedules
from bot.store.notices import Kind
from bot.store.people import Settings
from bot.store.schedules import Plan


@dataclass(frozen=True, slots=True)
class Outlook:
    """A plan and its next openings; set: whether it was ever saved."""

    plan: Plan
    openings: tuple[Opening, ...]
    set: bool


def outlook(core: Core, channel: Channel, count: int = 3) -> Outlook:
    with core.store.read() as tx:
        id = people.find_channel(tx, channel)
        saved = schedules.get(tx, id) if id is not None else None
        plan = saved or Plan(id or 0, channel, Schedule(zone=core.zone))
        return Outlook(plan, tuple(openings(plan.schedule, core.clock(), count)), saved is not None)


def openings(schedule: Schedule, after: datetime, count: int) -> list[Opening]:
    """The next ones; the first after a clock change says so."""
    found: list[Opening] = []
    while len(found) < count and (opening := next_opening(schedule, after)):
        found.append(replace(opening, note=opening.note or clock_change(schedule.zone, after, opening.at)))
        after = opening.at
    return found


def save(core: Core, plan: Plan, learner: Learner | None = None) -> Outlook:
    """Store *plan* for its channel, running from now on. The first learner to do so owns the channel. Raises UserError."""
    now = core.clock()
    coming = openings(plan.schedule, now, 3)
    if not coming:
        raise UserError("With these days and skipped dates there is no drill in the next two years. Leave some days over.")
    if not drill_service.stock(core, plan):
        raise UserError("No question fits these packs, topics and level. See /drill questions for what is in stock.")
    with core.store.write() as tx:
        id = people.channel_id(tx, plan.channel)
        plan = replace(plan, channel_id=id, paused=None, next_at=coming[0].at, next_day=coming[0].day)
        schedules.save(tx, plan)
        _own(tx, id, learner)
    return Outlook(plan, tuple(coming), True)


def remove(core: Core, channel: Channel) -> bool:
    with core.store.write() as tx:
        id = people.find_channel(tx, channel)
        return id is not None and schedules.remove(tx, id)


def pause(core: Core, channel: Channel, reason: str) -> None:
    """Raises UserError when there is nothing to pause."""
    with core.store.write() as tx:
        id = people.find_channel(tx, channel)
        if id is None or not schedules.pause(tx, id, reason):
            raise UserError("There is no schedule here yet. Set one with /drill schedule.")


def resume(core: Core, channel: Channel) -> Outlook:
    """Go on from now; what fell into the pause is not made up for. Raises UserError."""
    seen = outlook(core, channel)
    if not seen.set:
        raise UserError("There is no schedule here yet. Set one with /drill schedule.")
    return save(core, seen.plan)


def hindered(core: Core, channel: Channel, lacks: Sequence[str]) -> None:
    """Tell whoever set the channel up which permissions are missing there: once a week, as long as they are."""
    now = core.clock()
    year, week, _ = now.isocalendar()
    with core.store.write() as tx:
        id = people.channel_id(tx, channel)
        notices.add(tx, id, channel, Kind.HINDERED, f"hindered-{year}-{week}", ", ".join(lacks), now)


def listed(core: Core) -> list[Plan]:
    with core.store.read() as tx:
        return schedules.listed(tx)


def of_workspace(core: Core, channel: Channel, learner: Learner, *, everyone: bool) -> list[Plan]:
    """Those of the workspace of *channel*: all, for *everyone*; else those of the channels that *learner* set up."""
    with core.store.read() as tx:
        owner = None if everyone else people.find_learner(tx, learner)
        return schedules.of_workspace(tx, channel, owner) if everyone or owner is not None else []


def settings(core: Core, channel: Channel) -> Settings:
    with core.store.read() as tx:
        id = people.find_channel(tx, channel)
        return people.settings(tx, id) if id is not None else Settings()


def change_settings(core: Core, channel: Channel, **changes: object) -> Settings:
    with core.store.write() as tx:
        id = people.channel_id(tx, channel)
        changed = replace(people.settings(tx, id), **changes)  # type: ignore[arg-type]
        people.save_settings(tx, id, changed)
        return changed


def owns(core: Core, channel: Channel, learner: Learner) -> bool:
    """Whether *learner* set the channel up."""
    with core.store.read() as tx:
        id, who = people.find_channel(tx, channel), people.find_learner(tx, learner)
        return id is not None and who is not None and people.settings(tx, id).owner == who


@dataclass(frozen=True, slots=True)
class Stock:
    """What fits a channel's filters, by topic: (topic, in stock, not asked yet). recent: the last asked, newest first."""

    rows: tuple[tuple[str, int, int], ...]
    left: int
    recent: tuple[Asked, ...]


def stock(core: Core, channel: Channel) -> Stock:
    with core.store.read() as tx:
        id = people.find_channel(tx, channel)
        plan = drill_service.plan_of(core, tx, id) if id is not None else Plan(0, channel, Schedule(zone=core.zone))
        asked = opening.asked(tx, [id])[id] if id is not None else []
    fitting = drill_service.stock(core, plan)
    topics = sorted({question.topic for question in fitting})
    by_topic = {topic: [question for question in fitting if question.topic == topic] for topic in topics}
    rows = tuple((topic, len(some), unasked(some, asked)) for topic, some in by_topic.items())
    return Stock(rows, unasked(fitting, asked), tuple(reversed(asked[-5:])))


def _own(tx: Connection, channel: int, learner: Learner | None) -> None:
    known = people.settings(tx, channel)
    if learner and known.owner is None:
        people.save_settings(tx, channel, replace(known, owner=people.learner_id(tx, learner)))
