"""The tick when platforms fail, channels are many and reconcilers are several. Everything on both databases."""

import asyncio
from collections import Counter
from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest

from bot.domain.calendar import Schedule
from bot.domain.drill import State
from bot.domain.people import Channel, Learner, direct
from bot.errors import DeliveryError
from bot.protocol import ANSWER, SAID, Reply
from bot.reconcile import Reconciler
from bot.service import drills, schedules
from bot.service.core import Core
from bot.store import connect
from bot.store.schedules import Plan
from tests.builders import ADA, CHANNEL, FULL, GRACE, HALF, MORNING
from tests.fakes.recorder import BUSY, GONE, Recorder, text_of
from tests.fakes.stage import Stage


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
    waits = [(later - earlier).total_seconds() for earlier, later in pairwise(tries)]
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


async def test_what_is_read_again_is_never_too_much(stage: Stage) -> None:
    await stage.tick()
    message, kim = stage.drills[0].message, Learner("discord", "1", "7", "Kim")
    for text in (*["hello"] * 40, FULL):
        event = stage.says(SAID, text, learner=kim, at=MORNING, about=message, addressed=False, origin="thread")
        stage.adapter.said.setdefault(message, []).append(event)
    await stage.restart()
    await stage.tick(minutes=5)
    assert [drill.answered for drill in stage.drills] == [1]


OTHERS = [Channel("console", "local", f"channel-{n}", f"channel-{n}") for n in range(20)]


def posted_in(stage: Stage) -> list[str]:
    return sorted(post.channel.channel_id for post in stage.seen.posts if post.key.startswith("drill"))


@pytest.mark.parametrize("error", [BUSY, GONE, RuntimeError("a bug")])
async def test_a_bad_channel_does_not_delay_the_others(stage: Stage, error: Exception) -> None:
    stage.schedule(*OTHERS)
    stage.adapter.failing["channel-3"] = error
    await stage.tick()
    assert posted_in(stage) == sorted({"terminal", *(channel.channel_id for channel in OTHERS)} - {"channel-3"})


async def test_a_hanging_channel_does_not_delay_the_others(stage: Stage) -> None:
    stage.schedule(*OTHERS)
    stage.adapter.hanging["terminal"] = release = asyncio.Event()
    ticking = asyncio.create_task(stage.tick())
    async with asyncio.timeout(20):
        await stage.seen.until(len(OTHERS))
        release.set()
        await ticking
    assert len(posted_in(stage)) == len(OTHERS) + 1


@pytest.mark.parametrize(("hours", "told"), [(1, 1), (25, 0)])
async def test_a_verdict_waits_for_a_platform_that_is_away(stage: Stage, hours: int, told: int) -> None:
    async def lost(_: Reply) -> None:
        raise BUSY

    await stage.tick()
    await stage.app.handle(stage.says(ANSWER, FULL, origin="ada's form"), lost)
    stage.adapter.telling = BUSY
    for _ in range(12 * hours):
        await stage.tick(minutes=5)
    stage.adapter.telling = None
    await stage.tick(minutes=14)
    await stage.tick(minutes=14)
    assert len(stage.seen.told) == told


@pytest.mark.parametrize(("hours", "shown"), [(1, [True]), (4, [])])
async def test_a_post_does_not_look_open_after_an_hour_without_the_platform(stage: Stage, hours: int, shown: list[bool]) -> None:
    await stage.tick()
    stage.adapter.editing = BUSY
    await stage.tick(days=1)
    for _ in range(12 * hours):
        await stage.tick(minutes=5)
    stage.adapter.editing = None
    await stage.tick(minutes=14)
    assert ["Closed." in text_of(reply) for _, reply in stage.seen.edits] == shown
    assert stage.drills[0].state is State.CLOSED


async def test_a_platform_that_hangs_does_not_delay_another(stage: Stage) -> None:
    hanging = Recorder(name="discord")
    release = asyncio.Event()
    stage.clock.now = MORNING - timedelta(hours=1)
    for number in range(100):
        channel = Channel("discord", "1", str(number))
        hanging.hanging[channel.channel_id] = release
        schedules.save(stage.core, Plan(0, channel, Schedule(time(8, 59), days=frozenset(range(7)))))
    stage.clock.now = MORNING
    reconciler = Reconciler(stage.app, {"discord": hanging, "console": stage.adapter})
    ticking = asyncio.create_task(reconciler.tick())
    async with asyncio.timeout(20):
        await stage.seen.until(1)
        release.set()
        await ticking
    assert len(hanging.platform.posts) == 100


async def test_a_channel_that_is_gone_does_not_hide_what_was_said_in_the_others(stage: Stage) -> None:
    stage.schedule(OTHERS[0])
    await stage.tick()
    [other] = drills.listed(stage.core, OTHERS[0])
    at = MORNING + timedelta(minutes=30)
    said = stage.says(SAID, HALF, channel=OTHERS[0], at=at, about=other.message, addressed=False, origin="thread")
    stage.adapter.said[other.message] = [said]
    stage.adapter.failing["terminal"] = GONE
    await stage.restart()
    await stage.tick(minutes=60)
    await stage.tick(minutes=5)
    assert [drill.answered for drill in drills.listed(stage.core, OTHERS[0])] == [1]
    await stage.tick(days=1)
    assert [drill.state for drill in drills.listed(stage.core, OTHERS[0])] == [State.OPEN, State.CLOSED]


async def test_an_answer_in_hand_when_the_drill_closed_and_we_died_counts(stage: Stage) -> None:
    await stage.tick()
    message = stage.drills[0].message
    at = MORNING + timedelta(hours=23, minutes=59, seconds=59)
    stage.adapter.said[message] = [stage.says(SAID, HALF, at=at, about=message, addressed=False, origin="thread")]
    await stage.tick(days=1)
    assert (stage.drills[0].state, stage.drills[0].answered) == (State.CLOSED, 0)
    await stage.restart()
    await stage.tick(minutes=1)
    assert stage.drills[0].answered == 1
    tried = stage.adapter.tried
    await stage.restart()
    await stage.tick(minutes=10)
    assert stage.adapter.tried - tried == 1  # the open drill's; the closed one is read no more


async def test_answers_below_a_post_that_we_did_not_know_of_count(stage: Stage) -> None:
    stage.adapter.losing = 1
    await stage.tick()
    [drill] = stage.drills
    message = f"message-drill-{drill.id}"
    at = MORNING + timedelta(seconds=20)
    said = stage.says(SAID, f"{HALF} It switches random units off.", at=at, about=message, addressed=False, origin="thread")
    stage.adapter.said[message] = [said]
    await stage.tick(seconds=90)
    assert (stage.drills[0].answered, len(stage.seen.told)) == (1, 1)


async def test_two_reconcilers_do_everything_once(stage: Stage, database_url: str) -> None:
    stage.schedule(*OTHERS)
    store = connect(database_url)
    other = Stage(Core(store, stage.core.bank, stage.clock), stage.clock, stage.says, Recorder(stage.seen))
    for channel in (CHANNEL, *OTHERS):
        assert len(drills.listed(stage.core, channel)) == 0
    await asyncio.gather(stage.tick(), other.tick())
    for number, learner in enumerate((ADA, GRACE)):
        await (stage, other)[number].answer(FULL, learner=learner)
    await asyncio.gather(stage.tick(seconds=40), other.tick())
    await asyncio.gather(stage.tick(hours=24), other.tick())
    await asyncio.gather(stage.tick(seconds=90), other.tick())
    keys = Counter(post.key for post in stage.seen.posts)
    assert set(keys.values()) == {1}
    assert len([key for key in keys if key.startswith("drill")]) == 2 * (len(OTHERS) + 1)
    assert len([key for key in keys if key.startswith("close")]) == len(OTHERS) + 1
    assert len(stage.seen.edits) == len(OTHERS) + 2
    store.close()
