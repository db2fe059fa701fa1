"""From every released schema, with data in it, to the newest: releases/NNNN.sql is what that release left behind."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.standings import Window
from bot.service import answers, drills, schedules, standings
from bot.service.core import Core
from bot.store import Store, copying, migrate, verify
from tests.builders import FULL, Clock, Events, bank
from tests.ops_histories import CHANNELS, LEARNERS

RELEASES = sorted((Path(__file__).parent / "releases").glob("[0-9]*.sql"))
FIRST_ROW = re.compile(r"^INSERT INTO (?!alembic_version)", re.MULTILINE)


@pytest.fixture(params=RELEASES, ids=lambda path: path.stem)
def released(request: pytest.FixtureRequest, empty: Store) -> Core:
    """A database as a release left it, upgraded to the newest."""
    script = request.param.read_text(encoding="utf-8")
    if empty.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(str(empty.engine.url.database))) as raw:
            raw.executescript(script)
    else:
        migrate.upgrade(empty, request.param.stem)
        with empty.write() as tx:
            first = FIRST_ROW.search(script)
            assert first
            tx.exec_driver_sql(script[first.start() :])
    assert migrate.version(empty) == request.param.stem
    migrate.upgrade(empty)
    with empty.write() as tx:
        copying.set_sequences(tx)  # rows that came with their ids moved none
    return Core(empty, bank(), Clock())


def test_nothing_is_lost_and_everything_agrees(released: Core) -> None:
    assert migrate.version(released.store) == migrate.HEAD
    assert verify.differences(released.store) == []
    board = standings.whole_board(released, CHANNELS[0], Window.ALL)
    assert [(row.name, row.points) for row in board.rows] == [("Ada", 93), ("", 62)]
    states = [drill.state for drill in drills.listed(released, CHANNELS[0])]
    assert states == ["open", "skipped", "closed", "replaced", "closed", "closed"]
    paused = {plan.channel.channel_id: plan.paused is not None for plan in schedules.listed(released)}
    assert paused == {"one": False, "three": True}


def test_the_bot_goes_on_with_it(released: Core) -> None:
    clock = Clock()
    drill = drills.listed(released, CHANNELS[0])[0]
    clock.now = drill.opens_at
    said = Events(clock, LEARNERS[0], CHANNELS[0], count=500)("answer", FULL)
    verdict = answers.answer(released, said)
    assert verdict
    assert (verdict.drill.id, verdict.attempt.number) == (drill.id, 1)
    assert verify.differences(released.store) == []
