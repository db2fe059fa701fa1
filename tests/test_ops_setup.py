"""settings, init and health: getting a bot to run."""

import re
import socket
import stat
from pathlib import Path

import pytest
from dotenv import dotenv_values
from typer.testing import CliRunner

from bot.cli import app, setup
from bot.cli.setup import env_text, gather, shown, write_private
from bot.config import ROOT, Settings, load, origins
from bot.errors import UserError
from bot.store import connect
from bot.store.migrate import prepare
from bot.store.places import described

SECRET = "not-for-anybodys-eyes"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a .env, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def run(*words: str, typed: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(app, words, input=typed)
    if done.exception and not isinstance(done.exception, SystemExit):
        return 1, f"{done.output}{done.exception}"
    return done.exit_code, done.output


def test_settings_tell_where_they_come_from_and_mask_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text(f"DISCORD_TOKEN={SECRET}\nLOG_LEVEL=debug\n")
    Path("signing").write_text(SECRET)
    monkeypatch.setenv("LOG_LEVEL", "warning")
    monkeypatch.setenv("SLACK_SIGNING_SECRET_FILE", "signing")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://ada:{SECRET}@db.example:5433/drills?password={SECRET}")
    monkeypatch.setenv("DISCORD_API_URL", f"https://me:{SECRET}@proxy.example/api")
    code, out = run("settings")
    assert code == 0
    assert SECRET not in out
    rows = {line.split()[0]: line for line in out.splitlines()}
    assert "environment" in rows["LOG_LEVEL"]
    assert "warning" in rows["LOG_LEVEL"]
    assert ".env" in rows["DISCORD_TOKEN"]
    assert "SLACK_SIGNING_SECRET_FILE" in rows["SLACK_SIGNING_SECRET"]
    assert "db.example:5433/drills" in rows["DATABASE_URL"]
    assert "default" in rows["TICK_SECONDS"]


def test_every_setting_is_in_the_example_with_its_default() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert f"\n# {field.description}\n#{name.upper()}=" in example
    Path(".env").write_text("\n".join(re.findall(r"^#([A-Z_]+=.*)$", example, re.MULTILINE)))
    defaults, read = Settings(_env_file=None), load()
    assert {name: shown(name, getattr(read, name)) for name in origins(read)} == {
        name: shown(name, getattr(defaults, name)) for name in origins(read)
    }


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://u:p@h/d", f"sqlite+x://{SECRET}", f"postgresql://u:{SECRET}@[h/d"])
def test_a_broken_url_shows_nothing(url: str) -> None:
    assert SECRET not in described(url)


def test_what_init_writes_is_private_and_reads_back_as_typed() -> None:
    typed = {"DISCORD_TOKEN": "a'b\\c $x #y", "SLACK_BOT_TOKEN": "xoxb-1"}
    write_private(Path(".env"), env_text(typed))
    assert stat.S_IMODE(Path(".env").stat().st_mode) == 0o600
    assert dotenv_values(".env") == typed
    assert load().discord_token


def test_init_asks_only_for_what_is_needed() -> None:
    def answered(**given: str) -> tuple[dict[str, str], list[str]]:
        asked: list[str] = []

        def ask(question: str, default: str, hidden: bool) -> str:
            asked.append(question)
            assert hidden == ("token" in question)
            return next((answer for word, answer in given.items() if word in question), default)

        return gather(ask), asked

    made, asked = answered(platform="Slack", bot=" xoxb-1 ", app="xapp-2", zone="europe/berlin")
    assert made == {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-2",
        "ZONE": "Europe/Berlin",
        "DATABASE_URL": "sqlite:///data/drillbot.db",
    }
    assert not any("Discord" in question for question in asked[1:])
    assert set(answered(platform="none")[0]) == {"ZONE", "DATABASE_URL"}
    with pytest.raises(UserError, match="discord, slack, both or none"):
        answered(platform="irc")
    with pytest.raises(UserError, match="Europe/Berlin"):
        answered(platform="none", zone="Berlin")


def test_init_without_a_terminal_refuses_with_a_sentence() -> None:
    code, out = run("init")
    assert code == 1
    assert "needs a terminal" in out
    assert not Path(".env").exists()


def test_init_never_replaces_without_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "_at_terminal", lambda: True)
    Path(".env").write_text("mine")
    assert run("init", typed="n\n")[0] == 1
    assert Path(".env").read_text() == "mine"
    code, out = run("init", typed="y\ndiscord\nT.o.ken\nUTC\n\n")
    assert code == 0, out
    assert "T.o.ken" not in out
    assert dotenv_values(".env")["DISCORD_TOKEN"] == "T.o.ken"


def test_health_reads_the_database_and_makes_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'there.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    code, out = run("health")
    assert (code, "no database" in out) == (1, True)
    assert not (tmp_path / "there.db").exists()
    store = connect(url)
    prepare(store)
    store.close()
    assert run("health") == (0, "healthy\n")


def test_health_asks_the_process_when_it_has_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTP_PORT", str(free.getsockname()[1]))
        code, out = run("health")  # bound, but nobody listens
    assert (code, "Is the bot running?" in out) == (1, True)
