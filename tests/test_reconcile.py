"""The tick: everything once and on time. Everything on both databases."""

from datetime import date, timedelta

import pytest

from bot.domain.drill import State
from bot.domain.people import Channel
from bot.protocol import ANSWER, Reply
from bot.service import schedules
from tests.builders import CHANNEL, FULL, GRACE, HALF, MORNING
from tests.fakes.recorder import BUSY, text_of
from tests.fakes.stage import Stage


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
    assert [drill.state for drill in stage.drills] == [State.PLANNED]
    await stage.tick(seconds=90)
    assert [drill.state for drill in stage.drills] == [State.OPEN]
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


async def test_each_post_has_its_own_thirty_seconds(stage: Stage) -> None:
    other = Channel("console", "local", "other", "other")
    stage.schedule(other)
    await stage.tick()
    await stage.answer(FULL)
    await stage.tick(seconds=1)
    await stage.answer(HALF, learner=GRACE)
    await stage.answer(HALF, channel=other)
    await stage.tick(seconds=1)
    assert len(stage.seen.edits) == 2
    assert len({message for message, _ in stage.seen.edits}) == 2


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
