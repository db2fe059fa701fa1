"""db backup and restore: whole or not at all, from either database into either."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import StoreError
from bot.service.core import Core
from bot.store import Store, backup, connect, copying
from bot.store.backup import back_up, restore
from bot.store.migrate import HEAD, version
from bot.store.move import compare
from bot.store.verify import differences
from tests.builders import Clock
from tests.ops_histories import PLAYED, History


@pytest.fixture
def played(core: Core, clock: Clock) -> Store:
    History(core, clock).play(PLAYED)
    return core.store


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    made = connect(f"sqlite:///{tmp_path / 'other' / 'drillbot.db'}")
    yield made
    made.close()


def emptied(store: Store) -> None:
    with store.write() as tx:
        copying.clear(tx)


def test_a_backup_restores_into_an_empty_folder(played: Store, other: Store, tmp_path: Path) -> None:
    back_up(played, tmp_path / "backups" / "b.db")
    restore(other, tmp_path / "backups" / "b.db")
    assert compare(played, other) > 0
    assert differences(other) == []


def test_a_backup_is_one_private_file(played: Store, tmp_path: Path) -> None:
    back_up(played, tmp_path / "backups" / "b.db")
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["b.db"]
    assert stat.S_IMODE((tmp_path / "backups" / "b.db").stat().st_mode) == 0o600


def test_the_bot_may_go_on_during_a_backup(played: Store, tmp_path: Path) -> None:
    if played.engine.dialect.name == "postgresql":
        return  # a server's snapshot needs no proof of ours
    with played.write() as tx:
        tx.execute(text("UPDATE learners SET name = 'not yet'"))
        back_up(played, tmp_path / "b.db")  # sees the last commit, waits for nobody
    with closing(sqlite3.connect(tmp_path / "b.db")) as raw:
        assert "not yet" not in {name for (name,) in raw.execute("SELECT name FROM learners")}


def test_a_filled_database_is_replaced_only_by_force(played: Store, tmp_path: Path) -> None:
    back_up(played, tmp_path / "b.db")
    with played.write() as tx:
        tx.execute(text("UPDATE learners SET name = 'changed since'"))
    with pytest.raises(StoreError, match="not empty"):
        restore(played, tmp_path / "b.db")
    restore(played, tmp_path / "b.db", force=True)
    with played.read() as tx:
        assert "changed since" not in set(tx.execute(text("SELECT name FROM learners")).scalars())
    assert differences(played) == []
    with played.write() as tx:  # ids go on behind those that were put back
        tx.execute(text("INSERT INTO workspaces (platform, workspace) VALUES ('console', 'new')"))


def test_an_empty_one_needs_no_force(played: Store, tmp_path: Path) -> None:
    back_up(played, tmp_path / "b.db")
    emptied(played)
    restore(played, tmp_path / "b.db")
    assert differences(played) == []


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + b"\0" * 4096])
def test_what_is_no_backup_changes_nothing(played: Store, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.db").write_bytes(content)
    with pytest.raises(StoreError, match="not a sound drillbot backup"):
        restore(played, tmp_path / "b.db", force=True)
    with pytest.raises(StoreError, match="There is no file"):
        restore(played, tmp_path / "none.db", force=True)
    assert differences(played) == []


def test_a_restore_that_breaks_half_way_changes_nothing(played: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    back_up(played, tmp_path / "b.db")
    before = _all(played)

    def broken(*_: object) -> None:
        raise StoreError("the cable was pulled")

    monkeypatch.setattr(backup, "prepare" if played.engine.dialect.name == "sqlite" else "copy_into", broken)
    with pytest.raises(StoreError, match="the cable"):
        restore(played, tmp_path / "b.db", force=True)
    assert _all(played) == before


def test_a_newer_backup_is_refused_and_changes_nothing(played: Store, tmp_path: Path) -> None:
    back_up(played, tmp_path / "b.db")
    with closing(sqlite3.connect(tmp_path / "b.db")) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()
    before = _all(played)
    with pytest.raises(StoreError, match="is newer"):
        restore(played, tmp_path / "b.db", force=True)
    assert _all(played) == before
    assert version(played) == HEAD


def test_a_backup_that_breaks_leaves_no_file(played: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_check", broken)
    with pytest.raises(StoreError, match="cannot be written: No space left"):
        back_up(played, tmp_path / "backups" / "b.db")
    assert list((tmp_path / "backups").iterdir()) == []


def test_an_empty_database_has_nothing_to_back_up(other: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing to back up"):
        back_up(other, tmp_path / "b.db")


def test_the_commands(played: Store, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    file = str(tmp_path / "b.db")
    done = CliRunner().invoke(app, ["db", "backup", file])
    assert (done.exit_code, "keep it private" in done.output) == (0, True)
    again = CliRunner().invoke(app, ["db", "backup", file])
    assert (again.exit_code, str(again.exception)) == (1, f"{file} exists. Give another name; backups are not replaced.")
    assert "Use --force" in str(CliRunner().invoke(app, ["db", "restore", file]).exception)
    done = CliRunner().invoke(app, ["db", "restore", file, "--force"])
    assert (done.exit_code, "Restored" in done.output) == (0, True)


def _all(store: Store) -> list[tuple[int, str]]:
    with store.read() as tx:
        return [copying.digest(tx, table) for table in copying.tables()]
