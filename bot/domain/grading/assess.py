"""Weighing what an answer says: key points, model answer, and what speaks against it."""

import math
from typing import NamedTuple

from .compiled import Compiled, Mistake
from .dismissal import dismissed
from .match import Reading, read
from .mistakes import stated
from .points import CONTRADICTED, LOST, Scopes, Verdict, judge, scopes
from .shares import SYNONYM

KEY_POINTS = 0.5  # of the score, where there is a model answer too: either catches what the other misses
DOUBT = 0.5  # what the rest is worth for each false statement beyond one that may be a slip of the pen, or of ours
DISMISSED = 2 / 3  # of a false statement is a point dismissed by half: one proves nothing, two do
IN_FULL = 0.9  # share of a phrase from which on a point was made whatever else was said
WANTED = 0.9  # share of the weight that a fair examiner calls a full answer: nobody says everything
SEVERAL = 3  # of so many points or more, whoever knows something makes one
HALF_MADE = 0.5  # by half at the least
FRAGMENTS = 0.5  # otherwise what was found is worth half: fragments turn up in any answer
SATURATION = 4.0  # nobody repeats a whole model answer: half of its words earn nearly nine tenths
ALL_SAID = 1 - math.exp(-SATURATION)
SYNONYM_ALONE = 0.3  # without key points nothing else tells whether another word was meant as the model answer's
ENOUGH = 50.0  # content words of a model answer: nobody says more in a few sentences, however long it is
SPELLED = 0.4  # of the model answer's side is similarity of letters, which forgives what no other step does
SPELLED_WORDS = 60  # in longer model answers letters agree by chance: the share shrinks
OPEN_GATE = 0.1  # words of the model answer count this much by themselves, fully from 45 % of the key points on
GATE_SLOPE = 2.0
LENGTH = 0.15  # of the score is for length, as far as there is content
LENGTH_WORDS = 10  # different words, beside the question's, that earn two thirds of it
ECHO = 0.8  # so much of what was found may be the question's words before they are taken off,
REPEATED = (0.2, 0.6)  # not at all or altogether where these shares of the content words are the question's
TERMS_ONLY = 0.1  # share of small words and signs below which an answer is a list of terms
LIST_WORDS = 6  # shorter lists are short answers
LIST_WORTH = 0.55  # what a list of terms is worth of the explanation it could have been


class Assessment(NamedTuple):
    """Every quantity that went into a score."""

    reading: Reading
    verdicts: list[Verdict]
    credits: list[float]
    mistakes: tuple[Mistake, ...]
    points: float
    reference: float
    length: float
    echo: float
    listing: bool
    doubt: float
    score: float


def assess(rubric: Compiled, answer: str) -> Assessment:
    """Reads and weighs an answer."""
    reading = read(rubric, answer)
    scope = scopes(rubric, reading)
    mistakes = stated(rubric, reading, scope) if rubric.mistakes else ()
    spoiled = {number for mistake in mistakes for number in mistake.spoils}
    verdicts = [judge(point, reading, scope) for point in rubric.points]
    credits = [_beside_mistake(verdict) if n in spoiled else verdict.credit for n, verdict in enumerate(verdicts)]
    points, against = _points(rubric, verdicts, credits, spoiled)
    reference = _reference(rubric, reading, scope) * (1 - against)
    complete = reference if rubric.derived else min(points, reference)  # whoever has said everything has said enough
    length = max(complete, 1 - math.exp(-reading.distinct / LENGTH_WORDS))
    score = _with_length(_blend(rubric, points, reference), length)
    echo = _echo(rubric, reading, scope)
    listing = _is_list(rubric, reading)
    score = max(0.0, score - echo * rubric.echo_score) * (LIST_WORTH if listing else 1.0)
    faults = sum(n not in spoiled and _denies(rubric, verdict) for n, verdict in enumerate(verdicts))
    by_half = 0 if rubric.derived else dismissed(rubric, reading, scope, verdicts)
    doubt = DOUBT ** (max(0.0, faults + DISMISSED * by_half - 1) + len(mistakes))
    return Assessment(reading, verdicts, credits, mistakes, points, reference, length, echo, listing, doubt, doubt * score)


def _beside_mistake(verdict: Verdict) -> float:
    """What a point is worth that a stated mistake speaks against: half if it was made in full, nothing otherwise."""
    return CONTRADICTED * verdict.credit if verdict.share >= IN_FULL else 0.0


def _points(rubric: Compiled, verdicts: list[Verdict], credits: list[float], spoiled: set[int]) -> tuple[float, float]:
    """The weighted credit of all key points, and the weighted share that the answer speaks against."""
    earned = against = 0.0
    for number, (point, verdict, credit) in enumerate(zip(rubric.points, verdicts, credits, strict=True)):
        denied = _denies(rubric, verdict)
        wrong = (number in spoiled or denied) and not credit
        earned += point.weight * (-LOST if wrong else credit)
        against += point.weight * (1.0 if wrong else 0.5 if denied else 0.0)
    if len(credits) >= SEVERAL and max(credits) < HALF_MADE and not (rubric.derived or rubric.structure):
        earned *= FRAGMENTS
    return min(1.0, max(0.0, earned / rubric.weight) / WANTED), against / rubric.weight


def _denies(rubric: Compiled, verdict: Verdict) -> bool:
    """Sentences of a model answer are long: that some of their words are denied says little, that they are swapped does."""
    return verdict.swapped > 0 if rubric.derived else verdict.against


def _reference(rubric: Compiled, reading: Reading, scope: Scopes) -> float:
    """How much of the model answer is there: its words, and a little of its letters."""
    if not rubric.reference:
        return 0.0
    exact, related = scope.whole.affirmed | scope.whole.denied & rubric.denials, scope.whole.related
    synonym = SYNONYM_ALONE if rubric.derived else SYNONYM
    got = 0.0
    for weight, terms in rubric.reference:  # counting bits is a tenth of the time of looking at each word
        said = terms & exact
        got += weight * (said.bit_count() + synonym * (terms & related & ~said).bit_count())
    wanted = min(rubric.reference_total, ENOUGH)
    words = (1 - math.exp(-SATURATION * min(1.0, got / wanted))) / ALL_SAID
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


def _echo(rubric: Compiled, reading: Reading, scope: Scopes) -> float:
    """How far an answer is only the question's own words, 0 to 1: nearly all that was found, or nearly all that was said."""
    if not reading.content:
        return 0.0
    found = (scope.said & rubric.prompt_mask).bit_count() / (scope.said.bit_count() or 1)
    repeated = 1 - [word.fresh for word in reading.meaning].count(True) / reading.content
    return max(_ramp(found, ECHO, 1.0) * _ramp(repeated, *REPEATED), _ramp(repeated, ECHO, 1.0))


def _ramp(share: float, none: float, whole: float) -> float:
    return min(1.0, max(0.0, (share - none) / (whole - none)))


def _is_list(rubric: Compiled, reading: Reading) -> bool:
    """Terms side by side without the small words or signs (=, >, :, /) that relate them."""
    words = len(reading.meaning)
    if rubric.structure or reading.content <= LIST_WORDS or words - reading.content >= TERMS_ONLY * words:
        return False
    signs = sum(reading.text.count(sign) for sign in "=>:/")
    return words - reading.content + signs < TERMS_ONLY * words
