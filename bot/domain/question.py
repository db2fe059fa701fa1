"""Questions with their rubrics. An impossible one cannot be built: constructors raise ValueError with a sentence."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from functools import cached_property

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Level(StrEnum):
    FOUNDATION = "foundation"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Kind(StrEnum):
    CONCEPT = "concept"
    COMPARISON = "comparison"
    CODE = "code"
    SCENARIO = "scenario"
    ETHICS = "ethics"
    DEEP_DIVE = "deep-dive"
    DISCUSSION = "discussion"


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """One idea of a full answer. Each phrase is one way to say it; any of them proves it."""

    id: str
    label: str
    phrases: tuple[str, ...]
    hint: str = ""
    weight: float = 1.0

    def __post_init__(self) -> None:
        _require(bool(self.label.strip()), "a key point needs a label")
        _require(bool(self.phrases) and all(p.strip() for p in self.phrases), f"key point {self.id!r} needs phrases")
        _require(0 < self.weight <= 100, f"the weight of key point {self.id!r} must be above 0 and at most 100")


@dataclass(frozen=True, slots=True)
class Misconception:
    """Phrases that show a known mistake, and the correction to tell."""

    id: str
    phrases: tuple[str, ...]
    correction: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """An answer whose score, 0 to 100, a fair examiner puts between low and high, both included.

    blind: written by somebody who has not seen the phrases. model: which model of a series it is about.
    hard: a fair examiner gives that score and our grader does not manage it yet; reported apart, and never counted as right.
    """

    text: str
    band: str
    low: float
    high: float
    misconceptions: tuple[str, ...] = ()
    blind: bool = False
    model: str = ""
    hard: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    title: str
    url: str = ""


@dataclass(frozen=True)
class Question:
    """One prompt with its rubric; graded by key points, by a model answer, or by both."""

    id: str
    prompt: str
    model_answer: str = ""
    key_points: tuple[KeyPoint, ...] = ()
    title: str = ""
    topic: str = "general"
    level: Level = Level.INTERMEDIATE
    kind: Kind = Kind.CONCEPT
    why: str = ""
    misconceptions: tuple[Misconception, ...] = ()
    examples: tuple[Example, ...] = ()
    follow_ups: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()

    def __post_init__(self) -> None:
        _require(bool(KEBAB.fullmatch(self.id.replace("@", "-", 1))), f"id {self.id!r} is not kebab-case")
        _require(bool(self.prompt.strip()), "a question needs a prompt")
        _require(bool(self.model_answer.strip() or self.key_points), "a question needs a model_answer or key_points")
        for what, ids in (
            ("key point", [point.id for point in self.key_points]),
            ("misconception", [wrong.id for wrong in self.misconceptions]),
        ):
            _require(len(ids) == len(set(ids)), f"question {self.id}: a {what} id stands twice")

    @property
    def name(self) -> str:
        """What people call it: the title, else the id."""
        return self.title or self.id

    @cached_property
    def version(self) -> str:
        """Twelve hex digits that change when anything that is graded changes."""
        rubric = [
            self.prompt,
            self.model_answer,
            [asdict(point) for point in self.key_points],
            [asdict(wrong) for wrong in self.misconceptions],
            self.kind,
        ]
        return hashlib.sha256(json.dumps(rubric, sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Fact:
    """What is true of one model for one question of a series."""

    answer: str
    key_points: tuple[KeyPoint, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A machine-learning model that a series of questions is asked about."""

    id: str
    name: str
    facts: Mapping[str, Fact]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """One file of questions. sequence: they are asked in this order on consecutive drill days, about one model at a time."""

    id: str
    title: str
    questions: tuple[Question, ...]
    sequence: bool = False
    models: tuple[Model, ...] = field(default=())

    def series(self, model: Model) -> tuple[Question, ...]:
        """The pack's questions, in order, asked about *model*: ids read 'question@model'."""
        return tuple(about(question, model) for question in self.questions)


def about(question: Question, model: Model) -> Question:
    """*question* asked about *model*: its name in the prompt, its facts in the answer and the rubric."""
    fact = model.facts[question.id]
    return replace(
        question,
        id=f"{question.id}@{model.id}",
        prompt=question.prompt.replace("{model}", model.name),
        model_answer=f"{fact.answer}\n{question.model_answer}".replace("{model}", model.name),
        key_points=question.key_points + fact.key_points,
        examples=tuple(example for example in question.examples if example.model in ("", model.id)),
    )


def _require(truth: bool, otherwise: str) -> None:
    if not truth:
        raise ValueError(otherwise)
