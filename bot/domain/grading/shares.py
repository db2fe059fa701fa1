"""How much of one phrase is there: its terms by weight, and the most that some of them can be worth."""

from .terms import Phrase
from .windows import Window

SYNONYM = 0.9  # a word of the lexicon stands for another in most sentences, not in all
ONE_WORD = 0.75  # one word out of several is a hint that the point was meant, not the point
ONLY_PROMPT = 0.3  # the question's own words say nothing of what the learner knows
NOTHING = 1e-9  # allowed for rounding where a sum of weights bounds a share


def share_said(phrase: Phrase, said: int) -> float:
    """The plain share of the phrase's weight among the terms of *said*."""
    return sum(w for bit, w in phrase.slots if bit & said) / phrase.total


def clashing(phrase: Phrase, exact: int, related: int, clash: int) -> tuple[float, float]:
    """The share of *phrase* that is affirmed, and the share that is denied or contradicted: the terms of *clash*."""
    if len(phrase.slots) > 1 and (clash | exact | related).bit_count() < 2:
        return 0.0, 0.0
    return share_of(phrase, exact, related & ~clash), share_said(phrase, clash)


def all_over(phrase: Phrase, whole: Window) -> float:
    """The share of *phrase* that is affirmed anywhere."""
    want = phrase.want
    exact = want & whole.affirmed | phrase.refuse & whole.denied
    related = want & whole.related & ~exact
    clash = want & whole.denied & ~exact  # an opposite all over the answer contradicts nothing
    return clashing(phrase, exact, related, clash)[0] if clash else share_of(phrase, exact, related)


def share_of(phrase: Phrase, exact: int, related: int) -> float:
    """The weight of the words found, less where they are only one, or only the question's."""
    found = exact | related
    if not found:
        return 0.0
    if exact == phrase.mask:
        return 1.0
    got = 0.0
    for bit, weight in phrase.slots:
        if bit & exact:
            got += weight
        elif bit & related:
            got += SYNONYM * weight
    fresh = phrase.fresh
    found &= fresh
    if not found:
        got *= ONLY_PROMPT
    elif found & (found - 1) == 0 and fresh & (fresh - 1):
        got *= ONE_WORD
    return got / phrase.total


def caps(phrase: Phrase) -> tuple[float, ...]:
    """The most that 0, 1, 2 … words of the phrase can earn."""
    weights = sorted((weight for _, weight in phrase.slots), reverse=True)
    most = [min(1.0, sum(weights[:n]) / phrase.total + NOTHING) for n in range(len(weights) + 1)]
    most[1] = max(share_of(phrase, bit, 0) for bit, _ in phrase.slots)
    return tuple(most)
