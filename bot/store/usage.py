"""What recorded answers say of the questions: first attempts only, as later ones have read the verdict on the first."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.domain.drill import State
from bot.domain.grading import Hit
from bot.store.findings import unpack
from bot.tables import attempts, drills

MOST = 200_000  # more answers change no figure, and a report must not take minutes


@dataclass(frozen=True, slots=True)
class Use:
    """One learner's first answer to one question. rubric: the version of the question it was graded with."""

    question: str
    learner: int
    rubric: str
    score: float
    hits: frozenset[str]


def first_attempts(tx: Connection) -> Iterator[Use]:
    """The newest ones, newest first; drills that were replaced do not count."""
    found = (
        select(drills.c.question, attempts.c.learner_id, attempts.c.rubric, attempts.c.score, attempts.c.findings)
        .join(drills, attempts.c.drill_id == drills.c.id)
        .where(attempts.c.number == 1, drills.c.state != State.REPLACED)
        .order_by(attempts.c.id.desc())
        .limit(MOST)
    )
    for row in tx.execute(found.execution_options(yield_per=1000)):
        hits = frozenset(finding.id for finding in unpack(row.findings) if finding.hit is Hit.FULL)
        yield Use(row.question, row.learner_id, row.rubric, row.score, hits)
