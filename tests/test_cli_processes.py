"""The command line as real processes, where exit codes, pipes and signals matter."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tests.fakes.commandline import PACK, Ran, environment


def test_a_chat_in_a_pipe_and_the_same_again(process: Callable[..., Ran]) -> None:
    lines = b"An answer of several words about the data and the model\n/drill bord\n/as Grace\n/drill answer x\n/drill board\n"
    first = process("chat", stdin=lines)
    assert first.code == 0
    for fragment in ("Daily drill", "attempt 1 of 2", "Did you mean board?", "You are Grace now.", "This week", "Grace (you)"):
        assert fragment in first.out
    second = process("run", stdin=b"/drill board")
    assert second.code == 0
    assert "Grace" in second.out
    assert "Daily drill" in second.out
    rows = json.loads(process("board", "console", "--json").out)
    assert [set(row) for row in rows] == [{"rank", "name", "points", "answered", "streak", "moved"}] * 2


def test_hostile_lines_harm_nothing(process: Callable[..., Ran]) -> None:
    lines = [
        b"\xff\xfe\x00\x01",
        b"word " * 20_000,
        b"\x1b[2J\x1b]0;title\x07",
        "\u202eback\u2066".encode(),
        b"",
        b"/",
        b"/as",
        b"\x00",
    ]
    ran = process("chat", stdin=b"\r\n".join(lines))
    assert ran.code == 0
    assert not {"\x1b", "\x07", "\u202e"} & set(ran.out)
    assert "There is no / here." in ran.out


def test_a_reader_that_leaves_is_no_crash(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "questions", "show", "--json"]
    listed = subprocess.run([*command[:-2], "list"], capture_output=True, cwd=tmp_path, env=environment(tmp_path), check=True)
    id = listed.stdout.decode().splitlines()[1].split()[0]
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run(
        [*command, id], stdout=writer, stderr=subprocess.PIPE, cwd=tmp_path, env=environment(tmp_path), check=False
    )
    os.close(writer)
    assert ran.returncode == 1
    assert ran.stderr == b""


def test_ctrl_c_ends_the_chat(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "chat"]
    pipe = subprocess.PIPE
    # A test run in the background of a shell inherits that Ctrl-C is ignored; whoever chats does not.
    heeds = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=tmp_path, env=environment(tmp_path), preexec_fn=heeds
    ) as chat:
        assert chat.stdout
        assert b"Daily drill" in chat.stdout.readline()
        chat.send_signal(signal.SIGINT)
        _, err = chat.communicate(timeout=30)
    assert chat.returncode == 130
    assert b"Traceback" not in err


def test_grading_answers_as_json_lines(process: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(PACK)
    rows = [
        {"id": 7, "question": "recall", "answer": "the share of real positives that were found"},
        {"id": "b", "question": "bias", "answer": "The error that comes from assumptions which are too simple."},
        {"id": None, "question": "recall", "answer": ""},
    ]
    stdin = "\n\n".join(json.dumps(row) for row in rows).encode()
    ran = process("grade", "--pack", "small.yaml", stdin=stdin)
    assert ran.code == 0
    made = [json.loads(line) for line in ran.out.splitlines()]
    assert [(row["id"], row["question"]) for row in made] == [(7, "recall"), ("b", "bias"), (None, "recall")]
    assert made[0]["score"] > 80
    assert made[1]["score"] > 80
    assert made[2]["score"] == 0
    [point] = made[0]["points"]
    assert {"id", "label", "weight", "hit", "credit", "matched"} <= set(point)
    assert (point["id"], point["hit"]) == ("share", "full")


def test_schedules_and_drills_by_command_line(cli: Callable[..., Ran], process: Callable[..., Ran]) -> None:
    for channel in ("console", "discord:1:2"):
        ran = cli("schedule", "set", channel, "--at", "9", "--zone", "Europe/Berlin", "--days", "daily")
        assert "09:00 · Europe/Berlin · every day" in ran.out
    listed = cli("schedule", "list").out
    assert "console" in listed
    assert "discord:1:2" in listed
    assert cli("schedule", "remove", "discord:1:2").code == 0
    ran = cli("schedule", "remove", "discord:1:2")
    assert ran.code == 1
    assert "There is no schedule for discord:1:2." in ran.err
    tomorrow = datetime.now(UTC).date().toordinal() + 2
    day = datetime.fromordinal(tomorrow).date().isoformat()
    first, second = (process("tick", "--at", f"{day}T09:00Z") for _ in range(2))
    assert (first.code, second.code) == (0, 0)
    assert ("Daily drill" in first.out, "Daily drill" in second.out) == (True, False)
    row = json.loads(cli("drills", "console", "--json").out)[0]
    assert set(row) == {"day", "slot", "question", "state", "opened_at", "closes_at", "answered"}
    assert (row["day"], row["slot"], row["state"], row["opened_at"]) == (day, day, "open", f"{day}T09:00:00Z")
