"""Windows, ranks, streaks; and the leaderboard against one that is recounted from everything that happened."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import Schedule
from bot.domain.drill import Drill, State, worth
from bot.domain.people import Channel, Learner
from bot.domain.standings import Span, Total, Window, ranked, run, span
from bot.protocol import ANSWER
from bot.service import answers, drills, schedules, standings
from bot.service.core import Core
from bot.service.standings import Board
from bot.store import Store
from bot.store.schedules import Plan
from tests.builders import ADA, CHANNEL, FULL, GRACE, HALF, PRECISION, Clock, Events, bank, moved, opened

DAY = timedelta(days=1)
DATES = st.dates(date(2000, 1, 1), date(2060, 1, 1))


@given(DATES)
def test_windows_hold_today_and_end_with_their_period(today: date) -> None:
    week, month, whole = span(Window.WEEK, today), span(Window.MONTH, today), span(Window.ALL, today)
    assert span(Window.TODAY, today) == Span(today, today)
    assert (week.first.weekday(), week.last - week.first) == (0, 6 * DAY)
    assert month.first.day == (month.last + DAY).day == 1
    assert (month.first.year, month.first.month) == (today.year, today.month) == (month.last.year, month.last.month)
    assert all(one.first <= today <= one.last for one in (week, month, whole))


TOTALS = st.lists(st.tuples(st.sampled_from(["ada", "Ada", "bob", "Zoë", ""]), st.integers(0, 4)), max_size=12).map(
    lambda rows: [Total(number, name, points, 1) for number, (name, points) in enumerate(rows)]
)


@given(TOTALS)
def test_ranks_are_shared_by_equals_who_stand_by_name(totals: list[Total]) -> None:
    places = ranked(totals)
    assert sorted(total.learner for _, total in places) == sorted(total.learner for total in totals)
    assert all(rank == 1 + sum(other.points > total.points for other in totals) for rank, total in places)
    keys = [(rank, total.name.casefold(), total.learner) for rank, total in places]
    assert keys == sorted(keys)


def test_one_one_three() -> None:
    totals = [Total(1, "Alan", 5, 1), Total(2, "grace", 9, 1), Total(3, "Ada", 9, 1)]
    assert [(rank, total.name) for rank, total in ranked(totals)] == [(1, "Ada"), (1, "grace"), (3, "Alan")]


def naive_run(days: Sequence[date], answered: set[date]) -> tuple[int, int]:
    marks = "".join("x" if day in answered else "." for day in sorted({*days, *answered}))
    runs = [len(part) for part in marks.split(".") if part]
    return (runs[-1], max(runs)) if runs else (0, 0)


@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
def test_a_run_is_of_drill_days_that_were_answered(days: set[int], answered: set[int]) -> None:
    first = date(2026, 11, 1)
    drill_days, answered_days = sorted(first + day * DAY for day in days), {first + day * DAY for day in answered}
    assert run(drill_days, answered_days) == naive_run(drill_days, answered_days)


OTHER = Channel("console", "local", "other", "other")
FAR = Channel("console", "elsewhere", "terminal", "far")
CROWD = [ADA, GRACE, Learner("console", "local", "eve", "Eve"), Learner("console", "local", "bob", "bob")]
TEXTS = [FULL, HALF, "It matters when a false alarm is expensive.", "no idea at all"]
QUESTIONS = [replace(PRECISION, id=f"question-{number}") for number in range(3)]


@dataclass
class History:
    """What happened, as a naive person would write it down."""

    core: Core
    clock: Clock
    says: Events
    drills: dict[int, Drill] = field(default_factory=dict)
    points: dict[tuple[int, str], int] = field(default_factory=dict)

    def open(self, channel: Channel) -> Drill:
        drill = opened(self.core, channel)
        self.drills[drill.id] = drill
        return drill

    def answer(self, drill: Drill, learner: Learner, text: str) -> None:
        verdict = answers.answer(
            self.core, self.says(ANSWER, text, learner=learner, channel=drill.channel, options={"drill": str(drill.id)})
        )
        assert verdict
        self.points[drill.id, learner.name] = worth(verdict.best, verdict.question.kind)

    def end(self, drill: Drill, state: State) -> None:
        if state is State.SKIPPED:
            drills.skip_today(self.core, drill.channel)
            self.points |= {key: 0 for key in self.points if key[0] == drill.id}
        else:
            moved(self.core, drill, state)
        self.drills[drill.id] = replace(drill, state=state)

    def totals(self, channels: Sequence[Channel], days: Span) -> list[Total]:
        best: dict[str, dict[tuple[date, str], int]] = defaultdict(dict)
        for (id, name), points in self.points.items():
            drill = self.drills[id]
            if drill.channel in channels and days.first <= drill.day <= days.last:
                key = drill.day, drill.question
                best[name][key] = max(points, best[name].get(key, 0))
        order = [learner.name for learner in CROWD]
        return [Total(order.index(name), name, sum(rows.values()), len(rows)) for name, rows in best.items()]

    def streak(self, channel: Channel, name: str) -> int:
        here = [drill for drill in self.drills.values() if drill.channel == channel]
        counted = [drill.day for drill in here if drill.state in (State.OPEN, State.CLOSED)]
        answered = {drill.day for drill in here if self.points.get((drill.id, name), 0) > 0}
        lost = [drill.day for drill in here if drill.state is State.CLOSED and answered and drill.day > max(answered)]
        return 0 if lost else naive_run(counted, answered)[0]

    def board(self, window: Window, workspace: bool) -> list[tuple[int, str, int, int, int | None]]:
        today = self.clock().date()
        days, channels = span(window, today), [CHANNEL, OTHER] if workspace else [CHANNEL]
        before: dict[str, int] = {}
        if days.first < today:
            yesterday = Span(days.first, min(days.last, today - DAY))
            before = {total.name: rank for rank, total in ranked(self.totals(channels, yesterday))}
        return [
            (rank, t.name, t.points, self.streak(CHANNEL, t.name), before[t.name] - rank if t.name in before else None)
            for rank, t in ranked(self.totals(channels, days))
        ]


def shown(board: Board) -> list[tuple[int, str, int, int, int | None]]:
    return [(row.rank, row.name, row.points, row.streak, row.moved) for row in board.rows]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_board_is_what_happened(store: Store, clock: Clock, says: Events, seed: int) -> None:
    chance = Random(seed)
    happened = History(Core(store, bank(*QUESTIONS), clock), clock, says)
    clock.now = datetime(2026, 10, 26, 9, tzinfo=UTC)
    for _ in range(10):
        clock.pass_(days=chance.choice([1, 1, 1, 3]))
        today = [happened.open(channel) for channel in (CHANNEL, OTHER, FAR) if chance.random() < 0.8]
        for drill in today:
            for learner in chance.sample(CROWD, chance.randint(0, 4)):
                for text in chance.sample(TEXTS, chance.randint(1, 2)):
                    happened.answer(drill, learner, text)
        for window in Window:
            for workspace in (False, True):
                seen = standings.board(happened.core, CHANNEL, window, ADA, workspace)
                expected = happened.board(window, workspace)
                assert shown(seen) == expected, (seed, window, workspace)
                assert (seen.own.name if seen.own else None) == ("Ada" if any(row[1] == "Ada" for row in expected) else None)
            assert [row[:4] for row in shown(standings.whole_board(happened.core, CHANNEL, window))] == [
                row[:4] for row in happened.board(window, workspace=False)
            ]
        for drill in today:
            happened.end(drill, chance.choice([State.CLOSED, State.CLOSED, State.CLOSED, State.SKIPPED]))


def test_days_are_the_channels_own(core: Core, clock: Clock, says: Events) -> None:
    schedules.save(core, Plan(0, CHANNEL, Schedule(time(9), "Pacific/Auckland")))
    clock.now = datetime(2026, 11, 21, 12, tzinfo=UTC)  # one in the morning of Sunday there
    happened = History(core, clock, says)
    drill = happened.open(CHANNEL)
    happened.answer(drill, ADA, FULL)
    assert standings.board(core, CHANNEL, Window.TODAY).days == Span(date(2026, 11, 22), date(2026, 11, 22))
    assert len(standings.board(core, CHANNEL, Window.TODAY).rows) == 1
    clock.now = datetime(2026, 11, 22, 11, tzinfo=UTC)  # Monday there
    assert standings.board(core, CHANNEL, Window.WEEK).rows == ()
    assert len(standings.board(core, CHANNEL, Window.MONTH).rows) == 1


def test_the_askers_own_row_is_shown_below_the_top_ten(core: Core, clock: Clock, says: Events) -> None:
    happened = History(core, clock, says)
    drill = happened.open(CHANNEL)
    text, other = (
        (FULL, HALF) if drill.question == "precision" else ("It switches random units off. Off at test time.", "no idea")
    )
    others = [Learner("console", "local", f"u{number}", f"User {number:02}") for number in range(12)]
    for learner in others:
        happened.answer(drill, learner, text)
    happened.answer(drill, ADA, other)
    standings.leave(core, others[3])
    for window in Window:
        seen = standings.board(core, CHANNEL, window, ADA)
        assert len(seen.rows) == 10
        assert seen.own
        assert (seen.own.rank, seen.own.name) == (12, "Ada")
        assert seen.to_next == seen.rows[0].points - seen.own.points
        assert standings.board(core, CHANNEL, window, GRACE).own is None
    assert len(standings.whole_board(core, CHANNEL).rows) == 12


def test_an_open_drill_that_is_not_answered_yet_ends_no_streak(core: Core, clock: Clock, says: Events) -> None:
    happened = History(core, clock, says)
    friday = happened.open(CHANNEL)
    happened.answer(friday, ADA, "Precision is the share of flagged cases that are truly positive. It switches random units off.")
    happened.end(friday, State.CLOSED)
    clock.pass_(days=3)
    monday = happened.open(CHANNEL)
    clock.pass_(hours=18)  # it is Tuesday, and Monday's drill is still open
    streaks = [standings.board(core, CHANNEL, Window.ALL).rows[0].streak]
    happened.end(monday, State.CLOSED)
    streaks.append(standings.board(core, CHANNEL, Window.ALL).rows[0].streak)
    assert streaks == [1, 0]


def test_who_left_is_hidden_from_now_on(core: Core, clock: Clock, says: Events) -> None:
    happened = History(core, clock, says)
    drill = happened.open(CHANNEL)
    for learner in (ADA, GRACE):
        happened.answer(drill, learner, "no idea")
    standings.leave(core, ADA)
    assert [row.name for row in standings.board(core, CHANNEL, Window.WEEK).rows] == ["Grace"]
    past = standings.whole_board(core, CHANNEL, days=Span(date(2026, 11, 1), drill.day))
    clock.pass_(days=30)
    assert len(standings.whole_board(core, CHANNEL, days=Span(date(2026, 11, 1), drill.day)).rows) == 2 > len(past.rows)
