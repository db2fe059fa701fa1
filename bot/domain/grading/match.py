"""Reading an answer: which terms of the rubric each part of it affirms and which it denies."""

from bisect import bisect_left
from typing import NamedTuple

from .rubric import Rubric
from .speech import COMPARERS, DENYING, FORMER, HEDGED, LATTER
from .terms import DENIAL_REACH, NOUN_REACH
from .text import Words, plain, split
from .words import BREAKER, CONTENT, LOOKUPS, MEMO, NEGATOR, Word, look_up

CARRY = 0  # sentences after the last mention of a notion that still speak of it: more made true answers look swapped
APART = 2  # words that may stand between two of an expression


class Spot(NamedTuple):
    """What the word at one place says of the rubric's terms."""

    place: int
    affirmed: int
    related: int
    denied: int
    opposed: int


class Window:
    """A part of an answer that speaks of one thing: a sentence, or less where the notion it speaks of changes."""

    __slots__ = ("affirmed", "denied", "first", "opposed", "related", "topic")

    def __init__(self, first: int, topic: int = -1) -> None:
        self.first = first
        self.topic = topic
        self.affirmed = 0
        self.related = 0
        self.denied = 0
        self.opposed = 0


class Reading(NamedTuple):
    """All that grading needs of one answer."""

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


def read(rubric: Rubric, answer: str) -> Reading:
    text, places = plain(answer)
    words = split(text)
    meaning = _meanings(rubric, words.words)
    hits: list[Spot] = []
    sentences = [0]
    clauses = [0]
    special: list[int] = []
    mentions: list[tuple[int, int]] = []
    denied: set[int] = set()
    reach = content = trigrams = 0
    negated = -9
    seen: set[str] = set()
    gaps = words.gaps
    spoken = words.words
    last = len(spoken) - 1
    for i, word in enumerate(meaning):
        if gaps[i]:
            reach = 0
            clauses.append(i)
            if gaps[i] == 2:
                sentences.append(i)
        kind = word.kind
        if kind == CONTENT:
            content += 1
            if not word.prompt:
                seen.add(word.stem)
            trigrams |= word.trigrams
        elif kind == NEGATOR and not rubric.structure:
            hedged = i < last and (spoken[i + 1] in HEDGED or text[words.ends[i]] == "_")
            twice = reach and i - negated <= 2
            negated = i
            reach = 0 if twice or hedged else DENIAL_REACH + 1
        elif kind == BREAKER:
            reach = 0
            clauses.append(i)
        if reach and i - negated <= 2 and spoken[i] in DENYING:
            reach = 0
            denied.add(i)
        if reach:
            denied.add(i)
            if kind == CONTENT:
                reach -= 1
            if word.affirms or word.related or word.contradicts:
                hits.append(Spot(i, 0, word.contradicts, word.affirms, 0))
        elif word.affirms or word.related or word.contradicts:
            hits.append(Spot(i, word.affirms, word.related, 0, word.contradicts))
        if word.openings or word.directions:
            special.append(i)
        if word.notion >= 0:
            mentions.append((i, word.notion))
    if special:
        _expressions(rubric, words, meaning, special, denied, hits, mentions)
    if rubric.terms.formulas:
        _formulas(rubric, text, words, hits)
    windows = _windows(rubric, words, sentences, clauses, mentions)
    _fill(windows, hits)
    return Reading(answer, text, places, words, meaning, windows, hits, content, len(seen), trigrams)


def _meanings(rubric: Rubric, words: list[str]) -> list[Word]:
    memo = rubric.memo
    found: list[Word] = []
    lookups = 0
    for word in words:
        known = memo.get(word)
        if known is None:
            lookups += 1
            known = look_up(rubric, word, lookups <= LOOKUPS)
            if lookups <= LOOKUPS and len(memo) < MEMO:
                memo[word] = known
        found.append(known)
    return found


def _expressions(
    rubric: Rubric,
    words: Words,
    meaning: list[Word],
    special: list[int],
    denied: set[int],
    hits: list[Spot],
    mentions: list[tuple[int, int]],
) -> None:
    """Adds the hits of expressions of several words and of directions bound to a noun."""
    lexicon, groups = rubric.terms.lexicon, rubric.terms.groups
    for i in special:
        word = meaning[i]
        directions = word.directions
        stop = i
        for rest, group in word.openings:
            end = _follow(words, meaning, i, rest)
            if not end:
                continue
            if group < 0:
                mentions.append((i, -1 - group))
                continue
            yes, no = groups.get(group, 0), groups.get(lexicon.opposite.get(group, -1), 0)
            for place in (i, end):
                hits.append(Spot(place, 0, no, 0, 0) if i in denied else Spot(place, 0, yes, 0, no & ~yes))
            if group in lexicon.directions:
                directions = (*directions, group)
                stop = end
        for direction in directions:
            _bind(rubric, words, meaning, i, stop, direction, i in denied, hits)
    mentions.sort()
    hits.sort()


def _formulas(rubric: Rubric, text: str, words: Words, hits: list[Spot]) -> None:
    for pattern, bit in rubric.terms.formulas:
        for found in pattern.finditer(text):
            first = bisect_left(words.starts, found.start())
            last = bisect_left(words.starts, found.end()) - 1
            hits.append(Spot(min(first, len(words.words) - 1), bit, 0, 0, 0))
            hits.append(Spot(max(first, last), bit, 0, 0, 0))
    hits.sort()


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
    rubric: Rubric,
    words: Words,
    meaning: list[Word],
    first: int,
    last: int,
    direction: int,
    denied: bool,
    hits: list[Spot],
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
                    hits.append(Spot(first, 0, 0, bit, 0) if same else Spot(first, 0, bit, 0, 0))
                else:
                    hits.append(Spot(first, bit, 0, 0, 0) if same else Spot(first, 0, 0, 0, bit))


def _noun_after(rubric: Rubric, words: Words, meaning: list[Word], at: int) -> int:
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


def _noun_before(rubric: Rubric, words: Words, meaning: list[Word], at: int) -> int:
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


def _windows(
    rubric: Rubric, words: Words, sentences: list[int], clauses: list[int], mentions: list[tuple[int, int]]
) -> list[Window]:
    """The sentences, cut again where the notion that is spoken of changes."""
    if not rubric.notions.names:
        return [Window(first) for first in sentences]
    topics = _topics(words, mentions)
    starts = {first: -2 for first in sentences}
    begun = 0
    for place, topic in topics:
        start = max((c for c in clauses if begun <= c <= place), default=place)
        starts[start] = topic
        begun = place + 1
    windows = []
    topic = -1
    silent = 0
    named = {start for start in starts if starts[start] != -2}
    for place, _ in mentions:
        named.add(max(start for start in starts if start <= place))
    for start in sorted(starts):
        silent = 0 if start in named else silent + 1
        if starts[start] != -2:
            topic = starts[start]
        elif silent > CARRY:
            topic = -1
        elif words.words[start : start + 1] and words.words[start] in ("both", "they", "neither", "either", "together"):
            topic = -1
        windows.append(Window(start, topic))
    return windows


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


_STAND_INS = frozenset("one approach method option technique kind type is does has uses tells trains just only".split())


def _stands_alone(words: Words, i: int) -> bool:
    """'the first' as a subject, not 'the first layer'."""
    if words.words[i] in ("former", "latter") or i + 1 == len(words.words):
        return True
    return words.gaps[i + 1] > 0 or words.words[i + 1] in _STAND_INS


def _fill(windows: list[Window], hits: list[Spot]) -> None:
    at = 0
    window = windows[0]
    following = windows[1].first if len(windows) > 1 else 1 << 30
    for place, affirms, related, denied, opposed in hits:
        while place >= following:
            at += 1
            window = windows[at]
            following = windows[at + 1].first if at + 1 < len(windows) else 1 << 30
        window.affirmed |= affirms
        window.related |= related
        window.denied |= denied
        window.opposed |= opposed
