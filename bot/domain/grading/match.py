"""Reading an answer: which terms of the rubric each part of it affirms and which it denies."""

from typing import NamedTuple

from .compiled import Compiled
from .expressions import add_expressions, add_formulas
from .negation import DENIED, EITHER, SAID, UNSAID, denied_places
from .rejection import with_rejected
from .text import Words, plain, split
from .windows import ORDINALS, Spot, Window, fill, topics_of, windows_of
from .word import CONTENT, MISSPELT, NEGATES, NOTION, NOUN, REJECTS, SPECIAL, Word
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
    denies = not (rubric.structure or rubric.terms.mirrored)
    denied = denied_places(words, [w.kind for w in meaning]) if flags & NEGATES and denies else {}
    if flags & REJECTS and denies:
        denied = with_rejected(words, meaning, denied, rubric.harmful)
    spots = _spots(meaning, denied, rubric.refused)
    mentions: list[tuple[int, int]] = []
    if flags & NOTION:
        mentions = [(i, word.notion) for i, word in enumerate(meaning) if word.notion >= 0]
    if flags & SPECIAL:
        special = [i for i, word in enumerate(meaning) if word.flags & SPECIAL]
        stems = {word.stem for word in known.values()}
        surely = {i for i, how in denied.items() if how != EITHER}
        add_expressions(rubric, words, meaning, special, stems, bool(flags & NOUN), surely, spots, mentions)
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


def _spots(meaning: list[Word], denied: dict[int, int], refused: int) -> list[Spot]:
    """What each word by itself says of the rubric's terms."""
    if not denied:
        return [(i, w.affirms, w.related, 0, w.contradicts) for i, w in enumerate(meaning) if w.matters]
    return [
        (i, w.affirms, w.related, 0, w.contradicts)
        if how == SAID
        else (i, 0, w.contradicts, w.affirms | w.related & refused, 0)
        if how == DENIED
        else (i, w.affirms, w.related, w.affirms | w.related & refused, 0)
        for i, w in enumerate(meaning)
        if w.matters and (how := denied.get(i, SAID)) != UNSAID
    ]
