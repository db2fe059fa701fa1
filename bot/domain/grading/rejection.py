"""What an answer advises against without denying it: 'skip the baseline', 'an indicator would leak', 'guardrails are harmless'.

A word of rejection that the rubric uses itself is a word of the subject, and rejects nothing: 'ignore the padding'.
"""

from .negation import DENIED
from .speech import (
    BETTER,
    DISCARDED,
    FRAMING,
    IGNORED,
    IGNORING,
    LEAVING,
    OUT,
    RUINING,
    SEEMING,
    SLIGHTING,
)
from .text import Words
from .word import BREAKER, CONTENT, NEGATOR, REJECTS, Word

REACH = 3  # content words that a rejection reaches forward: less than a denial, as 'skip' takes one object
PARTICLE = 5  # words from 'leave' to its 'out', and from 'makes' or 'would' to the harm that is done

REJECTING = IGNORING | IGNORED | DISCARDED | SLIGHTING | RUINING | FRAMING | LEAVING | BETTER
MOST = 16  # words of rejection looked at in one answer, and
CLAUSE = 24  # words looked back at from each: time is bounded
_SOMETHING = (["it"], ["them"], ["that"], ["this"], ["these"], ["those"])  # 'ignore it or buy more'


def with_rejected(words: Words, meaning: list[Word], denied: dict[int, int], harmful: frozenset[str]) -> dict[int, int]:
    """The denied places, and those that a rejection reaches which is not denied itself ('do not skip …').

    harmful: words of harm that the question does not use: asked what makes a score too good, 'leakage makes it good' is right.
    """
    found = dict(denied)
    rejecting = [i for i, word in enumerate(meaning) if word.flags & REJECTS]
    for i in rejecting[:MOST]:
        if i not in denied:
            for place in _rejected_by(words, meaning, i, harmful):
                found.setdefault(place, DENIED)
    return found


def _rejected_by(words: Words, meaning: list[Word], i: int, harmful: frozenset[str]) -> list[int]:
    """The places that the word of rejection at *i* reaches."""
    spoken = words.words
    word = spoken[i]
    if word in FRAMING:
        return _before(words, meaning, i) if _does_harm(words, meaning, i, harmful) else []
    if word in LEAVING:
        return _left_out(words, meaning, i)
    if word in BETTER:
        return _after(words, meaning, i + 2) if spoken[i + 1 : i + 2] == ["than"] else []
    if word in IGNORING:
        return [] if spoken[i + 1 : i + 2] in _SOMETHING else _after(words, meaning, i + 1)
    if word in RUINING:
        # 'the mask hides': a verb with its subject before it
        return [] if i == 0 or words.gaps[i] or spoken[i - 1] in ("a", "an", "the") else _before(words, meaning, i)
    if word in DISCARDED:
        return _before(words, meaning, i) if spoken[max(0, i - 1) : i] == ["be"] else []
    near = 1 if word in IGNORED else 2  # 'is quite harmless'
    return [] if SEEMING.isdisjoint(spoken[max(0, i - near) : i]) else _before(words, meaning, i)


def _after(words: Words, meaning: list[Word], first: int) -> list[int]:
    """The content words from *first* on, within the clause."""
    found: list[int] = []
    for j in range(first, len(meaning)):
        kind = meaning[j].kind
        if words.gaps[j] or kind in (BREAKER, NEGATOR) or len(found) == REACH:
            break
        if kind == CONTENT:
            found.append(j)
    return found


def _before(words: Words, meaning: list[Word], i: int) -> list[int]:
    """The content words of the clause that leads up to *i*."""
    begin = _clause(words, meaning, i)
    return [j for j in range(begin, i) if meaning[j].kind == CONTENT]


def _clause(words: Words, meaning: list[Word], i: int) -> int:
    """Where the clause that holds *i* begins."""
    first = max(0, i - CLAUSE)
    for j in range(i - 1, first - 1, -1):
        if meaning[j].kind in (BREAKER, NEGATOR):
            return j + 1
        if words.gaps[j]:
            return j
    return first


def _left_out(words: Words, meaning: list[Word], i: int) -> list[int]:
    """'leave the labels alone', 'leave out the labels'."""
    for j in range(i + 1, min(len(meaning), i + 1 + PARTICLE)):
        if words.gaps[j] or meaning[j].kind == BREAKER:
            break
        if words.words[j] in OUT:
            return _after(words, meaning, j + 1) if j == i + 1 else [k for k in range(i + 1, j) if meaning[k].kind == CONTENT]
    return []


def _does_harm(words: Words, meaning: list[Word], i: int, harmful: frozenset[str]) -> bool:
    """'… makes it worse', '… adds noise', '… would leak'."""
    for j in range(i + 1, min(len(meaning), i + 1 + PARTICLE)):
        if words.gaps[j] or meaning[j].kind in (BREAKER, NEGATOR):
            return False
        if words.words[j] in harmful and not meaning[j].affirms:
            return True
    return False
