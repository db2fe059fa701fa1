"""Connections and transactions, for SQLite when embedded and PostgreSQL when there are replicas."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, InterfaceError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.errors import StoreError

# Long enough for another process's write to finish, short enough to tell a person that something is stuck.
BUSY_SECONDS = 10
# The writer before us may be waiting for another process.
QUEUE_SECONDS = 2 * BUSY_SECONDS
# An error's text goes to the log, and a statement's parameters are what people wrote.
HIDE = True


class Store:
    """engine: one per process, shared by its threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # SQLite lets one writer in; the others would ask again after ever longer pauses. Our own threads queue up instead.
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A snapshot. Raises StoreError when the database cannot be reached."""
        with _sentences(self.engine.url), self.engine.connect() as tx, tx.begin():
            yield tx

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """All or nothing. On SQLite it takes the write lock at once, so that it never has to give up half-way."""
        with _sentences(self.engine.url), self._in_turn(), self.engine.connect() as plain:
            tx = plain.execution_options(drillbot_write=True)
            with tx.begin():
                yield tx

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=QUEUE_SECONDS):
            raise StoreError(_overworked(self.engine.url))
        try:
            yield
        finally:
            self._turn.release()

    def write_ahead(self) -> None:
        """Let readers and a writer work side by side: a lasting change of the file, so only of one that is known to be ours."""
        if self.engine.dialect.name == "sqlite":
            # a read-only file keeps its mode; the first write says so in a sentence
            with _sentences(self.engine.url), closing(self.engine.raw_connection()) as raw, suppress(sqlite3.OperationalError):
                raw.cursor().execute("PRAGMA journal_mode = WAL")

    def close(self) -> None:
        self.engine.dispose()


def connect(url: str) -> Store:
    """Open *url* (sqlite:///path or postgresql://…), making the folder of an embedded database. Raises StoreError."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Store(_sqlite(parsed))
    return Store(
        create_engine(parsed, pool_size=32, max_overflow=8, pool_pre_ping=True, json_serializer=_json, hide_parameters=HIDE)
    )


def parse_url(url: str) -> URL:
    """Raises StoreError, without repeating the URL: it may hold a password."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            return parsed.set(drivername="postgresql+psycopg")
        if parsed.drivername == "sqlite":
            return parsed
    except (ArgumentError, NoSuchModuleError):
        pass
    raise StoreError(
        "The database's URL is none we know. Write sqlite:///path/to/file.db or postgresql://user:password@host/name."
    )


def _json(value: Any) -> str:
    """A million findings are kept: no blanks, no escapes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:" and not url.database.startswith("file:"):
        try:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"The folder of the database {url.database} cannot be made: {error.strerror}.") from error
    waits = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(url, connect_args=waits, json_serializer=_json, hide_parameters=HIDE)

    @event.listens_for(engine, "connect")
    def prepare(raw: sqlite3.Connection, _record: Any) -> None:
        raw.isolation_level = None  # we say BEGIN ourselves, below
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA synchronous = NORMAL")

    @event.listens_for(engine, "begin")
    def begin(tx: Connection) -> None:
        writes = tx.get_execution_options().get("drillbot_write", False)
        tx.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def _sentences(url: URL) -> Iterator[None]:
    """What an operator can mend, as a sentence; anything else goes up as it is."""
    where = _where(url)
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise StoreError(f"The database {where} {_remedy(str(error.orig).lower())}") from error
    except PoolTimeoutError as error:
        raise StoreError(_overworked(url)) from error
    except DatabaseError as error:
        if "not a database" in str(error.orig) or "malformed" in str(error.orig):
            raise StoreError(f"{where} is not a drillbot database. Move it away or set DATABASE_URL to another file.") from error
        raise


def _where(url: URL) -> str:
    return str(url.database) if url.get_backend_name() == "sqlite" else f"{url.host}/{url.database}"


def _overworked(url: URL) -> str:
    return f"The database {_where(url)} has more work than it can do. Try again in a moment."


def _remedy(cause: str) -> str:
    if "deadlock" in cause:
        return "was asked to do two things that wait for each other. Nothing was changed; try again."
    if "locked" in cause or "busy" in cause:
        return "is locked by another program. Stop that program, then start again."
    if "readonly" in cause or "read-only" in cause:
        return "is read-only. Give this user the right to write to it and to its folder."
    if "unable to open" in cause:
        return "cannot be opened. Check its folder and its rights."
    if "disk is full" in cause or "no space" in cause:
        return "cannot grow: the disk is full. Make room; nothing was changed."
    if "no such table" in cause or "does not exist" in cause:
        return "is not set up. Run: drillbot db upgrade"
    return "cannot be reached. Check DATABASE_URL and that the server runs."
