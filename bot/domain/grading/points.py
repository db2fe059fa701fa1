"""Judging one key point: its best phrase in one part of the answer, and what the answer says against it."""

from typing import NamedTuple

from .match import Reading, Window
from .rubric import Phrase, Point, Rubric

SYNONYM = 0.8  # a word of the lexicon stands for another in most sentences, not in all
ELSEWHERE = 0.9  # the words of a phrase scattered over several sentences may belong to other thoughts
AGAINST = 0.7  # so much of a phrase must be there before its denial, or saying it of the other notion, counts
ONE_WORD = 0.75  # one word out of several is a hint that the point was meant, not the point
ONLY_PROMPT = 0.3  # the question's own words say nothing of what the learner knows
CONVEX = 1.3  # half a phrase is worth two fifths of the point: fragments turn up in any answer
CONTRADICTED = 0.5  # what is said and denied is worth at most half of what saying it would be
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
            return self.share**CONVEX
        return CONTRADICTED * self.share**CONVEX if self.share >= AGAINST else 0.0


class Scopes(NamedTuple):
    """The whole answer as one window, and for each compared notion the part that is not said of another."""

    whole: Window
    of: tuple[Window, ...]
    said: int  # everything affirmed anywhere


def scopes(rubric: Rubric, reading: Reading) -> Scopes:
    of = tuple(_union(reading.windows, n) for n in range(len(rubric.notions.names)))
    whole = _union(reading.windows, None)
    for window in reading.windows:  # a clause about bagging says 'bagging' even where the word is in the sentence before
        if window.topic >= 0:
            window.affirmed |= rubric.notion_bits[window.topic]
    return Scopes(whole, of, whole.affirmed | whole.related)


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
    whole = scope.whole
    touched = scope.said | whole.denied | whole.opposed
    near = [phrase for phrase in point.phrases if phrase.mask & touched]
    best, denied, swapped = 0.0, 0.0, 0.0
    best_phrase: Phrase | None = None
    best_window: Window | None = None
    opposite = False
    for window in windows:
        here = window.affirmed | window.related | window.denied | window.opposed
        yes_here = no_here = 0.0
        yes_phrase = None
        for phrase in near:
            if not phrase.mask & here:
                continue
            yes, no = agreement(phrase, window, scope.said)
            if phrase.owner >= 0 and window.topic >= 0 and window.topic != phrase.owner:
                swapped = max(swapped, 0.0 if no else yes)
            elif not no:
                if yes > yes_here:
                    yes_here, yes_phrase = yes, phrase
            elif yes + no >= AGAINST and no >= yes:
                no_here = max(no_here, yes + no)
        if no_here > yes_here:
            denied = max(denied, no_here)
            opposite = not window.denied
        elif yes_here > best:
            best, best_phrase, best_window = yes_here, yes_phrase, window
    if not denied:
        for phrase in near:
            yes = ELSEWHERE * agreement(phrase, scope.of[phrase.owner] if phrase.owner >= 0 else whole, -1)[0]
            if yes > best:
                best, best_phrase, best_window = yes, phrase, None
    if swapped < AGAINST or swapped <= best:
        swapped = 0.0
    return Verdict(0.0 if swapped else best, best_phrase, best_window, denied, swapped, opposite)


def agreement(phrase: Phrase, window: Window, said: int) -> tuple[float, float]:
    """The share of *phrase* that a window affirms, and the share that it denies or contradicts."""
    exact = phrase.want & window.affirmed | phrase.refuse & window.denied
    related = phrase.want & window.related & ~exact
    # An opposite contradicts only where the thing itself is said nowhere: 'a small rate is slow, a large one overshoots'.
    clash = phrase.want & (window.denied | window.opposed & phrase.firm & ~said) & ~exact
    if not clash:
        return _share(phrase, exact, related), 0.0
    if len(phrase.slots) > 1 and (clash | exact | related).bit_count() < 2:
        return 0.0, 0.0
    return _share(phrase, exact, related & ~clash), sum(w for bit, w in phrase.slots if bit & clash) / phrase.total


def _share(phrase: Phrase, exact: int, related: int) -> float:
    """The weight of the words found, less where they are only one, or only the question's."""
    got = 0.0
    for bit, weight in phrase.slots:
        if bit & exact:
            got += weight
        elif bit & related:
            got += SYNONYM * weight
    if phrase.fresh:
        found = ((exact | related) & phrase.fresh).bit_count()
        if not found:
            got *= ONLY_PROMPT
        elif found == 1 and phrase.fresh.bit_count() > 1:
            got *= ONE_WORD
    return got / phrase.total
