"""Reading an answer: which terms of the rubric each part of it affirms and which it denies."""

from bisect import bisect_left
from typing import NamedTuple

from .rubric import Compiled
from .speech import COMPARERS, DENYING, FORMER, HEDGED, LATTER, STANDING_IN
from .terms import DENIAL_REACH, NOUN_REACH
from .text import Words, plain, split
from .words import BREAKER, CONTENT, SMALL, Word, meanings

APART = 2  # words that may stand between two of an expression
WINDOWS = 24  # parts of an answer judged apart: what follows in a longer one is judged as one part

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


class Reading(NamedTuple):
    """All that grading needs of one answer. distinct: different content words that are not the question's."""

    answer: str
    text: str
    places: list[int] | None
    words: Words
    meaning: list[Word]
    windows: list[Window]
    spots: list[Spot]
    content: int
    distinct: int
    trigrams: int
    misspelt: bool


def read(rubric: Compiled, answer: str) -> Reading:
    text, places = plain(answer)
    words = split(text)
    known = meanings(rubric, words.words)
    meaning = [known[word] for word in words.words]
    spots, special, denied = _scan(rubric, text, words, meaning)
    mentions: list[tuple[int, int]] = []
    if rubric.notions.names:
        mentions = [(i, word.notion) for i, word in enumerate(meaning) if word.notion >= 0]
    if special:
        _expressions(rubric, words, meaning, special, denied, spots, mentions)
    if rubric.terms.formulas:
        _formulas(rubric, text, words, spots)
    windows = _windows(rubric, words, meaning, mentions)
    _fill(windows, spots)
    content, distinct, trigrams = _counts(rubric, meaning, known)
    misspelt = any(word.meant for word in known.values())
    return Reading(answer, text, places, words, meaning, windows, spots, content, distinct, trigrams, misspelt)


def _counts(rubric: Compiled, meaning: list[Word], known: dict[str, Word]) -> tuple[int, int, int]:
    """Content words, different ones beside the question's, and the letters shared with the model answer."""
    trigrams = 0
    different: set[str] = set()
    for word in known.values():
        if word.kind == CONTENT:
            trigrams |= word.trigrams
            different.add(word.stem)
    content = sum(word.kind == CONTENT for word in meaning)
    return content, len(different - rubric.prompt), trigrams


def _scan(rubric: Compiled, text: str, words: Words, meaning: list[Word]) -> tuple[list[Spot], list[int], set[int]]:
    """The spots of single words, the places of directions and openings, and the places that a negator reaches."""
    spots: list[Spot] = []
    special: list[int] = []
    denied: set[int] = set()
    spoken, gaps = words.words, words.gaps
    reach, negated = 0, -9
    for i, word in enumerate(meaning):
        if gaps[i]:
            reach = 0
        kind = word.kind
        if kind > SMALL:
            if kind == BREAKER:
                reach = 0
            elif not rubric.structure:
                cancels = (reach and i - negated <= 2) or _denies_nothing(text, words, i)
                reach, negated = 0 if cancels else DENIAL_REACH + 1, i
        if reach:
            denied.add(i)
            if spoken[i] in DENYING and i - negated <= 2:
                reach = 0
            elif kind == CONTENT:
                reach -= 1
                if word.matters:
                    spots.append((i, 0, word.contradicts, word.affirms, 0))
        elif word.matters:
            spots.append((i, word.affirms, word.related, 0, word.contradicts))
        if word.special:
            special.append(i)
    return spots, special, denied


def _denies_nothing(text: str, words: Words, i: int) -> bool:
    """'not only', 'not sure', or the 'no' of a name such as no_grad."""
    if text[words.ends[i] : words.ends[i] + 1] == "_":
        return True
    return i + 1 < len(words.words) and words.words[i + 1] in HEDGED


def _expressions(
    rubric: Compiled,
    words: Words,
    meaning: list[Word],
    special: list[int],
    denied: set[int],
    spots: list[Spot],
    mentions: list[tuple[int, int]],
) -> None:
    """Adds the hits of expressions of several words and of directions bound to a noun."""
    lexicon, groups = rubric.terms.lexicon, rubric.terms.groups
    stems = {word.stem for word in meaning}
    for i in special:
        word = meaning[i]
        directions = word.directions
        stop = i
        for rest, group in word.openings:
            end = _follow(words, meaning, i, rest) if rest[0] in stems else 0
            if not end:
                continue
            if group < 0:
                mentions.append((i, -1 - group))
                continue
            yes, no = groups.get(group, 0), groups.get(lexicon.opposite.get(group, -1), 0)
            for place in (i, end):
                spots.append((place, 0, no, 0, 0) if i in denied else (place, 0, yes, 0, no & ~yes))
            if group in lexicon.directions:
                directions = (*directions, group)
                stop = end
        for direction in directions:
            _bind(rubric, words, meaning, i, stop, direction, i in denied, spots)
    mentions.sort()
    spots.sort()


def _formulas(rubric: Compiled, text: str, words: Words, spots: list[Spot]) -> None:
    for pattern, bit in rubric.terms.formulas:
        for found in pattern.finditer(text):
            first = bisect_left(words.starts, found.start())
            last = bisect_left(words.starts, found.end()) - 1
            spots.append((min(first, len(words.words) - 1), bit, 0, 0, 0))
            spots.append((max(first, last), bit, 0, 0, 0))
    spots.sort()


def _follow(words: Words, meaning: list[Word], i: int, rest: tuple[str, ...]) -> int:
    """Where an expression that opens at *i* ends; 0 when it is not there."""
    at = i
    for stem in rest:
        for j in range(at + 1, min(len(meaning), at + 2 + APART)):
            if words.gaps[j]:
                return 0
            if meaning[j].stem == stem:
                at = j
                break
        else:
            return 0
    return at


def _bind(
    rubric: Compiled,
    words: Words,
    meaning: list[Word],
    first: int,
    last: int,
    direction: int,
    denied: bool,
    spots: list[Spot],
) -> None:
    """'lowers the bias', 'bias goes down': finds the noun beside a direction and compares with the rubric's pairs."""
    near = _noun_after(rubric, words, meaning, last) or _noun_before(rubric, words, meaning, first)
    bound, opposite = rubric.terms.bound, rubric.terms.lexicon.opposite
    while near:
        noun = near & -near
        near ^= noun
        for wanted, bit in bound[noun]:
            if wanted == direction or opposite.get(direction) == wanted:
                same = wanted == direction
                if denied:
                    spots.append((first, 0, 0, bit, 0) if same else (first, 0, bit, 0, 0))
                else:
                    spots.append((first, bit, 0, 0, 0) if same else (first, 0, 0, 0, bit))


def _noun_after(rubric: Compiled, words: Words, meaning: list[Word], at: int) -> int:
    left = NOUN_REACH
    for j in range(at + 1, len(meaning)):
        word = meaning[j]
        if words.gaps[j] or not left or word.kind == BREAKER or words.words[j] in ("and", "or"):
            return 0
        nouns = (word.affirms | word.related) & rubric.terms.nouns
        if nouns:
            return nouns
        left -= word.kind == CONTENT
    return 0


def _noun_before(rubric: Compiled, words: Words, meaning: list[Word], at: int) -> int:
    left = NOUN_REACH
    for j in range(at - 1, -1, -1):
        word = meaning[j]
        if words.gaps[j + 1] or not left or word.kind == BREAKER:
            return 0
        nouns = (word.affirms | word.related) & rubric.terms.nouns
        if nouns:
            return nouns
        left -= word.kind == CONTENT
    return 0


def _windows(rubric: Compiled, words: Words, meaning: list[Word], mentions: list[tuple[int, int]]) -> list[Window]:
    """The sentences, cut again where the notion that is spoken of changes."""
    gaps = words.gaps
    sentences = [0, *(i for i, gap in enumerate(gaps) if gap == 2 and i)][:WINDOWS]
    topics = _topics(words, mentions) if rubric.notions.names else []
    if not topics:
        return [Window(first) for first in sentences]
    clauses = [i for i, gap in enumerate(gaps) if gap or not i or meaning[i].kind == BREAKER]
    turns: dict[int, int] = dict.fromkeys(sentences, -1)
    begun = 0
    for place, topic in topics:
        clause = clauses[bisect_left(clauses, place + 1) - 1]
        turns[clause if clause >= begun else place] = topic
        begun = place + 1
    return [Window(first, turns[first]) for first in sorted(turns)][:WINDOWS]


def _topics(words: Words, mentions: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where an answer turns to another notion: its name as a subject, 'the former', 'the latter'."""
    spoken = words.words
    found = []
    for i in range(1, len(spoken)):
        if spoken[i - 1] == "the" and (spoken[i] in FORMER or spoken[i] in LATTER) and _stands_alone(words, i):
            found.append((i, 0 if spoken[i] in FORMER else 1))
    for place, notion in mentions:
        if not COMPARERS.intersection(spoken[max(0, place - 2) : place]):
            found.append((place, notion))
    found.sort()
    turns: list[tuple[int, int]] = []
    for place, notion in found:
        if not turns or turns[-1][1] != notion:
            turns.append((place, notion))
    return turns


def _stands_alone(words: Words, i: int) -> bool:
    """'the first' as a subject, not 'the first layer'."""
    if words.words[i] in ("former", "latter") or i + 1 == len(words.words):
        return True
    return words.gaps[i + 1] > 0 or words.words[i + 1] in STANDING_IN


def _fill(windows: list[Window], spots: list[Spot]) -> None:
    """Gathers the spots of each window."""
    number = 0
    window = windows[0]
    end = windows[1].first if len(windows) > 1 else -1
    for at, (place, affirmed, related, denied, opposed) in enumerate(spots):
        while place >= end >= 0:
            window.last_spot = at
            number += 1
            window = windows[number]
            window.spot = at
            end = windows[number + 1].first if number + 1 < len(windows) else -1
        window.affirmed |= affirmed
        window.related |= related
        window.denied |= denied
        window.opposed |= opposed
    for later in windows[number + 1 :]:
        later.spot = len(spots)
    for unfinished in windows[number:]:
        unfinished.last_spot = len(spots)
