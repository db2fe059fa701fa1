"""The leaderboard, streaks and a learner's own page."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection

from bot.domain.calendar import local_day
from bot.domain.people import Channel, Learner
from bot.domain.standings import Row, Span, Streak, Total, Window, ranked, span, streak
from bot.service.core import Core
from bot.store import attempts, drills, people, results, schedules

TOP = 10


@dataclass(frozen=True, slots=True)
class Board:
    """rows: the whole table. own: the asker's row in it. today: the local day it was made on, in *zone*."""

    channel: Channel
    window: Window
    workspace: bool
    days: Span
    today: date
    zone: str
    rows: tuple[Row, ...]
    own: Row | None

    @property
    def to_next(self) -> int | None:
        """Points that the asker lacks to share the next better rank."""
        if self.own is None:
            return None
        better = [row.points for row in self.rows if row.points > self.own.points]
        return min(better) - self.own.points if better else None


def board(core: Core, channel: Channel, window: Window, learner: Learner | None = None, workspace: bool = False) -> Board:
    with core.store.read() as tx:
        id = people.find_channel(tx, channel)
        zone = zone_of(core, tx, id)
        today = local_day(core.clock(), zone)
        days = span(window, today)
        if id is None:
            return Board(channel, window, workspace, days, today, zone, (), None)
        rows = _rows(tx, id, days, today, workspace)
        asker = people.find_learner(tx, learner) if learner else None
        own = next((row for row in rows if row.learner == asker), None)
        return Board(channel, window, workspace, days, today, zone, tuple(rows), own)


def zone_of(core: Core, tx: Connection, channel: int | None) -> str:
    plan = schedules.get(tx, channel) if channel is not None else None
    return plan.schedule.zone if plan else core.zone


def streak_of(core: Core, tx: Connection, channel: int, learner: int) -> Streak:
    today = local_day(core.clock(), zone_of(core, tx, channel))
    return _streaks(tx, channel, [learner], today)[learner]


@dataclass(frozen=True, slots=True)
class Page:
    """What `/drill me` shows. marks: for the last drill days, oldest first, the points or None where not answered."""

    points: int
    answered: int
    average: float
    streak: Streak
    marks: tuple[tuple[date, int | None], ...]
    topics: tuple[tuple[str, float], ...]
    """Share of key points hit, by topic, best first."""


def page(core: Core, channel: Channel, learner: Learner, last: int = 30) -> Page:
    with core.store.read() as tx:
        id, who = people.find_channel(tx, channel), people.find_learner(tx, learner)
        if id is None or who is None:
            return Page(0, 0, 0.0, Streak(), (), ())
        played = results.played(tx, id, who)
        best: dict[date, int] = {}
        for drill in played:
            best[drill.day] = max(drill.points, best.get(drill.day, 0))
        days = drills.counted_days(tx, id)
        return Page(
            points=sum(drill.points for drill in played),
            answered=len(played),
            average=sum(drill.points for drill in played) / len(played) if played else 0.0,
            streak=streak_of(core, tx, id, who),
            marks=tuple((day, best.get(day)) for day in days[-last:]),
            topics=_topics(tx, played),
        )


def leave(core: Core, learner: Learner) -> None:
    """Who left is hidden from present standings; what they did stays in past ones."""
    with core.store.write() as tx:
        people.leave(tx, learner, core.clock())


def _rows(tx: Connection, channel: int, days: Span, today: date, workspace: bool) -> list[Row]:
    sums = results.workspace_totals if workspace else results.totals
    places = ranked(sums(tx, channel, days))
    streaks = _streaks(tx, channel, [total.learner for _, total in places], today)
    before = _ranks_before(sums(tx, channel, replace(days, last=min(days.last, today - timedelta(days=1)))), days, today)
    return [
        Row(
            rank,
            total.learner,
            total.name,
            total.points,
            total.answered,
            streaks[total.learner].current,
            before[total.learner] - rank if total.learner in before else None,
        )
        for rank, total in places
    ]


def _ranks_before(totals: list[Total], days: Span, today: date) -> dict[int, int]:
    """Yesterday's ranks; a window that began today has none."""
    return {total.learner: rank for rank, total in ranked(totals)} if days.first < today else {}


def _streaks(tx: Connection, channel: int, those: list[int], today: date) -> dict[int, Streak]:
    days = drills.counted_days(tx, channel)
    answered = results.answered_days(tx, channel, those)
    return {learner: streak(days, answered[learner], today) for learner in those}


def _topics(tx: Connection, played: list[results.Played]) -> tuple[tuple[str, float], ...]:
    credit: dict[str, list[float]] = {}
    for drill in played:
        attempt = attempts.by_id(tx, drill.attempt)
        if attempt:
            credit.setdefault(drill.topic, []).extend(finding.credit for finding in attempt.grade.findings)
    shares = [(topic, sum(found) / len(found)) for topic, found in credit.items() if found]
    return tuple(sorted(shares, key=lambda share: (-share[1], share[0])))
