"""The pack format, as pydantic models: the shape of a YAML file, and how each part becomes a domain object."""

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.domain.question import Example, Fact, KeyPoint, Kind, Level, Misconception, Model, Pack, Question, Reference

Kebab = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Score = Annotated[float, Field(ge=0, le=100)]


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KeyPointRecord(Record):
    label: Words
    phrases: Annotated[tuple[Words, ...], Field(min_length=1)]
    id: Kebab | None = None
    hint: str = ""
    weight: Annotated[float, Field(gt=0, le=100)] = 1

    def build(self, taken: set[str]) -> KeyPoint:
        id = self.id or _unused(_kebab(self.label), taken)
        taken.add(id)
        return KeyPoint(id, self.label, self.phrases, self.hint, self.weight)


class MisconceptionRecord(Record):
    id: Kebab
    phrases: Annotated[tuple[Words, ...], Field(min_length=1)]
    correction: str = ""

    def build(self) -> Misconception:
        return Misconception(self.id, self.phrases, self.correction)


class ExampleRecord(Record):
    band: Kebab
    score: tuple[Score, Score]
    text: Words
    misconceptions: tuple[Kebab, ...] = ()
    blind: bool = False
    model: Kebab | Literal[""] = ""

    @model_validator(mode="after")
    def _low_before_high(self) -> Self:
        if self.score[0] > self.score[1]:
            raise ValueError("score must read [low, high]")
        return self

    def build(self) -> Example:
        return Example(self.text, self.band, *self.score, self.misconceptions, self.blind, self.model)


class ReferenceRecord(Record):
    title: Words
    url: Annotated[str, StringConstraints(pattern=r"^(https?://\S+)?$")] = ""

    def build(self) -> Reference:
        return Reference(self.title, self.url)


class QuestionRecord(Record):
    id: Kebab
    prompt: Words
    model_answer: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] = ""
    key_points: tuple[KeyPointRecord, ...] = ()
    title: str = ""
    topic: Kebab | None = Field(None, description="defaults to the pack's id")
    level: Level = Level.INTERMEDIATE
    kind: Kind = Kind.CONCEPT
    grading: Literal["content", "structure"] | None = Field(None, description="'structure' goes with kind 'discussion'")
    why: str = ""
    misconceptions: tuple[MisconceptionRecord, ...] = ()
    examples: tuple[ExampleRecord, ...] = ()
    follow_ups: tuple[Words, ...] = ()
    references: tuple[ReferenceRecord, ...] = ()

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
    answer: Words
    key_points: tuple[KeyPointRecord, ...] = ()

    def build(self) -> Fact:
        taken = {point.id for point in self.key_points if point.id}
        return Fact(self.answer, tuple(point.build(taken) for point in self.key_points))


class ModelRecord(Record):
    id: Kebab
    name: Words
    facts: dict[Kebab, FactRecord]
    aliases: tuple[Words, ...] = ()

    def build(self) -> Model:
        return Model(self.id, self.name, {id: fact.build() for id, fact in self.facts.items()}, self.aliases)


class PackRecord(Record):
    """A question pack: one topic's questions with their rubrics."""

    pack: Kebab
    questions: Annotated[tuple[QuestionRecord, ...], Field(min_length=1)]
    title: str = ""
    sequence: bool = Field(False, description="its questions are asked in this order on consecutive drill days")
    models: tuple[ModelRecord, ...] = Field((), description="the models a sequence is asked about, one at a time")

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


def _kebab(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-") or "point"


def _unused(id: str, taken: set[str]) -> str:
    number = 2
    candidate = id
    while candidate in taken:
        candidate = f"{id}-{number}"
        number += 1
    return candidate
