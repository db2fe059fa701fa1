"""Answers from crowds, machines and enemies. Everything on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from bot.commands import dispatch
from bot.domain.people import Learner
from bot.errors import UserError
from bot.protocol import ANSWER, SAID, Event
from bot.service import answers
from bot.service.core import Core
from bot.store import Store
from bot.tables import attempts
from tests.builders import FULL, HALF, PRECISION, Clock, Events, bank, hears, opened, stored


@pytest.fixture
def core(store: Store, clock: Clock) -> Core:
    return Core(store, bank(PRECISION), clock)


def shown(core: Core, event: Event) -> str:
    """The title of the reply to *event*, 'talk' without one."""
    try:
        reply = dispatch(core, event).reply
    except UserError as error:
        return str(error)
    return reply.title if reply else "talk"


def count(core: Core) -> int:
    with core.store.read() as tx:
        return tx.execute(select(func.count()).select_from(attempts)).scalar_one()


def at_once(core: Core, events: list[Event]) -> list[str]:
    barrier = Barrier(len(events))

    def one(event: Event) -> str:
        barrier.wait(timeout=30)
        return hears(core, event)

    with ThreadPoolExecutor(len(events)) as threads:
        return list(threads.map(one, events))


def test_one_event_delivered_eight_times_at_once_counts_once(core: Core, says: Events) -> None:
    drill = opened(core)
    heard = at_once(core, [says(ANSWER, HALF)] * 8)
    assert set(heard) <= {"attempt 1", "attempt 1 again"}
    assert heard.count("attempt 1") == 1
    assert (count(core), stored(core, drill).answered) == (1, 1)


def test_eight_different_answers_at_once_use_two_attempts(core: Core, says: Events) -> None:
    opened(core)
    heard = at_once(core, [says(ANSWER, f"{HALF} Number {n}.") for n in range(8)])
    assert sorted(heard)[2:] == ["attempt 1", "attempt 2"] or sorted(heard)[-2:] == ["attempt 1", "attempt 2"]
    assert sum("both attempts" in sentence for sentence in heard) == 6
    assert count(core) == 2


def test_eight_newcomers_at_once_all_count(core: Core, says: Events) -> None:
    drill = opened(core)
    crowd = [Learner("console", "local", f"u{n}", f"User {n}") for n in range(8)]
    assert set(at_once(core, [says(ANSWER, HALF, learner=learner) for learner in crowd])) == {"attempt 1"}
    assert stored(core, drill).answered == 8


HOSTILE = [
    "0",
    "-1",
    "1; DROP TABLE drills",
    "²",
    "１",
    "1e3",
    "9" * 15,
    "9" * 400,
    " 1",
    "1.0",
    "\x00",
    "\ud800",
    "null",
    "' OR 1=1",
]


def test_hostile_ids_find_nothing(core: Core, says: Events) -> None:
    opened(core)
    for id in HOSTILE:
        assert shown(core, says(ANSWER, FULL, options={"drill": id})).startswith("There is no open drill here.")
        assert shown(core, says(ANSWER, FULL, about=id)).startswith("There is no open drill here.")
        assert shown(core, says(SAID, FULL, about=id, addressed=False)) == "talk"


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\x1b[2J", "\u202e", "\U0010ffff"])
def test_an_answer_may_hold_any_character(core: Core, says: Events, text: str) -> None:
    drill = opened(core)
    event = says(ANSWER, f"{text}{HALF}{text}", learner=Learner("console", "local", "ada", f"Ada{text}"))
    assert "attempt 1 of 2" in shown(core, event)
    assert hears(core, event) == "attempt 1 again"
    assert stored(core, drill).answered == 1


def test_a_long_answer_is_graded_as_far_as_it_is_read(core: Core, says: Events) -> None:
    opened(core)
    assert hears(core, says(ANSWER, HALF + " and so on" * 10_000)) == "attempt 1"
    with core.store.read() as tx:
        assert len(tx.execute(select(attempts.c.text)).scalar_one()) == answers.LONGEST_ANSWER
