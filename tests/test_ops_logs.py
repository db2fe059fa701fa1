"""The log: one line per thing that happened, with ids; no answer, token or name."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy import text

from bot.app import App
from bot.cli import logs
from bot.domain.people import Channel, Learner
from bot.protocol import Reply
from bot.reconcile import Reconciler
from bot.service import drills
from bot.service.core import Core
from tests.builders import FULL, HALF, Clock, Events
from tests.fakes.memory import Memory

TOWN = Channel("discord", "77", "88", "town-square-name")
ADA = Learner("discord", "77", "99", "Augusta Ada King")


class Lines(io.StringIO):
    """Standard error, in memory."""

    def read_all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


class Terminal(Lines):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """The log is the process's: leave it as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


async def _conversation(core: Core, clock: Clock) -> None:
    """An extra drill is asked for, posted, answered twice, talked about; somebody mistypes; it closes."""
    app = App(core)
    adapter = Memory("discord")
    reconciler = Reconciler(app, {"discord": adapter})
    events = Events(clock, learner=ADA, channel=TOWN)

    async def show(reply: Reply) -> None:
        assert reply.title

    await app.handle(events("now", admin=True), show)
    await reconciler.tick()
    await app.handle(events("answer", HALF), show)
    await app.handle(events("said", FULL, addressed=False), show)
    await app.handle(events("said", "good morning everybody", addressed=False), show)
    await app.handle(events("precisionn", "is the share"), show)
    await app.handle(events("board"), show)
    clock.pass_(days=4)
    await reconciler.tick()
    assert drills.listed(core, TOWN)[0].state == "closed"


async def test_a_conversation_leaves_one_line_per_thing_that_happened(core: Core, clock: Clock) -> None:
    out = Lines()
    logs.configure(logging.INFO, out)
    await _conversation(core, clock)
    lines = out.read_all()
    assert [(line["event"], line.get("command"), line.get("outcome")) for line in lines] == [
        ("handled", "now", "done"),
        ("posted", None, None),
        ("answered", None, None),
        ("answered", None, None),
        ("handled", "?", "refused"),
        ("handled", "board", "done"),
        ("closed", None, None),
    ]
    assert all(line["channel"] == "discord:77:88" for line in lines)
    assert all("drill" in line for line in lines if line["event"] != "handled")
    assert all("event_id" in line for line in lines if line["event"] in ("handled", "answered"))
    assert all({"level", "timestamp"} <= line.keys() for line in lines)


async def test_nothing_that_people_wrote_is_in_it(core: Core, clock: Clock) -> None:
    out = Lines()
    logs.configure(logging.INFO, out)
    await _conversation(core, clock)
    for private in ("Augusta", "town-square", "share", "alarm", "morning", "precisionn"):
        assert private not in out.getvalue()


async def test_an_unexpected_error_is_found_by_its_reference_and_quotes_nobody(core: Core, clock: Clock) -> None:
    out = Lines()
    logs.configure(logging.INFO, out)
    app, events = App(core), Events(clock, learner=ADA, channel=TOWN)
    drill = drills.open_extra(core, TOWN, "e1")
    with core.store.write() as tx:
        tx.execute(text("UPDATE drills SET state = 'open', message = 'm'"))
        tx.execute(text("ALTER TABLE totals RENAME TO other_totals"))
    shown: list[Reply] = []

    async def show(reply: Reply) -> None:
        shown.append(reply)

    try:
        await app.handle(events("answer", FULL, options={"drill": str(drill.id)}), show)
    finally:
        with core.store.write() as tx:
            tx.execute(text("ALTER TABLE other_totals RENAME TO totals"))
    [line] = out.read_all()
    assert line["reference"] in shown[0].title
    assert "Traceback" in line["exception"]
    assert "false alarm" not in out.getvalue()
    assert "Augusta" not in out.getvalue()


def test_a_terminal_gets_plain_lines(core: Core) -> None:
    out = Terminal()
    logs.configure(logging.INFO, out)
    structlog.get_logger().info("posted", drill=7)
    assert "posted" in out.getvalue()
    assert not out.getvalue().startswith("{")


def test_libraries_speak_in_the_same_shape_and_only_when_it_matters() -> None:
    out = Lines()
    logs.configure(logging.INFO, out)
    logging.getLogger("aiohttp.client").info("chatter")
    logging.getLogger("aiohttp.client").warning("Shard %s is late", 3)
    logging.getLogger("slack_bolt.App").warning("Unhandled request: what somebody wrote")
    [line] = out.read_all()
    assert (line["event"], line["logger"], line["level"]) == ("Shard 3 is late", "aiohttp.client", "warning")


def test_quiet_commands_log_nothing_below_a_warning() -> None:
    out = Lines()
    logs.configure(logging.WARNING, out)
    structlog.get_logger().info("posted")
    structlog.get_logger().warning("channel paused")
    assert [line["event"] for line in out.read_all()] == ["channel paused"]


def test_an_error_of_a_library_brings_its_traceback_without_values() -> None:
    out = Lines()
    logs.configure(logging.INFO, out)
    secret = "what somebody wrote"
    try:
        raise RuntimeError(len(secret))
    except RuntimeError:
        logging.getLogger("aiohttp").exception("request failed")
    [line] = out.read_all()
    assert "RuntimeError: 19" in line["exception"]
    assert "wrote" not in line["exception"].replace('secret = "what somebody wrote"', "")
