"""Rows of whole tables, in the order of their primary keys: read in batches, told apart by a hash, written as they are."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select, tuple_
from sqlalchemy.exc import DataError, IntegrityError

from bot.errors import StoreError
from bot.tables.base import metadata

Row = dict[str, Any]
Key = tuple[Any, ...]

# Small enough that a batch is written in well under a second, large enough that the network's way back and forth does not count.
BATCH = 1000


def tables() -> list[Table]:
    """Every table, those that others refer to first."""
    return list(metadata.sorted_tables)


def freeze(tx: Connection) -> None:
    """Make *tx* see one moment only; SQLite always does. Must come first in a transaction."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def batches(tx: Connection, table: Table, after: Key | None = None, upto: Key | None = None) -> Iterator[list[Row]]:
    """Rows behind the key *after* and up to the key *upto*, in order."""
    while True:
        rows = [_plain(row._mapping) for row in tx.execute(_slice(table, after, upto).limit(BATCH))]
        if not rows:
            return
        yield rows
        after = key_of(table, rows[-1])


def key_of(table: Table, row: Mapping[str, Any]) -> Key:
    return tuple(row[column.name] for column in table.primary_key)


def last_key(tx: Connection, table: Table) -> Key | None:
    keys = list(table.primary_key)
    row = tx.execute(select(*keys).order_by(*(key.desc() for key in keys)).limit(1)).first()
    return tuple(row) if row else None


def count(tx: Connection, table: Table) -> int:
    return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


def is_empty(tx: Connection) -> bool:
    return all(last_key(tx, table) is None for table in tables())


def digest(tx: Connection, table: Table, upto: Key | None = None) -> tuple[int, str]:
    """How many rows there are, and a hash over all that is in them: the same on either database."""
    made, seen = hashlib.sha256(), 0
    for rows in batches(tx, table, upto=upto):
        seen += len(rows)
        for row in rows:
            made.update(json.dumps(row, sort_keys=True, ensure_ascii=True, default=str).encode())
    return seen, made.hexdigest()


def insert(tx: Connection, table: Table, rows: list[Row]) -> None:
    """Raises StoreError when the other database does not take what this one held."""
    try:
        tx.execute(table.insert(), rows)
    except (DataError, IntegrityError) as error:
        first, last = key_of(table, rows[0]), key_of(table, rows[-1])
        reason = str(error.orig).strip().split("\n")[0]
        raise StoreError(f"Rows {first} to {last} of {table.name} cannot be written there: {reason}") from error


def clear(tx: Connection) -> None:
    """Delete every row. The two tables that refer to each other's rows do so by a column that may be empty."""
    for table in reversed(tables()):
        tx.execute(table.delete())


def set_sequences(tx: Connection) -> None:
    """Rows came with their ids: PostgreSQL must go on counting behind them. SQLite looks at the rows itself."""
    if tx.dialect.name != "postgresql":
        return
    for table in tables():
        keys = list(table.primary_key)
        if len(keys) == 1 and keys[0].name == "id":
            last = tx.execute(select(func.max(keys[0]))).scalar()
            sequence = func.pg_get_serial_sequence(table.name, "id")
            tx.execute(select(func.setval(sequence, last or 1, last is not None)))


def _slice(table: Table, after: Key | None, upto: Key | None) -> Select[Any]:
    keys = list(table.primary_key)
    found = select(table).order_by(*keys)
    if after is not None:
        found = found.where(tuple_(*keys) > tuple_(*after))
    if upto is not None:
        found = found.where(tuple_(*keys) <= tuple_(*upto))
    return found


def _plain(row: Mapping[Any, Any]) -> Row:
    """PostgreSQL's text knows no zero character; what a learner typed may hold one, and nobody misses it."""
    return {str(name): value.replace("\0", "") if isinstance(value, str) else value for name, value in row.items()}
