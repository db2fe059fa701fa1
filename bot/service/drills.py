"""Opening, choosing, finding, replacing and skipping drills."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from bot.domain.calendar import Schedule, local_day, next_opening
from bot.domain.drill import Asked, Drill, State, choose
from bot.domain.people import Channel
from bot.domain.question import Level, Question
from bot.errors import UserError
from bot.protocol import Event
from bot.service.core import Core
from bot.store import drills, opening, people, results, schedules
from bot.store.schedules import Plan

NO_DRILL = "There is no open drill here. See /drill help for when the next one comes."


def plan_of(core: Core, tx: Connection, channel: int) -> Plan:
    """The channel's schedule, or the one it would have: nothing opens by itself then."""
    return schedules.get(tx, channel) or unset(core, tx, channel)


def unset(core: Core, tx: Connection, channel: int) -> Plan:
    """The schedule that a channel without one would have."""
    settings = people.settings(tx, channel)
    bare = Plan(channel, people.channel(tx, channel), Schedule(zone=core.zone))
    return replace(bare, close_after=settings.close_after, ping=settings.ping, stock=settings.stock)


def closing_time(plan: Plan, opens_at: datetime) -> datetime:
    """The next opening after *opens_at*, or the channel's own number of hours."""
    opening = None if plan.close_after else next_opening(plan.schedule, opens_at)
    return opening.at if opening else opens_at + timedelta(hours=plan.close_after or 24)


def open_today(core: Core, channel: Channel) -> Drill:
    """The channel's open drill; when there is none, today's is planned, schedule or not."""
    with core.store.write() as tx:
        id = people.channel_id(tx, channel)
        current = drills.latest(tx, id, State.PLANNED, State.OPEN)
        now = core.clock()
        if current and (current.closes_at is None or current.closes_at > now):
            return current
        plan = plan_of(core, tx, id)
        day = local_day(now, plan.schedule.zone)
        slot = day.isoformat() if drills.by_slot(tx, id, day.isoformat()) is None else f"now:{now.isoformat()}"
        return _planned(core, tx, plan, slot, now)


def open_extra(core: Core, channel: Channel, event_id: str, topic: str = "", level: str = "") -> Drill:
    """Another drill at once, beside the daily one; the same event always gives the same drill. Raises UserError."""
    with core.store.write() as tx:
        id = people.channel_id(tx, channel)
        slot = f"now:{event_id}"[:120]
        known = drills.by_slot(tx, id, slot)
        if known:
            return known
        plan = plan_of(core, tx, id)
        if topic:
            plan = replace(plan, topics=(topic,), packs=())
        if level:
            plan = replace(plan, level=Level(level))
        return _planned(core, tx, plan, slot, core.clock(), daily=False)


def _planned(
    core: Core, tx: Connection, plan: Plan, slot: str, now: datetime, *, daily: bool = True, day: date | None = None
) -> Drill:
    question = next_question(core, tx, plan, extra=not daily)
    if question is None:
        raise UserError("No question fits these filters. See /drill questions for what is in stock.")
    day = day or local_day(now, plan.schedule.zone)
    new = drills.New(plan.channel_id, plan.channel.platform, slot, day, now, closing_time(plan, now), question, daily=daily)
    made = drills.plan(tx, new)
    drill = drills.get(tx, made) if made else None
    assert drill is not None, "the slot was free in this transaction"
    return drill


def next_question(core: Core, tx: Connection, plan: Plan, *, extra: bool = False) -> Question | None:
    """What the channel should be asked next, by its history."""
    return pick(core, plan, stock(core, plan), opening.asked(tx, [plan.channel_id])[plan.channel_id], extra=extra)


def pick(core: Core, plan: Plan, fitting: list[Question], asked: list[Asked], *, extra: bool = False) -> Question | None:
    """The same for what was already looked up."""
    return choose(fitting, asked, f"channel {plan.channel_id}", core.bank.series, extra=extra)


def stock(core: Core, plan: Plan) -> list[Question]:
    return core.bank.stock(plan.packs, plan.topics, plan.level)


def current(core: Core, event: Event) -> Drill:
    """The drill that is meant: by its id, by the post it is about, or else the channel's open one. Raises UserError."""
    with core.store.read() as tx:
        found = find(tx, event)
    if found is None:
        raise UserError(NO_DRILL)
    return found


def find(tx: Connection, event: Event) -> Drill | None:
    """A drill id from outside counts only in its own channel, or in a private conversation on the same platform."""
    channel, about = event.channel, event.about
    if drill := event.options.get("drill", ""):
        named = drills.get(tx, int(drill)) if drill.isascii() and drill.isdigit() and len(drill) < 10 else None
        return named if named and _may_see(named.channel, channel) else None
    if channel.is_direct:
        mine = drills.open_for(tx, channel.platform, channel.workspace, channel.channel_id[1:], event.member_of)
        return next(iter(mine), None)
    id = people.find_channel(tx, channel)
    if id is None:
        return None
    if about:
        return drills.by_message(tx, id, about)
    return drills.latest(tx, id, State.OPEN) or drills.latest(tx, id, State.CLOSING, State.CLOSED)


def replace_today(core: Core, channel: Channel, event_id: str) -> Drill:
    """Another question for the open drill; attempts at the old one stay on record and count no points. Raises UserError."""
    with core.store.write() as tx:
        id = people.channel_id(tx, channel)
        again = drills.by_slot(tx, id, f"now:{event_id}"[:120])
        if again:
            return again
        old = _open(tx, id)
        _retire(tx, old, State.REPLACED, core.clock())
        return _planned(core, tx, plan_of(core, tx, id), f"now:{event_id}"[:120], core.clock(), daily=old.daily, day=old.day)


def skip_today(core: Core, channel: Channel) -> date:
    """Today's drill ends without counting, or is not opened; yesterday's is left alone. Returns the day. Raises UserError."""
    now = core.clock()
    with core.store.write() as tx:
        id = people.channel_id(tx, channel)
        plan = plan_of(core, tx, id)
        today = local_day(now, plan.schedule.zone)
        old = drills.latest(tx, id, State.OPEN)
        if old and old.day == today:
            _retire(tx, old, State.SKIPPED, now)
        elif plan.next_at and plan.next_day == today:
            skipped = drills.New(id, channel.platform, today.isoformat(), today, plan.next_at, None, state=State.SKIPPED)
            drills.plan(tx, skipped)
        elif old:
            raise UserError(f"No drill is left to skip today. The open one is that of {old.day:%a} {old.day.day} {old.day:%b}.")
        else:
            raise UserError(NO_DRILL)
        return today


def zone(core: Core, drill: Drill) -> str:
    """Where the drill's channel is."""
    with core.store.read() as tx:
        return plan_of(core, tx, drill.channel_id).schedule.zone


def question_of(core: Core, drill: Drill) -> Question:
    """Raises UserError when the question's pack is gone."""
    question = core.bank.get(drill.question)
    if question is None:
        raise UserError("This question is no longer in the bank, so it cannot be graded. An admin can use /drill replace.")
    return question


def history(core: Core, channel: Channel) -> list[Asked]:
    with core.store.read() as tx:
        id = people.find_channel(tx, channel)
        return opening.asked(tx, [id])[id] if id else []


def open_in_workspace(core: Core, event: Event) -> list[tuple[Drill, Question]]:
    """What the learner could answer now in any of their channels, newest first."""
    place, who = event.channel, event.learner
    with core.store.read() as tx:
        found = drills.open_for(tx, place.platform, place.workspace, who.user_id, event.member_of)
    return [(drill, question) for drill in found if (question := core.bank.get(drill.question))]


def listed(core: Core, channel: Channel) -> list[Drill]:
    with core.store.read() as tx:
        id = people.find_channel(tx, channel)
        return drills.listed(tx, id) if id else []


def _retire(tx: Connection, drill: Drill, state: State, now: datetime) -> None:
    """Answers at the drill stay on record and count no more."""
    if drills.lock(tx, drill.id).state is not State.OPEN:
        raise UserError(NO_DRILL)  # somebody was faster
    drills.retire(tx, drill.id, state, now)
    results.annul(tx, drill)


def _open(tx: Connection, channel: int) -> Drill:
    drill = drills.latest(tx, channel, State.OPEN)
    if drill is None:
        raise UserError(NO_DRILL)
    return drill


def _may_see(drill: Channel, asker: Channel) -> bool:
    return drill == asker or (asker.is_direct and drill.platform == asker.platform)
