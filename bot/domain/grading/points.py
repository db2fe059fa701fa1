"""Judging one key point: its best phrase in one part of the answer, and what the answer says against it."""

from typing import NamedTuple

from .compiled import Compiled, Point
from .match import Reading
from .terms import Phrase
from .windows import Window

SYNONYM = 0.8  # a word of the lexicon stands for another in most sentences, not in all
ELSEWHERE = 0.9  # the words of a phrase scattered over several sentences may belong to other thoughts
AGAINST = 0.7  # so much of a phrase must be there before its denial counts
SWAPPED = 0.55  # more than half of a phrase, said of the other notion and less of its own, is a swap
ONE_WORD = 0.75  # one word out of several is a hint that the point was meant, not the point
ONLY_PROMPT = 0.3  # the question's own words say nothing of what the learner knows
CONVEX = 1.3  # half a phrase is worth two fifths of the point: fragments turn up in any answer
TRACE = 0.3  # less of a phrase than this is chance
CONTRADICTED = 0.5  # what is said and denied is worth at most half of what saying it would be
NOTHING = 1e-9  # allowed for rounding where a sum of weights bounds a share
LOST = 0.4  # a point that is denied or stated of the other notion costs this share of its weight


class Verdict(NamedTuple):
    """share: how much of the best phrase was found. window: where, None for all over the answer."""

    share: float
    phrase: Phrase | None
    window: Window | None
    denied: float
    swapped: float
    opposite: bool

    @property
    def against(self) -> bool:
        """The answer denies the point, says its opposite, or says it of the other notion."""
        return self.denied > 0 or self.swapped > 0

    @property
    def credit(self) -> float:
        if not self.against:
            return float(self.share**CONVEX) if self.share >= TRACE else 0.0
        return CONTRADICTED * float(self.share**CONVEX) if self.share >= AGAINST else 0.0


UNTOUCHED = Verdict(0.0, None, None, 0.0, 0.0, False)


class Scopes(NamedTuple):
    """The whole answer as one window, and for each compared notion the part that is not said of another."""

    whole: Window
    of: tuple[Window, ...]
    said: int  # everything affirmed anywhere
    touched: int  # everything said, for or against
    against: int  # everything denied or contradicted


def scopes(rubric: Compiled, reading: Reading) -> Scopes:
    of = tuple(_union(reading.windows, n) for n in range(len(rubric.notions.names)))
    whole = _union(reading.windows, None)
    for window in reading.windows:  # a clause about bagging says 'bagging' even where the word is in the sentence before
        if window.topic >= 0:
            window.affirmed |= rubric.notion_bits[window.topic]
    said = whole.affirmed | whole.related
    against = whole.denied | whole.opposed
    return Scopes(whole, of, said, said | against, against)


def _union(windows: list[Window], notion: int | None) -> Window:
    union = Window(0)
    for window in windows:
        if notion is None or window.topic in (-1, notion):
            union.affirmed |= window.affirmed
            union.related |= window.related
            union.denied |= window.denied
            union.opposed |= window.opposed
    return union


def judge(point: Point, windows: list[Window], scope: Scopes) -> Verdict:
    """The best phrase of *point*, and the strongest thing said against it."""
    touched = scope.touched
    if not point.mask & touched:
        return UNTOUCHED
    if scope.of or (scope.against and _is_contested(point, scope)):
        near = [phrase for phrase in point.phrases if phrase.mask & touched]
        return _weigh_both_sides(near, windows, scope)
    best, phrase, window = _best(point.phrases, windows, scope)
    return Verdict(best, phrase, window, 0.0, 0.0, False)


def _is_contested(point: Point, scope: Scopes) -> bool:
    """Whether the answer denies or contradicts a word of one of the phrases where that may matter."""
    against = scope.whole.denied | scope.whole.opposed & ~scope.said
    touched = scope.touched
    return any(phrase.mask & touched and (phrase.refuse or phrase.want & against) for phrase in point.phrases)


def _best(phrases: tuple[Phrase, ...], windows: list[Window], scope: Scopes) -> tuple[float, Phrase | None, Window | None]:
    """The phrase that is affirmed most, in one window or, for less, all over the answer; nothing speaks against it."""
    best = 0.0
    best_phrase: Phrase | None = None
    best_window: Window | None = None
    affirmed, said = scope.whole.affirmed, scope.said
    promise = [phrase.caps[(phrase.want & said).bit_count()] for phrase in phrases]
    # The most promising first: the others then need not be weighed.
    while (cap := max(promise)) > best and cap > NOTHING:
        n = promise.index(cap)
        promise[n] = 0.0
        phrase = phrases[n]
        want = phrase.want
        found = want & said
        if len(windows) > 1:
            share = ELSEWHERE * _share(phrase, want & affirmed, found & ~affirmed)
            if share > best:
                best, best_phrase, best_window = share, phrase, None
        for window in windows:
            exact = want & window.affirmed
            related = want & window.related & ~exact
            if exact | related and phrase.caps[(exact | related).bit_count()] > best:
                share = _share(phrase, exact, related)
                if share > best:
                    best, best_phrase, best_window = share, phrase, window
    return best, best_phrase, best_window


def _weigh_both_sides(near: list[Phrase], windows: list[Window], scope: Scopes) -> Verdict:
    """Window by window: the strongest agreement, denial, and statement about the other notion."""
    best, denied, swapped = 0.0, 0.0, 0.0
    best_phrase: Phrase | None = None
    best_window: Window | None = None
    opposite = False
    for window in windows:
        # Where nothing is denied, only what beats the best so far can change the verdict.
        bar = 0.0 if window.denied or window.opposed else best
        yes, phrase, no, elsewhere = _in_window(near, window, scope.said, bar, swapped)
        swapped = max(swapped, elsewhere)
        if no > yes:
            denied = max(denied, no)
            opposite = not window.denied
        elif yes > best:
            best, best_phrase, best_window = yes, phrase, window
    if not denied and best < ELSEWHERE and len(windows) > 1:
        for phrase in near:
            yes = ELSEWHERE * _all_over(phrase, scope.of[phrase.owner] if phrase.owner >= 0 else scope.whole, best)
            if yes > best:
                best, best_phrase, best_window = yes, phrase, None
    if swapped < SWAPPED or swapped <= best:
        swapped = 0.0
    return Verdict(0.0 if swapped else best, best_phrase, best_window, denied, swapped, opposite)


def _in_window(
    near: list[Phrase], window: Window, said: int, bar: float, foreign_bar: float
) -> tuple[float, Phrase | None, float, float]:
    """What one window says: the best agreement with its phrase, the strongest denial, and what it says of another notion.

    Agreement that cannot exceed *bar*, or *foreign_bar* where it is said of another notion, is not looked for.
    """
    affirmed, related, denied, topic = window.affirmed, window.related, window.denied, window.topic
    # An opposite contradicts only where the thing itself is said nowhere: 'a small rate is slow, a large one overshoots'.
    opposed = window.opposed & ~said
    here = affirmed | related | denied | window.opposed
    yes_here, no_here, swapped = bar, 0.0, foreign_bar
    yes_phrase = None
    for phrase in near:
        if not phrase.mask & here:
            continue
        want = phrase.want
        exact = want & affirmed | phrase.refuse & denied
        like = want & related & ~exact
        clash = want & (denied | opposed & phrase.firm) & ~exact
        foreign = topic >= 0 and phrase.owner >= 0 and topic != phrase.owner
        if clash:
            yes, no = _clashing(phrase, exact, like, clash)
        elif phrase.caps[(exact | like).bit_count()] <= (swapped if foreign else yes_here):
            continue
        else:
            yes, no = _share(phrase, exact, like), 0.0
        if foreign:
            if yes > swapped and not no:
                swapped = yes
        elif not no:
            if yes > yes_here:
                yes_here, yes_phrase = yes, phrase
        elif yes + no >= AGAINST and no >= yes:
            no_here = max(no_here, yes + no)
    return yes_here, yes_phrase, no_here, swapped


def _clashing(phrase: Phrase, exact: int, related: int, clash: int) -> tuple[float, float]:
    """The share of *phrase* that is affirmed, and the share that is denied or contradicted: the terms of *clash*."""
    if len(phrase.slots) > 1 and (clash | exact | related).bit_count() < 2:
        return 0.0, 0.0
    return _share(phrase, exact, related & ~clash), sum(w for bit, w in phrase.slots if bit & clash) / phrase.total


def _all_over(phrase: Phrase, whole: Window, bar: float) -> float:
    """The share of *phrase* that is affirmed anywhere; 0 if that cannot exceed *bar*."""
    want = phrase.want
    exact = want & whole.affirmed | phrase.refuse & whole.denied
    related = want & whole.related & ~exact
    if ELSEWHERE * phrase.caps[(exact | related).bit_count()] <= bar:
        return 0.0
    clash = want & whole.denied & ~exact  # an opposite all over the answer contradicts nothing
    return _clashing(phrase, exact, related, clash)[0] if clash else _share(phrase, exact, related)


def _share(phrase: Phrase, exact: int, related: int) -> float:
    """The weight of the words found, less where they are only one, or only the question's."""
    found = exact | related
    if not found:
        return 0.0
    if exact == phrase.mask:
        return 1.0
    got = 0.0
    for bit, weight in phrase.slots:
        if bit & exact:
            got += weight
        elif bit & related:
            got += SYNONYM * weight
    fresh = phrase.fresh
    if fresh:
        found &= fresh
        if not found:
            got *= ONLY_PROMPT
        elif found & (found - 1) == 0 and fresh & (fresh - 1):
            got *= ONE_WORD
    return got / phrase.total


def caps(phrase: Phrase) -> tuple[float, ...]:
    """The most that 0, 1, 2 … words of the phrase can earn."""
    weights = sorted((weight for _, weight in phrase.slots), reverse=True)
    most = [min(1.0, sum(weights[:n]) / phrase.total + NOTHING) for n in range(len(weights) + 1)]
    most[1] = max(_share(phrase, bit, 0) for bit, _ in phrase.slots)
    return tuple(most)
