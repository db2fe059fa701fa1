"""Where a database is: named without its password, opened without making one."""

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import StoreError
from bot.store.engine import Store, connect, parse_url

MASK = "••••"


def described(url: str) -> str:
    """*url* as it may be printed: without user, password and whatever its options hold."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return MASK
    if parsed.drivername == "sqlite":
        return f"sqlite:///{parsed.database or ''}"
    if parsed.get_backend_name() != "postgresql":
        return MASK
    return f"postgresql://{MASK}@{parsed.host or ''}{f':{parsed.port}' if parsed.port else ''}/{parsed.database or ''}"


def file_of(url: str | URL) -> Path | None:
    """The file of an embedded database, None for a server's or one in memory. Raises StoreError."""
    parsed = parse_url(url) if isinstance(url, str) else url
    named = parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:")
    return Path(str(parsed.database)) if named else None


def is_there(url: str) -> bool:
    """Whether an embedded database has its file; a server is always somewhere. Raises StoreError."""
    path = file_of(url)
    return path is None or path.exists()


def existing(url: str) -> Store:
    """Open a database that must be there already: looking must not make one. Raises StoreError."""
    if not is_there(url):
        raise StoreError(f"There is no database at {file_of(url)} yet. The first drillbot run or chat makes it.")
    return connect(url)
