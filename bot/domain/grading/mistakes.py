"""Misconceptions: which known mistakes an answer states, as opposed to refuting them or using their words."""

from itertools import takewhile

from .compiled import Compiled, Mistake
from .match import Reading
from .points import Scopes
from .shares import share_said
from .speech import CONTRASTING, NEGATORS, REFUTING
from .terms import Phrase
from .text import plain, split
from .windows import Spot

STATED = 0.85  # share of a mistake's words, in their order: a phrase of four may miss one
LIKE = 0.5  # an interchangeable word proves a mistake less than the author's own
LOOSE = 3  # words of the answer for each word of the phrase, at the most: 'nearly contiguous'


def stated(rubric: Compiled, reading: Reading, scope: Scopes) -> tuple[Mistake, ...]:
    """The misconceptions that the answer states."""
    said, denied = scope.said, scope.whole.denied
    found = []
    for mistake in rubric.mistakes:
        for phrase, needed in mistake.phrases:
            if (said & phrase.want | denied & phrase.refuse).bit_count() >= needed and _states(phrase, reading):
                found.append(mistake)
                break
    return tuple(found)


def _states(phrase: Phrase, reading: Reading) -> bool:
    for window in reading.windows:
        present = (window.affirmed | window.related) & phrase.want | window.denied & phrase.refuse
        if not present or share_said(phrase, present) < STATED:
            continue
        if _in_order(phrase, reading.spots[window.spot : window.last_spot], reading):
            return True
    return False


def _in_order(phrase: Phrase, spots: list[Spot], reading: Reading) -> bool:
    """Whether the phrase's words come in its order within one clause that nothing refutes."""
    for start, spot in enumerate(spots):
        if not any(_matches(spot, bit, phrase) for bit, _ in phrase.slots[:2]):
            continue
        end = _clause_end(reading, spot[0], LOOSE * len(phrase.slots) + LOOSE)
        got, last = _walk(phrase, [s for s in spots[start:] if s[0] < end])
        if got < STATED * phrase.total or _refuted(phrase, reading, spot[0], last):
            continue
        # 'a small rate is slow, a large one overshoots': an opposite in between begins another statement
        if not any(between[4] & phrase.want for between in spots[start:] if between[0] < last):
            return True
    return False


def _clause_end(reading: Reading, place: int, width: int) -> int:
    words, gaps = reading.words.words, reading.words.gaps
    for i in range(place + 1, min(len(words), place + width)):
        if gaps[i] or words[i] in CONTRASTING:
            return i
    return min(len(words), place + width)


def _walk(phrase: Phrase, spots: list[Spot]) -> tuple[float, int]:
    """The weight of the phrase's words found one after the other, and where the last one stands."""
    got, last, at = 0.0, spots[0][0], 0
    for bit, weight in phrase.slots:
        for number in range(at, len(spots)):
            if _matches(spots[number], bit, phrase):
                last, at = spots[number][0], number
                got += weight if _is_said(bit, last, spots[number:]) else LIKE * weight
                break
    return got, last


def _is_said(bit: int, place: int, spots: list[Spot]) -> bool:
    """Whether the word at *place* is the term itself: an expression that it is part of may stand there first."""
    return any((spot[1] | spot[3]) & bit for spot in takewhile(lambda spot: spot[0] == place, spots))


def _matches(spot: Spot, bit: int, phrase: Phrase) -> bool:
    _, affirmed, related, denied, _ = spot
    return bool(denied & bit) if bit & phrase.refuse else bool((affirmed | related) & bit)


def _refuted(phrase: Phrase, reading: Reading, first: int, last: int) -> bool:
    """'It is a myth that …', 'not because …': a refuting word shortly before or within."""
    words, gaps = reading.words.words, reading.words.gaps
    if REFUTING.intersection(words[max(0, first - 6) : last + 1]) - set(split(plain(phrase.text)[0]).words):
        return True
    near = first - next((back for back in (0, 1) if gaps[first - back] == 2), 2)
    return not phrase.refuse and bool(NEGATORS.intersection(words[max(0, near) : last + 1]))
