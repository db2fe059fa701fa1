"""What admins are told: once, whatever happens. And questions that were never asked. Everything on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain.drill import State
from bot.domain.people import direct
from bot.protocol import HINDERED
from bot.service import drills as drill_service
from bot.service import schedules
from bot.service.core import Core
from bot.store import Store
from bot.tables import drills
from tests.builders import ADA, CHANNEL, PRECISION, Clock, Events, bank
from tests.fakes.recorder import BUSY, GONE, Recorder, text_of
from tests.fakes.stage import Stage


def staged(store: Store, clock: Clock, says: Events, questions: int) -> Stage:
    stock = [replace(PRECISION, id=f"question-{n}") for n in range(questions)]
    return Stage(Core(store, bank(*stock), clock), clock, says, Recorder())


def told(stage: Stage) -> list[str]:
    return [text_of(post.reply) for post in stage.seen.posts if post.channel == direct(ADA)]


async def test_low_stock_is_told_when_it_gets_low_and_when_it_ends(store: Store, clock: Clock, says: Events) -> None:
    stage = staged(store, clock, says, 7)
    warnings = []
    for _ in range(10):
        await stage.tick(days=1)
        warnings.append(len(told(stage)))
    assert warnings == [0, 0, 1, 1, 1, 1, 2, 2, 2, 2]
    assert ["Only 4" in told(stage)[0], "Every question has been asked" in told(stage)[1]] == [True, True]


async def test_low_stock_is_told_however_it_got_low(store: Store, clock: Clock, says: Events) -> None:
    stage = staged(store, clock, says, 8)
    await stage.tick()
    for _ in range(3):
        await stage.answer("", "now", admin=True)
    await stage.tick(seconds=1)
    assert len(stage.posts()) == 4
    assert ["Only 4" in text for text in told(stage)] == [True]


async def test_low_stock_after_a_filter_is_told(store: Store, clock: Clock, says: Events) -> None:
    stage = staged(store, clock, says, 8)
    await stage.tick()
    stage.core = Core(store, bank(*(replace(PRECISION, id=f"question-{n}") for n in range(3))), clock)
    stage.__post_init__()
    await stage.tick(days=1)
    assert ["unasked" in text for text in told(stage)] == [True]


async def test_a_warning_that_failed_comes_later_and_one_that_arrived_does_not_come_again(stage: Stage) -> None:
    """Two questions in all: the first drill leaves one."""
    stage.adapter.failing[direct(ADA).channel_id] = BUSY
    await stage.tick()
    assert told(stage) == []
    stage.adapter.failing.clear()
    stage.adapter.losing = 1
    await stage.tick(seconds=10)
    await stage.restart()
    await stage.tick(seconds=90)
    assert len(told(stage)) == 1


async def test_a_missing_permission_is_told_once_a_week(stage: Stage) -> None:
    for _ in range(3):
        await stage.answer("", HINDERED, addressed=False, lacks=("Create Public Threads",))
        await stage.tick(seconds=1)
    assert ["Create Public Threads" in text for text in told(stage) if "permission" in text] == [True]
    stage.clock.pass_(days=7)
    await stage.answer("", HINDERED, addressed=False, lacks=("Create Public Threads",))
    await stage.tick()
    assert len([text for text in told(stage) if "permission" in text]) == 2


@pytest.mark.parametrize("how", ["refused", "late"])
async def test_a_question_that_never_appeared_is_asked_later(stage: Stage, how: str) -> None:
    stage.adapter.failing["terminal"] = GONE if how == "refused" else BUSY
    await stage.tick()
    if how == "late":
        stage.adapter.failing.clear()
    await stage.tick(hours=7)
    assert [drill.state for drill in stage.drills] == [State.MISSED]
    assert drill_service.history(stage.core, CHANNEL) == []
    stage.adapter.failing.clear()
    schedules.resume(stage.core, CHANNEL)
    await stage.tick(hours=17)
    await stage.tick(days=1)
    assert len({drill.question for drill in stage.drills[1:]}) == len(stage.core.bank)


async def test_a_post_whose_answer_was_lost_is_found_even_a_day_later(stage: Stage) -> None:
    stage.adapter.losing = 1
    await stage.tick()
    await stage.restart()
    await stage.tick(hours=8)
    assert [(drill.state, drill.message) for drill in stage.drills] == [(State.OPEN, "message-drill-1")]
    assert len(stage.posts()) == 1


async def test_a_recap_does_not_wait_for_its_drill(stage: Stage) -> None:
    await stage.tick()
    with stage.core.store.write() as tx:
        tx.execute(drills.update().values(recap="", leased_until=stage.clock.now + timedelta(minutes=1), tries=5))
    await stage.tick(seconds=1)
    with stage.core.store.read() as tx:
        row = tx.execute(select(drills)).one()
    assert (row.recap, row.tries) == (None, 5)  # nobody answered: nothing to tell; the drill's lease is as it was
    assert row.leased_until is not None
