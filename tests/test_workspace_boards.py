"""A workspace's board adds up its channels; the same question on the same local day counts once there, the better one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.cli.wiring import core_of
from bot.config import load
from bot.domain.calendar import Schedule
from bot.domain.drill import Drill, State
from bot.domain.grading import Grade
from bot.domain.people import Channel, Learner
from bot.domain.standings import Row, Window
from bot.service import answers, drills, privacy, schedules, standings
from bot.service.core import Core
from bot.service.regrade import regrade
from bot.store.schedules import Plan
from bot.store.verify import differences
from tests.builders import ADA, CHANNEL, GRACE, Clock, Events, moved, opened
from tests.fakes.commandline import Ran
from tests.fakes.memory import PlainBank, plain_bank

OTHER = Channel("console", "local", "other", "other")
ELSEWHERE = Channel("console", "elsewhere", "terminal", "far")


@pytest.fixture
def core(core: Core) -> Core:
    """Recall is all there is to ask."""
    return replace(core, bank=plain_bank("recall"))


class Told:
    """Answers, and what the boards show then: name and points, in the channel and in its workspace."""

    def __init__(self, core: Core, says: Events) -> None:
        self.core, self.says = core, says

    def answer(self, drill: Drill, *texts: str, learner: Learner = ADA) -> None:
        for text in texts:
            event = self.says("answer", text, learner=learner, channel=drill.channel, options={"drill": str(drill.id)})
            assert answers.answer(self.core, event)

    def points(self, channel: Channel = CHANNEL, *, workspace: bool = True, window: Window = Window.WEEK) -> dict[str, int]:
        kept = standings.board(self.core, channel, window, workspace=workspace)
        counted = standings.whole_board(self.core, channel, window, workspace=workspace)
        assert [row[:5] for row in map(_cells, kept.rows)] == [row[:5] for row in map(_cells, counted.rows)]
        assert differences(self.core.store) == []
        return {row.name: row.points for row in kept.rows}


def _cells(row: Row) -> tuple[int, str, int, int, int]:
    return row.rank, row.name, row.points, row.answered, row.streak


@pytest.fixture
def told(core: Core, says: Events) -> Told:
    return Told(core, says)


def test_the_better_one_counts_once_whichever_came_first(core: Core, told: Told) -> None:
    here, there, far = opened(core), opened(core, OTHER), opened(core, ELSEWHERE)
    told.answer(here, "30")
    told.answer(there, "70")
    told.answer(there, "60", learner=GRACE)
    told.answer(here, "80", learner=GRACE)
    told.answer(far, "100", learner=replace(GRACE, workspace="elsewhere"))
    for window in Window:
        assert told.points(window=window) == told.points(OTHER, window=window) == {"Grace": 80, "Ada": 70}
    assert told.points(workspace=False) == {"Ada": 30, "Grace": 80}
    assert told.points(ELSEWHERE) == {"Grace": 100}
    told.answer(here, "90")
    assert told.points() == {"Ada": 90, "Grace": 80}


def test_other_questions_and_other_days_add_up(core: Core, clock: Clock, told: Told) -> None:
    recall, drift = opened(core), opened(replace(core, bank=plain_bank("drift")), OTHER)
    told.core = replace(core, bank=plain_bank("recall", "drift"))
    told.answer(recall, "30")
    told.answer(drift, "50")
    assert told.points() == {"Ada": 80}
    moved(core, drift, State.CLOSED)
    clock.pass_(days=1)
    told.answer(opened(core, OTHER), "70")
    assert told.points() == {"Ada": 150}


def test_a_day_is_the_drills_own_local_day(core: Core, clock: Clock, told: Told) -> None:
    """Friday noon, UTC: it is Saturday in Auckland, so these are two days; in Lisbon it is the same Friday."""
    schedules.save(core, Plan(0, OTHER, Schedule(time(1), "Pacific/Auckland")))
    lisbon = Channel("console", "local", "lisbon", "lisbon")
    schedules.save(core, Plan(0, lisbon, Schedule(time(12), "Europe/Lisbon")))
    clock.now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    drill, saturday, friday = opened(core), opened(core, OTHER), opened(core, lisbon)
    assert saturday.day - drill.day == timedelta(days=1)
    for one, text in ((drill, "30"), (saturday, "40"), (friday, "50")):
        told.answer(one, text)
    assert told.points() == {"Ada": 90}


def test_when_the_better_one_is_replaced_the_other_counts(core: Core, told: Told) -> None:
    told.answer(opened(core), "30")
    told.answer(opened(core, OTHER), "70")
    drills.skip_today(core, OTHER)
    assert told.points() == {"Ada": 30}
    assert told.points(OTHER, workspace=False) == {"Ada": 0}


def test_a_regrade_may_make_the_other_one_better(core: Core, told: Told) -> None:
    class Half(PlainBank):
        def grade(self, id: str, answer: str) -> Grade:
            made = super().grade(id, answer)
            return made._replace(score=made.score / 2)

    here, there = opened(core), opened(core, OTHER)
    told.answer(here, "50")
    told.answer(there, "70")
    halved = replace(core, bank=Half(plain_bank("recall").packs))
    assert [one.after for one in regrade(halved, there.id, allow_lower=True, dry_run=False)] == [35]
    assert told.points() == {"Ada": 50}


def test_who_was_erased_keeps_a_row_of_nobody(core: Core, clock: Clock, told: Told) -> None:
    here, there = opened(core), opened(core, OTHER)
    told.answer(here, "30")
    privacy.forget(core, ADA)
    told.answer(there, "70")
    assert told.points() == {"": 30, "Ada": 70}, "nothing says any more that these were one person"


def test_movement_and_distance_in_a_workspace(core: Core, clock: Clock, told: Told) -> None:
    clock.now = datetime(2026, 11, 17, 9, tzinfo=UTC)
    told.answer(opened(core), "50")
    told.answer(opened(core, OTHER), "60", learner=GRACE)
    clock.pass_(days=1)
    here, there = opened(core), opened(core, OTHER)
    told.answer(here, "40")
    told.answer(there, "20", learner=GRACE)
    told.answer(there, "30")
    told.answer(here, "100", learner=replace(GRACE, user_id="new", name="New"))
    seen = standings.board(core, OTHER, Window.WEEK, GRACE, workspace=True)
    # 50 + 40, the better of two; the day before it was Grace 60, Ada 50; who is new has not moved.
    assert [(row.rank, row.name, row.points, row.moved) for row in seen.rows] == [
        (1, "New", 100, None),
        (2, "Ada", 90, 0),
        (3, "Grace", 80, -2),
    ]
    assert seen.to_next == 10


def test_on_the_command_line(cli: Callable[..., Ran], clock: Clock, says: Events) -> None:
    core = replace(core_of(load()), clock=clock, bank=plain_bank("recall"))
    told = Told(core, says)
    told.answer(opened(core), "30")
    told.answer(opened(core, OTHER), "70")
    core.store.close()
    days = ("--from", "2026-11-01", "--to", "2026-11-30", "--csv")
    head = "rank,name,points,answered,streak,moved\n"
    assert cli("board", "console", *days).out.endswith(f"{head}1,Ada,30,1,1,0\n")
    assert cli("board", "console", "--workspace", *days).out == f"{head}1,Ada,70,1,1,0\n"
