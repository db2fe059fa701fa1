"""SIGTERM and SIGINT finish what is in hand within ten seconds; a second signal stops at once."""

import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from bot.cli import serve
from bot.config import ROOT


class Process:
    """A stubborn bot (tests/fakes/stubborn.py), whose words are read as they come."""

    def __init__(self, how: str, folder: Path, *seconds: str) -> None:
        command = [sys.executable, "-m", "tests.fakes.stubborn", how, f"sqlite:///{folder / 'drillbot.db'}", *seconds]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def __enter__(self) -> "Process":
        self.wait_for("ready")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def wait_for(self, word: str) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            if line.strip() == word:
                return
        raise AssertionError(f"ended without saying {word!r}: {self._process.stderr.read() if self._process.stderr else ''}")

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def end(self) -> tuple[int, list[str], float]:
        """The exit code, what it said until then, and how long it took."""
        since = monotonic()
        said, _ = self._process.communicate(timeout=30)
        return self._process.returncode, said.split(), monotonic() - since


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_is_in_hand_is_finished(number: signal.Signals, tmp_path: Path) -> None:
    with Process("tidy", tmp_path) as process:
        process.send(number)
        code, said, seconds = process.end()
    assert (code, said) == (0, ["closing", "shown", "ended"])
    assert seconds < serve.LAST


@pytest.mark.parametrize("how", ["deaf", "stuck", "unkillable"])
def test_nothing_keeps_it_alive(how: str, tmp_path: Path) -> None:
    with Process(how, tmp_path, "0.2", "0.5") as process:
        process.send(signal.SIGTERM)
        code, _, seconds = process.end()
    assert code == 0
    assert seconds < 5  # half a second, on a machine that has other things to do


def test_the_time_it_may_take_is_ten_seconds() -> None:
    assert serve.GRACE < serve.LAST <= 10


@pytest.mark.parametrize("how", ["deaf", "stuck"])
def test_a_second_signal_stops_at_once(how: str, tmp_path: Path) -> None:
    with Process(how, tmp_path) as process:
        process.send(signal.SIGTERM)
        process.wait_for("closing")
        process.send(signal.SIGINT)
        code, _, seconds = process.end()
    assert code == 130
    assert seconds < 5
