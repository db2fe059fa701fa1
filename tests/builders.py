"""Small honest values for tests."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.bank import Bank
from bot.domain.drill import Drill, State
from bot.domain.people import Channel, Learner
from bot.domain.question import KeyPoint, Level, Misconception, Pack, Question
from bot.errors import UserError
from bot.protocol import Event
from bot.service import answers
from bot.service import drills as drill_service
from bot.service.core import Core
from bot.store import drills

CHANNEL = Channel("console", "local", "terminal", "drills")
ADA = Learner("console", "local", "ada", "Ada")
GRACE = Learner("console", "local", "grace", "Grace")
MORNING = datetime(2026, 11, 20, 9, tzinfo=UTC)

PRECISION = Question(
    id="precision",
    title="Precision",
    topic="evaluation",
    level=Level.FOUNDATION,
    prompt="What does precision measure, and when does it matter most?",
    why="It decides what a false alarm costs. Many forget the cost.",
    model_answer="Precision is the share of flagged cases that are truly positive; it matters when a false alarm is expensive.",
    key_points=(
        KeyPoint(
            "share", "What it measures", ("share of flagged cases that are truly positive", "tp / (tp + fp)"), "Of what?", 2
        ),
        KeyPoint("cost", "When it matters", ("false alarm is expensive", "false positives are costly"), "Which error hurts?"),
    ),
    misconceptions=(Misconception("recall", ("share of real positives that were found",), "That is recall."),),
    follow_ups=("And recall?",),
)
DROPOUT = Question(
    id="dropout",
    title="Dropout",
    topic="deep-learning",
    prompt="How does dropout regularize a network?",
    model_answer="It switches random units off during training, so that units cannot co-adapt; at inference all units are used.",
    key_points=(
        KeyPoint("off", "What happens in training", ("switches random units off", "drops random neurons"), "What vanishes?"),
        KeyPoint(
            "inference", "What happens later", ("at inference all units are used", "off at test time"), "And after training?"
        ),
    ),
)
FULL = "Precision is the share of flagged cases that are truly positive. It matters when a false alarm is expensive."
HALF = "Precision is the share of flagged cases that are truly positive."


def bank(*questions: Question) -> Bank:
    return Bank([Pack("test", "Test", questions or (PRECISION, DROPOUT))])


def stocked(count: int) -> Bank:
    """Of questions that differ in nothing but their ids."""
    return bank(*(replace(PRECISION, id=f"question-{number}") for number in range(count)))


def opened(core: Core, channel: Channel = CHANNEL) -> Drill:
    """Today's drill of *channel* (an extra one when today had its own), posted."""
    planned = drill_service.open_today(core, channel)
    return moved(core, planned, State.OPEN, message=f"post-{planned.id}", opened_at=core.clock())


def moved(core: Core, drill: Drill, after: State, **values: object) -> Drill:
    """*drill* in another state."""
    with core.store.write() as tx:
        drills.move(tx, drill.id, drill.state, after, **values)
    return stored(core, drill)


def stored(core: Core, drill: Drill) -> Drill:
    """*drill* as the database has it now."""
    with core.store.read() as tx:
        found = drills.get(tx, drill.id)
    assert found
    return found


def hears(core: Core, event: Event) -> str:
    """What becomes of an answer: 'talk', a sentence, or 'attempt N'."""
    try:
        verdict = answers.answer(core, event)
    except UserError as error:
        return str(error)
    return f"attempt {verdict.attempt.number}{' again' if verdict.again else ''}" if verdict else "talk"


@dataclass
class Clock:
    """A clock that moves only when told to."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Events:
    """Numbers events like a platform does."""

    clock: Clock
    learner: Learner = ADA
    channel: Channel = CHANNEL
    count: int = field(default=0)

    def __call__(self, command: str, text: str = "", *, learner: Learner | None = None, **rest: object) -> Event:
        self.count += 1
        given: dict[str, object] = {
            "id": f"test:{self.count}",
            "learner": learner or self.learner,
            "channel": self.channel,
            "command": command,
            "text": text,
            "at": self.clock(),
            **rest,
        }
        return Event(**given)  # type: ignore[arg-type]
