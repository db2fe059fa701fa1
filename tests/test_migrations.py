"""Migrations on both databases, and the databases that must not be touched."""

import hashlib
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from bot.config import ROOT
from bot.errors import StoreError
from bot.service import drills
from bot.service.core import Core
from bot.store import Store, connect, migrate
from bot.tables.base import metadata
from tests.builders import CHANNEL, Clock, bank, opened

OURS = {table.name for table in metadata.sorted_tables}
VERSIONS = sorted(path.name[:4] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))


def tables(store: Store) -> set[str]:
    with store.read() as tx:
        return set(inspect(tx).get_table_names()) - {"alembic_version"}


def test_head_is_the_newest_file() -> None:
    assert VERSIONS[-1] == migrate.HEAD
    assert len(set(VERSIONS)) == len(VERSIONS)


def test_up_and_down_and_up_again(empty: Store) -> None:
    assert migrate.version(empty) is None
    for revision in (*VERSIONS, "head"):
        migrate.upgrade(empty, revision)
    assert (tables(empty), migrate.version(empty)) == (OURS, migrate.HEAD)
    for revision in (*reversed(VERSIONS[:-1]), "base"):
        migrate.upgrade(empty, revision)
    assert (tables(empty), migrate.version(empty)) == (set(), None)
    migrate.upgrade(empty)
    assert tables(empty) == OURS


def test_tables_and_migrations_agree(empty: Store) -> None:
    migrate.upgrade(empty)
    migrate.differences(empty)
    with empty.read() as tx:
        assert compare_metadata(MigrationContext.configure(tx), metadata) == []


def test_a_difference_would_be_seen(empty: Store) -> None:
    migrate.upgrade(empty)
    with empty.write() as tx:
        tx.execute(text("ALTER TABLE channels ADD COLUMN odd INTEGER"))
    with pytest.raises(Exception, match="New upgrade operations detected"):
        migrate.differences(empty)


def test_an_embedded_database_migrates_itself_and_a_servers_does_not(empty: Store) -> None:
    if empty.engine.dialect.name == "sqlite":
        migrate.prepare(empty)
        assert tables(empty) == OURS
    else:
        with pytest.raises(StoreError, match="Run: drillbot db upgrade"):
            migrate.prepare(empty)
        assert tables(empty) == set()


def test_preparing_twice_keeps_what_is_there(empty: Store) -> None:
    migrate.upgrade(empty)
    core = Core(empty, bank(), Clock())
    drill = opened(core)
    migrate.upgrade(empty)
    migrate.prepare(empty)
    assert [kept.id for kept in drills.listed(core, CHANNEL)] == [drill.id]


def test_a_newer_database_is_refused(empty: Store) -> None:
    migrate.upgrade(empty)
    with empty.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for act in (migrate.prepare, migrate.upgrade):
        with pytest.raises(StoreError) as raised:
            act(empty)
        assert str(raised.value) == (
            f"The database is newer (9999) than this program ({migrate.HEAD}). Update drillbot; nothing was changed."
        )
    assert tables(empty) == OURS


def test_another_programs_tables_are_refused(empty: Store) -> None:
    with empty.write() as tx:
        tx.execute(text("CREATE TABLE recipes (id INTEGER)"))
    for act in (migrate.prepare, migrate.upgrade):
        with pytest.raises(StoreError, match="holds tables of another program"):
            act(empty)
    assert tables(empty) == {"recipes"}


def test_a_reader_does_not_keep_a_writer_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.engine.BUSY_SECONDS", 0.01)
    store = connect(f"sqlite:///{tmp_path / 'mine.db'}")
    migrate.prepare(store)
    core = Core(store, bank(), Clock())
    with store.read() as tx:
        tx.execute(text("SELECT * FROM drills")).all()
        opened(core)
        assert tx.execute(text("SELECT * FROM drills")).all() == []
    store.close()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def refusal(url: str) -> str:
    """What using the database at *url* comes to, in one sentence or two on one line."""
    store = connect(url)

    def use() -> None:
        migrate.prepare(store)
        opened(Core(store, bank(), Clock()))

    with pytest.raises(StoreError) as raised:
        use()
    store.close()
    assert "\n" not in str(raised.value)
    return str(raised.value)


def another_programs(path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE recipes (id INTEGER)")
    raw.close()


def test_a_file_of_another_program_is_not_changed_by_a_bit(tmp_path: Path) -> None:
    path = tmp_path / "recipes.db"
    another_programs(path)
    before = digest(path)
    assert "tables of another program" in refusal(f"sqlite:///{path}")
    assert digest(path) == before
    assert [found.name for found in tmp_path.iterdir()] == ["recipes.db"]


@pytest.mark.parametrize("content", [b"These are no tables. " * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_garbage_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    assert f"{path} is not a drillbot database" in refusal(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "cannot be opened" in refusal(f"sqlite:///{tmp_path}")
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be made"):
        connect(f"sqlite:///{tmp_path}/file/new.db")


@pytest.mark.parametrize("migrated", [False, True])
def test_a_read_only_file_is_refused(tmp_path: Path, migrated: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine.db"
    path.touch()
    if migrated:
        store = connect(f"sqlite:///{path}")
        migrate.prepare(store)
        store.close()
    before = digest(path)
    assert "is read-only" in refusal(f"sqlite:///file:{path}?mode=ro&uri=true")
    assert digest(path) == before
    assert not (tmp_path / "file:").exists()


@pytest.mark.parametrize("migrated", [False, True])
def test_a_locked_file_is_refused(tmp_path: Path, migrated: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.engine.BUSY_SECONDS", 0.01)
    path = tmp_path / "mine.db"
    if migrated:
        store = connect(f"sqlite:///{path}")
        migrate.prepare(store)
        store.close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert "is locked by another program" in refusal(f"sqlite:///{path}")
    other.execute("ROLLBACK")
    other.close()
    store = connect(f"sqlite:///{path}")
    assert migrate.version(store) == (migrate.HEAD if migrated else None)
    store.close()
