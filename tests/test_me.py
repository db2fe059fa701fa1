"""`/drill me`: the text is complete without its picture."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console as Terminal

from adapters.console.render import page as printed
from bot.commands import dispatch
from bot.domain.drill import State
from bot.protocol import Checklist, Image, Reply, Table, Text
from bot.service.core import Core
from tests.builders import Clock, Events, moved, opened
from tests.fakes.memory import plain_bank


@pytest.fixture
def says(core: Core, clock: Clock) -> Events:
    return Events(clock)


def me(core: Core, says: Events) -> Reply:
    reply = dispatch(core, says("me")).reply
    assert reply
    return reply


def texts(reply: Reply) -> list[str]:
    return [block.text for block in reply.blocks if isinstance(block, Text)]


def answered(core: Core, says: Events, clock: Clock, *given: str) -> None:
    """An answer a day to the day's drill, from a Monday on; '' is a day without one."""
    for text in given:
        drill = opened(core)
        if text:
            dispatch(core, says("answer", text))
        moved(core, drill, State.CLOSED)
        clock.pass_(days=1)


def test_my_page_without_answers_has_no_picture(core: Core, says: Events) -> None:
    assert not any(isinstance(block, Image) for block in me(core, says).blocks)


def test_my_page(core: Core, clock: Clock, says: Events) -> None:
    core = replace(core, bank=plain_bank("recall", "drift"))
    clock.now = datetime(2026, 11, 16, 9, tzinfo=UTC)
    asked = opened(core).question
    other = "drift" if asked == "recall" else "recall"
    answered(core, says, clock, "90 one two", "40", "", "60 one")
    clock.pass_(days=-1)
    reply = me(core, says)
    assert texts(reply) == [
        "190 points · 3 answered · average 63",
        "Streak 1 day, best 2",
        "Last 4 drill days: ✓◐–◐",
        "✓ 80 and more · ◐ less · ✗ 0 · – not answered",
        f"Strongest: about {asked} (100% of points hit)",
        f"Weakest: about {other} (25%)",
    ]
    [table] = [block for block in reply.blocks if isinstance(block, Table)]
    assert table.rows == ((f"about {asked}", "100%", "██████████", "1"), (f"about {other}", " 25%", "██░░░░░░░░", "2"))
    [picture] = [block for block in reply.blocks if isinstance(block, Image)]
    assert picture.png.startswith(b"\x89PNG")
    assert "16 Nov: 90 40 – 60." in picture.alt


def test_the_console_prints_charts_as_text(core: Core, clock: Clock, says: Events) -> None:
    core = replace(core, bank=plain_bank("recall"))
    answered(core, says, clock, "90 one", "40")
    out = StringIO()
    Terminal(file=out, width=4000).print(printed(me(core, says)))
    assert "picture" not in out.getvalue()
    assert "2 of 2 drill days answered · streak 2 days, best 2" in out.getvalue()
    assert re.search(r"Fri( +·){11} +90\nSat( +·){11} +40\n", out.getvalue())
    assert "██░░░░░░░░" in out.getvalue()


def test_what_to_read_again_goes_by_the_last_answer(core: Core, clock: Clock, says: Events) -> None:
    """recall was missed at first and known later, drift the other way round."""
    core = replace(core, bank=plain_bank("recall", "drift"))
    known = {"recall": ["10", "90 one two"], "drift": ["90 one two", "10"]}
    for _ in range(4):
        drill = opened(core)
        dispatch(core, says("answer", known[drill.question].pop(0)))
        moved(core, drill, State.CLOSED)
        clock.pass_(days=1)
    [again] = [block for block in me(core, says).blocks if isinstance(block, Checklist)]
    assert [item.text for item in again.items] == ["Drift"]


def test_thirty_marks_and_twelve_weeks(core: Core, clock: Clock, says: Events) -> None:
    core = replace(core, bank=plain_bank("recall"))
    answered(core, says, clock, "0", *["" for _ in range(90)], "100 one", "50")
    reply = me(core, says)
    assert f"Last 30 drill days: {'–' * 28}✓◐" in texts(reply)
    [picture] = [block for block in reply.blocks if isinstance(block, Image)]
    assert "2 of " in picture.alt
    assert picture.alt.count(";") == 11


def test_replaced_drills_are_not_held_against_anybody(core: Core, clock: Clock, says: Events) -> None:
    core = replace(core, bank=plain_bank("recall", "drift"))
    opened(core)
    dispatch(core, says("answer", "10"))
    dispatch(core, says("replace", admin=True))
    opened(core)
    dispatch(core, says("answer", "80 one two"))
    assert texts(me(core, says))[0] == "80 points · 1 answered · average 80"


def test_the_same_question_twice_a_day_counts_once_as_on_the_board(core: Core, clock: Clock, says: Events) -> None:
    core = replace(core, bank=plain_bank("recall"))
    for text in ("40", "90 one"):
        drill = opened(core)
        dispatch(core, says("answer", text))
        moved(core, drill, State.CLOSED)
    assert texts(me(core, says))[0] == "90 points · 1 answered · average 90"
    board = dispatch(core, says("board", "all")).reply
    assert board
    assert "'90'" in str(board.blocks)
