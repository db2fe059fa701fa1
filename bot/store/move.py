"""A database copied into another of either kind, table by table, so that it can be broken off and taken up again."""

from collections.abc import Callable

from sqlalchemy import Connection

from bot.errors import StoreError
from bot.store import copying
from bot.store.engine import Store
from bot.store.migrate import HEAD, upgrade, version

Progress = Callable[[str, int, int], None]
"""Told of each step: the table, how many of its rows are done, how many there are."""

AGAIN = "Stop every drillbot that uses the old database, then run the same command again."


def silent(_table: str, _done: int, _all: int) -> None:
    """For those who do not watch."""


def move(source: Store, target: Store, progress: Progress = silent) -> int:
    """Copy every row, then compare both; how many rows there are. Goes on where an earlier run was broken off.

    Raises StoreError when *target* holds anything else, or when *source* changed meanwhile.
    """
    prepare_target(source, target)
    _refuse_strangers(source, target)
    for table in copying.tables():
        with source.read() as tx, target.read() as there:
            done, everything = copying.count(there, table), copying.count(tx, table)
            after = copying.last_key(there, table)
        progress(table.name, done, everything)
        with source.read() as tx:
            for rows in copying.batches(tx, table, after):
                with target.write() as there:
                    copying.insert(there, table, rows)
                done += len(rows)
                progress(table.name, done, everything)
    with target.write() as there:
        copying.set_sequences(there)
    return compare(source, target)


def prepare_target(source: Store, target: Store) -> None:
    """Both at this program's version; an empty target is set up. Raises StoreError."""
    if version(source) != HEAD:
        raise StoreError("The database to copy from is not at this program's version. Run: drillbot db upgrade")
    if version(target) is None:
        upgrade(target)
    if version(target) != HEAD:
        raise StoreError("The database to copy to is not at this program's version. Run there: drillbot db upgrade")


def copy_into(source: Connection, target: Connection, progress: Progress = silent) -> int:
    """Every row, inside the caller's two transactions: all or nothing. Raises StoreError."""
    total = 0
    for table in copying.tables():
        done, everything = 0, copying.count(source, table)
        progress(table.name, 0, everything)
        for rows in copying.batches(source, table):
            copying.insert(target, table, rows)
            done += len(rows)
            progress(table.name, done, everything)
        total += done
    copying.set_sequences(target)
    _refuse_differences(source, target)
    return total


def compare(source: Store, target: Store) -> int:
    """Count and hash every table on both sides; how many rows there are. Raises StoreError."""
    with source.read() as tx, target.read() as there:
        copying.freeze(tx)
        copying.freeze(there)
        return _refuse_differences(tx, there)


def _refuse_differences(source: Connection, target: Connection) -> int:
    total, different = 0, []
    for table in copying.tables():
        (here, made), (there, copied) = copying.digest(source, table), copying.digest(target, table)
        total += here
        if made != copied:
            different.append(f"{table.name} ({here} rows, {there} in the copy)")
    if different:
        raise StoreError(f"The copy differs in {', '.join(different)}. {AGAIN}")
    return total


def _refuse_strangers(source: Store, target: Store) -> None:
    """What stands in the target must be the beginning of what stands in the source."""
    if source.engine.url == target.engine.url:
        raise StoreError("Both are the same database. Give --to the URL of another one.")
    with source.read() as tx, target.read() as there:
        for table in copying.tables():
            last = copying.last_key(there, table)
            if last is not None and copying.digest(tx, table, upto=last) != copying.digest(there, table):
                raise StoreError(
                    f"The database to copy to holds other rows in {table.name}. Empty it, or give --to the URL of an empty one. "
                    "If it is an earlier copy: the old database was used since; a copy must begin anew."
                )
