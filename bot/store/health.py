"""Whether a database can be used: asked without changing it."""

import os
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, DateTime, func, select, text

from bot.errors import StoreError
from bot.store.engine import Store
from bot.store.migrate import HEAD, version
from bot.store.places import file_of
from bot.tables import drills, workspaces

__all__ = ["Health", "cannot_make", "look", "reachable", "try_writing"]


@dataclass(frozen=True, slots=True)
class Health:
    """server: its name and version. now: its clock, where it has one of its own. latest: when the last drill was posted."""

    server: str
    version: str | None
    now: datetime | None = None
    latest: datetime | None = None

    @property
    def current(self) -> bool:
        return self.version == HEAD


def look(store: Store) -> Health:
    """Raises StoreError."""
    found = version(store)
    with store.read() as tx:
        server, now = _server(tx)
        latest = tx.execute(select(func.max(drills.c.opened_at))).scalar() if found == HEAD else None
        return Health(server, found, now, latest)


class _Enough(Exception):  # noqa: N818 (no error)
    """Leaves a transaction without keeping what it did."""


def try_writing(store: Store) -> None:
    """Write a row and take it back. Raises StoreError."""
    try:
        with store.write() as tx:
            tx.execute(workspaces.insert().values(platform="doctor", workspace="doctor"))
            raise _Enough
    except _Enough:
        return


def cannot_make(url: str) -> str:
    """Why the file of an embedded database cannot be made; '' if it can. Raises StoreError."""
    path = file_of(url)
    if path is None:
        return ""
    folder = path.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        return f"{folder} is not a folder"
    return "" if os.access(folder, os.W_OK | os.X_OK) else f"{folder} cannot be written to"


def reachable(store: Store) -> bool:
    """Whether the database answers now."""
    try:
        with store.read() as tx:
            tx.execute(text("SELECT 1"))
    except StoreError:
        return False
    return True


def _server(tx: Connection) -> tuple[str, datetime | None]:
    if tx.dialect.name == "sqlite":
        return f"SQLite {tx.execute(text('SELECT sqlite_version()')).scalar()}", None
    row = tx.execute(
        select(text("current_setting('server_version') AS v"), func.clock_timestamp(type_=DateTime(True)).label("now"))
    )
    server, now = row.one()
    return f"PostgreSQL {str(server).split()[0]}", now
