"""Reading an answer: which terms of the rubric each part of it affirms and which it denies."""

from typing import NamedTuple

from .compiled import Compiled
from .expressions import add_expressions, add_formulas
from .speech import DENYING, HEDGED
from .terms import DENIAL_REACH
from .text import Words, plain, split
from .windows import ORDINALS, Spot, Window, fill, topics_of, windows_of
from .word import BREAKER, CONTENT, MISSPELT, NEGATES, NEGATOR, NOTION, NOUN, SMALL, SPECIAL, Word
from .words import meanings


class Reading(NamedTuple):
    """All that grading needs of one answer. distinct: different content words that are not the question's."""

    answer: str
    text: str
    moved: bool  # the characters of the text do not stand where they stand in the answer
    words: Words
    meaning: list[Word]
    windows: list[Window]
    spots: list[Spot]
    content: int
    distinct: int
    trigrams: int
    misspelt: bool


def read(rubric: Compiled, answer: str) -> Reading:
    text, moved = plain(answer)
    words = split(text)
    known = meanings(rubric, words.words)
    meaning = [known[word] for word in words.words]
    flags = trigrams = 0
    for word in known.values():
        flags |= word.flags
        trigrams |= word.trigrams
    denied = _denied(words, meaning) if flags & NEGATES and not rubric.structure else {}
    spots = _spots(meaning, denied)
    mentions: list[tuple[int, int]] = []
    if flags & NOTION:
        mentions = [(i, word.notion) for i, word in enumerate(meaning) if word.notion >= 0]
    if flags & SPECIAL:
        special = [i for i, word in enumerate(meaning) if word.flags & SPECIAL]
        stems = {word.stem for word in known.values()}
        add_expressions(rubric, words, meaning, special, stems, bool(flags & NOUN), denied, spots, mentions)
    if rubric.terms.formulas:
        add_formulas(rubric, text, words, spots)
    topics: list[tuple[int, int]] = []
    if rubric.notions.names and (mentions or not ORDINALS.isdisjoint(known)):
        topics = topics_of(words, mentions)
    windows = windows_of(rubric, words, meaning, topics)
    fill(windows, spots)
    content = [word.kind for word in meaning].count(CONTENT)
    distinct = len({word.stem for word in known.values() if word.fresh})
    return Reading(answer, text, moved, words, meaning, windows, spots, content, distinct, trigrams, bool(flags & MISSPELT))


def _spots(meaning: list[Word], denied: dict[int, bool]) -> list[Spot]:
    """What each word by itself says of the rubric's terms."""
    if not denied:
        return [(i, w.affirms, w.related, 0, w.contradicts) for i, w in enumerate(meaning) if w.matters]
    return [
        (i, 0, w.contradicts, w.affirms, 0) if i in denied else (i, w.affirms, w.related, 0, w.contradicts)
        for i, w in enumerate(meaning)
        if w.matters and denied.get(i, True)
    ]


def _denied(words: Words, meaning: list[Word]) -> dict[int, bool]:
    """The places that a negator reaches, and whether the word there is one that is denied by it."""
    denied: dict[int, bool] = {}
    spoken, gaps = words.words, words.gaps
    reach, negated = 0, -9
    for i, word in enumerate(meaning):
        kind = word.kind
        if not reach and kind != NEGATOR:
            continue
        if gaps[i]:
            reach = 0
        if kind > SMALL:
            if kind == BREAKER:
                reach = 0
            else:
                cancels = (reach and i - negated <= 2) or _denies_nothing(words, i)
                reach, negated = 0 if cancels else DENIAL_REACH + 1, i
        if reach:
            denied[i] = False
            if spoken[i] in DENYING and 0 < i - negated <= 2:
                reach = 0
            elif kind == CONTENT:
                reach -= 1
                denied[i] = True
    return denied


def _denies_nothing(words: Words, i: int) -> bool:
    """'not only', 'not sure', or the 'no' of a name such as no_grad."""
    if words.parts[2 * i + 2][:1] == "_":
        return True
    return i + 1 < len(words.words) and words.words[i + 1] in HEDGED
