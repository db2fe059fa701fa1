"""Histories for the tests of everything that looks at a whole database: made through the services, as in real life."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st
from sqlalchemy import select, text

from bot.domain.drill import State
from bot.domain.people import Channel, Learner
from bot.errors import UserError
from bot.service import answers, drills, privacy, standings
from bot.service.core import Core
from bot.service.regrade import drills_to_regrade, regrade
from bot.store import Store
from bot.store import drills as rows
from bot.store.migrate import HEAD
from bot.tables import results
from tests.builders import DROPOUT, FULL, HALF, PRECISION, Clock, Events, bank

CHANNELS = (
    Channel("console", "local", "one", "one"),
    Channel("console", "local", "two", "two"),
    Channel("console", "far", "three"),
)
LEARNERS = tuple(Learner("console", "local", name, name.title()) for name in ("ada", "grace", "alan"))
TEXTS = (FULL, HALF, "It switches random units off during training.", "I have no idea", "A false alarm is expensive.")

RARE = ("rename", "leave", "forget")
"""What happens to people; it moves no points."""

RUBRICS = (
    (PRECISION, DROPOUT),
    (replace(PRECISION, key_points=PRECISION.key_points[1:]), replace(DROPOUT, key_points=DROPOUT.key_points[:1])),
)
"""The questions as they are, and with rubrics that grade the same answers otherwise."""

Step = tuple[str, int, int, int]
"""What happens, in which channel, to whom, with which text."""

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("today", "extra", *4 * ("answer",), "skip", "replace", "close", "day", "day", "rubric", "regrade", *RARE)
        ),
        st.integers(0, 1),
        st.integers(0, len(LEARNERS) - 1),
        st.integers(0, len(TEXTS) - 1),
    ),
    max_size=60,
)


class History:
    """Plays steps; what a person may not do then is refused, as to a person."""

    def __init__(self, core: Core, clock: Clock) -> None:
        self.core = core
        self.clock = clock
        self.events = Events(clock)
        self.names = [learner.name for learner in LEARNERS]

    def play(self, steps: list[Step]) -> None:
        for step in steps:
            self.clock.pass_(minutes=1)
            try:
                self._play(*step)
            except UserError:
                continue
            finally:
                self.post()

    def _play(self, what: str, where: int, who: int, text: int) -> None:
        channel = CHANNELS[where]
        match what:
            case "today":
                drills.open_today(self.core, channel)
            case "extra":
                drills.open_extra(self.core, channel, f"extra:{self.clock.now.isoformat()}")
            case "answer":
                learner = replace(LEARNERS[who], name=self.names[who])
                event = self.events("answer", TEXTS[text], learner=learner, channel=channel)
                answers.answer(self.core, event)
            case "skip":
                drills.skip_today(self.core, channel)
            case "replace":
                drills.replace_today(self.core, channel, f"replace:{self.clock.now.isoformat()}")
            case "close":
                self._close(channel)
            case "day":
                self._next_day()
            case "rubric":
                self.core = replace(self.core, bank=bank(*RUBRICS[where]))
            case "regrade":
                self._regrade(allow_lower=bool(where), dry_run=who == 0, question=("", "dropout")[text % 2])
            case "leave":
                standings.leave(self.core, LEARNERS[who])
            case "forget":
                privacy.forget(self.core, LEARNERS[who])
            case "rename":
                self.names[who] = TEXTS[text]

    def post(self) -> None:
        """What the reconciler would do: planned drills open."""
        for channel in CHANNELS:
            for drill in drills.listed(self.core, channel):
                if drill.state is State.PLANNED:
                    with self.core.store.write() as tx:
                        message = f"m{drill.id}"
                        rows.move(tx, drill.id, State.PLANNED, State.OPEN, opened_at=self.clock.now, message=message)

    def _regrade(self, *, allow_lower: bool, dry_run: bool, question: str) -> None:
        """Nobody loses points by it unless that is allowed, and a dry run only tells."""
        before = points(self.core.store)
        told = {}
        for drill in drills_to_regrade(self.core, question, date.min):
            for change in regrade(self.core, drill, allow_lower=allow_lower, dry_run=dry_run):
                told[drill, change.learner] = change.before, change.after
        after = points(self.core.store)
        changed = {pair: (before[pair], after[pair]) for pair in before if before[pair] != after[pair]}
        assert changed == ({} if dry_run else told)
        assert allow_lower or all(old < new for old, new in told.values())

    def _close(self, channel: Channel) -> None:
        for drill in drills.listed(self.core, channel):
            if drill.state is State.OPEN:
                with self.core.store.write() as tx:
                    rows.move(tx, drill.id, State.OPEN, State.CLOSED, closed_at=self.clock.now)

    def _next_day(self) -> None:
        """Yesterday's drills end before today's begin."""
        self.clock.now = (self.clock.now + timedelta(days=1)).replace(hour=9, minute=0)
        for channel in CHANNELS:
            self._close(channel)


def points(store: Store) -> dict[tuple[int, int], int]:
    """(drill, learner) → points, as kept."""
    with store.read() as tx:
        return {(row.drill_id, row.learner_id): row.points for row in tx.execute(select(results))}


@contextmanager
def at_version(store: Store, version: str) -> Iterator[None]:
    """A database that says it is at another version; others test with it next."""

    def say(number: str) -> None:
        with store.write() as tx:
            tx.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": number})

    say(version)
    try:
        yield
    finally:
        say(HEAD)


PLAYED: list[Step] = [
    ("today", 0, 0, 0), ("answer", 0, 0, 1), ("answer", 0, 0, 0), ("answer", 0, 1, 3), ("today", 1, 0, 0), ("answer", 1, 0, 0),
    ("extra", 0, 0, 0), ("answer", 0, 1, 2), ("day", 0, 0, 0), ("today", 0, 0, 0), ("answer", 0, 0, 2), ("replace", 0, 0, 0),
    ("answer", 0, 2, 0), ("answer", 0, 2, 4), ("day", 0, 0, 0), ("today", 0, 0, 0), ("answer", 0, 0, 4), ("skip", 0, 0, 0),
]  # fmt: skip
"""One of everything."""
