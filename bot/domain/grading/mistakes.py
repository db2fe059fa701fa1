"""Misconceptions: which known mistakes an answer states, as opposed to refuting them or using their words."""

from .match import Reading, Spot
from .rubric import Mistake, Phrase, Rubric
from .speech import CONTRASTING, NEGATORS, REFUTING

STATED = 0.85  # share of a mistake's words, in their order: a phrase of four may miss one
SYNONYM = 0.7  # an interchangeable word proves a mistake less than the author's own
LOOSE = 3  # words of the answer for each word of the phrase, at the most: 'nearly contiguous'


def stated(rubric: Rubric, reading: Reading) -> tuple[Mistake, ...]:
    """The misconceptions that the answer states."""
    return tuple(m for m in rubric.mistakes if any(_states(p, reading) for p in m.phrases))


def _states(phrase: Phrase, reading: Reading) -> bool:
    windows = reading.windows
    for number, window in enumerate(windows):
        present = (window.affirmed | window.related) & phrase.want | window.denied & phrase.refuse
        if sum(w for bit, w in phrase.slots if bit & present) < STATED * phrase.total:
            continue
        end = windows[number + 1].first if number + 1 < len(windows) else len(reading.meaning)
        spots = [s for s in reading.spots if window.first <= s.place < end and s[1] | s[2] | s[3]]
        if _in_order(phrase, spots, reading):
            return True
    return False


def _in_order(phrase: Phrase, spots: list[Spot], reading: Reading) -> bool:
    """Whether the phrase's words come in its order within one clause that nothing refutes."""
    for start, spot in enumerate(spots):
        if not any(_matches(spot, bit, phrase) for bit, _ in phrase.slots[:2]):
            continue
        end = _clause_end(reading, spot.place, LOOSE * len(phrase.slots) + LOOSE)
        got, last = _walk(phrase, [s for s in spots[start:] if s.place < end])
        if got >= STATED * phrase.total and not _refuted(phrase, reading, spot.place, last):
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
    got, last, at = 0.0, spots[0].place, 0
    for bit, weight in phrase.slots:
        for number in range(at, len(spots)):
            if _matches(spots[number], bit, phrase):
                exact = (spots[number].affirmed | spots[number].denied) & bit
                got += weight if exact else SYNONYM * weight
                last, at = spots[number].place, number
                break
    return got, last


def _matches(spot: Spot, bit: int, phrase: Phrase) -> bool:
    return bool(spot.denied & bit) if bit & phrase.refuse else bool((spot.affirmed | spot.related) & bit)


def _refuted(phrase: Phrase, reading: Reading, first: int, last: int) -> bool:
    """'It is a myth that …', 'not because …': a refuting word shortly before or within."""
    before = reading.words.words[max(0, first - 6) : last + 1]
    if REFUTING.intersection(before):
        return True
    return not phrase.refuse and bool(NEGATORS.intersection(reading.words.words[max(0, first - 2) : last + 1]))
