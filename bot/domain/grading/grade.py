"""From an answer to its grade, and to the explanation of it."""

from typing import NamedTuple

from .assess import LIST_WORTH, Assessment, assess
from .compiled import Compiled
from .findings import findings
from .result import Finding, Grade
from .rubric import Rubric, compiled

SHORT_WORDS = 4


class Step(NamedTuple):
    """One row of the explanation of a score."""

    name: str
    detail: str
    value: float


def grade(rubric: Rubric, answer: str) -> Grade:
    """The grade of *answer*. Pure: the same answer always gets the same grade."""
    form = compiled(rubric)
    found = assess(form, answer)
    return Grade(_hundred(found.score), _findings(form, found), tuple(m.id for m in found.mistakes), _notes(found))


def explain(rubric: Rubric, answer: str) -> tuple[Step, ...]:
    """Every step of how the score of *answer* came about."""
    form = compiled(rubric)
    found = assess(form, answer)
    reading = found.reading
    steps = [Step("words read", f"{len(reading.meaning)} words in {len(reading.windows)} parts", float(reading.distinct))]
    for verdict, credit, told in zip(found.verdicts, found.credits, _findings(form, found), strict=True):
        phrase = f"nearest phrase '{verdict.phrase.text}'" if verdict.phrase else "no phrase"
        where = f" in '{told.matched}'" if told.matched else ""
        note = f"; {told.note}" if told.note else ""
        steps.append(Step(f"key point: {told.label}", phrase + where + note, round(credit, 3)))
    steps.extend(Step("misconception stated", mistake.id, 0.0) for mistake in found.mistakes)
    steps.append(Step("key points", "credits by weight, less what is denied or swapped", round(found.points, 3)))
    if form.reference:
        steps.append(Step("model answer", "share of its words and spelling, saturating", round(found.reference, 3)))
    steps.append(Step("length", "different words beside the question's", round(found.length, 3)))
    if found.echo:
        steps.append(Step("echo", "share of the question's own score that is taken off", round(found.echo, 3)))
    if found.listing:
        steps.append(Step("list of terms", "too few small words for an explanation", LIST_WORTH))
    if found.doubt < 1:
        steps.append(Step("false statements", "what the rest is worth beside several of them", round(found.doubt, 3)))
    return (*steps, Step("score", "0 to 100", _hundred(found.score)))


def _findings(rubric: Compiled, found: Assessment) -> tuple[Finding, ...]:
    spoiled = {number for mistake in found.mistakes for number in mistake.spoils}
    return findings(rubric, found.reading, found.verdicts, found.credits, spoiled)


def _notes(found: Assessment) -> tuple[str, ...]:
    notes = []
    if found.echo > 0.5:
        notes.append("mostly repeats the question")
    if found.listing:
        notes.append("a list of terms is not an explanation")
    if found.reading.content < SHORT_WORDS:
        notes.append("very short")
    return tuple(notes)


def _hundred(score: float) -> float:
    return round(100 * min(1.0, max(0.0, score)), 2)
