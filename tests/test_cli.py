"""The command line, in this process."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.commandline import PACK, Ran


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"{", "line 1: is not JSON"),
        (b"[]", "line 1: must be an object"),
        (b"[" * 100_000, "line 1: is not JSON"),
        (b'{"question": "recall"}', "line 1: needs"),
        (b'{"question": "nothing", "answer": "x"}', "line 1: there is no question 'nothing'"),
        (b'\n{"question": ["recall"], "answer": "x"}', "line 2: needs"),
        (b"\xff\xfe", "line 1: is not JSON"),
    ],
)
def test_what_cannot_be_graded_is_named_by_line(cli: Callable[..., Ran], tmp_path: Path, line: bytes, sentence: str) -> None:
    (tmp_path / "small.yaml").write_text(PACK)
    ran = cli("grade", "--pack", "small.yaml", stdin=line)
    assert (ran.code, ran.out) == (1, "")
    assert sentence in ran.err


def test_packs_are_checked(cli: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(PACK)
    ran = cli("questions", "check", "small.yaml")
    assert (ran.code, ran.err) == (0, "")
    assert "2 questions in 1 packs" in ran.out
    (tmp_path / "broken.yaml").write_text(PACK.replace("prompt: What is bias?", "promt: What is bias?"))
    (tmp_path / "worse.yaml").write_text("{")
    ran = cli("questions", "check", "broken.yaml", "worse.yaml", "none.yaml")
    assert (ran.code, ran.out) == (1, "")
    for fault in (
        "broken.yaml:7: question bias: prompt",
        "broken.yaml:8: question bias: promt",
        "worse.yaml:",
        "none.yaml: cannot be read",
    ):
        assert fault in ran.err


def test_a_preview_notes_clock_changes(cli: Callable[..., Ran]) -> None:
    words = ["schedule", "preview", "--at", "2:30", "--zone", "europe/berlin", "--days", "daily"]
    ran = cli(*words, "--from", "2026-03-27T12:00Z", "--count", "3", "--json", "--skip", "2026-03-30")
    assert json.loads(ran.out) == [
        {"day": "2026-03-28", "opens_at": "2026-03-28T01:30:00Z", "note": ""},
        {"day": "2026-03-29", "opens_at": "2026-03-29T01:00:00Z", "note": "02:30 does not exist, opens at 03:00"},
        {"day": "2026-03-31", "opens_at": "2026-03-31T00:30:00Z", "note": ""},
    ]
    ran = cli(*words, "--from", "2026-03-28T12:00", "--count", "1")
    assert "2026-03-29" in ran.out
    assert "Sun 03:00" in ran.out
    assert "02:30 does not exist" in ran.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--from", "tomorrow"], "'tomorrow' is not an instant."),
        (["--from", "9999-12-31T23:00Z"], "is not an instant."),
        (["--from", "0001-01-01T00:00Z"], "is not an instant."),
        (["--zone", "Berlin"], "Did you mean Europe/Berlin?"),
        (["--at", "25:00"], "is not a time."),
        (["--days", "someday"], "are not days."),
        (["--skip", "soon"], "is not a date."),
    ],
)
def test_a_wrong_preview_is_a_sentence(cli: Callable[..., Ran], words: list[str], sentence: str) -> None:
    ran = cli("schedule", "preview", *words)
    assert (ran.code, ran.out) == (1, "")
    assert sentence in ran.err


@pytest.mark.parametrize("channel", ["", "consol", "discord:1", "teams:1:2", "slack::C1", "discord:1:2:3"])
def test_a_wrong_channel_is_a_sentence(cli: Callable[..., Ran], channel: str) -> None:
    ran = cli("board", channel, "--json")
    assert (ran.code, ran.out) == (1, "")
    assert "is not a channel. Write console, discord:<guild>:<channel> or slack:<team>:<channel>." in ran.err


def test_wrong_settings_are_named_without_their_content(cli: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ZONE", "TICK_SECONDS", "HTTP_PORT"):
        monkeypatch.setenv(name, "hunter2")
    ran = cli("chat")
    assert (ran.code, ran.out) == (1, "")
    assert all(name in ran.err for name in ("ZONE", "TICK_SECONDS", "HTTP_PORT"))
    assert "hunter2" not in ran.err


@pytest.mark.parametrize(
    "url", ["hunter2", "mysql://me:hunter2@host/db", "postgresql://me:hunter2@127.0.0.1:1/db", "sqlite:////dev/null/hunter2/x"]
)
def test_a_wrong_database_is_a_sentence(cli: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    ran = cli("board", "console")
    assert (ran.code, ran.out) == (1, "")
    assert "atabase" in ran.err or "DATABASE_URL" in ran.err
    assert len(ran.err.splitlines()) == 1
    assert "me:hunter2" not in ran.err
