"""All packs: the stock of questions, their rubrics compiled once, and the lexicon they are graded with."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from bot.bank.reading import read, read_pack
from bot.domain.grading import Grade, Lexicon, Rubric, compile_rubric, grade
from bot.domain.question import Level, Pack, Question
from bot.errors import PackError

LEXICON = "lexicon.yaml"
REVIEW = "review.yaml"
"""Explained findings of the review; like the lexicon, it stands among the packs and is none."""

__all__ = ["REVIEW", "Bank", "load_bank", "load_lexicon", "pack_files"]


class Bank:
    """packs: in the order of their files. places: question id → file and line.

    Questions of a series about a model are found under 'question@model'.
    """

    def __init__(
        self, packs: Sequence[Pack], lexicon: Lexicon | None = None, places: Mapping[str, tuple[str, int]] | None = None
    ) -> None:
        self.packs = tuple(packs)
        self._places = places or {}
        self.lexicon = lexicon or Lexicon()
        self._questions: dict[str, Question] = {}
        self._pack_of: dict[str, Pack] = {}
        self._rubrics: dict[str, Rubric] = {}
        for pack in packs:
            for question in _with_series(pack):
                self._questions[question.id] = question
                self._pack_of[question.id] = pack

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """As written: a question of a series stands here once, not once per model."""
        return tuple(question for pack in self.packs for question in pack.questions)

    @cached_property
    def askable(self) -> tuple[Question, ...]:
        """As asked: a question of a series stands here once per model."""
        return tuple(q for q in self._questions.values() if not (self._pack_of[q.id].models and "@" not in q.id))

    @cached_property
    def series(self) -> tuple[tuple[str, ...], ...]:
        """Ids that belong in sequence."""
        runs: list[tuple[str, ...]] = []
        for pack in self.packs:
            if pack.models:
                runs += [tuple(question.id for question in pack.series(model)) for model in pack.models]
            elif pack.sequence:
                runs.append(tuple(question.id for question in pack.questions))
        return tuple(runs)

    @cached_property
    def topics(self) -> tuple[str, ...]:
        return tuple(sorted({question.topic for question in self.questions}))

    def __len__(self) -> int:
        return len(self.questions)

    def get(self, id: str) -> Question | None:
        return self._questions.get(id)

    def place(self, id: str) -> tuple[str, int]:
        """File and line of a question, for messages."""
        return self._places.get(id.partition("@")[0], ("", 0))

    def pack_of(self, id: str) -> Pack:
        return self._pack_of[id]

    def grade(self, id: str, answer: str) -> Grade:
        """Raises KeyError for an unknown question, nothing for any answer."""
        return grade(self.rubric(id), answer)

    def rubric(self, id: str) -> Rubric:
        rubric = self._rubrics.get(id)
        if rubric is None:
            rubric = self._rubrics[id] = compile_rubric(self._questions[id], self.lexicon)
        return rubric

    def stock(self, packs: Iterable[str] = (), topics: Iterable[str] = (), level: Level | None = None) -> list[Question]:
        """What may be asked under these filters; an empty filter lets everything through."""
        packs, topics = set(packs), set(topics)
        return [
            question
            for question in self.askable
            if (not packs or self._pack_of[question.id].id in packs)
            and (not topics or question.topic in topics)
            and (level is None or question.level == level)
        ]


def load_bank(sources: Sequence[Path], lexicon: Lexicon | None = None) -> Bank:
    """Read every pack of *sources* (files, or folders of *.yaml). Raises PackError with the faults of all of them at once."""
    packs: list[Pack] = []
    faults: list[str] = []
    places: dict[str, tuple[str, int]] = {}
    for path in pack_files(sources):
        try:
            pack, document = read_pack(path)
        except PackError as error:
            faults += error.faults
            continue
        packs.append(pack)
        for index, question in enumerate(pack.questions):
            line = document.line(("questions", index, "id"))
            if question.id in places:
                first = ":".join(map(str, places[question.id]))
                faults.append(f"{path}:{line}: question {question.id}: the id is taken by {first}")
            places.setdefault(question.id, (str(path), line))
    if faults:
        raise PackError(faults)
    return Bank(packs, lexicon, places)


def load_lexicon(path: Path) -> Lexicon:
    """Raises PackError; a missing file is an empty lexicon."""
    if not path.exists():
        return Lexicon()
    data = read(path).data
    if not isinstance(data, Mapping):
        raise PackError([f"{path}:1: a lexicon is a mapping"])
    try:
        return Lexicon.parse(data)
    except ValueError as error:
        raise PackError([f"{path}: {line}" for line in str(error).splitlines()]) from error


def pack_files(sources: Sequence[Path]) -> list[Path]:
    """Each file once, however often it is named. Raises PackError for a source that has no packs."""
    files: list[Path] = []
    for source in sources:
        found = sorted(p for p in source.glob("*.y*ml") if p.name not in (LEXICON, REVIEW)) if source.is_dir() else [source]
        if not found:
            raise PackError([f"{source}: holds no packs (*.yaml)"])
        files += [path for path in found if path.resolve() not in {known.resolve() for known in files}]
    return files


def _with_series(pack: Pack) -> Iterable[Question]:
    yield from pack.questions
    for model in pack.models:
        yield from pack.series(model)
