"""Phrases that relate two directions: 'a smaller rate needs more trees' is not said by 'a higher rate needs more trees'."""

from .match import Reading
from .speech import CONTRASTING
from .terms import Phrase


def is_crossed(phrase: Phrase, reading: Reading) -> bool:
    """Whether some statement holds one side of the relation with the opposite of the other, and none holds both sides."""
    relation = phrase.relation
    if not relation:
        return False
    words, gaps = reading.words.words, reading.words.gaps
    crossed = False
    said = against = 0
    before = -1
    for place, affirmed, related, denied, opposed in reading.spots:
        if before >= 0 and any(gaps[i] == 2 or words[i] in CONTRASTING for i in range(before + 1, place + 1)):
            crossed = crossed or _is_mixed(said, against)
            said = against = 0
        before = place
        said |= (affirmed | related) & relation
        against |= (denied | opposed) & relation
        if said & (said - 1):
            return False
    return crossed or _is_mixed(said, against)


def _is_mixed(said: int, against: int) -> bool:
    return bool(said & ~against and against & ~said)
