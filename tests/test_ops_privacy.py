"""/drill privacy: what is kept is shown whole, erased whole, or shown under no name."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Column, select

from bot.commands import dispatch
from bot.domain.drill import State
from bot.domain.people import Channel, Learner, direct
from bot.domain.standings import Window
from bot.errors import UserError
from bot.housekeeping import forget_spent
from bot.present import drills as show
from bot.present.privacy import PAGE, export, paged
from bot.protocol import Button, Buttons, Checklist, Code, File, Reply, Table, Text
from bot.service import closing, drills, schedules, standings
from bot.service.core import Core
from bot.store import Store, results
from bot.store import drills as drill_rows
from bot.store.verify import differences
from bot.tables import attempts, audit, channels, learners, spent, streaks
from tests.builders import ADA, CHANNEL, FULL, GRACE, HALF, Clock, Events, moved, opened


@pytest.fixture
def events(core: Core, clock: Clock) -> Events:
    """Ada, an admin, and Grace have answered today's drill."""
    events = Events(clock)
    dispatch(core, events("schedule", "9:00 mon-fri", admin=True))
    drill = drills.open_today(core, CHANNEL)
    with core.store.write() as tx:
        drill_rows.move(tx, drill.id, State.PLANNED, State.OPEN, opened_at=clock.now, message="m1")
    for text in (HALF, FULL):
        dispatch(core, events("answer", text, origin="token-of-a-conversation"))
    dispatch(core, events("answer", FULL, learner=GRACE))
    return events


def said(reply: Reply | None) -> str:
    assert reply
    texts = [block.text for block in reply.blocks if isinstance(block, Text | Code | File)]
    items = [item.text for block in reply.blocks if isinstance(block, Checklist) for item in block.items]
    rows = [cell for block in reply.blocks if isinstance(block, Table) for row in block.rows for cell in row]
    return "\n".join([reply.title, *texts, *items, *rows])


def ask(core: Core, events: Events, words: str = "", learner: Learner = ADA) -> str:
    return said(dispatch(core, events("privacy", words, learner=learner)).reply)


def test_it_tells_what_is_kept(core: Core, events: Events) -> None:
    assert "What I keep about you" in ask(core, events)


def test_an_export_holds_everything_of_mine_and_nothing_of_others(core: Core, events: Events) -> None:
    made = json.loads("".join(ask(core, events, "export").partition("{")[1:]).rpartition("}")[0] + "}")
    assert [row["name"] for row in made["profile"]] == ["Ada"]
    assert [(row["number"], row["text"]) for row in made["answers"]] == [(1, HALF), (2, FULL)]
    assert made["answers"][1]["findings"][0]["hit"] == "full"
    with core.store.read() as tx:
        assert [row["points"] for row in made["points"]] == [results.of_drill(tx, 1)[1]]
    assert [row["current"] for row in made["streaks"]] == [1]
    assert [row["action"] for row in made["admin"]] == ["schedule"]
    assert "Grace" not in json.dumps(made)


def test_a_stranger_has_an_empty_export(core: Core, events: Events) -> None:
    assert "Augusta" not in ask(core, events, "export", learner=Learner("console", "local", "new", "Augusta"))


def test_a_long_export_is_cut_into_pages_that_are_one_document() -> None:
    text = json.dumps([{"text": "word " * 100, "n": n} for n in range(60)] + ["x" * (3 * PAGE)], indent=1)
    pages = paged(text)
    assert max(map(len, pages)) <= PAGE
    assert "".join("".join(pages).split()) == "".join(text.split())
    first = export(text, 1)
    [file] = [block for block in first.blocks if isinstance(block, File)]
    assert (json.loads(file.text), file.excerpt) == (json.loads(text), pages[0])
    [buttons] = [block for block in first.blocks if isinstance(block, Buttons)]
    assert buttons.buttons == (Button("Next page", "privacy", (("what", "export"), ("more", "2"))),)
    assert not any(isinstance(block, Buttons) for block in export(text, len(pages)).blocks)
    with pytest.raises(UserError, match=rf"has {len(pages)} pages"):
        export(text, len(pages) + 1)


def test_pages_are_asked_for_by_number(core: Core, events: Events) -> None:
    with pytest.raises(UserError, match="has 1 page"):
        ask(core, events, "export 2")
    with pytest.raises(UserError, match="A page is a number"):
        ask(core, events, "export next")


def test_hidden_learners_are_nobody_to_others(core: Core, events: Events) -> None:
    assert "Hidden" in ask(core, events, "hide")
    drill = drills.listed(core, CHANNEL)[0]
    board = said(dispatch(core, events("board", learner=GRACE)).reply)
    reveal = said(show.reveal(closing.outcome(core, drill, drills.question_of(core, drill))))
    for seen in (board, reveal):
        assert "Ada" not in seen
        assert "somebody" in seen
        assert "Grace" in seen
    ask(core, events, "show")
    assert "Ada" in said(dispatch(core, events("board", learner=GRACE)).reply)


def test_a_stranger_has_no_name_to_hide(core: Core, events: Events) -> None:
    with pytest.raises(UserError, match="Answer a drill first"):
        ask(core, events, "hide", learner=Learner("console", "local", "new", "Augusta"))


def test_deleting_asks_first(core: Core, events: Events) -> None:
    reply = dispatch(core, events("privacy", "delete")).reply
    assert reply
    [buttons] = [block for block in reply.blocks if isinstance(block, Buttons)]
    assert buttons.buttons[0].options == (("what", "delete"), ("more", "yes"))
    assert _column(core.store, learners.c.name) == ["Ada", "Grace"]


def test_deleted_means_gone_and_the_standings_keep_a_row_of_nobody(core: Core, events: Events) -> None:
    before = [row.points for row in standings.whole_board(core, CHANNEL, Window.ALL).rows]
    assert "Erased" in ask(core, events, "delete yes")
    assert _column(core.store, learners.c.name) == ["", "Grace"]
    assert str(_column(core.store, learners.c.user)[0]).startswith("gone:")
    assert _column(core.store, attempts.c.text) == ["", "", FULL]
    assert _column(core.store, attempts.c.origin) == ["", "", ""]
    assert "false alarm" not in json.dumps(_column(core.store, attempts.c.findings)[:2])
    assert _column(core.store, channels.c.owner) == [None]
    rows = standings.whole_board(core, CHANNEL, Window.ALL).rows
    assert [(row.name, row.points) for row in rows] == list(zip(("", "Grace"), before, strict=True))
    assert differences(core.store) == []
    assert "I keep nothing" in ask(core, events, "delete yes")


def test_who_was_deleted_has_no_fresh_attempts_at_a_drill_they_answered(core: Core, events: Events, clock: Clock) -> None:
    extra = drills.open_extra(core, CHANNEL, "extra")
    moved(core, extra, State.OPEN, message="m2", opened_at=clock.now)
    ask(core, events, "delete yes")
    for text in (FULL, HALF, "tp / (tp + fp)"):
        with pytest.raises(UserError, match="before you had everything erased"):
            dispatch(core, events("answer", text, options={"drill": "1"}))
    assert not dispatch(core, replace(events("said", "tp / (tp + fp)", about="m1"), addressed=False)).reply
    assert _column(core.store, learners.c.name) == ["", "Grace"]
    assert "attempt 1" in said(dispatch(core, events("answer", "switches random units off", options={"drill": "2"})).reply)
    assert differences(core.store) == []


def test_nothing_is_remembered_of_the_deleted_once_their_drills_are_over(core: Core, events: Events) -> None:
    ask(core, events, "delete yes")
    ask(core, events, "delete yes", learner=GRACE)
    assert _column(core.store, spent.c.drill_id) == [1, 1]
    assert not {"ada", "grace"} & {part for mark in _column(core.store, spent.c.mark) for part in mark.split(":")}
    forget_spent(core.store)
    assert len(_column(core.store, spent.c.mark)) == 2
    moved(core, drills.current(core, events("today")), State.CLOSED)
    forget_spent(core.store)
    assert _column(core.store, spent.c.mark) == []


def test_who_was_deleted_begins_anew_and_an_old_message_is_not_graded_again(core: Core, events: Events, clock: Clock) -> None:
    first = events("answer", "switches random units off", learner=GRACE)
    dispatch(core, first)
    ask(core, events, "delete yes", learner=GRACE)
    dispatch(core, replace(first, command="said", addressed=False))
    assert len(_column(core.store, learners.c.id)) == 2
    clock.pass_(days=3)
    opened(core)
    dispatch(core, events("answer", HALF, learner=GRACE))
    assert _column(core.store, learners.c.name) == ["Ada", "", "Grace"]
    assert differences(core.store) == []


def test_a_private_conversation_outside_of_workspaces_means_all_of_mine(core: Core, clock: Clock) -> None:
    here, there = (Learner("discord", guild, "42", "Ada") for guild in ("1", "2"))
    stranger = Learner("slack", "1", "42", "Alan")
    for learner in (here, there, stranger):
        schedules.save(core, schedules.outlook(core, Channel(learner.platform, learner.workspace, "c")).plan, learner)
    events = Events(clock, channel=direct(here))
    dispatch(core, events("privacy", "delete yes", learner=here, channel=Channel("discord", "1", "c")))
    assert _column(core.store, learners.c.name) == ["", "Ada", "Alan"]
    dispatch(core, events("privacy", "delete yes", learner=Learner("discord", "@me", "42", "Ada")))
    assert _column(core.store, learners.c.name) == ["", "", "Alan"]


def test_the_audit_keeps_what_was_done_by_nobody(core: Core, events: Events) -> None:
    ask(core, events, "delete yes")
    assert _column(core.store, audit.c.action) == ["schedule"]
    assert len(_column(core.store, streaks.c.current)) == 2


def _column(store: Store, column: Column[Any]) -> list[Any]:
    with store.read() as tx:
        return list(tx.execute(select(column).order_by(*column.table.primary_key)).scalars())
