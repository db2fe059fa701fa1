"""Schedules on the command line: what people write for channels, times, days and zones, and what they are told."""

from collections.abc import Callable

import pytest

from bot.commands.words import parse_days, parse_zone
from bot.errors import UserError
from tests.fakes.commandline import Ran

Cli = Callable[..., Ran]


def test_what_is_not_given_stays_as_it_is(cli: Cli) -> None:
    cli("schedule", "set", "console", "--at", "21:30", "--zone", "Europe/Berlin", "--days", "mon,wed", "--skip", "2030-01-02")
    ran = cli("schedule", "set", "console", "--at", "9am")
    assert ran.out.startswith("09:00 · Europe/Berlin · Mon, Wed · without 2030-01-02\n")
    ran = cli("schedule", "set", "console", "--skip", "none", "--days", "every day")
    assert ran.out.startswith("09:00 · Europe/Berlin · every day\n")


def test_a_new_channel_is_asked_where_the_settings_say(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZONE", "Asia/Tokyo")
    assert cli("schedule", "set", "console").out.startswith("09:00 · Asia/Tokyo · Mon–Fri\n")


def test_a_paused_channel_is_listed_with_its_reason_and_setting_it_goes_on(cli: Cli, process: Cli) -> None:
    cli("schedule", "set", "console", "--at", "9")
    chat = process("chat", stdin=b"/drill pause\n/drill schedule\n")
    shown = chat.out.rpartition("Schedule\n")[2]
    assert "paused: by an admin" in shown
    assert "No drill comes until /drill resume." in shown
    assert "Next" not in shown
    [head, line] = cli("schedule", "list").out.splitlines()
    assert head.split() == ["channel", "schedule", "next", "(UTC)", "paused"]
    assert line.rstrip().endswith("by an admin")
    assert "T09:00:00Z" not in line
    cli("schedule", "set", "console")
    assert "T09:00:00Z" in cli("schedule", "list").out


def test_ids_are_listed_as_they_are(cli: Cli) -> None:
    cli("schedule", "set", "discord:100:3000")  # a terminal's library knows :100: as an emoji
    assert "discord:100:3000" in cli("schedule", "list").out


def test_nothing_to_list_is_said(cli: Cli) -> None:
    ran = cli("schedule", "list")
    assert (ran.code, ran.out) == (0, "")
    assert "No channel is scheduled. See: drillbot schedule set -h" in ran.err


@pytest.mark.parametrize(
    ("channel", "hint"),
    [
        ("discord:1:#ml", "Discord's ids are numbers"),
        ("discord:Interviews:general", "Discord's ids are numbers"),
        ("slack:T1:#ml", "Slack's ids look like T012AB3CD and C012AB3CD"),
        ("slack:T1:ml-interviews", "Slack's ids look like T012AB3CD and C012AB3CD"),
    ],
)
def test_a_name_instead_of_an_id_is_a_sentence(cli: Cli, channel: str, hint: str) -> None:
    ran = cli("schedule", "set", channel)
    assert (ran.code, ran.out) == (1, "")
    assert hint in ran.err
    assert cli("schedule", "list").out == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Berlin", "Did you mean Europe/Berlin?"),
        ("new york", "Did you mean America/New_York?"),
        ("Tokio", "Did you mean Asia/Tokyo?"),
        ("Europe/Berln", "Did you mean Europe/Berlin?"),
        ("PST", "Did you mean America/Los_Angeles?"),
        ("CEST", "Did you mean Europe/Berlin?"),
        ("UTC+1", "Offsets know no clock changes. Write it like Europe/Berlin."),
        ("GMT-05:00", "Offsets know no clock changes. Write it like Europe/Berlin."),
        ("+01:00", "Offsets know no clock changes. Write it like Europe/Berlin."),
        ("India", "is not a zone. Write it like Europe/Berlin."),
        ("Europe", "is not a zone. Write it like Europe/Berlin."),
        ("Z", "is not a zone. Write it like Europe/Berlin."),
        ("", "is not a zone. Write it like Europe/Berlin."),
    ],
)
def test_a_zone_is_corrected(typed: str, said: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_zone(typed)
    assert str(refused.value).endswith(said)


@pytest.mark.parametrize("typed", ["every day", "Everyday", "daily", "mon-sun", "sun-sat", "Monday–Sunday"])
def test_every_day_has_many_names(typed: str) -> None:
    assert parse_days(typed) == frozenset(range(7))
