"""Copies of the database in a file, and back: a backup is always one SQLite file, whatever it was taken from."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.errors import StoreError
from bot.store import copying
from bot.store.engine import Store, connect
from bot.store.migrate import prepare, version
from bot.store.move import Progress, copy_into, prepare_target, silent


def back_up(store: Store, path: Path, progress: Progress = silent) -> None:
    """Write *path*: whole or not at all, readable by its owner alone. The bot may go on meanwhile. Raises StoreError."""
    if version(store) is None:
        raise StoreError("There is nothing to back up: the database is empty.")
    with _draft(path) as draft:
        if store.engine.dialect.name == "sqlite":
            _copy_file(store, draft)
        else:
            _copy_rows(store, draft, progress)
        _check(draft)
        os.replace(draft, path)


def restore(store: Store, path: Path, *, force: bool = False, progress: Progress = silent) -> None:
    """Put back what *path* holds, brought to this program's version; all or nothing. Raises StoreError.

    force: replace what the database holds now.
    """
    if not path.is_file():
        raise StoreError(f"There is no file {path}.")
    _check(path)
    if not force:
        _refuse_filled(store)
    with _draft(path.parent / f"{path.name}.upgraded") as draft:
        # Not the file itself is brought to our version, but a copy: a backup stays as it was.
        with (
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(draft)) as new,
        ):
            old.backup(new)
        with closing(_opened(draft)) as copy:
            prepare(copy)
            _put_back(copy, store, progress)


def _put_back(copy: Store, store: Store, progress: Progress) -> None:
    if store.engine.dialect.name == "sqlite":
        with _raw(copy) as source, _raw(store) as target:
            source.backup(target)  # in one step, which is one transaction: others see the old or the new
        return
    prepare_target(copy, store)
    with copy.read() as source, store.write() as tx:
        copying.clear(tx)
        copy_into(source, tx, progress)


def _refuse_filled(store: Store) -> None:
    if version(store) is None:
        return
    with store.read() as tx:
        if not copying.is_empty(tx):
            raise StoreError("The database is not empty. Use --force to replace what it holds; back it up first.")


def _copy_file(store: Store, draft: Path) -> None:
    with _raw(store) as source, closing(sqlite3.connect(draft)) as target:
        source.backup(target)  # one snapshot; with a write-ahead log it keeps no writer waiting
        target.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it


def _copy_rows(store: Store, draft: Path, progress: Progress) -> None:
    with closing(_opened(draft)) as copy:
        prepare_target(store, copy)
        with store.read() as source, copy.write() as target:
            copying.freeze(source)
            copy_into(source, target, progress)
    with closing(sqlite3.connect(draft)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")


def _check(path: Path) -> None:
    """Raises StoreError when *path* is no sound database of ours."""
    try:
        with closing(_read_only(path)) as raw:
            sound = raw.execute("PRAGMA quick_check").fetchone() == ("ok",)
            known = raw.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        sound, known = False, None
    if not (sound and known):
        raise StoreError(f"{path} is not a sound drillbot backup. Take another one; nothing was changed.")


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """A file beside *path* to be filled, which is gone afterwards unless it was moved. Raises StoreError."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield draft
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from error
    except sqlite3.Error as error:
        raise StoreError(f"{path} cannot be copied: {error}. Nothing was changed.") from error
    finally:
        for leftover in (draft, Path(f"{draft}-wal"), Path(f"{draft}-shm"), Path(f"{draft}-journal")):
            leftover.unlink(missing_ok=True)


@contextmanager
def _raw(store: Store) -> Iterator[sqlite3.Connection]:
    with closing(store.engine.raw_connection()) as pooled:
        raw = pooled.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        yield raw


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _opened(path: Path) -> Store:
    return connect(f"sqlite:///{path}")
