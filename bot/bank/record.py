"""The pack format, as pydantic models: the shape of a YAML file, and how each part becomes a domain object."""

import json
import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.domain.question import Example, Fact, KeyPoint, Kind, Level, Misconception, Model, Pack, Question, Reference

Kebab = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Score = Annotated[float, Field(ge=0, le=100)]


class Record(BaseModel):
    """Its descriptions are the schema's: editors show them while somebody writes."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class KeyPointRecord(Record):
    """One idea of a full answer."""

    label: Words
    """Names the idea without stating it: learners see it before they answer."""
    phrases: Annotated[tuple[Words, ...], Field(min_length=1)]
    """Ways to say it, four to ten; each of them alone proves the point."""
    id: Kebab | None = None
    """Made from the label if not given. Recorded answers refer to it, so it never changes."""
    hint: str = ""
    """A nudge that gives nothing away."""
    weight: Annotated[float, Field(gt=0, le=100)] = 1
    """1 normal, 2 central."""

    def build(self, taken: set[str]) -> KeyPoint:
        id = self.id or unused(kebab(self.label), taken)
        taken.add(id)
        return KeyPoint(id, self.label, self.phrases, self.hint, self.weight)


class MisconceptionRecord(Record):
    """A known mistake; stating it costs what it contradicts."""

    id: Kebab
    phrases: Annotated[tuple[Words, ...], Field(min_length=1)]
    """The mistake as somebody would state it, with subject, verb and object; the order of the words counts."""
    correction: str = ""
    """One or two sentences that teach the right thing."""

    def build(self) -> Misconception:
        return Misconception(self.id, self.phrases, self.correction)


class ExampleRecord(Record):
    """An answer, and between which scores a fair examiner would put it."""

    band: Kebab
    """Usually strong, paraphrase-strong, partial, confused, wrong, vague or off-topic."""
    score: tuple[Score, Score]
    """Lowest and highest fair score, 0 to 100."""
    text: Words
    """The answer as a learner types it."""
    misconceptions: tuple[Kebab, ...] = ()
    """Ids of the misconceptions that it states."""
    blind: bool = False
    """Written from the prompt alone, by somebody who has not seen the phrases."""
    model: Kebab | Literal[""] = ""
    """In a pack with models: which of them the answer is about."""
    hard: bool = False
    """A fair examiner gives this score and the grader does not manage it yet: reported apart."""

    @model_validator(mode="after")
    def _low_before_high(self) -> Self:
        if self.score[0] > self.score[1]:
            raise ValueError("score must read [low, high]")
        return self

    def build(self) -> Example:
        return Example(self.text, self.band, *self.score, self.misconceptions, self.blind, self.model, self.hard)


class ReferenceRecord(Record):
    """Where to read more."""

    title: Words
    url: Annotated[str, StringConstraints(pattern=r"^(https?://\S+)?$")] = ""
    """A page that stays where it is."""

    def build(self) -> Reference:
        return Reference(self.title, self.url)


class QuestionRecord(Record):
    """One question with its rubric; it needs a model answer, key points, or both."""

    id: Kebab
    """Unique in all packs; recorded answers refer to it, so it never changes."""
    prompt: Words
    """One clear ask, at most 300 characters. In a pack with models, {model} stands for the model's name."""
    model_answer: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] = ""
    """What an expert would sign; revealed at closing, and compared with answers."""
    key_points: tuple[KeyPointRecord, ...] = ()
    """What a full answer contains: three to six ideas."""
    title: str = ""
    """Two to six words, no question mark."""
    topic: Kebab | None = None
    """Defaults to the pack's id."""
    level: Level = Level.INTERMEDIATE
    """How much the interviewer expects you to know."""
    kind: Kind = Kind.CONCEPT
    """What sort of answer is asked for; 'discussion' is graded on its structure only."""
    grading: Literal["content", "structure"] | None = None
    """'structure' goes with kind 'discussion'."""
    why: str = ""
    """What the interviewer learns, and the usual weakness of candidates."""
    misconceptions: tuple[MisconceptionRecord, ...] = ()
    """Known mistakes, with what is right."""
    examples: tuple[ExampleRecord, ...] = ()
    """Answers that `drillbot questions check` grades: five or more, of every quality."""
    follow_ups: tuple[Words, ...] = ()
    """What to ask somebody who got it right."""
    references: tuple[ReferenceRecord, ...] = ()
    """One to three pages, papers or books."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not (self.model_answer or self.key_points):
            raise ValueError("needs model_answer or key_points")
        if self.grading and (self.grading == "structure") != (self.kind is Kind.DISCUSSION):
            raise ValueError("grading 'structure' and kind 'discussion' go together")
        known = {wrong.id for wrong in self.misconceptions}
        unknown = {id for example in self.examples for id in example.misconceptions} - known
        if unknown:
            raise ValueError(f"examples name misconceptions that are not there: {', '.join(sorted(unknown))}")
        for what, ids in (
            ("key point", [point.id for point in self.key_points if point.id]),
            ("misconception", [wrong.id for wrong in self.misconceptions]),
        ):
            twice = sorted({id for id in ids if ids.count(id) > 1})
            if twice:
                raise ValueError(f"{what} id stands twice: {', '.join(twice)}")
        return self

    def build(self, pack: str) -> Question:
        taken = {point.id for point in self.key_points if point.id}
        return Question(
            id=self.id,
            prompt=self.prompt,
            model_answer=self.model_answer,
            key_points=tuple(point.build(taken) for point in self.key_points),
            title=self.title,
            topic=self.topic or pack,
            level=self.level,
            kind=self.kind,
            why=self.why,
            misconceptions=tuple(wrong.build() for wrong in self.misconceptions),
            examples=tuple(example.build() for example in self.examples),
            follow_ups=self.follow_ups,
            references=tuple(reference.build() for reference in self.references),
        )


class FactRecord(Record):
    """What is true of one model for one question."""

    answer: Words
    """Stands before the question's own model answer."""
    key_points: tuple[KeyPointRecord, ...] = ()
    """Graded beside the question's own key points."""

    def build(self) -> Fact:
        taken = {point.id for point in self.key_points if point.id}
        return Fact(self.answer, tuple(point.build(taken) for point in self.key_points))


class ModelRecord(Record):
    """A machine-learning model that every question of the pack is asked about."""

    id: Kebab
    name: Words
    """As it reads in 'Today: random forest.'"""
    facts: dict[Kebab, FactRecord]
    """One entry for every question of the pack, by its id."""
    aliases: tuple[Words, ...] = ()
    """What people also call it."""

    def build(self) -> Model:
        return Model(self.id, self.name, {id: fact.build() for id, fact in self.facts.items()}, self.aliases)


class PackRecord(Record):
    """A question pack: one topic's questions with their rubrics."""

    pack: Kebab
    """The pack's id; also the topic of questions that name none."""
    questions: Annotated[tuple[QuestionRecord, ...], Field(min_length=1)]
    """One record each."""
    title: str = ""
    """As people read it."""
    sequence: bool = False
    """Its questions are asked in this order on consecutive drill days."""
    models: tuple[ModelRecord, ...] = ()
    """The models a sequence is asked about, one at a time."""

    @model_validator(mode="after")
    def _facts_for_every_question(self) -> Self:
        asked = {question.id for question in self.questions}
        for model in self.models:
            if set(model.facts) != asked:
                odd = ", ".join(sorted(set(model.facts) ^ asked))
                raise ValueError(f"the facts of model {model.id!r} and the questions differ in: {odd}")
        return self

    def build(self) -> Pack:
        return Pack(
            id=self.pack,
            title=self.title or self.pack,
            questions=tuple(question.build(self.pack) for question in self.questions),
            sequence=self.sequence,
            models=tuple(model.build() for model in self.models),
        )


def schema_text() -> str:
    """The JSON Schema of a pack, as questions/schema.json holds it."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | PackRecord.model_json_schema()
    return json.dumps(schema | {"title": "drillbot question pack"}, ensure_ascii=False, indent=1) + "\n"


def kebab(text: str) -> str:
    """An id made of the words of *text*."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-") or "point"


def unused(id: str, taken: set[str]) -> str:
    """*id*, numbered if it is taken."""
    number = 2
    candidate = id
    while candidate in taken:
        candidate = f"{id}-{number}"
        number += 1
    return candidate
