"""drillbot doctor: one thing broken at a time; each is found, with a remedy."""

import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot.cli import app, doctor
from bot.cli.doctor import examined
from bot.cli.rows import Row, State, bad
from bot.config import Settings
from bot.domain.calendar import Schedule
from bot.domain.drill import State as DrillState
from bot.service import drills as drill_service
from bot.service import schedules
from bot.service.core import Core
from bot.store import Store, connect, drills
from bot.store.migrate import prepare, upgrade
from bot.store.schedules import Plan
from tests.builders import CHANNEL, bank
from tests.ops_histories import at_version

DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789AB"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(doctor, "bank_of", lambda _: bank())
    monkeypatch.setattr(doctor, "PLATFORMS", {})


@pytest.fixture
def found(database_url: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("DATABASE_URL", database_url)
    return store


def named(name: str) -> list[Row]:
    return [row for row in examined() if row.name == name]


def wrong() -> list[Row]:
    return [row for row in examined() if row.state is State.BAD]


def test_nothing_is_wrong_with_a_fresh_one(found: Store) -> None:
    assert wrong() == []
    [row] = named("database")
    assert re.search(r"\((SQLite 3|PostgreSQL 1)\d*\.\d+.*\), version \d{4}", row.found)
    assert [row.state for row in named("write access")] == [State.GOOD]


@pytest.mark.parametrize(
    ("given", "row"),
    [
        ({"DISCORD_TOKEN": "0123456789abcdef"}, "DISCORD_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxp-1", "SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}, "HTTP_PORT"),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_SIGNING_SECRET": "s", "HTTP_PORT": "8080"}, "SLACK_CLIENT_ID"),
        ({"ZONE": "Europe/Nowhere"}, "settings"),
        ({"DATABASE_URL": "mysql://a/b"}, "settings"),
        ({"DATABASE_URL": "sqlite:////dev/null/x/drillbot.db"}, "database"),
    ],
)
def test_a_wrong_setting_is_the_only_red_row(given: dict[str, str], row: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    [red] = wrong()
    assert red.name == row
    assert red.remedy
    assert not any(value in f"{red.found}{red.remedy}" for value in given.values() if len(value) > 6 and "/" not in value)


def test_tokens_that_look_right_are_green(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"DISCORD_TOKEN": DISCORD, "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}.items():
        monkeypatch.setenv(name, value)
    assert wrong() == []
    assert all(row.state is State.GOOD for row in examined() if "TOKEN" in row.name)


def test_a_server_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ada:secret@127.0.0.1:1/drills")
    [red] = wrong()
    assert (red.name, red.remedy) == ("database", "Check DATABASE_URL and that the server runs.")


def test_a_file_that_is_no_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database at all, but long enough to be looked at as one" * 20)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'notes.txt'}")
    assert [row.name for row in wrong()] == ["database"]


def test_a_database_that_is_not_there_yet_is_not_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new' / 'drillbot.db'}")
    assert wrong() == []
    assert not (tmp_path / "new").exists()


def test_a_newer_and_an_older_database(found: Store) -> None:
    with at_version(found, "9999"):
        assert [(row.name, row.remedy) for row in wrong()] == [("database", "Update drillbot.")]
    with at_version(found, "0000"):
        assert [row.remedy for row in wrong()] == ["Run: drillbot db upgrade"]


def test_a_database_that_cannot_be_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "drillbot.db"
    store = connect(f"sqlite:///{path}")
    prepare(store)
    store.close()
    # Root may write whatever a file's mode says, so the file itself is asked to be read-only.
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setattr(doctor, "existing", lambda _: _read_only(path))
    assert [row.name for row in wrong()] == ["write access"]


def _read_only(path: Path) -> Store:
    from sqlalchemy import create_engine

    return Store(create_engine("sqlite://", creator=lambda: sqlite3.connect(f"file:{path}?mode=ro", uri=True)))


def test_a_clock_that_was_set_back(found: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "utc_now", lambda: datetime(1970, 1, 1, tzinfo=UTC))
    assert [row.name for row in wrong()] == ["clock"]
    later = datetime.now(UTC) + timedelta(days=1)
    monkeypatch.setattr(doctor, "utc_now", lambda: later if found.engine.dialect.name == "postgresql" else datetime.now(UTC))
    if found.engine.dialect.name == "sqlite":
        _posted(found, later)
    [red] = wrong()
    assert red.name == "clock"
    assert "last drill" in red.found or "differs by 86" in red.found


def _posted(store: Store, at: datetime) -> None:
    drill = drill_service.open_today(Core(store, bank(), lambda: at), CHANNEL)
    with store.write() as tx:
        drills.move(tx, drill.id, DrillState.PLANNED, DrillState.OPEN, opened_at=at)


def test_schedules_show_their_next_opening_and_their_stock(found: Store) -> None:
    core = Core(found, bank())
    schedules.save(core, Plan(0, CHANNEL, Schedule(zone="Europe/Berlin")))
    [opening] = named("next opening")
    assert re.search(r"console: \w+ \d{4}-\d\d-\d\d 09:00 Europe/Berlin", opening.found)
    assert [(row.state, row.found[:27]) for row in named("stock")] == [(State.NOTE, "console: 2 unasked question")]
    with found.write() as tx:
        tx.execute(text("UPDATE schedules SET topics = '[\"cooking\"]', next_at = '2026-01-01 00:00:00'"))
    assert [row.name for row in wrong()] == ["stock"]
    assert "overdue" in named("next opening")[0].found
    schedules.pause(core, CHANNEL, "by an admin")
    assert named("paused")[0].found == "console: by an admin"
    with found.write() as tx:
        tx.execute(text("UPDATE schedules SET topics = '[]', paused = NULL, zone = 'Mars/Base'"))
    assert [(row.name, row.remedy) for row in wrong()] == [("zones", "Update the package tzdata.")]


def test_a_platform_speaks_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(doctor.PLATFORMS, "discord", lambda _: [bad("intents", "message content is off", "Switch it on.")])
    assert [row.name for row in wrong()] == ["intents"]


def test_the_table_and_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 0
    monkeypatch.setenv("DISCORD_TOKEN", "nope")
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 1
    assert "Copy the token of page Bot" in done.output
    assert "1 thing is wrong" in done.output


def test_an_old_schema_under_a_new_version_is_a_row_not_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = connect(f"sqlite:///{tmp_path / 'old.db'}")
    upgrade(store)
    with store.write() as tx:
        tx.execute(text("ALTER TABLE schedules RENAME COLUMN days TO weekdays"))
    store.close()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'old.db'}")
    assert [row.name for row in wrong()] == ["schedules"]
