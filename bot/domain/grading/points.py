"""Judging one key point: its best phrase in one part of the answer, and what the answer says against it."""

from typing import NamedTuple

from .compiled import Compiled, Point
from .match import Reading
from .relations import is_crossed
from .shares import NOTHING, all_over, clashing, share_of
from .terms import Phrase
from .windows import Window

ELSEWHERE = 0.9  # the words of a phrase scattered over several sentences may belong to other thoughts
AGAINST = 0.7  # so much of a phrase must be there before its denial counts
SWAPPED = 0.55  # more than half of a phrase, said of the other notion and less of its own, is a swap
TRACE = 0.3  # less of a phrase than this is chance
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
            return self.share if self.share >= TRACE else 0.0
        return CONTRADICTED * self.share if self.share >= AGAINST else 0.0


UNTOUCHED = Verdict(0.0, None, None, 0.0, 0.0, False)


class Scopes(NamedTuple):
    """The whole answer as one window, and for each compared notion the part that is not said of another."""

    whole: Window
    of: tuple[Window, ...]
    said: int  # everything affirmed anywhere
    touched: int  # everything said, for or against
    against: int  # everything denied or contradicted
    owned: tuple[tuple[Phrase, ...], ...]  # the phrases of each compared notion


def scopes(rubric: Compiled, reading: Reading) -> Scopes:
    of = tuple(_union(reading.windows, n) for n in range(len(rubric.notions.names)))
    whole = _union(reading.windows, None)
    for window in reading.windows:  # a clause about bagging says 'bagging' even where the word is in the sentence before
        if window.topic >= 0:
            window.affirmed |= rubric.notion_bits[window.topic]
    said = whole.affirmed | whole.related
    against = whole.denied | whole.opposed
    return Scopes(whole, of, said, said | against, against, rubric.owned)


def _union(windows: list[Window], notion: int | None) -> Window:
    union = Window(0)
    for window in windows:
        if notion is None or window.topic in (-1, notion):
            union.affirmed |= window.affirmed
            union.related |= window.related
            union.denied |= window.denied
            union.opposed |= window.opposed
    return union


def judge(point: Point, reading: Reading, scope: Scopes) -> Verdict:
    """The best phrase of *point*, and the strongest thing said against it."""
    verdict = _judge(point, reading.windows, scope)
    phrase = verdict.phrase
    if phrase and verdict.share >= TRACE and is_crossed(phrase, reading):
        return verdict._replace(share=0.0, denied=max(verdict.denied, verdict.share), opposite=True)
    return verdict


def _judge(point: Point, windows: list[Window], scope: Scopes) -> Verdict:
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
            share = ELSEWHERE * share_of(phrase, want & affirmed, found & ~affirmed)
            if share > best:
                best, best_phrase, best_window = share, phrase, None
        for window in windows:
            exact = want & window.affirmed
            related = want & window.related & ~exact
            if exact | related and phrase.caps[(exact | related).bit_count()] > best:
                share = share_of(phrase, exact, related)
                if share > best:
                    best, best_phrase, best_window = share, phrase, window
    return best, best_phrase, best_window


def _weigh_both_sides(near: list[Phrase], windows: list[Window], scope: Scopes) -> Verdict:
    """Window by window: the strongest agreement, denial, and statement about the other notion."""
    said = scope.said
    best, denied, swapped = 0.0, 0.0, 0.0
    best_phrase: Phrase | None = None
    best_window: Window | None = None
    opposite = False
    for window in windows:
        if window.topic < 0 and not window.denied and not window.opposed & ~said:
            # Nothing here speaks against anything: only what beats the best so far can change the verdict.
            best, phrase = _better(near, window, best)
            if phrase:
                best_phrase, best_window = phrase, window
            continue
        yes, phrase, no, elsewhere = _in_window(near, window, said)
        if elsewhere > swapped and (elsewhere == 1.0 or not _says_its_own(scope.owned[window.topic], window)):
            swapped = elsewhere
        if no > denied and yes < 1.0:  # what is said word for word is meant, whatever else the words could mean
            denied, opposite = no, not window.denied
        if yes > best and yes >= no:
            best, best_phrase, best_window = yes, phrase, window
    if not denied and best < ELSEWHERE and len(windows) > 1:
        all_denied = scope.whole.denied
        for phrase in near:
            if ELSEWHERE * phrase.caps[(phrase.want & said | phrase.refuse & all_denied).bit_count()] <= best:
                continue
            yes = ELSEWHERE * all_over(phrase, scope.of[phrase.owner] if phrase.owner >= 0 else scope.whole)
            if yes > best:
                best, best_phrase, best_window = yes, phrase, None
    if swapped < SWAPPED or swapped <= best:
        swapped = 0.0
    return Verdict(0.0 if swapped else best, best_phrase, best_window, denied, swapped, opposite)


def _says_its_own(phrases: tuple[Phrase, ...], window: Window) -> bool:
    """Whether a part says of its notion what is that notion's, word for word: a likeness to the other one is then no swap."""
    affirmed, denied = window.affirmed, window.denied
    return any(not p.want & ~affirmed and not p.refuse & ~denied for p in phrases)


def _better(near: list[Phrase], window: Window, best: float) -> tuple[float, Phrase | None]:
    """The phrase that a window affirms most if that is more than *best*; nothing there speaks against it."""
    affirmed, related = window.affirmed, window.related
    here = affirmed | related
    better = None
    for phrase in near:
        want = phrase.want
        if phrase.caps[(want & here).bit_count()] > best:
            share = share_of(phrase, want & affirmed, want & related & ~affirmed)
            if share > best:
                best, better = share, phrase
    return best, better


def _in_window(near: list[Phrase], window: Window, said: int) -> tuple[float, Phrase | None, float, float]:
    """What one window says: the best agreement with its phrase, the strongest denial, and what it says of another notion."""
    affirmed, related, denied, topic = window.affirmed, window.related, window.denied, window.topic
    # An opposite contradicts only where the thing itself is said nowhere: 'a small rate is slow, a large one overshoots'.
    opposed = window.opposed & ~said
    said_here, against = affirmed | related, denied | opposed
    here = said_here | denied | window.opposed
    yes_here = no_here = swapped = 0.0
    yes_phrase = None
    for phrase in near:
        want = phrase.want
        # Most phrases are done with here: agreement that cannot exceed what was found, and nothing that speaks against it.
        if (
            not want & against
            and not phrase.refuse
            and phrase.caps[(want & said_here).bit_count()] <= (yes_here if topic < 0 else min(yes_here, swapped))
        ):
            continue
        if not phrase.mask & here:
            continue
        exact = want & affirmed | phrase.refuse & denied
        like = want & related & ~exact
        clash = want & (denied | opposed & phrase.firm) & ~exact
        foreign = topic >= 0 and phrase.owner >= 0 and topic != phrase.owner
        if clash:
            yes, no = clashing(phrase, exact, like, clash)
        elif phrase.caps[(exact | like).bit_count()] <= (swapped if foreign else yes_here):
            continue
        else:
            yes, no = share_of(phrase, exact, like), 0.0
        if foreign:
            if yes > swapped and not no:
                swapped = yes
        elif not no:
            if yes > yes_here:
                yes_here, yes_phrase = yes, phrase
        elif yes + no >= AGAINST and no >= yes:
            no_here = max(no_here, yes + no)
    return yes_here, yes_phrase, no_here, swapped
