"""What one word of an answer means to one rubric: looked up once, then remembered."""

from bisect import bisect_left
from collections.abc import Iterable
from typing import cast

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .compiled import Compiled
from .negation import kind_of
from .rejection import REJECTING
from .speech import FRAMING, OPINIONS, REVERSING
from .terms import SHORT
from .word import CONTENT, MISSPELT, NEGATES, NEGATOR, NOTION, NOUN, REJECTS, SPECIAL, UNKNOWN, UNREAD, Word

MEMO = 384  # words remembered for one rubric: what a channel's answers to one question are made of
LOOKUPS = 24  # unknown words compared by edit distance in one answer: a sloppy typist's share of a long one
DISTINCT = 160  # different words read in one answer: more are no answer, and time is bounded
TWO_ERRORS = 8  # from this length on two letters may be wrong


def meanings(rubric: Compiled, words: list[str]) -> dict[str, Word]:
    """What each different word means. Limits count the answer's own words, so that the memo cannot change a grade."""
    memo = rubric.memo
    if len(memo) > MEMO:
        memo.clear()
    known = dict(zip(words, map(memo.get, words), strict=True))
    few = len(known) <= LOOKUPS or (len(known) <= DISTINCT and [w.guessed for w in known.values() if w].count(True) <= LOOKUPS)
    if few and None not in known.values():
        return cast("dict[str, Word]", known)
    return _read_anew(rubric, known)


def _read_anew(rubric: Compiled, words: Iterable[str]) -> dict[str, Word]:
    memo = rubric.memo
    known: dict[str, Word] = {}
    guesses = 0
    for word in words:
        if len(known) >= DISTINCT:
            known[word] = UNREAD
            continue
        meaning = memo.get(word)
        if meaning is None:
            may_guess = guesses < LOOKUPS
            meaning = look_up(rubric, word, may_guess)
            if may_guess or not meaning.guessed:
                memo[word] = meaning
        if meaning.guessed:
            guesses += 1
            if guesses > LOOKUPS:
                meaning = UNREAD
        known[word] = meaning
    return known


def look_up(rubric: Compiled, word: str, may_guess: bool) -> Word:
    lexicon = rubric.terms.lexicon
    stem = lexicon.stem(word)
    kind = kind_of(word)
    affirms, related, contradicts = masks(rubric, stem)
    meant = ""
    guessed = False
    if kind == CONTENT and not affirms and not related and not contradicts:
        mate = prefix_mate(rubric, stem)
        if mate:
            affirms, related, contradicts = masks(rubric, mate)
        elif len(word) >= SHORT and stem not in lexicon.words and stem not in rubric.prompt:
            guessed = True
            if not may_guess:
                return UNKNOWN
            meant = intended(rubric, word)
            if meant:
                stem = lexicon.stem(meant)
                affirms, related, contradicts = masks(rubric, stem)
    groups = lexicon.words.get(stem, ())
    read = Word(
        kind=kind,
        affirms=affirms,
        related=related,
        contradicts=contradicts,
        nouns=(affirms | related) & rubric.terms.nouns,
        trigrams=trigrams(rubric, word) if kind == CONTENT else 0,
        stem=stem,
        fresh=kind == CONTENT and stem not in rubric.prompt,
        matters=bool(affirms or related or contradicts),
        directions=tuple(g for g in groups if g in rubric.terms.wanted),
        openings=openings(rubric, stem),
        notion=rubric.notions.named(stem) if kind == CONTENT else -1,
        meant=meant,
        guessed=guessed,
    )
    read.flags = _flags(read) | NEGATES * (word in OPINIONS) | REJECTS * (word in REJECTING and (not affirms or word in FRAMING))
    return read


def _flags(word: Word) -> int:
    return (
        NEGATES * (word.kind == NEGATOR)
        | SPECIAL * bool(word.directions or word.openings)
        | NOUN * bool(word.nouns)
        | NOTION * (word.notion >= 0)
        | MISSPELT * bool(word.meant)
    )


def masks(rubric: Compiled, stem: str) -> tuple[int, int, int]:
    """The terms that a stem is, that it is interchangeable with, and that it is the opposite of."""
    terms, lexicon = rubric.terms, rubric.terms.lexicon
    affirms = terms.bits.get(stem, 0)
    related = contradicts = 0
    # A word that the question or the rubric uses itself stands for itself only.
    if not affirms and stem not in rubric.prompt and stem not in lexicon.common:
        for group in lexicon.words.get(stem, ()):
            related |= terms.groups.get(group, 0)
            contradicts |= terms.groups.get(lexicon.opposite.get(group, -1), 0)
    contradicts |= terms.reversals.get(stem, 0)
    if stem.startswith(REVERSING):
        for prefix in REVERSING:
            if stem.startswith(prefix) and len(stem) - len(prefix) >= SHORT:
                contradicts |= terms.bits.get(stem[len(prefix) :], 0)
    return affirms, related & ~affirms, contradicts & ~affirms & ~related


def openings(rubric: Compiled, stem: str) -> tuple[tuple[tuple[str, ...], int], ...]:
    """The expressions that open with *stem* and matter here; a notion n of several words counts as group -1 - n."""
    terms, lexicon = rubric.terms, rubric.terms.lexicon
    found = [
        (rest, group)
        for rest, group in lexicon.openings.get(stem, ())
        if group in terms.groups or lexicon.opposite.get(group) in terms.groups or group in terms.wanted
    ]
    for number, name in enumerate(rubric.notions.names):
        if len(name) > 1 and stem in name[:-1]:
            found.extend(((later,), -1 - number) for later in name[name.index(stem) + 1 :])
    return tuple(found)


def trigrams(rubric: Compiled, word: str) -> int:
    padded = f" {word[:40]} "
    mask = 0
    for i in range(len(padded) - 2):
        mask |= rubric.trigrams.get(padded[i : i + 3], 0)
    return mask


def prefix_mate(rubric: Compiled, stem: str) -> str:
    """A term that begins like *stem*: most letters in common, and no known confusion."""
    if len(stem) < 4:
        return ""
    keys = rubric.sorted_terms
    at = bisect_left(keys, stem)
    best, size = "", 0
    confusable = rubric.terms.lexicon.confusable
    for key in keys[max(0, at - 1) : at + 1]:
        shared = _shared_prefix(stem, key)
        longest = max(len(stem), len(key))
        enough = (shared >= 5 and shared >= 0.6 * longest) or (shared >= 4 and shared >= 0.7 * longest)
        if enough and shared > size and (stem, key) not in confusable:
            best, size = key, shared
    return best


def _shared_prefix(one: str, other: str) -> int:
    size = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        size += 1
    return size


def intended(rubric: Compiled, word: str) -> str:
    """The word of the rubric, or else of the lexicon, that a misspelt *word* stands for; '' for none."""
    allowed = 2 if len(word) >= TWO_ERRORS else 1
    known = process.extractOne(word, rubric.terms.spoken.keys(), scorer=OSA.distance, score_cutoff=allowed)
    if known is None:
        near = rubric.terms.lexicon.near(word, allowed)
        known = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=allowed)
    return str(known[0]) if known is not None and _is_typo(rubric, word, str(known[0])) else ""


def _is_typo(rubric: Compiled, word: str, known: str) -> bool:
    """Not a typo: another word that ends the same, other digits, a listed confusion, a new first letter."""
    stem = rubric.terms.lexicon.stem
    if word.endswith(known) or known.endswith(word) or not word.isalpha():
        return False
    if (stem(word), stem(known)) in rubric.terms.lexicon.confusable:
        return False
    return word[0] == known[0] or word[:2] == known[1::-1] or word[1:4] == known[1:4]
