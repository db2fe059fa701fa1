"""db verify: what is kept beside the attempts agrees with them, after anything people and admins do."""

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text
from typer.testing import CliRunner

from bot.cli import app
from bot.service.core import Core
from bot.store import Store
from bot.store.copying import count
from bot.store.verify import differences
from bot.tables import attempts, results, streaks
from bot.tables.base import metadata
from tests.builders import MORNING, Clock, bank
from tests.ops_histories import PLAYED, STEPS, History, Step


def _emptied(store: Store) -> None:
    with store.write() as tx:
        for table in reversed(metadata.sorted_tables):
            tx.execute(table.delete())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_no_history_leaves_a_difference(store: Store, steps: list[Step]) -> None:
    _emptied(store)
    clock = Clock(MORNING)
    History(Core(store, bank(), clock), clock).play(steps)
    assert differences(store) == []


@pytest.fixture
def played(core: Core, clock: Clock) -> Store:
    History(core, clock).play(PLAYED)
    with core.store.read() as tx:
        assert all(count(tx, table) > 1 for table in (attempts, results, streaks))
    return core.store


def test_one_of_everything_leaves_no_difference(played: Store) -> None:
    assert differences(played) == []


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        ("UPDATE results SET points = points + 1 WHERE drill_id = 1 AND learner_id = 1", "results: drill 1, learner 1: "),
        ("DELETE FROM results WHERE drill_id = 1 AND learner_id = 2", "there are attempts, but no result"),
        ("UPDATE results SET attempt_id = 1 WHERE drill_id = 1 AND learner_id = 1", "attempt 1 is kept as the best, it is 2"),
        ("UPDATE results SET day = '2020-01-01' WHERE drill_id = 1 AND learner_id = 1", "2020-01-01 are kept"),
        ("UPDATE drills SET answered = 9 WHERE id = 1", "drills: drill 1: 9 answered is kept, 2 did"),
        ("UPDATE totals SET points = points - 1 WHERE period = 0 AND learner_id = 1", "totals: scope "),
        ("DELETE FROM totals", "0 points of 0 drills are kept"),
        ("UPDATE streaks SET current = 7 WHERE learner_id = 1", "streaks: channel 1, learner 1: 7 until"),
        ("DELETE FROM streaks", "none is kept"),
        ("UPDATE attempts SET score = 0 WHERE id = 2", "results: drill 1, learner 1: "),
        ("UPDATE drills SET state = 'closed' WHERE state = 'replaced'", "0 points are kept, the attempts are worth"),
    ],
)
def test_every_kind_of_difference_is_told(played: Store, spoiled: str, said: str) -> None:
    with played.write() as tx:
        tx.execute(text(spoiled))
    found = differences(played)
    assert any(said in line for line in found), found


def test_the_command_tells_and_exits_with_1(played: Store, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    done = CliRunner().invoke(app, ["db", "verify"])
    assert (done.exit_code, done.output) == (0, "Everything that is kept agrees with the attempts.\n")
    with played.write() as tx:
        tx.execute(text("UPDATE drills SET answered = 9 WHERE id = 1"))
    done = CliRunner().invoke(app, ["db", "verify"])
    assert done.exit_code == 1
    assert "drills: drill 1: 9 answered is kept, 2 did\n1 difference\n" in done.output
