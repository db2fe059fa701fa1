"""Does the bank hold what it promises: every example grades into its band and shows its misconceptions."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.bank import Bank
from bot.domain.question import Example


@dataclass(frozen=True, slots=True)
class Misgraded:
    """An example out of its band. missing: what else is wrong, ready to print."""

    path: str
    line: int
    question: str
    example: Example
    score: float
    missing: str


def misgraded(bank: Bank) -> Iterator[Misgraded]:
    for question in bank.askable:
        path, line = bank.place(question.id)
        for example in question.examples:
            if question.id.partition("@")[2] != example.model:
                continue
            grade = bank.grade(question.id, example.text)
            unseen = sorted(set(example.misconceptions) - set(grade.misconceptions))
            if unseen or not example.low <= grade.score <= example.high:
                missing = f", without misconception {', '.join(unseen)}" if unseen else ""
                yield Misgraded(path, line, question.id, example, grade.score, missing)
