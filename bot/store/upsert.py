"""INSERT that steps back when the row is already there; both databases spell it the same, SQLAlchemy does not."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_once(tx: Connection, table: Table, **values: Any) -> int | None:
    """The new row's id, or None when a unique constraint already holds such a row."""
    made = insert_into(tx, table).values(**values).on_conflict_do_nothing().returning(table.c.id)
    id: int | None = tx.execute(made).scalar()
    return id


def insert_many_once(tx: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    tx.execute(insert_into(tx, table).on_conflict_do_nothing(), rows)


def insert_into(tx: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """INSERT in the dialect of the connection, which knows ON CONFLICT."""
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)
