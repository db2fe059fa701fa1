"""From what an answer says to a score: key points, model answer, and what speaks against it."""

import math
from typing import NamedTuple

from .findings import finding
from .match import Reading, read
from .mistakes import stated
from .points import LOST, SYNONYM, Scopes, Verdict, judge, scopes
from .result import Finding, Grade
from .rubric import Compiled, Mistake, Rubric, compiled

KEY_POINTS = 0.55  # of the score, where there is a model answer too: the author's phrases are the better evidence
SATURATION = 4.0  # nobody repeats a whole model answer: half of its words earn nearly nine tenths
SYNONYM_ALONE = 0.3  # without key points nothing else tells whether another word was meant as the model answer's
ENOUGH = 50.0  # content words of a model answer: nobody says more in a few sentences, however long it is
SPELLED = 0.4  # of the model answer's side is similarity of letters, which forgives what no other step does
SPELLED_WORDS = 60  # in longer model answers letters agree by chance: the share shrinks
OPEN_GATE = 0.2  # words of the model answer count this much by themselves, fully from 40 % of the key points on
GATE_SLOPE = 2.0
LENGTH = 0.15  # of the score is for length, as far as there is content
LENGTH_WORDS = 10  # different words, beside the question's, that earn two thirds of it
ECHO = 0.8  # so much of what was found may be the question's words before they are taken off
TERMS_ONLY = 0.1  # share of small words and signs below which an answer is a list of terms
LIST_WORDS = 6  # shorter lists are short answers
LIST_WORTH = 0.55  # what a list of terms is worth of the explanation it could have been
SHORT_WORDS = 4


class Step(NamedTuple):
    """One row of the explanation of a score."""

    name: str
    detail: str
    value: float


class Assessment(NamedTuple):
    """Every quantity that went into a score."""

    reading: Reading
    verdicts: tuple[Verdict, ...]
    credits: tuple[float, ...]
    mistakes: tuple[Mistake, ...]
    points: float
    reference: float
    length: float
    echo: float
    listing: bool
    score: float


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
    return (*steps, Step("score", "0 to 100", _hundred(found.score)))


def assess(rubric: Compiled, answer: str) -> Assessment:
    """Reads and weighs an answer."""
    reading = read(rubric, answer)
    scope = scopes(rubric, reading)
    mistakes = stated(rubric, reading, scope) if rubric.mistakes else ()
    spoiled = {number for mistake in mistakes for number in mistake.spoils}
    verdicts = tuple(judge(point, reading.windows, scope) for point in rubric.points)
    credits = tuple(0.0 if n in spoiled else verdict.credit for n, verdict in enumerate(verdicts))
    points, against = _points(rubric, verdicts, credits, spoiled)
    reference = _reference(rubric, reading, scope) * (1 - against)
    length = 1 - math.exp(-reading.distinct / LENGTH_WORDS)
    score = _with_length(_blend(rubric, points, reference), length)
    echo = _echo(rubric, scope)
    listing = _is_list(rubric, reading)
    score = max(0.0, score - echo * rubric.echo_score) * (LIST_WORTH if listing else 1.0)
    return Assessment(reading, verdicts, credits, mistakes, points, reference, length, echo, listing, score)


def _points(
    rubric: Compiled, verdicts: tuple[Verdict, ...], credits: tuple[float, ...], spoiled: set[int]
) -> tuple[float, float]:
    """The weighted credit of all key points, and the weighted share that the answer speaks against."""
    earned = against = 0.0
    for number, (point, verdict, credit) in enumerate(zip(rubric.points, verdicts, credits, strict=True)):
        # Sentences of a model answer are long: that some of their words are denied says little, that they are swapped does.
        denied = verdict.swapped > 0 if rubric.derived else verdict.against
        wrong = number in spoiled or (denied and not credit)
        earned += point.weight * (-LOST if wrong else credit)
        against += point.weight * (1.0 if wrong else 0.5 if denied else 0.0)
    return max(0.0, earned / rubric.weight), against / rubric.weight


def _reference(rubric: Compiled, reading: Reading, scope: Scopes) -> float:
    """How much of the model answer is there: its words, and a little of its letters."""
    if not rubric.reference:
        return 0.0
    exact, related = scope.whole.affirmed, scope.whole.related
    synonym = SYNONYM_ALONE if rubric.derived else SYNONYM
    got = 0.0
    for bit, weight in rubric.reference:
        if bit & exact:
            got += weight
        elif bit & related:
            got += synonym * weight
    wanted = min(rubric.reference_total, ENOUGH)
    words = (1 - math.exp(-SATURATION * min(1.0, got / wanted))) / (1 - math.exp(-SATURATION))
    if not rubric.trigrams:
        return words
    size = len(rubric.trigrams)
    spelled = SPELLED * min(1.0, SPELLED_WORDS / size)
    return (1 - spelled) * words + spelled * math.sqrt(reading.trigrams.bit_count() / size)


def _blend(rubric: Compiled, points: float, reference: float) -> float:
    if not rubric.reference:
        return points
    if rubric.derived:
        return reference
    gate = min(1.0, OPEN_GATE + GATE_SLOPE * points)
    return KEY_POINTS * points + (1 - KEY_POINTS) * reference * gate


def _with_length(score: float, length: float) -> float:
    return (1 - LENGTH) * score + LENGTH * length * min(1.0, 2 * score)


def _echo(rubric: Compiled, scope: Scopes) -> float:
    """How far what was found is only the question's own words: 0 up to the share that any answer repeats, then up to 1."""
    if not scope.said:
        return 0.0
    share = (scope.said & rubric.prompt_mask).bit_count() / scope.said.bit_count()
    return max(0.0, share - ECHO) / (1 - ECHO)


def _is_list(rubric: Compiled, reading: Reading) -> bool:
    """Terms side by side without the small words or signs (=, >, :, /) that relate them."""
    words = len(reading.meaning)
    if rubric.structure or reading.content <= LIST_WORDS:
        return False
    signs = sum(reading.text.count(sign) for sign in "=>:/")
    return words - reading.content + signs < TERMS_ONLY * words


def _findings(rubric: Compiled, found: Assessment) -> tuple[Finding, ...]:
    spoiled = {number for mistake in found.mistakes for number in mistake.spoils}
    return tuple(
        finding(rubric, found.reading, point, verdict, credit, number in spoiled)
        for number, (point, verdict, credit) in enumerate(zip(rubric.points, found.verdicts, found.credits, strict=True))
    )


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
