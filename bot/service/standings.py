"""The leaderboard."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection

from bot.domain.calendar import local_day
from bot.domain.people import Channel, Learner
from bot.domain.standings import Row, Span, Total, Window, ranked, span
from bot.service.core import Core
from bot.store import people, results, schedules, streaks, totals

TOP = 10


@dataclass(frozen=True, slots=True)
class Board:
    """rows: the top, or all. own: the asker's row, in *rows* or not. to_next: points to the next better rank.

    today: the local day it was made on, in *zone*.
    """

    channel: Channel
    window: Window | None
    workspace: bool
    days: Span
    today: date
    zone: str
    rows: tuple[Row, ...] = ()
    own: Row | None = None
    to_next: int | None = None


def board(core: Core, channel: Channel, window: Window, learner: Learner | None = None, workspace: bool = False) -> Board:
    """The first ten places and the asker's own, from the kept totals."""
    with core.store.read() as tx:
        id, seen = _empty(core, tx, channel, window, workspace)
        number = totals.period(window, seen.today)
        asker = people.find_learner(tx, learner) if learner else None
        if id is None:
            return seen
        if number is None:
            return _summed(tx, id, seen, TOP, asker)
        return _from_totals(tx, id, seen, number, asker)


def whole_board(
    core: Core, channel: Channel, window: Window | None = None, days: Span | None = None, workspace: bool = False
) -> Board:
    """Every row, counted when asked: for the command line, and for any days."""
    with core.store.read() as tx:
        id, seen = _empty(core, tx, channel, window, workspace, days)
        return _summed(tx, id, seen) if id is not None else seen


def zone_of(core: Core, tx: Connection, channel: int | None) -> str:
    plan = schedules.get(tx, channel) if channel is not None else None
    return plan.schedule.zone if plan else core.zone


def leave(core: Core, learner: Learner) -> None:
    """Who left is hidden from present standings; what they did stays in past ones."""
    with core.store.write() as tx:
        people.leave(tx, learner, core.clock())


def _empty(
    core: Core, tx: Connection, channel: Channel, window: Window | None, workspace: bool, days: Span | None = None
) -> tuple[int | None, Board]:
    id = people.find_channel(tx, channel)
    zone = zone_of(core, tx, id)
    today = local_day(core.clock(), zone)
    return id, Board(channel, window, workspace, days or span(window or Window.ALL, today), today, zone)


def _summed(tx: Connection, channel: int, seen: Board, top: int | None = None, asker: int | None = None) -> Board:
    """From the results of the window's days; leavers stay in windows that are over."""
    those = results.workspace_channels(tx, channel) if seen.workspace else [channel]
    leavers = seen.days.last < seen.today
    places = ranked(results.sums(tx, those, seen.days, leavers=leavers))
    yesterday = replace(seen.days, last=min(seen.days.last, seen.today - timedelta(days=1)))
    before: dict[int, int] = {}
    if yesterday.first <= yesterday.last and not leavers:
        before = {total.learner: rank for rank, total in ranked(results.sums(tx, those, yesterday, leavers=False))}
    shown = places[:top] + [place for place in places[top:] if top and place[1].learner == asker]
    runs = streaks.of(tx, channel, [total.learner for _, total in shown])
    rows = [_row(rank, total, runs[total.learner].current, before.get(total.learner)) for rank, total in shown]
    own = next((row for row in rows if row.learner == asker), None)
    better = [total.points for _, total in places if own and total.points > own.points]
    to_next = min(better) - own.points if own and better else None
    return replace(seen, rows=tuple(rows[:top]), own=own, to_next=to_next)


def _from_totals(tx: Connection, channel: int, seen: Board, number: int, asker: int | None) -> Board:
    scope = totals.workspace_scope(tx, channel) if seen.workspace else channel
    ladder = totals.Ladder(scope, number, seen.channel.platform, seen.channel.workspace)
    top = ranked(totals.best(tx, ladder, TOP))[:TOP]
    mine = totals.of(tx, ladder, asker) if asker is not None else None
    below = [mine.total] if mine and all(total.learner != asker for _, total in top) else []
    shown = [total for _, total in top] + below
    here = results.workspace_channels(tx, channel) if seen.workspace else [channel]
    before = _points_before(tx, seen, here, shown)
    runs = streaks.of(tx, channel, [total.learner for total in shown])
    now, then = totals.above(tx, ladder, here, seen.today, [total.points for total in below], list(before.values()))
    places = top + [(count + 1, total) for count, total in zip(now, below, strict=True)]
    ranks = dict(zip(before, (count + 1 for count in then), strict=True))
    rows = [_row(rank, total, runs[total.learner].current, ranks.get(total.learner)) for rank, total in places]
    own = next((row for row in rows if row.learner == asker), None)
    to_next = mine.better - mine.total.points if mine and mine.better is not None else None
    return replace(seen, rows=tuple(rows[:TOP]), own=own, to_next=to_next)


def _points_before(tx: Connection, seen: Board, channels: Sequence[int], those: list[Total]) -> dict[int, int]:
    """What they had in the window before today, of those who had answered in it."""
    if seen.days.first >= seen.today:
        return {}
    gained = totals.gained(tx, channels, seen.today, [total.learner for total in those])
    at_once = (0, 0)
    return {
        total.learner: total.points - gained.get(total.learner, at_once)[0]
        for total in those
        if total.answered > gained.get(total.learner, at_once)[1]
    }


def _row(rank: int, total: Total, streak: int, before: int | None) -> Row:
    moved = None if before is None else before - rank
    return Row(rank, total.learner, total.name, total.points, total.answered, streak, moved)
