"""Points that an answer dismisses by half: too little of a phrase is denied to deny the point, too much to be chance."""

from functools import reduce
from operator import or_

from .compiled import Compiled, Point
from .match import Reading
from .points import Scopes, Verdict
from .shares import share_said

HALF = 0.5  # of a phrase's weight is denied, and said nowhere else
MADE = 0.7  # whoever earns so much of a point has made it, and denied something else with its words


def settled(rubric: Compiled) -> int:
    """The terms that the rubric never denies itself, in these or other words; not the question's, nor those of any answer."""
    denied = reduce(or_, (phrase.refuse for phrase in rubric.phrases), rubric.denials)
    terms = rubric.terms
    unsettled = denied | rubric.prompt_mask
    for alike in terms.groups.values():
        if alike & denied:
            unsettled |= alike
    return sum(bit for term, bit in terms.bits.items() if term not in terms.lexicon.common) & ~unsettled


def dismissed(rubric: Compiled, reading: Reading, scope: Scopes, verdicts: list[Verdict]) -> int:
    """How many points are dismissed by half, beside those that the verdicts say are spoken against."""
    gone = scope.whole.denied & rubric.settled & ~scope.said
    if not gone:
        return 0
    return sum(
        not verdict.against and verdict.credit < MADE and _is_dismissed(point, reading, gone)
        for point, verdict in zip(rubric.points, verdicts, strict=True)
        if point.mask & gone
    )


def _is_dismissed(point: Point, reading: Reading, gone: int) -> bool:
    for window in reading.windows:
        here = window.denied & gone
        if not point.mask & here:
            continue
        for phrase in point.phrases:
            clash = phrase.want & here
            if clash and share_said(phrase, clash) >= HALF:
                return True
    return False
