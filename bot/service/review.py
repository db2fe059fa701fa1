"""What some weeks of answers say of the questions: how hard each is, whether it tells strong from weak, what nobody hits."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation, fmean

from bot.bank import Bank
from bot.bank.review import Remark
from bot.domain.question import Kind
from bot.store import Store, usage
from bot.store.usage import Use

ANSWERS = 8  # fewer say nothing about a question
ELSEWHERE = 3  # other questions a learner must have answered before 'strong' or 'weak' means anything
HARD, EASY = 20.0, 90.0  # means outside say more about the rubric than about the learners
TELLING = 0.1  # item-total correlation below which a question tells nothing; test makers want 0.2


@dataclass(frozen=True, slots=True)
class Measure:
    """One question in use. discrimination: None while too few learners answered other questions too."""

    question: str
    answers: int
    mean: float
    discrimination: float | None
    never_hit: tuple[str, ...]


def measured(store: Store, bank: Bank) -> list[Measure]:
    """Every question with recorded answers to its present version, in the order of the bank. Raises StoreError."""
    with store.read() as tx:
        uses = {(use.question, use.learner): use for use in usage.first_attempts(tx)}  # the oldest of each stays
    return measure(bank, uses.values())


def measure(bank: Bank, uses: Iterable[Use]) -> list[Measure]:
    by_question: dict[str, list[Use]] = defaultdict(list)
    by_learner: dict[int, list[float]] = defaultdict(list)
    for use in uses:
        question = bank.get(use.question)
        if question and question.kind is not Kind.DISCUSSION and question.version == use.rubric:
            by_question[use.question].append(use)
            by_learner[use.learner].append(use.score)
    return [_measure(bank, id, by_question[id], by_learner) for id in (q.id for q in bank.askable) if id in by_question]


def remarks(measures: Iterable[Measure]) -> Iterator[Remark]:
    """What the figures of the questions with enough answers ask for."""
    for one in measures:
        if one.answers < ANSWERS:
            continue
        n = one.answers
        if one.mean < HARD:
            remedy = "Read what people wrote: do phrases miss their wording, or does the prompt not ask for it?"
            yield Remark(f"hard:{one.question}", one.question, f"{n} learners score {one.mean:.0f} on average", remedy)
        if one.mean > EASY:
            remedy = "Are the phrases too short, or is the question worn out?"
            yield Remark(f"easy:{one.question}", one.question, f"{n} learners score {one.mean:.0f} on average", remedy)
        if one.discrimination is not None and one.discrimination < TELLING:
            what = f"who scores well here does not score well elsewhere (correlation {one.discrimination:.2f}, {n} learners)"
            yield Remark(f"discrimination:{one.question}", one.question, what, "Look for phrases that reward the wrong answers.")
        for point in one.never_hit:
            what = f"none of {n} learners hit the point '{point}'"
            remedy = "Add how people say it, or drop what nobody would say."
            yield Remark(f"unhit:{one.question}/{point}", one.question, what, remedy, ("key_points",))


def _measure(bank: Bank, id: str, uses: Sequence[Use], by_learner: dict[int, list[float]]) -> Measure:
    question = bank.get(id)
    assert question is not None, "only known questions are measured"
    hit = frozenset[str]().union(*(use.hits for use in uses))
    missed = tuple(point.id for point in question.key_points if point.id not in hit) if len(uses) >= ANSWERS else ()
    return Measure(id, len(uses), fmean(use.score for use in uses), _discrimination(uses, by_learner), missed)


def _discrimination(uses: Sequence[Use], by_learner: dict[int, list[float]]) -> float | None:
    """How the scores here go with the same learners' means over all other questions."""
    here, elsewhere = [], []
    for use in uses:
        scores = by_learner[use.learner]
        if len(scores) > ELSEWHERE:
            here.append(use.score)
            elsewhere.append((sum(scores) - use.score) / (len(scores) - 1))
    if len(here) < ANSWERS:
        return None
    try:
        return correlation(here, elsewhere)
    except StatisticsError:  # all scores are the same
        return None
