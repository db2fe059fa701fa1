"""INSERT that steps back when the row is already there; both databases spell it the same, SQLAlchemy does not."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert


def insert_once(tx: Connection, table: Table, **values: Any) -> int | None:
    """The new row's id, or None when a unique constraint already holds such a row."""
    id: int | None = tx.execute(_once(tx.dialect.name, table), values).scalar()
    return id


def insert_many_once(tx: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    tx.execute(inserting(tx.dialect.name, table).on_conflict_do_nothing(), rows)


def inserting(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """INSERT in a dialect, which knows ON CONFLICT."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _once(dialect: str, table: Table) -> ReturningInsert[Any]:
    """Built once: that takes longer than the database does."""
    return inserting(dialect, table).on_conflict_do_nothing().returning(table.c.id)
