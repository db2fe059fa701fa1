"""What a closed drill came to."""

from collections import Counter
from dataclasses import dataclass

from bot.domain.drill import Drill
from bot.domain.grading import Grade, Hit
from bot.domain.question import Question
from bot.service.core import Core
from bot.store import attempts


@dataclass(frozen=True, slots=True)
class Outcome:
    """What people made of a drill.

    hits: key point id → how many hit it in full. mistakes: corrections, most stated first. top: the best three.
    """

    drill: Drill
    question: Question
    answered: int
    mean: float
    hits: Counter[str]
    most_missed: str
    mistakes: tuple[str, ...]
    top: tuple[tuple[str, float], ...]


def outcome(core: Core, drill: Drill, question: Question) -> Outcome:
    with core.store.read() as tx:
        best = attempts.best(tx, drill.id)
    grades = [grade for _, grade in best]
    hits = Counter(finding.id for grade in grades for finding in grade.findings if finding.hit is Hit.FULL)
    return Outcome(
        drill=drill,
        question=question,
        answered=len(grades),
        mean=sum(grade.score for grade in grades) / len(grades) if grades else 0.0,
        hits=hits,
        most_missed=_most_missed(question, hits, len(grades)),
        mistakes=_mistakes(question, grades),
        top=tuple((name, grade.score) for name, grade in best[:3] if grade.score > 0),
    )


def _most_missed(question: Question, hits: Counter[str], answered: int) -> str:
    point = min(question.key_points, key=lambda point: hits[point.id], default=None)
    return point.label if point and answered and hits[point.id] < answered else ""


def _mistakes(question: Question, grades: list[Grade], most: int = 2) -> tuple[str, ...]:
    stated = Counter(id for grade in grades for id in grade.misconceptions)
    corrections = {wrong.id: wrong.correction for wrong in question.misconceptions}
    return tuple(corrections[id] for id, _ in stated.most_common(most) if corrections.get(id))
