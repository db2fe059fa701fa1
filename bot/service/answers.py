"""Taking in answers: which drill is meant, whether it is an answer at all, what it is worth."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from bot import metrics
from bot.domain.drill import Attempt, Drill, Feedback, State, worth
from bot.domain.grading import GRADER_VERSION, Grade
from bot.domain.people import Channel, Learner
from bot.domain.question import Question
from bot.errors import UserError
from bot.protocol import SAID, Event
from bot.service import drills as drill_service
from bot.service.core import Core
from bot.store import attempts, drills, people, results, spent, streaks

log = structlog.get_logger()

# Whoever takes an answer in tells the verdict within this time; after it the reconciler does.
TELLING = timedelta(seconds=60)
LONGEST_ANSWER = 4000


@dataclass(frozen=True, slots=True)
class Verdict:
    """One graded attempt with all that is told about it. left: how many attempts remain."""

    drill: Drill
    question: Question
    attempt: Attempt
    allowed: int
    left: int
    best: float
    streak: int
    feedback: Feedback
    again: bool = False


def answer(core: Core, event: Event) -> Verdict | None:
    """Grade and record what *event* says; None when it is talk. The same event again gives the same verdict. Raises UserError."""
    text = (event.text or event.options.get("text", "")).strip()
    with core.store.read() as tx:
        if known := attempts.by_event(tx, event.id):
            return _retold(core, tx, known, event)
        drill = drill_service.find(tx, event)
    if drill is None or not drill.question:
        _refuse(event, drill_service.NO_DRILL)
        return None
    if not text:
        _refuse(event, "The answer is empty. Write a sentence or two in your own words.")
        return None
    question = drill_service.question_of(core, drill) if event.addressed else core.bank.get(drill.question)
    if question is None:
        return None
    with metrics.GRADING.time():
        grade = core.bank.grade(question.id, text[:LONGEST_ANSWER])
    if grade.score <= 0 and not event.addressed:
        return None
    made = _record(core, event, drill, question, text[:LONGEST_ANSWER], grade)
    if made and not made.again:
        metrics.ANSWERS.labels(event.channel.platform).inc()
        log.info("answered", drill=drill.id, channel=str(drill.channel), event_id=event.id, attempt=made.attempt.id)
    return made


def mark_told(core: Core, attempt: int) -> None:
    with core.store.write() as tx:
        attempts.told(tx, attempt, core.clock())


def verdict_of(core: Core, attempt: int) -> Verdict | None:
    """The verdict of a recorded attempt, to be told again."""
    with core.store.read() as tx:
        known = attempts.by_id(tx, attempt)
        return _verdict(core, tx, known) if known else None


@dataclass(frozen=True, slots=True)
class Card:
    """A learner's attempts at one drill, oldest first."""

    drill: Drill
    question: Question
    attempts: tuple[Attempt, ...]
    allowed: int


def score_card(core: Core, event: Event) -> Card:
    """Raises UserError when there is no drill to look at."""
    found = drill_service.current(core, event)
    question = drill_service.question_of(core, found)
    with core.store.read() as tx:
        id = people.find_learner(tx, _there(event.learner, found.channel))
        own = attempts.of(tx, found.id, id) if id else []
        return Card(found, question, tuple(own), people.settings(tx, found.channel_id).attempts)


def _record(core: Core, event: Event, drill: Drill, question: Question, text: str, grade: Grade) -> Verdict | None:
    with core.store.write() as tx:
        drill = drills.lock(tx, drill.id)
        if not drill.takes_answers(event.at):
            _refuse(event, _closed(drill))
            return None
        who = _there(event.learner, drill.channel)
        if spent.has(tx, drill.id, who):
            _refuse(event, "You answered this drill before you had everything erased. The next one is open to you again.")
            return None
        learner = people.learner_id(tx, who, lock=True)
        own = attempts.of(tx, drill.id, learner)
        same = next((attempt for attempt in own if _folded(attempt.text) == _folded(text)), None)
        if same:
            return _verdict(core, tx, same, again=True) if event.addressed else None
        settings = people.settings(tx, drill.channel_id)
        if len(own) >= settings.attempts:
            best = max(attempt.grade.score for attempt in own)
            _refuse(event, f"You have used {_all(settings.attempts)} for this drill. Best: {best:.0f} / 100.")
            return None
        now = core.clock()
        made = attempts.record(
            tx,
            event_id=event.id,
            drill=drill.id,
            learner=learner,
            number=len(own) + 1,
            text=text,
            grade=grade,
            rubric=question.version,
            grader=GRADER_VERSION,
            answered_at=event.at,
            origin=event.origin,
            leased_until=now + TELLING,
        )
        if made is None:  # delivered twice at once, and the other one was faster
            known = attempts.by_event(tx, event.id)
            return _retold(core, tx, known, event) if known else None
        results.keep_best(tx, drill, learner, worth(grade.score, question.kind), made.id)
        return _told(tx, drill, question, made, [*own, made], settings)


def _there(learner: Learner, channel: Channel) -> Learner:
    """In a private conversation the platform may not tell the workspace: it is the drill's."""
    return replace(learner, workspace=channel.workspace)


def _retold(core: Core, tx: Connection, known: Attempt, event: Event) -> Verdict | None:
    """A redelivered event: what was said in public is told already, is being told, or will be by the reconciler."""
    return _verdict(core, tx, known, again=True) if event.command != SAID else None


def _verdict(core: Core, tx: Connection, attempt: Attempt, again: bool = False) -> Verdict:
    """Of an attempt that was recorded before."""
    drill = drills.get(tx, attempt.drill_id)
    assert drill is not None
    own = attempts.of(tx, drill.id, attempt.learner_id)
    settings = people.settings(tx, drill.channel_id)
    return _told(tx, drill, drill_service.question_of(core, drill), attempt, own, settings, again)


def _told(
    tx: Connection,
    drill: Drill,
    question: Question,
    attempt: Attempt,
    own: Sequence[Attempt],
    settings: people.Settings,
    again: bool = False,
) -> Verdict:
    """own: all attempts of the learner at the drill, *attempt* among them."""
    return Verdict(
        drill=drill,
        question=question,
        attempt=attempt,
        allowed=settings.attempts,
        left=max(0, settings.attempts - len(own)),
        best=max(other.grade.score for other in own),
        streak=streaks.of(tx, drill.channel_id, [attempt.learner_id])[attempt.learner_id].current,
        feedback=settings.feedback,
        again=again,
    )


def _refuse(event: Event, sentence: str) -> None:
    """Talk is not answered; who asked gets the sentence as a UserError."""
    if event.addressed:
        raise UserError(sentence)


def _closed(drill: Drill) -> str:
    match drill.state:
        case State.PLANNED:
            return "This drill is not open yet. Try again in a moment."
        case State.REPLACED:
            return "This question was replaced by another one. Use /drill today for it."
        case State.SKIPPED:
            return "This drill was skipped by an admin."
        case _:
            return "This drill is closed. Use /drill score for your result, /drill help for when the next one comes."


def _folded(text: str) -> str:
    """The same text twice is one attempt, however it is spaced."""
    return " ".join(text.casefold().split())


def _all(allowed: int) -> str:
    return "your only attempt" if allowed == 1 else "both attempts" if allowed == 2 else f"all {allowed} attempts"
