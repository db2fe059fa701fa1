"""Which words of a text are denied: in answers and in phrases alike, so that a point put negatively is met by a denial."""

from collections.abc import Sequence

from .speech import BEING, BREAKERS, DENYING, FUNCTION, FUTILE, HEDGED, NEGATORS, OBJECT, OPINIONS, STATING, VAIN
from .text import Words
from .word import BREAKER, CONTENT, NEGATOR, SMALL

CONDITION = 6  # words from an 'if' to the negator of its condition
DENIAL_REACH = 5  # content words: 'does not lead to higher validation error' is one denial
SAID, UNSAID, DENIED, EITHER = range(4)  # what becomes of a word; a condition that is denied may speak for it or against it


def kind_of(word: str) -> int:
    """CONTENT, SMALL, NEGATOR or BREAKER."""
    return NEGATOR if word in NEGATORS else BREAKER if word in BREAKERS else SMALL if word in FUNCTION else CONTENT


def denied_places(words: Words, kinds: Sequence[int]) -> dict[int, int]:
    """The places that a denial reaches, and what it does to the word there: UNSAID, DENIED or EITHER."""
    denied: dict[int, int] = {}
    spoken, gaps = words.words, words.gaps
    reach, negated, how = 0, -9, DENIED
    conditions = "if" in spoken
    for i, kind in enumerate(kinds):
        word = spoken[i]
        if not reach and kind != NEGATOR and word not in OPINIONS:
            continue
        if gaps[i]:
            reach = 0
        if kind == BREAKER or (reach and word in ("and", "or", "as") and _goes_on(words, i, negated, reach)):
            reach = 0
        elif kind == NEGATOR:
            cancels = (reach and i - negated <= 2) or _denies_nothing(words, i)
            reach, negated = 0 if cancels else 1 if word == "non" else DENIAL_REACH, i
            how = EITHER if reach and conditions and _is_condition(words, i) else DENIED
            if reach and how == DENIED and _is_vain(words, kinds, i):
                _deny_before(words, kinds, i, denied)
        elif word in OPINIONS:
            if _is_blamed(words, i):
                denied[i] = UNSAID
                reach, negated, how = DENIAL_REACH, i, DENIED
                continue
            if word in FUTILE and _ends(words, kinds, i + 1) and i and spoken[i - 1] in BEING:
                _deny_before(words, kinds, i, denied)
        if reach:
            denied[i] = UNSAID
            if word in DENYING and 0 < i - negated <= 2:
                reach, denied[i] = 0, how
            elif kind == CONTENT:
                reach -= 1
                denied[i] = how
    return denied


def _goes_on(words: Words, i: int, negated: int, reach: int) -> bool:
    """Whether the 'and' at *i* begins another statement: '… and can', '… and it', 'without shifting data and'."""
    spoken = words.words
    if spoken[i + 1 : i + 2] and spoken[i + 1] in STATING:
        return True
    return spoken[negated] == "without" and reach <= DENIAL_REACH - 2


def _denies_nothing(words: Words, i: int) -> bool:
    """'not only', 'not sure', 'with or without', or the 'no' of a name such as no_grad."""
    if words.parts[2 * i + 2][:1] == "_" or words.words[max(0, i - 2) : i + 1] == ["with", "or", "without"]:
        return True
    spoken = words.words
    if i + 1 == len(spoken) or spoken[i + 1] not in HEDGED:
        return False
    return spoken[i + 1] != "matter" or spoken[i] == "no"  # 'no matter how', but 'labels do not matter'


def _is_condition(words: Words, i: int) -> bool:
    """'slow if the data are not scaled' speaks for scaling."""
    for j in range(i, max(0, i - CONDITION), -1):
        if words.gaps[j]:
            return False
        if words.words[j - 1] == "if":
            return True
    return False


def _is_vain(words: Words, kinds: Sequence[int], i: int) -> bool:
    """'… will not help', '… are not needed' deny what stands before the negator at *i*; '… does not change the loss' does not."""
    for j in range(i + 1, min(len(kinds), i + 4)):
        if words.gaps[j]:
            return False
        if kinds[j] != SMALL:
            goes_on = j + 1 < len(kinds) and not words.gaps[j + 1] and words.words[j + 1] in OBJECT
            return words.words[j] in VAIN and _ends(words, kinds, j + 1) and not goes_on
    return False


def _is_blamed(words: Words, i: int) -> bool:
    """'it is wrong to …', 'a mistake is to …'."""
    after = words.words[i + 1 : i + 3]
    return after[:1] == ["to"] or (len(after) == 2 and after[0] in BEING and after[1] == "to")


def _ends(words: Words, kinds: Sequence[int], i: int) -> bool:
    return i >= len(kinds) or words.gaps[i] > 0 or kinds[i] in (BREAKER, SMALL)


def _deny_before(words: Words, kinds: Sequence[int], i: int, denied: dict[int, int]) -> None:
    """Denies the clause that ends before *i*."""
    for j in range(i - 1, -1, -1):
        if kinds[j] in (BREAKER, NEGATOR):
            return
        denied[j] = DENIED if kinds[j] == CONTENT else UNSAID
        if words.gaps[j]:
            return
