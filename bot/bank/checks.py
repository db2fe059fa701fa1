"""Does the bank hold what it promises: every example grades into its band and shows its misconceptions."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.bank import Bank
from bot.domain.question import Example


@dataclass(frozen=True, slots=True)
class Graded:
    """An example with its score. unseen: the misconceptions that it should state and does not, as the grader reads it."""

    path: str
    line: int
    question: str
    example: Example
    score: float
    unseen: tuple[str, ...] = ()

    @property
    def in_band(self) -> bool:
        return not self.unseen and self.example.low <= self.score <= self.example.high


def graded(bank: Bank) -> Iterator[Graded]:
    """Every example; those about one model of a series with the question about that model."""
    for question in bank.askable:
        path, line = bank.place(question.id)
        for example in question.examples:
            if question.id.partition("@")[2] != example.model:
                continue
            grade = bank.grade(question.id, example.text)
            unseen = tuple(sorted(set(example.misconceptions) - set(grade.misconceptions)))
            yield Graded(path, line, question.id, example, grade.score, unseen)
