"""The weekly recap: when it comes, what it says, and that it comes once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import update

from bot.app import App
from bot.domain.calendar import DateRange, Schedule
from bot.domain.people import Learner
from bot.errors import DeliveryError
from bot.protocol import Image, Reply, Table, Text
from bot.reconcile import Reconciler
from bot.service.core import Core
from bot.tables import drills, learners
from tests.builders import ADA, GRACE, Clock
from tests.fakes.memory import plain_bank
from tests.town import Town, made

ALAN = Learner("console", "local", "alan", "Alan")
EVERY_DAY = frozenset(range(7))


def lines(reply: Reply) -> list[str]:
    return [block.text for block in reply.blocks if isinstance(block, Text)]


def table(reply: Reply) -> Sequence[tuple[str, ...]]:
    return next(block.rows for block in reply.blocks if isinstance(block, Table))


@pytest.fixture
def town(core: Core, clock: Clock) -> Town:
    return made(replace(core, bank=plain_bank("recall")), clock, Schedule(time(9)))


async def two_weeks(town: Town) -> None:
    """Ada 70 and then 150, Grace 90 and then 160, Alan only in the second week: he is new, not improved."""
    await town.day(9)
    await town.answer(ADA, "70")
    await town.answer(GRACE, "90 one")
    await town.day(16)
    await town.answer(ADA, "80 one")
    await town.answer(GRACE, "70 one two")
    await town.day(17)
    await town.answer(ADA, "70 one")
    await town.answer(GRACE, "90 one")
    await town.answer(ALAN, "95 one")


async def test_the_first_post_of_a_week_brings_one_recap(town: Town) -> None:
    await two_weeks(town)
    assert [reply.title for reply in town.recaps] == ["Last week · #drills · Mon 9 Nov – Sun 15 Nov"]
    await town.day(24)
    assert [reply.title for reply in town.recaps][1:] == ["Last week · #drills · Mon 16 Nov – Sun 22 Nov"]


async def test_what_it_says(town: Town) -> None:
    await two_weeks(town)
    await town.day(23)
    recap = town.recaps[-1]
    assert table(recap) == (("1", "Grace", "160"), ("2", "Ada", "150"), ("3", "Alan", "95"))
    assert lines(recap) == [
        "Most improved: Ada, 80 more points than the week before",
        # Nobody answered on the 18th and after: no streak goes on.
        "Hardest question: Recall, mean score 81",
        "Missed most: The second of recall (Recall), hit by 1 of 5",
        "3 people answered.",
    ]
    [picture] = [block for block in recap.blocks if isinstance(block, Image)]
    assert picture.png.startswith(b"\x89PNG")
    assert "1. Grace 250 (+160 in the last week); 2. Ada 220 (+150 in the last week); 3. Alan 95" in picture.alt


async def test_the_best_streak_is_told_with_all_who_share_it(town: Town) -> None:
    for day in (18, 19, 20):
        await town.day(day)
        await town.answer(ADA, "50")
        if day > 18:
            await town.answer(GRACE, "90")
            await town.answer(ALAN, "90")
    await town.day(23)
    assert "Best streak: Ada, 3 days" in lines(town.recaps[-1])
    await town.day(30)
    assert len(town.recaps) == 1, "nobody answered"


async def test_a_shared_streak(town: Town) -> None:
    for day in (19, 20):
        await town.day(day)
        await town.answer(GRACE, "90")
        await town.answer(ALAN, "90")
    await town.day(23)
    assert "Best streak: Alan and Grace, 2 days" in lines(town.recaps[-1])


async def test_it_follows_what_it_tells_of(town: Town) -> None:
    """Friday's drill is closed, Monday's posted; then comes the recap."""
    await town.day(20)
    await town.answer(ADA, "50")
    await town.day(23)
    assert list(town.platform.keys("")) == ["drill-1", "close-1", "drill-2", "recap-2"]


async def test_it_waits_until_what_it_tells_of_is_closed(town: Town) -> None:
    """Somebody else holds Friday's drill: nobody knows yet whose streak ends."""
    for day in (18, 19):
        await town.day(day)
        await town.answer(ADA, "50")
    await town.day(20)
    held = update(drills).where(drills.c.id == 3)
    with town.core.store.write() as tx:
        tx.execute(held.values(leased_until=datetime(2026, 11, 23, 9, 0, 30, tzinfo=UTC)))
    await town.day(23)
    assert town.platform.keys("recap-") == []
    town.clock.pass_(seconds=30)
    await town.reconciler.tick()
    assert town.platform.keys("")[-3:] == ["drill-4", "close-3", "recap-4"]
    assert town.platform.found == []
    assert "Best streak" not in str(lines(town.recaps[0]))


async def test_the_week_begins_with_the_first_drill_not_with_monday(core: Core, clock: Clock) -> None:
    holiday = DateRange(date(2026, 11, 16), date(2026, 11, 17))
    town = made(replace(core, bank=plain_bank("recall")), clock, Schedule(time(9), skips=(holiday,)))
    await town.day(13)
    await town.answer(ADA, "50")
    await town.day(17)
    assert town.recaps == []
    await town.day(19)
    assert len(town.recaps) == 1


async def test_a_week_without_answers_has_no_recap(town: Town) -> None:
    await town.day(13)
    await town.day(16)
    assert town.column() == [None, None]
    await town.answer(ADA, "50")
    await town.day(23)
    await town.day(30)
    assert len(town.recaps) == 1


async def test_it_can_be_switched_off(town: Town) -> None:
    await town.hears("settings", "recap off")
    await two_weeks(town)
    await town.day(23)
    assert town.recaps == []
    assert set(town.column()) == {None}


async def test_an_extra_drill_brings_none(town: Town) -> None:
    await town.day(13)
    await town.answer(ADA, "50")
    await town.day(16, hour=7)
    await town.hears("now")
    assert town.platform.keys("drill-") == ["drill-1", "drill-2"]
    assert town.recaps == []
    await town.day(16)
    assert town.platform.keys("recap-") == ["recap-3"]


@pytest.mark.parametrize("verb", ["replace", "skip"])
async def test_a_replaced_or_skipped_first_drill_brings_no_second_recap(town: Town, verb: str) -> None:
    await town.day(13)
    await town.answer(ADA, "50")
    await town.day(16)
    await town.hears(verb)
    await town.day(17)
    assert town.platform.keys("recap-") == ["recap-2"]


async def test_leavers_are_not_in_it_and_hidden_names_are_not_told(town: Town) -> None:
    await two_weeks(town)
    await town.hears("left", learner=GRACE)
    with town.core.store.write() as tx:
        tx.execute(update(learners).where(learners.c.user == "ada").values(hidden=True))
    await town.day(23)
    recap = town.recaps[-1]
    assert table(recap) == (("1", "somebody", "150"), ("2", "Alan", "95"))
    assert "Most improved: somebody, 80 more points than the week before" in lines(recap)
    assert "Grace" not in str(recap.blocks)
    assert "Ada" not in str(recap.blocks)
    assert "1. somebody 220" in str(recap.blocks)


async def test_a_drill_that_is_still_open_is_not_given_away(core: Core, clock: Clock) -> None:
    town = made(replace(core, bank=plain_bank("recall", "drift")), clock, Schedule(time(9)))
    await town.hears("settings", "closing 300")
    await town.day(13)
    await town.answer(ADA, "50 one")
    await town.day(16)
    assert table(town.recaps[-1]) == (("1", "Ada", "50"),)
    assert lines(town.recaps[-1]) == ["1 person answered."]


async def test_the_hardest_question_and_the_most_missed_point_are_of_all_the_week(core: Core, clock: Clock) -> None:
    town = made(replace(core, bank=plain_bank("recall", "drift")), clock, Schedule(time(9), days=EVERY_DAY))
    asked = []
    for day, texts in ((12, ("90 one two", "70 one")), (13, ("60 one two", "20 two"))):
        await town.day(day)
        asked.append(str(town.platform.replies("drill-")[-1].blocks[0]))
        for learner, text in zip((ADA, GRACE), texts, strict=True):
            await town.answer(learner, text)
    first, second = ("Recall", "Drift") if "recall" in asked[0] else ("Drift", "Recall")
    await town.day(16)
    assert f"Hardest question: {second}, mean score 40" in lines(town.recaps[-1])
    # Both lack one point of one learner; of equals the one that was asked first.
    assert f"Missed most: The second of {first.lower()} ({first}), hit by 1 of 2" in lines(town.recaps[-1])


async def test_a_lost_response_does_not_bring_a_second_one(town: Town) -> None:
    await town.day(13)
    await town.answer(ADA, "50")
    town.platform.lose = True
    await town.day(16)
    assert town.column() == [None, ""]
    town.clock.pass_(minutes=1)
    await town.reconciler.tick()
    assert town.platform.keys("recap-") == town.platform.found == ["recap-2"]
    assert town.column()[1] in town.platform.posts


async def test_after_a_crash_it_is_looked_for_even_when_the_drill_went_on(town: Town) -> None:
    """The next morning the closing sets the drill's tries back, before anybody thinks of the recap again."""
    await town.day(13)
    await town.answer(ADA, "50")
    await town.day(16)
    with town.core.store.write() as tx:  # as if we had died before writing down that it was posted
        tx.execute(update(drills).where(drills.c.id == 2).values(recap=""))
    await town.day(17)
    assert town.platform.keys("recap-") == ["recap-2"]
    assert "recap-2" in town.platform.found


async def test_a_passing_failure_is_tried_again(town: Town) -> None:
    await town.day(13)
    await town.answer(ADA, "50")
    town.platform.refuse = DeliveryError("rate limited", permanent=False, retry_after=20)
    await town.day(16)
    town.platform.refuse = None
    town.clock.pass_(seconds=10)
    await town.reconciler.tick()
    assert town.recaps == []
    town.clock.pass_(seconds=20)
    await town.reconciler.tick()
    assert len(town.recaps) == 1


async def test_a_refusal_ends_it_and_the_drill_goes_on(town: Town) -> None:
    await town.day(13)
    await town.answer(ADA, "50")
    town.platform.refuse = DeliveryError("files are forbidden", permanent=True)
    await town.day(16)
    assert town.column() == [None, None]
    await town.day(17)
    assert town.platform.keys("close-") == ["close-1", "close-2"]


async def test_a_recap_of_long_ago_is_not_told(town: Town) -> None:
    await town.day(13)
    await town.answer(ADA, "50")
    town.platform.refuse = DeliveryError("away", permanent=False)
    await town.day(21)
    town.platform.refuse = None
    await town.day(22)
    assert town.recaps == []
    assert town.column()[1] is None


async def test_two_processes_tell_it_once(town: Town) -> None:
    other = Reconciler(App(town.core), {"console": town.platform})
    await town.day(13)
    await town.answer(ADA, "50")
    town.clock.now = datetime(2026, 11, 16, 9, tzinfo=UTC)
    for reconciler in (town.reconciler, other, town.reconciler):
        await reconciler.tick()
    assert town.platform.keys("recap-") == ["recap-2"]
