"""Transactions of many threads: none is turned away because of another one of our own."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.protocol import Channel
from bot.store import Store, connect, engine, people
from bot.store.migrate import prepare

THREADS = 8


@pytest.fixture
def impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An SQLite that does not wait for a lock at all."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    store = connect(f"sqlite:///{tmp_path / 'drillbot.db'}")
    prepare(store)
    yield store
    store.close()


def test_writers_of_one_process_never_meet(impatient: Store) -> None:
    def write(thread: int) -> None:
        for number in range(20):
            with impatient.write() as tx:
                people.channel_id(tx, Channel("console", "local", f"{thread}-{number}"))

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(write, range(THREADS)))
    with impatient.read() as tx:
        assert all(people.find_channel(tx, Channel("console", "local", f"{thread}-19")) for thread in range(THREADS))


def test_whoever_waits_too_long_hears_so(impatient: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "QUEUE_SECONDS", 0)

    def write() -> None:
        with impatient.write():
            pass

    with (
        ThreadPoolExecutor(1) as other,
        impatient.write(),
        pytest.raises(StoreError, match="has more work than it can do"),
    ):
        other.submit(write).result()
    write()
