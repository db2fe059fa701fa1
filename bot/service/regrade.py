"""Grading recorded attempts again, when a rubric or the grader has changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.drill import Attempt, Drill, State, worth
from bot.domain.grading import GRADER_VERSION, Grade
from bot.service.core import Core
from bot.store import attempts, drills, people, results, streaks

# Replaced and skipped drills count nothing, whatever their attempts are worth.
VOID = (State.REPLACED, State.SKIPPED)


@dataclass(frozen=True, slots=True)
class Change:
    """What a regrade does to one learner's points for one drill."""

    drill: Drill
    learner: int
    name: str
    before: int
    after: int


def drills_to_regrade(core: Core, question: str = "", since: date | None = None) -> list[int]:
    with core.store.read() as tx:
        return drills.with_attempts(tx, question, since)


def regrade(core: Core, drill: int, *, allow_lower: bool, dry_run: bool) -> Iterator[Change]:
    """Regrade one drill in one transaction. An attempt whose new score is lower keeps its grade unless *allow_lower*.

    Attempts whose text was purged, and drills whose question is gone, stay as they are.
    """
    with core.store.write() as tx:
        found = drills.lock(tx, drill)
        question = core.bank.get(found.question)
        if question is None:
            return
        answered = attempts.by_learner(tx, drill)
        people.lock_learners(tx, [learner for learner, _, _ in answered])
        for learner, name, own in answered:
            before = results.points_of(tx, drill, learner)
            grades = {attempt.id: _grade(core, found, attempt, allow_lower) for attempt in own}
            best = max(own, key=lambda attempt: grades[attempt.id].score)
            after = 0 if found.state in VOID else worth(grades[best.id].score, question.kind)
            if not dry_run:
                for attempt in own:
                    if grades[attempt.id] is not attempt.grade:
                        attempts.regraded(tx, attempt.id, grades[attempt.id], question.version, GRADER_VERSION)
                results.set_points(tx, found, learner, before, after, best.id)
                if after != before:
                    streaks.recount(tx, found.channel_id, learner)
            if after != before:
                yield Change(found, learner, name, before, after)


def _grade(core: Core, drill: Drill, attempt: Attempt, allow_lower: bool) -> Grade:
    if not attempt.text:
        return attempt.grade
    grade = core.bank.grade(drill.question, attempt.text)
    return grade if allow_lower or grade.score >= attempt.grade.score else attempt.grade
