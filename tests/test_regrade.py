"""drillbot regrade: what a changed rubric changes, told before it is done; nobody loses by it unless that is allowed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.bank import Bank
from bot.cli.wiring import core_of
from bot.config import load
from bot.domain.drill import Drill, State
from bot.domain.grading import Grade
from bot.domain.question import KeyPoint, Pack
from bot.service import answers
from bot.service.core import Core
from bot.service.regrade import drills_to_regrade, regrade
from bot.store import results, streaks
from bot.store.verify import differences
from bot.tables import attempts
from tests.builders import ADA, DROPOUT, GRACE, PRECISION, Clock, Events, bank, moved, opened
from tests.fakes.commandline import Ran

COST = "It matters when a false alarm is expensive."
SHARE = "Precision is the share of flagged cases that are truly positive."
LOCK = KeyPoint("lock", "A lock", ("only one thread may enter",))
SHARE_ONLY, COST_ONLY = (replace(PRECISION, key_points=(point,)) for point in PRECISION.key_points)


@pytest.fixture
def drill(core: Core, says: Events) -> Drill:
    """Ada answered twice, Grace once."""
    drill = opened(replace(core, bank=bank(PRECISION)))
    for learner, text in ((ADA, COST), (ADA, SHARE), (GRACE, COST)):
        answers.answer(core, says("answer", text, learner=learner))
    return drill


def kept(core: Core, drill: Drill) -> list[int]:
    """Ada's and Grace's points."""
    with core.store.read() as tx:
        return [points for _, points in sorted(results.of_drill(tx, drill.id).items())]


def versions(core: Core) -> list[str]:
    with core.store.read() as tx:
        return list(tx.execute(select(attempts.c.rubric).order_by(attempts.c.id)).scalars())


def changes(core: Core, drill: Drill, *, allow_lower: bool = False, dry_run: bool = False) -> list[tuple[str, int, int]]:
    return [(one.name, one.before, one.after) for one in regrade(core, drill.id, allow_lower=allow_lower, dry_run=dry_run)]


def test_nothing_changes_while_rubrics_stay(core: Core, drill: Drill) -> None:
    assert changes(core, drill, allow_lower=True) == []


def test_a_dry_run_tells_what_would_be_done_and_does_nothing(core: Core, drill: Drill) -> None:
    after = replace(core, bank=bank(COST_ONLY))
    before = kept(core, drill)
    told = changes(after, drill, dry_run=True)
    assert (kept(core, drill), set(versions(core))) == (before, {PRECISION.version})
    assert changes(after, drill) == told
    assert [(name, old) for name, old, _ in told] == [("Ada", before[0]), ("Grace", before[1])]
    assert kept(core, drill) == [new for _, _, new in told]
    assert changes(after, drill) == []
    assert differences(core.store) == []


def test_nobody_loses_unless_that_is_allowed(core: Core, drill: Drill) -> None:
    """What was graded lower keeps its grade, and says with which rubric that was made."""
    after = replace(core, bank=bank(SHARE_ONLY))
    before = kept(core, drill)
    assert [name for name, _, _ in changes(after, drill)] == ["Ada"]
    assert versions(core) == [PRECISION.version, SHARE_ONLY.version, PRECISION.version]
    assert kept(core, drill)[1] == before[1]
    [(name, old, new)] = changes(after, drill, allow_lower=True)
    assert (name, old) == ("Grace", before[1])
    assert new < old
    assert set(versions(core)) == {SHARE_ONLY.version}
    assert differences(core.store) == []


def test_a_streak_that_a_regrade_ends_is_recounted(core: Core, drill: Drill) -> None:
    lock = replace(PRECISION, prompt="What is a mutex?", model_answer="", key_points=(LOCK,))
    changes(replace(core, bank=bank(lock)), drill, allow_lower=True)
    assert kept(core, drill) == [0, 0]
    with core.store.read() as tx:
        assert [run.best for run in streaks.of(tx, drill.channel_id, [1, 2]).values()] == [0, 0]
    assert differences(core.store) == []


def test_words_that_were_erased_keep_their_grade(core: Core, drill: Drill) -> None:
    with core.store.write() as tx:
        tx.execute(update(attempts).values(text=""))
    assert changes(replace(core, bank=bank(COST_ONLY)), drill, allow_lower=True) == []
    assert set(versions(core)) == {PRECISION.version}


def test_a_replaced_drill_stays_worth_nothing(core: Core, drill: Drill) -> None:
    with core.store.write() as tx:
        results.annul(tx, drill)
    moved(core, drill, State.REPLACED)
    assert changes(replace(core, bank=bank(COST_ONLY)), drill) == []
    assert (kept(core, drill), differences(core.store)) == ([0, 0], [])


def test_a_question_that_is_gone_stays_as_it_was(core: Core, drill: Drill) -> None:
    assert changes(replace(core, bank=bank(DROPOUT)), drill, allow_lower=True) == []


def test_drills_are_chosen_by_question_and_day(core: Core, clock: Clock, says: Events, drill: Drill) -> None:
    clock.pass_(days=3)
    later = opened(replace(core, bank=bank(DROPOUT)))
    answers.answer(core, says("answer", "switches random units off", options={"drill": str(later.id)}))
    assert drills_to_regrade(core) == [drill.id, later.id]
    assert drills_to_regrade(core, "precision") == [drill.id]
    assert drills_to_regrade(core, since=date(2026, 11, 21)) == [later.id]
    assert drills_to_regrade(core, "precision", date(2026, 11, 21)) == []


def test_what_fails_half_way_leaves_its_drill_as_it_was(core: Core, drill: Drill) -> None:
    class Failing(Bank):
        left = 2

        def grade(self, id: str, answer: str) -> Grade:
            self.left -= 1
            if self.left < 0:
                raise RuntimeError("power")
            return super().grade(id, answer)

    before = kept(core, drill)
    with pytest.raises(RuntimeError, match="power"):
        changes(replace(core, bank=Failing([Pack("test", "Test", (COST_ONLY,))])), drill)
    assert (kept(core, drill), set(versions(core))) == (before, {PRECISION.version})


def test_the_command(cli: Callable[..., Ran], tmp_path: Path, clock: Clock, says: Events) -> None:
    """Told with --dry-run, then done; the table shows by how much."""
    core = replace(core_of(load()), clock=clock)
    drill = opened(core)
    assert drill.question == "recall"
    answers.answer(core, says("answer", "The share of the real positives that were found", learner=ADA))
    core.store.close()
    pack = tmp_path / "drillbot" / "questions" / "small.yaml"
    pack.write_text(pack.read_text().replace("share of real positives", "number of empty rows"))
    told = cli("regrade", "--dry-run", "--allow-lower")
    assert told.out.splitlines()[-1] == "1 result would change in 1 drill"
    [line] = [line for line in told.out.splitlines() if "Ada" in line]
    row = line.split()
    assert row[:3] == ["2026-11-20", "recall", "Ada"]
    assert int(row[4]) - int(row[3]) == int(row[5]) < 0
    assert cli("regrade").out.splitlines()[-1] == "0 results changed in 1 drill"
    assert cli("regrade", "--question", "bias", "--allow-lower").out.splitlines()[-1] == "0 results changed in 0 drills"
    done = cli("regrade", "--since", "2026-11-20", "--allow-lower")
    assert done.out.splitlines()[-2:] == [line, "1 result changed in 1 drill"]
    assert f",{row[4]}," in cli("export").out
    assert cli("db", "verify").code == 0
