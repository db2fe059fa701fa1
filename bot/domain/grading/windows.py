"""The parts of an answer that are judged apart, and which compared notion each of them speaks of."""

from bisect import bisect_left

from .compiled import Compiled
from .speech import COMPARERS, FORMER, LATTER, STANDING_IN
from .text import Words
from .word import BREAKER, Word

WINDOWS = 24  # parts of an answer judged apart: what follows in a longer one is judged as one part
ORDINALS = FORMER | LATTER

# What the word at one place says of the rubric's terms: (place, affirmed, related, denied, opposed).
# A bare tuple, as dozens are made for every answer.
Spot = tuple[int, int, int, int, int]


class Window:
    """A part of an answer that speaks of one thing: a sentence, or less where the notion it speaks of changes."""

    __slots__ = ("affirmed", "denied", "first", "last_spot", "opposed", "related", "spot", "topic")

    def __init__(self, first: int, topic: int = -1) -> None:
        self.first = first
        self.topic = topic
        self.affirmed = self.related = self.denied = self.opposed = 0
        self.spot = self.last_spot = 0


def windows_of(rubric: Compiled, words: Words, meaning: list[Word], topics: list[tuple[int, int]]) -> list[Window]:
    """The sentences, cut again where the notion that is spoken of changes."""
    gaps = words.gaps
    sentences = [0]
    if 2 in gaps:
        sentences = [0, *(i for i, gap in enumerate(gaps) if gap == 2 and i)][:WINDOWS]
    if not topics:
        return [Window(first) for first in sentences]
    clauses = [i for i, gap in enumerate(gaps) if gap or not i or meaning[i].kind == BREAKER]
    turns: dict[int, int] = dict.fromkeys(sentences, -1)
    begun = 0
    current = (-1, -1)
    for place, topic in topics:
        sentence = bisect_left(sentences, place + 1)
        if current != (sentence, topic):
            clause = clauses[bisect_left(clauses, place + 1) - 1]
            turns[clause if clause >= begun else place] = topic
        current = (sentence, topic)
        begun = place + 1
    return [Window(first, turns[first]) for first in sorted(turns)][:WINDOWS]


def topics_of(words: Words, mentions: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where an answer turns to another notion: its name as a subject, 'the former', 'the latter'."""
    spoken = words.words
    found = []
    for i, word in enumerate(spoken):
        if word in ORDINALS and i and spoken[i - 1] == "the" and _stands_alone(words, i):
            found.append((i, 0 if word in FORMER else 1))
    for place, notion in mentions:
        if not COMPARERS.intersection(spoken[max(0, place - 2) : place]):
            found.append((place, notion))
    found.sort()
    return found


def _stands_alone(words: Words, i: int) -> bool:
    """'the first' as a subject, not 'the first layer'."""
    if words.words[i] in ("former", "latter") or i + 1 == len(words.words):
        return True
    return words.gaps[i + 1] > 0 or words.words[i + 1] in STANDING_IN


def fill(windows: list[Window], spots: list[Spot]) -> None:
    """Gathers the spots of each window; both are in the order of the answer."""
    begin = 0
    last = len(windows) - 1
    for number, window in enumerate(windows):
        end = len(spots) if number == last else bisect_left(spots, (windows[number + 1].first,), begin)
        affirmed = related = denied = opposed = 0
        for _, yes, like, no, against in spots[begin:end]:
            affirmed |= yes
            if like:
                related |= like
            if no:
                denied |= no
            if against:
                opposed |= against
        window.affirmed, window.related, window.denied, window.opposed = affirmed, related, denied, opposed
        window.spot, window.last_spot = begin, end
        begin = end
