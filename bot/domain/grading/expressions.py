"""What several words of an answer say together: expressions of the lexicon, directions with their noun, formulas."""

from bisect import bisect_left
from collections.abc import Collection

from .compiled import Compiled
from .speech import INTRANSITIVE, TURNING
from .terms import NOUN_REACH
from .text import Words
from .windows import Spot
from .word import BREAKER, CONTENT, Word

TURNED = TURNING | {"and", "or"}
APART = 2  # words that may stand between two of an expression


def add_expressions(
    rubric: Compiled,
    words: Words,
    meaning: list[Word],
    special: list[int],
    stems: set[str],
    nouns: bool,
    denied: Collection[int],
    spots: list[Spot],
    mentions: list[tuple[int, int]],
) -> None:
    """Adds the hits of expressions of several words and of directions bound to a noun (nouns: whether there are any)."""
    lexicon, groups = rubric.terms.lexicon, rubric.terms.groups
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
            is_denied = i in denied or end in denied
            yes, no = groups.get(group, 0), groups.get(lexicon.opposite.get(group, -1), 0)
            for place in (i, end):
                spots.append((place, 0, no, yes & rubric.refused, 0) if is_denied else (place, 0, yes, 0, no & ~yes))
            if group in lexicon.directions:
                directions = (*directions, group)
                stop = end
        for direction in directions if nouns or _stands_alone(words, stop) else ():
            _bind(rubric, words, meaning, i, stop, direction, i in denied, spots)
    mentions.sort()
    spots.sort()


def add_formulas(rubric: Compiled, text: str, words: Words, spots: list[Spot]) -> None:
    starts: list[int] = []
    end = len(words.words) - 1
    for needle, pattern, bit in rubric.terms.formulas:
        if needle not in text:
            continue
        for found in pattern.finditer(text):
            starts = starts or words.marks()[0 : 2 * end + 2 : 2]
            first = bisect_left(starts, found.start())
            last = bisect_left(starts, found.end()) - 1
            spots.append((min(first, end), bit, 0, 0, 0))
            spots.append((min(max(first, last), end), bit, 0, 0, 0))  # it may stand after the last word that is read
    if starts:
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
    if words.words[first] in INTRANSITIVE and first and not words.gaps[first] and meaning[first - 1].kind == CONTENT:
        near = _noun_before(words, meaning, first)
    else:
        near = _noun_after(words, meaning, last) or _noun_before(words, meaning, first)
    bound, opposite = rubric.terms.bound, rubric.terms.lexicon.opposite
    if not near and not denied and _stands_alone(words, last):
        alike = sum(bit for pairs in bound.values() for wanted, bit in pairs if wanted == direction)
        spots.append((first, 0, alike, 0, 0))
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


def _stands_alone(words: Words, last: int) -> bool:
    """'smaller, faster and cheaper': of what, nobody has to say."""
    after = last + 1
    return after == len(words.words) or words.gaps[after] > 0 or words.words[after] in ("and", "or")


def _noun_after(words: Words, meaning: list[Word], at: int) -> int:
    left = NOUN_REACH
    for j in range(at + 1, len(meaning)):
        word = meaning[j]
        if words.gaps[j] or not left or word.kind == BREAKER or words.words[j] in TURNED:
            return 0
        if word.nouns:
            return word.nouns
        left -= word.kind == CONTENT
    return 0


def _noun_before(words: Words, meaning: list[Word], at: int) -> int:
    left = NOUN_REACH
    for j in range(at - 1, -1, -1):
        word = meaning[j]
        if words.gaps[j + 1] or not left or word.kind == BREAKER:
            return 0
        if word.nouns:
            return word.nouns
        left -= word.kind == CONTENT
    return 0
