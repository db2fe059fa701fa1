"""Schedules whose time has come → planned drills; and the question of each, chosen when it is about to be posted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.domain.calendar import LATE, SILENT, Opening, catch_up, local_day
from bot.domain.drill import Asked, Drill, State, Stock, scarcity, unasked
from bot.domain.question import Question
from bot.service import drills as drill_service
from bot.service.core import Core
from bot.store import claims, drills, notices, opening, people, recaps, schedules
from bot.store.drills import New
from bot.store.notices import Kind
from bot.store.schedules import Plan


def open_due(core: Core, now: datetime, most: int, platforms: Sequence[str]) -> int:
    """Plan the drills of up to *most* channels that are due and set their next opening, in one transaction; how many were due."""
    with core.store.write() as tx:
        plans = schedules.due(tx, now, most, platforms=platforms)
        new: list[New] = []
        moves: list[tuple[int, Opening | None]] = []
        for plan in plans:
            if plan.paused is not None:
                schedules.pause(tx, plan.channel_id, plan.paused)
                continue
            assert plan.next_at is not None, "due() selects by next_at"
            assert plan.next_day is not None, "both are written together"
            found = catch_up(plan.schedule, Opening(plan.next_day, plan.next_at), now)
            new += [_missed(plan, opening) for opening in found.missed]
            if found.current:
                new.append(_new(plan, found.current, found.following, found.late))
            moves.append((plan.channel_id, found.following))
        drills.plan_many(tx, new)
        schedules.advance(tx, moves)
        return len(plans)


@dataclass(frozen=True, slots=True)
class Posting:
    """All that a post needs, gathered in the transaction that claims it.

    question: None when its pack is gone. ping: a role to notify, or ''. recap: what the drill's `recap` becomes when it opens.
    over: its day is over, so it is only looked for: an earlier claim may have posted it before it died.
    left: how many unasked questions remain; stock: how scarce they were before.
    """

    drill: Drill
    question: Question | None
    zone: str
    ping: str
    recap: str | None
    left: int
    stock: str
    over: bool = False


def claim_planned(core: Core, now: datetime, lease: timedelta, most: int, platforms: Sequence[str]) -> list[Posting]:
    """Take planned drills to post, each with its question; those for which there is none are missed."""
    with core.store.write() as tx:
        claimed = claims.claim(tx, State.PLANNED, now, lease, most, platforms=platforms)
        round_ = _Round(core, tx, claimed, now)
        postings = [posting for drill in claimed if (posting := round_.posting(drill))]
        opening.choose(tx, round_.chosen)
        return postings


class _Round:
    """What the drills of one claim need, looked up for all of them at once. chosen: drills with the questions they get."""

    def __init__(self, core: Core, tx: Connection, claimed: Sequence[Drill], now: datetime) -> None:
        channels = {drill.channel_id for drill in claimed}
        self.core, self.tx, self.now = core, tx, now
        self.chosen: list[tuple[int, Question]] = []
        self._plans = schedules.of_channels(tx, channels)
        self._asked = opening.asked(tx, channels)
        self._recaps = recaps.due(tx, claimed)

    def posting(self, drill: Drill) -> Posting | None:
        plan = self._plans.get(drill.channel_id) or drill_service.unset(self.core, self.tx, drill.channel_id)
        behind = self.now - drill.opens_at
        over = behind > LATE or (
            behind > SILENT and local_day(self.now, plan.schedule.zone) != local_day(drill.opens_at, plan.schedule.zone)
        )
        if over and drill.tries == 1:
            opening.miss(self.tx, drill.id)
            return None
        if behind > SILENT and not over:
            closes_at = self.now + timedelta(hours=plan.close_after) if plan.close_after else drill.closes_at
            drills.delay(self.tx, drill.id, closes_at)
            drill = replace(drill, late=True, closes_at=closes_at)
        drill, left = self._with_question(plan, drill)
        if drill.question == drills.UNASKED:
            opening.miss(self.tx, drill.id)
            return None
        question, recap = self.core.bank.get(drill.question), "" if drill.id in self._recaps else None
        return Posting(drill, question, plan.schedule.zone, plan.ping, recap, left, plan.stock, over)

    def _with_question(self, plan: Plan, drill: Drill) -> tuple[Drill, int]:
        """Chosen unless it was before, and how many unasked ones that leaves."""
        asked = self._asked[drill.channel_id]
        fitting = drill_service.stock(self.core, plan)
        if drill.question == drills.UNASKED:
            question = drill_service.pick(self.core, plan, fitting, asked)
            if question is None:
                return drill, 0
            self.chosen.append((drill.id, question))
            drill = replace(drill, question=question.id)
            asked.append(Asked(question.id, question.topic, question.level, question.kind, drill.day, drill.daily))
        return drill, unasked(fitting, asked)


def watch_stock(tx: Connection, posting: Posting, now: datetime) -> None:
    """Admins are told when few or no unasked questions are left: once each time the stock falls so low, however it fell."""
    stock, drill = scarcity(posting.left), posting.drill
    if stock == posting.stock or not people.save_stock(tx, drill.channel_id, stock):
        return
    if stock is Stock.NONE or posting.stock == Stock.ENOUGH:
        notices.add(tx, drill.channel_id, drill.channel, Kind.STOCK, f"stock-{drill.id}", str(posting.left), now)


def _new(plan: Plan, opening: Opening, following: Opening | None, late: bool) -> New:
    if following and not plan.close_after:
        closes_at = following.at
    else:
        closes_at = opening.at + timedelta(hours=plan.close_after or 24)
    return New(plan.channel_id, plan.channel.platform, opening.day.isoformat(), opening.day, opening.at, closes_at, late=late)


def _missed(plan: Plan, opening: Opening) -> New:
    return New(plan.channel_id, plan.channel.platform, opening.day.isoformat(), opening.day, opening.at, None, state=State.MISSED)
