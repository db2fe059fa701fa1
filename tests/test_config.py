"""Settings: what .env.example promises, and how wrong ones are named."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.config import ROOT, Settings, load
from bot.errors import SettingsError

NAMES = {name.upper() for name in Settings.model_fields}
SECRETS = sorted(name.upper() for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation))
HIDDEN = "hunter2"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings from this machine: an empty folder, a bare environment."""
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        for variable in (name, name.lower(), f"{name}_FILE"):
            monkeypatch.delenv(variable, raising=False)


def shown(secret: object) -> str:
    assert isinstance(secret, SecretStr)
    return secret.get_secret_value()


def refusal() -> list[str]:
    with pytest.raises(SettingsError) as raised:
        load()
    assert HIDDEN not in str(raised.value)
    return str(raised.value).splitlines()


def test_the_example_lists_every_setting_with_a_comment_and_its_default() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    found = {}
    for above, line in zip(["", *lines], lines, strict=False):
        setting = re.fullmatch(r"#?([A-Z_]+)=(.*)", line)
        if setting:
            assert above.startswith("# "), f"{setting[1]} has no comment"
            found[setting[1]] = setting[2]
    assert set(found) == NAMES
    defaults = {name.upper(): value for name, value in Settings.model_validate({}).model_dump().items()}
    for name, text in found.items():
        default = defaults[name]
        plain = default.get_secret_value() if isinstance(default, SecretStr) else default
        assert text == ("" if plain is None else str(int(plain)) if isinstance(plain, bool | int | float) else plain), name


def test_the_example_as_it_is_changes_nothing(tmp_path: Path) -> None:
    bare = load()
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    (tmp_path / ".env").write_text(re.sub(r"^#([A-Z_]+=)", r"\1", example, flags=re.MULTILINE), encoding="utf-8")
    assert load() == bare


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ZONE=Europe/Berlin\nLOG_LEVEL=WARNING\nUNKNOWN=1\n", encoding="utf-8")
    assert (load().zone, load().log_level) == ("Europe/Berlin", "warning")
    monkeypatch.setenv("ZONE", "Asia/Tokyo")
    assert load().zone == "Asia/Tokyo"
    monkeypatch.setenv("ZONE", "")
    assert load().zone == "Europe/Berlin"


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_be_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    secret = f"sqlite:///{HIDDEN}" if name == "DATABASE_URL" else HIDDEN
    (tmp_path / "secret").write_text(f"  {secret}\n", encoding="utf-8")
    monkeypatch.setenv(name, "another")
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))
    settings = load()
    assert shown(getattr(settings, name.lower())) == secret
    assert HIDDEN not in repr(settings) + str(settings)


WRONG = {
    "ZONE": ["Europe/Berln", "../../etc/passwd", "Europe", "\x00"],
    "LOG_LEVEL": ["loud"],
    "TICK_SECONDS": ["soon", "0", "nan", "1e9"],
    "HTTP_PORT": ["-1", "65536", "http"],
    "DISCORD_MESSAGE_CONTENT": ["perhaps"],
    "DATABASE_URL": ["mysql://ada@host/x", "drillbot.db"],
    "DISCORD_SHARDS": ["many", "0"],
    "DISCORD_SHARD_IDS": ["first"],
    "DISCORD_API_URL": ["discord.com/api"],
    "SLACK_API_URL": ["https:///"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_value_is_named_and_not_shown(tmp_path: Path, name: str, value: str) -> None:
    (tmp_path / ".env").write_text(f'{name}="{value}{HIDDEN if value == "soon" else ""}"\n', encoding="utf-8")
    [line] = refusal()
    assert line.startswith(f"{name}: ")
    assert len(line) > len(name) + 10


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in WRONG:
        monkeypatch.setenv(name, HIDDEN)
    (tmp_path / "binary").write_bytes(b"\xff" + HIDDEN.encode())
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(tmp_path / "none" / HIDDEN))
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "binary"))
    assert sorted(line.partition(":")[0] for line in refusal()) == sorted([*WRONG, "DISCORD_TOKEN_FILE", "SECRET_KEY_FILE"])


def test_a_settings_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"ZONE=\xff\xfe\n")
    [line] = refusal()
    assert line.startswith(".env: ")
