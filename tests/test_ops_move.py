"""db move: a database copied into the other kind and back; broken off anywhere and taken up again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot.cli import app
from bot.domain.people import Learner
from bot.errors import StoreError
from bot.service.core import Core
from bot.store import Store, connect, copying, people
from bot.store.migrate import upgrade, version
from bot.store.move import compare, move
from bot.store.verify import differences
from tests.builders import Clock, bank
from tests.ops_histories import PLAYED, History, at_version


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "BATCH", 2)


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Store]:
    """An SQLite database with one of everything in it."""
    made = connect(f"sqlite:///{tmp_path / 'source.db'}")
    upgrade(made)
    clock = Clock()
    History(Core(made, bank(), clock), clock).play(PLAYED)
    yield made
    made.close()


class KilledError(Exception):
    """Stands for a kill at this point."""


class Steps:
    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self, table: str, done: int, everything: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise KilledError


def test_there_and_back_again(source: Store, store: Store, tmp_path: Path) -> None:
    rows = move(source, store)
    assert rows == sum(_count(source, table.name) for table in copying.tables())
    assert differences(store) == []
    home = connect(f"sqlite:///{tmp_path / 'home.db'}")
    assert version(home) is None  # an empty target is set up
    assert move(store, home) == rows
    assert compare(source, home) == rows
    assert differences(home) == []
    home.close()


def test_broken_off_at_any_step_it_goes_on(source: Store, store: Store) -> None:
    tries = 0
    while True:
        tries += 1
        try:
            move(source, store, Steps(3 + len(copying.tables())))
            break
        except KilledError:
            assert tries < 50
    assert tries > 3
    assert compare(source, store) > 0


def test_what_was_copied_is_not_copied_again(source: Store, store: Store) -> None:
    move(source, store)
    seen: list[tuple[str, int, int]] = []
    move(source, store, lambda *step: seen.append(step))
    assert [(done, everything) for _, done, everything in seen] == [(everything, everything) for _, _, everything in seen]
    assert len(seen) == len(copying.tables())


def test_new_rows_get_new_ids_afterwards(source: Store, store: Store) -> None:
    move(source, store)
    with store.write() as tx:
        made = people.learner_id(tx, Learner("console", "local", "new", "New"))
    assert made == _count(store, "learners")


def test_a_target_with_other_rows_is_left_alone(source: Store, store: Store) -> None:
    with store.write() as tx:
        people.learner_id(tx, Learner("console", "local", "somebody", "Else"))
    with pytest.raises(StoreError, match="holds other rows in learners"):
        move(source, store)
    assert _count(store, "learners") == 1


def test_a_source_that_changed_since_is_told(source: Store, store: Store) -> None:
    with pytest.raises(KilledError):
        move(source, store, Steps(20))
    with source.write() as tx:
        tx.execute(text("UPDATE learners SET name = 'Augusta' WHERE id = 1"))
    with pytest.raises(StoreError, match="a copy must begin anew"):
        move(source, store)


def test_a_copy_that_differs_is_told(source: Store, store: Store) -> None:
    move(source, store)
    with store.write() as tx:
        tx.execute(text("UPDATE attempts SET score = score + 0.001 WHERE id = 1"))
    with pytest.raises(StoreError, match=r"differs in attempts \("):
        compare(source, store)


def test_a_zero_character_does_not_stop_the_move(source: Store, store: Store) -> None:
    with source.write() as tx:
        tx.execute(text("UPDATE attempts SET text = 'a' || char(0) || 'b' WHERE id = 1"))
    move(source, store)


def test_what_the_other_database_cannot_hold_is_named(source: Store, store: Store) -> None:
    with source.write() as tx:
        tx.execute(text("UPDATE learners SET name = :name WHERE id = 1"), {"name": "x" * 300})
    if store.engine.dialect.name == "sqlite":
        move(source, store)
        return
    with pytest.raises(StoreError, match=r"Rows \(1,\) to \(2,\) of learners cannot be written there: value too long"):
        move(source, store)


def test_itself_is_no_target(source: Store) -> None:
    with pytest.raises(StoreError, match="same database"):
        move(source, source)


def test_an_older_target_is_refused(source: Store, store: Store) -> None:
    with at_version(store, "0000"), pytest.raises(StoreError, match="not at this program's version"):
        move(source, store)


def test_the_command(source: Store, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", str(source.engine.url))
    done = CliRunner().invoke(app, ["db", "move", "--to", database_url])
    assert done.exit_code == 0, done.exception
    assert "the same as here" in done.output
    target = connect(database_url)
    assert compare(source, target)
    target.close()


def _count(store: Store, table: str) -> int:
    with store.read() as tx:
        return int(tx.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
