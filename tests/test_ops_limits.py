"""Rate limits per learner, and the audit log of what admins do."""

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from bot.app import App
from bot.cli import app as cli
from bot.commands import dispatch
from bot.domain.people import Channel, Learner
from bot.errors import UserError
from bot.limits import PER_MINUTE, Limits, sentence
from bot.protocol import LEFT, Reply
from bot.service.core import Core
from bot.store import audit
from bot.store.audit import Deed
from tests.builders import ADA, CHANNEL, MORNING, Clock, Events

ALAN = Learner("slack", "T1", "U1", "Alan")
EDSGER = Learner("slack", "T1", "U2", "Edsger")
HERE = Channel("slack", "T1", "C1", "general")


@pytest.fixture
def events(clock: Clock) -> Events:
    return Events(clock, learner=ALAN, channel=HERE)


@pytest.mark.parametrize(("command", "kind"), [("board", "commands"), ("answer", "answers"), ("said", "messages")])
def test_a_bucket_holds_a_minutes_worth_and_fills_again(command: str, kind: str, events: Events, clock: Clock) -> None:
    limits = Limits()
    most = int(PER_MINUTE[kind])
    assert [limits.exceeded(events(command)) for _ in range(most + 2)] == [""] * most + [kind] * 2
    clock.pass_(seconds=60 / most)
    assert [limits.exceeded(events(command)) for _ in range(2)] == ["", kind]
    clock.pass_(minutes=5)
    assert [limits.exceeded(events(command)) for _ in range(most + 1)] == [""] * most + [kind]


def test_kinds_and_people_do_not_share(events: Events) -> None:
    limits = Limits()
    for _ in range(50):
        limits.exceeded(events("board"))
    assert limits.exceeded(events("answer")) == ""
    assert limits.exceeded(events("board", learner=EDSGER)) == ""
    assert limits.exceeded(events("board", learner=Learner("slack", "T2", "U1"))) == ""


def test_what_was_said_while_we_were_away_is_timed_by_when_it_was_said(events: Events) -> None:
    limits = Limits()
    said = [events("said", at=MORNING + timedelta(minutes=minute)) for minute in range(600)]
    assert {limits.exceeded(event) for event in said} == {""}
    assert limits.exceeded(said[0]) == ""  # late and out of order: not held against anybody else


def test_leaving_and_the_terminal_are_free(events: Events) -> None:
    limits = Limits()
    assert {limits.exceeded(events(LEFT)) for _ in range(100)} == {""}
    assert {limits.exceeded(events("board", learner=ADA)) for _ in range(100)} == {""}


def test_memory_is_bounded_and_the_longest_rested_go_first(events: Events) -> None:
    limits = Limits(most=3)
    crowd = [Learner("slack", "T1", f"U{number}") for number in range(10)]
    for learner in crowd:
        limits.exceeded(events("board", learner=learner))
    assert len(limits._buckets) == 3


async def test_one_too_many_gets_a_sentence_and_talk_gets_none(core: Core, events: Events) -> None:
    app = App(core)
    shown: list[Reply] = []

    async def show(reply: Reply) -> None:
        shown.append(reply)

    for _ in range(21):
        await app.handle(events("help"), show)
    assert [reply.title for reply in shown[20:]] == [sentence("commands")]
    assert sentence("commands") not in [reply.title for reply in shown[:20]]
    shown.clear()
    for _ in range(40):
        await app.handle(events("said", "good morning", addressed=False), show)
    assert shown == []


def test_admin_verbs_that_change_something_are_recorded(core: Core, events: Events, clock: Clock) -> None:
    dispatch(core, events("schedule", "9:00 Europe/Berlin", admin=True))
    clock.pass_(minutes=1)
    dispatch(core, events("settings", "attempts 3", admin=True))
    for looks in ("schedule", "settings", "questions"):
        dispatch(core, events(looks, admin=True))
    dispatch(core, events("board"))
    with pytest.raises(UserError):
        dispatch(core, events("pause", learner=EDSGER))
    dispatch(core, events("pause"))  # the owner, without being an admin
    assert listed(core) == [
        Deed(MORNING, HERE, "Alan", "schedule", "time:9:00 zone:Europe/Berlin"),
        Deed(MORNING + timedelta(minutes=1), HERE, "Alan", "settings", "name:attempts value:3"),
        Deed(MORNING + timedelta(minutes=1), HERE, "Alan", "pause", ""),
    ]


def test_what_was_refused_is_not_recorded(core: Core, events: Events) -> None:
    with pytest.raises(UserError):
        dispatch(core, events("schedule", "25:00", admin=True))
    assert listed(core) == []


def test_the_audit_on_the_command_line(core: Core, events: Events, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    dispatch(core, events("schedule", "9:00", admin=True))
    dispatch(core, Events(events.clock, channel=CHANNEL)("schedule", "10:00", admin=True))
    everything = CliRunner().invoke(cli, ["audit"])
    assert (everything.exit_code, everything.output.count("schedule")) == (0, 2)
    one = CliRunner().invoke(cli, ["audit", "slack:T1:C1", "--json"])
    assert json.loads(one.output) == [
        {"at": "2026-11-20T09:00:00Z", "channel": "slack:T1:C1", "who": "Alan", "action": "schedule", "detail": "time:9:00"}
    ]
    none = CliRunner().invoke(cli, ["audit", "slack:T1:C9"])
    assert str(none.exception).startswith("Nothing is known of slack:T1:C9.")


def listed(core: Core) -> list[Deed]:
    with core.store.read() as tx:
        return list(audit.listed(tx))
