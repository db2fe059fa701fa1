"""A question compiled once for grading: phrases as sets of terms, each term a bit of an integer."""

import math
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache, reduce
from operator import or_
from sys import intern
from typing import Any

from ..question import Kind, Question
from . import roles
from .assess import assess
from .compiled import Compiled, Mistake, Point
from .dismissal import settled
from .lexicon import Lexicon
from .match import read
from .mistakes import STATED
from .owners import assign_owners
from .phrases import PROMPT_IN_PHRASE, expressions_of, read_mistake, read_phrase
from .relations import is_crossed
from .result import Finding, Hit
from .shares import caps, share_said
from .speech import FUNCTION, HARMFUL, TELLING
from .terms import BITS, Phrase, Terms
from .text import plain, split

# Words of the question prove little: the learner has just read them.
PROMPT_IN_REFERENCE = 0.3
# Words such as 'use', 'good', 'result' stand in every answer.
COMMON = 0.5

NO_LEXICON = Lexicon()
HOT = 128  # rubrics kept compiled, 100 KB each: more than there are drills open at once

_MIRRORED = re.compile(
    r"\b(?:one|ones|those) (?:that|which) (?:is|are|does|do)(?: not|n't)\b|\bwith (?:and|or|versus|vs) without\b"
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")


@dataclass(frozen=True, slots=True, eq=False)
class Rubric:
    """A question to grade answers to. Only the rubrics in use are kept compiled, so that a large bank takes little memory."""

    question: Question
    lexicon: Lexicon = field(repr=False)


def compile_rubric(question: Question, lexicon: Lexicon = NO_LEXICON) -> Rubric:
    """What is compared with answers to *question*."""
    rubric = Rubric(question, lexicon)
    compiled(rubric)
    return rubric


@lru_cache(maxsize=HOT)
def compiled(rubric: Rubric) -> Compiled:
    """The compiled form of a rubric, made again (in a few milliseconds) if it was not used for long."""
    return _compile(rubric.question, rubric.lexicon)


def _compile(question: Question, lexicon: Lexicon) -> Compiled:
    structure = question.kind == Kind.DISCUSSION
    shown = plain(question.prompt)[0]
    asked = split(shown).words
    prompt = frozenset(lexicon.stem(w) for w in asked if w not in FUNCTION)
    terms = Terms(lexicon)
    terms.mirrored = bool(_MIRRORED.search(shown))
    terms.asked = frozenset(group for _, _, group in expressions_of(lexicon, lexicon.expression(question.prompt)))
    weigh = _weigher(prompt, lexicon, structure)

    def phrases(texts: tuple[str, ...]) -> tuple[Phrase, ...]:
        return tuple(v for text in texts for v in read_phrase(terms, text, weigh, structure))

    given = [(p.id, p.label, p.weight, phrases(p.phrases)) for p in question.key_points]
    derived = not given
    if derived:
        given = [(str(n), s[:80], 1.0, phrases((s,))) for n, s in enumerate(_sentences(question.model_answer), 1)]
    reference = () if structure else _reference(terms, question.model_answer, prompt)
    notions = roles.Notions() if structure else roles.find(question, lexicon)
    points = tuple(
        Point(id, label, weight, spoken, Finding(id, label, weight, Hit.MISSED, 0.0)) for id, label, weight, spoken in given
    )
    mistakes = _mistakes(question, terms, points)
    rubric = Compiled(
        terms=terms,
        points=points,
        reference=_by_weight(reference),
        reference_total=sum(w for _, w in reference) or 1.0,
        mistakes=mistakes,
        prompt=prompt,
        derived=derived,
        structure=structure,
        notions=notions,
        trigrams=_trigrams(question.model_answer),
        question=question.prompt,
    )
    rubric.harmful = HARMFUL if HARMFUL.isdisjoint(asked) else HARMFUL.difference(asked)
    rubric.sorted_terms = tuple(sorted(k for k in terms.bits if isinstance(k, str) and len(k) >= 4))
    said = {("expression", group) for group in terms.asked}
    rubric.prompt_mask = sum(bit for key, bit in terms.bits.items() if key in prompt or key in said)
    rubric.notion_bits = tuple(sum(terms.bits.get(w, 0) for w in name) for name in notions.names)
    rubric.weight = sum(point.weight for point in points) or 1.0
    rubric.points = tuple(_freshened(point, rubric.prompt_mask, terms) for point in points)
    wanted = reduce(or_, (phrase.want for phrase in rubric.phrases), 0)
    rubric.refused = reduce(or_, (phrase.refuse for phrase in rubric.phrases), 0) & ~wanted
    told = read(rubric, question.model_answer)
    rubric.denials = reduce(or_, (window.denied for window in told.windows), 0)
    rubric.settled = settled(rubric)
    assign_owners(rubric, told)
    _untangle(rubric)
    _echoed(rubric)
    return rubric


def _untangle(rubric: Compiled) -> None:
    """A phrase that crosses itself relates nothing: 'great in training but poor in the test'."""
    for phrase in rubric.phrases:
        if phrase.relation and is_crossed(phrase, read(rubric, phrase.text)):
            phrase.relation = 0


def _freshened(point: Point, prompt: int, terms: Terms) -> Point:
    """Completes the phrases of a point by what depends on the question."""
    mask = 0
    for phrase in point.phrases:
        phrase.fresh = phrase.mask & ~prompt
        phrase.relation = _relation(phrase, terms)
        phrase.caps = _interned(caps(phrase))
        mask |= phrase.mask
    return replace(point, mask=mask)


def _relation(phrase: Phrase, terms: Terms) -> int:
    """The directions of a phrase with two of them, else its one direction with the words that have an opposite."""
    pairs = phrase.want & terms.pairs
    if pairs & (pairs - 1) or not pairs:
        return pairs
    related = phrase.want & terms.opposable
    return related if related & (related - 1) else 0


@lru_cache(maxsize=4096)
def _interned(numbers: tuple[float, ...]) -> tuple[float, ...]:
    """One object for equal tuples of all rubrics."""
    return numbers


def _echoed(rubric: Compiled) -> None:
    """What the question itself scores: the part of a score that repeating it would earn."""
    rubric.echo_score = assess(rubric, rubric.question).score
    rubric.memo.clear()


def _weigher(prompt: frozenset[str], lexicon: Lexicon, structure: bool) -> Any:
    def weigh(stem: str) -> float:
        if structure:
            return 1.0
        return (PROMPT_IN_PHRASE if stem in prompt else 1.0) * (COMMON if stem in lexicon.common or stem in TELLING else 1.0)

    return weigh


def _sentences(text: str) -> list[str]:
    return [s.strip() for s in _SENTENCE.split(text) if len(s.split()) >= 2] or [text.strip()]


def _reference(terms: Terms, text: str, prompt: frozenset[str]) -> tuple[tuple[int, float], ...]:
    """Each content word of the model answer once, with its weight."""
    seen: dict[int, float] = {}
    for word in split(plain(text)[0]).words:
        if word in FUNCTION:
            continue
        key = terms.lexicon.stem(word)
        weight = (PROMPT_IN_REFERENCE if key in prompt else 1.0) * (COMMON if key in terms.lexicon.common else 1.0)
        seen[terms.word(key, word)] = weight
    return tuple(seen.items())


def _by_weight(reference: tuple[tuple[int, float], ...]) -> tuple[tuple[float, int], ...]:
    masks: dict[float, int] = {}
    for bit, weight in reference:
        masks[weight] = masks.get(weight, 0) | bit
    return tuple(masks.items())


def _trigrams(text: str) -> dict[str, int]:
    """The runs of three letters in the model answer's content words, each with a bit."""
    found: dict[str, int] = {}
    for word in split(plain(text)[0]).words:
        if word not in FUNCTION:
            padded = f" {word} "
            for k in range(len(padded) - 2):
                if len(found) < len(BITS):
                    found.setdefault(intern(padded[k : k + 3]), BITS[len(found)])
    return found


def _mistakes(question: Question, terms: Terms, points: tuple[Point, ...]) -> tuple[Mistake, ...]:
    found = []
    for wrong in question.misconceptions:
        spoken = tuple(phrase for text in wrong.phrases if (phrase := read_mistake(terms, text)))
        needed = tuple((phrase, math.ceil(STATED * len(phrase.slots))) for phrase in spoken)
        found.append(Mistake(wrong.id, needed, _spoiled(spoken, points)))
    return tuple(found)


def _spoiled(spoken: tuple[Phrase, ...], points: tuple[Point, ...]) -> tuple[int, ...]:
    """The points that speak of what the mistake speaks of: those whose phrases share most of their words with it."""
    said = 0
    for phrase in spoken:
        said |= phrase.want | phrase.refuse
    shares = [max((share_said(p, said) for p in point.phrases if p.mask & said), default=0.0) for point in points]
    best = max(shares, default=0.0)
    return tuple(n for n, share in enumerate(shares) if share >= 0.5 and share >= 0.8 * best)
