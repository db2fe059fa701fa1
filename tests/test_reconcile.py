"""The tick: everything once, on time, whatever the platform does. Everything on both databases."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest

from bot.app import App
from bot.domain.calendar import Schedule
from bot.domain.drill import Drill, State
from bot.domain.people import Channel, direct
from bot.errors import DeliveryError
from bot.protocol import ANSWER, SAID, Reply
from bot.reconcile import Reconciler
from bot.service import drills, schedules
from bot.service.core import Core
from bot.store.schedules import Plan
from tests.builders import ADA, CHANNEL, FULL, GRACE, HALF, MORNING, Clock, Events
from tests.fakes.recorder import BUSY, GONE, Recorder, Shared, text_of

EVERY_DAY = Schedule(time(9), "UTC", frozenset(range(7)))


@dataclass
class Stage:
    """A core with one daily channel at 9:00 UTC, its platform and the reconciler between them; it is 9:00."""

    core: Core
    clock: Clock
    says: Events
    adapter: Recorder

    def __post_init__(self) -> None:
        self.app = App(self.core)
        self.reconciler = Reconciler(self.app, {"console": self.adapter})
        self.clock.now = MORNING - timedelta(hours=1)
        self.schedule(CHANNEL)
        self.clock.now = MORNING

    def schedule(self, channel: Channel) -> None:
        schedules.save(self.core, Plan(0, channel, EVERY_DAY), ADA)

    async def tick(self, **later: float) -> None:
        self.clock.pass_(**later)
        await self.reconciler.tick()

    async def restart(self) -> None:
        """The process dies and another one begins."""
        self.reconciler = Reconciler(self.app, {"console": self.adapter})

    async def answer(self, text: str, command: str = ANSWER, **rest: object) -> None:
        async def show(reply: Reply) -> None: ...

        await self.app.handle(self.says(command, text, **rest), show)

    @property
    def seen(self) -> Shared:
        return self.adapter.platform

    @property
    def drills(self) -> list[Drill]:
        """Oldest first."""
        return drills.listed(self.core, CHANNEL)[::-1]

    def posts(self, kind: str = "drill") -> list[str]:
        return [text_of(post.reply) for post in self.seen.posts if post.key.startswith(kind)]


@pytest.fixture
async def stage(core: Core, clock: Clock, says: Events) -> Stage:
    return Stage(core, clock, says, Recorder())


async def test_a_due_drill_is_posted_once(stage: Stage) -> None:
    await stage.tick(seconds=-1)
    assert stage.posts() == []
    for _ in range(3):
        await stage.tick(seconds=1)
    await stage.restart()
    await stage.tick(seconds=90)
    [drill] = stage.drills
    assert (drill.state, drill.slot, drill.message) == (State.OPEN, "2026-11-20", f"message-drill-{drill.id}")
    assert (drill.opened_at, drill.closes_at) == (MORNING, MORNING + timedelta(days=1))
    assert len(stage.posts()) == 1
    assert "Late" not in stage.posts()[0]


async def test_before_posting_again_it_looks_for_the_first_post(stage: Stage) -> None:
    stage.adapter.losing = 1
    await stage.tick()
    assert stage.drills[0].state is State.PLANNED
    await stage.tick(seconds=90)
    assert stage.drills[0].state is State.OPEN
    assert len(stage.posts()) == 1


async def test_a_crash_while_posting_is_like_a_lost_answer(stage: Stage) -> None:
    stage.adapter.failing["terminal"] = RuntimeError("a bug, or the power went")
    await stage.tick()
    del stage.adapter.failing["terminal"]
    await stage.restart()
    await stage.tick(seconds=30)
    assert stage.posts() == []
    await stage.tick(seconds=31)
    assert len(stage.posts()) == 1


async def test_the_count_is_shown_at_most_once_in_thirty_seconds(stage: Stage) -> None:
    await stage.tick()
    await stage.answer(FULL)
    await stage.tick(seconds=1)
    await stage.answer(HALF, learner=GRACE)
    await stage.tick(seconds=28)
    assert ["1 answered" in text_of(reply) for _, reply in stage.seen.edits] == [True]
    await stage.tick(seconds=3)
    await stage.tick(seconds=60)
    assert ["2 answered" in text_of(reply) for _, reply in stage.seen.edits] == [False, True]


async def test_it_closes_and_reveals_once(stage: Stage) -> None:
    await stage.tick()
    await stage.answer(FULL)
    assert "[Answer]" in stage.posts()[0]
    await stage.tick(hours=23, minutes=59)
    assert stage.posts("close") == []
    await stage.tick(minutes=1)
    await stage.tick(minutes=5)
    first, second = stage.drills
    assert (first.state, second.state) == (State.CLOSED, State.OPEN)
    [reveal] = [post for post in stage.seen.posts if post.key.startswith("close")]
    assert reveal.thread == first.message
    assert stage.core.bank.get(first.question).model_answer in text_of(reveal.reply)  # type: ignore[union-attr]
    message, shown = stage.seen.edits[-1]
    assert message == first.message
    assert "Closed." in text_of(shown)
    assert "[Answer]" not in text_of(shown)


async def test_a_lost_reveal_is_found(stage: Stage) -> None:
    await stage.tick()
    stage.core.bank.stock()
    await stage.tick(hours=23)
    stage.adapter.losing = 2  # the reveal and the next post
    await stage.tick(hours=1)
    assert [drill.state for drill in stage.drills] == [State.CLOSING, State.PLANNED]
    await stage.tick(seconds=90)
    assert [drill.state for drill in stage.drills] == [State.CLOSED, State.OPEN]
    assert (len(stage.posts("close")), len(stage.posts())) == (1, 2)


async def test_a_crash_while_closing_leaves_no_open_looking_post(stage: Stage) -> None:
    await stage.tick()
    stage.adapter.editing = RuntimeError("the power went")
    await stage.tick(days=1)
    stage.adapter.editing = None
    await stage.restart()
    await stage.tick(seconds=90)
    assert "Closed." in text_of(stage.seen.edits[-1][1])
    assert len(stage.posts("close")) == 1
    assert stage.drills[0].state is State.CLOSED


@pytest.mark.parametrize("state", [State.SKIPPED, State.REPLACED])
async def test_a_drill_that_an_admin_ended_does_not_look_open(stage: Stage, state: State) -> None:
    await stage.tick()
    await stage.answer("", "skip" if state is State.SKIPPED else "replace", admin=True)
    await stage.tick(seconds=1)
    message, shown = stage.seen.edits[-1]
    assert (message, stage.drills[0].state) == (stage.drills[0].message, state)
    assert "[Answer]" not in text_of(shown)
    assert len(stage.posts()) == (1 if state is State.SKIPPED else 2)


async def test_a_verdict_that_nobody_heard_is_told_once(stage: Stage) -> None:
    async def lost(_: Reply) -> None:
        raise BUSY

    await stage.tick()
    await stage.app.handle(stage.says(ANSWER, FULL, origin="ada's form"), lost)
    await stage.answer(FULL, learner=GRACE, origin="grace's form")
    await stage.tick(seconds=59)
    assert stage.seen.told == []
    stage.adapter.telling = BUSY
    await stage.tick(seconds=2)
    stage.adapter.telling = None
    await stage.tick(seconds=90)
    await stage.tick(seconds=90)
    assert [origin for origin, _ in stage.seen.told] == ["ada's form"]
    assert "attempt 1 of 2" in text_of(stage.seen.told[0][1])


LATENESS = [
    # minutes after nine, the drill's state, whether the post says that it is late
    (0, State.OPEN, False),
    (15, State.OPEN, False),
    (16, State.OPEN, True),
    (6 * 60, State.OPEN, True),
    (6 * 60 + 1, State.MISSED, None),
    (20 * 60, State.MISSED, None),
]


@pytest.mark.parametrize(("minutes", "state", "late"), LATENESS)
async def test_after_an_absence(stage: Stage, minutes: int, state: State, late: bool | None) -> None:
    await stage.tick(minutes=minutes)
    assert [(drill.state, drill.day) for drill in stage.drills] == [(state, date(2026, 11, 20))]
    assert ["Late today" in post for post in stage.posts()] == ([] if late is None else [late])
    stage.clock.now = MORNING
    await stage.tick(days=1)
    assert stage.drills[-1].state is State.OPEN
    assert "Late" not in stage.posts()[-1]


@pytest.mark.parametrize(("minutes", "state", "late"), LATENESS)
async def test_after_an_absence_of_the_platform(stage: Stage, minutes: int, state: State, late: bool | None) -> None:
    stage.adapter.failing["terminal"] = BUSY
    await stage.tick()
    stage.adapter.failing.clear()
    await stage.tick(minutes=minutes + 1 / 6)
    expected = state if minutes else State.OPEN
    if minutes == 360:
        expected, late = State.MISSED, None
    if minutes == 15:
        late = True
    assert [drill.state for drill in stage.drills] == [expected]
    assert ["Late today" in post for post in stage.posts()] == ([] if late is None else [late])


async def test_a_week_away_posts_one_question(stage: Stage) -> None:
    await stage.tick(days=7)
    assert [drill.state for drill in stage.drills] == [State.MISSED] * 7 + [State.OPEN]
    assert len(stage.posts()) == 1


async def test_a_late_drill_that_closes_after_hours_stays_open_that_long(stage: Stage) -> None:
    schedules.change_settings(stage.core, CHANNEL, close_after=2)
    await stage.tick(hours=3)
    assert stage.drills[0].closes_at == stage.clock.now + timedelta(hours=2)


async def test_a_permanent_failure_pauses_the_channel_and_tells_who_set_it_up(stage: Stage) -> None:
    stage.adapter.failing["terminal"] = GONE
    for _ in range(3):
        await stage.tick(minutes=2)
    assert [plan.paused for plan in schedules.listed(stage.core)] == ["no such channel"]
    assert stage.adapter.tried == 2  # the post and the message to the owner
    [note] = stage.seen.posts
    assert note.channel == direct(ADA)
    assert "no such channel" in text_of(note.reply)
    del stage.adapter.failing["terminal"]
    await stage.answer("", "resume", admin=True)
    await stage.tick(days=1)
    assert stage.drills[-1].state is State.OPEN


async def test_a_passing_failure_is_retried_ever_more_seldom(stage: Stage) -> None:
    stage.adapter.failing["terminal"] = BUSY
    tries: list[datetime] = []
    for _ in range(300):
        before = stage.adapter.tried
        await stage.tick(seconds=1)
        tries += [stage.clock.now] * (stage.adapter.tried - before)
    waits = [(later - earlier).total_seconds() for earlier, later in zip(tries, tries[1:], strict=False)]
    assert 5 <= len(tries) <= 9
    assert waits == sorted(waits)
    assert schedules.listed(stage.core)[0].paused is None


@pytest.mark.parametrize("asked", [0, 40])
async def test_the_platform_says_when_to_come_again(stage: Stage, asked: float) -> None:
    stage.adapter.failing["terminal"] = DeliveryError("slow down", permanent=False, retry_after=asked)
    await stage.tick()
    await stage.tick(seconds=max(asked - 1, 0.5))
    assert stage.adapter.tried == 1
    await stage.tick(seconds=15)
    assert stage.adapter.tried == 2


async def test_answers_given_while_away_are_found_and_late_ones_are_not(stage: Stage) -> None:
    await stage.tick()
    message = stage.drills[0].message
    for minutes, text, who in ((30, HALF, ADA), (31, "hello", GRACE), (24 * 60, FULL, GRACE)):
        at = MORNING + timedelta(minutes=minutes)
        event = stage.says(SAID, text, learner=who, at=at, about=message, addressed=False, origin="thread")
        stage.adapter.said.setdefault(message, []).append(event)
    await stage.restart()
    await stage.tick(days=1, minutes=5)
    await stage.restart()
    await stage.tick(minutes=5)
    assert [drill.answered for drill in stage.drills] == [1, 0]
    assert [origin for origin, _ in stage.seen.told] == ["thread"]
