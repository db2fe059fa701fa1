"""What a grader says of an answer."""

from enum import StrEnum
from typing import NamedTuple


class Hit(StrEnum):
    FULL = "full"
    PARTIAL = "partial"
    MISSED = "missed"


class Finding(NamedTuple):
    """What became of one key point.

    credit: 0 to 1. matched: the span of the learner's own text that earned it, verbatim ('' when missed).
    note: one plain clause where there is something to tell ("read 'overfiting' as 'overfitting'"), else ''.
    """

    id: str
    label: str
    weight: float
    hit: Hit
    credit: float
    matched: str = ""
    note: str = ""


class Grade(NamedTuple):
    """score: 0 to 100. misconceptions: ids of those the answer states. notes: plain sentences about the whole answer."""

    score: float
    findings: tuple[Finding, ...]
    misconceptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def hits(self) -> int:
        """How many key points were hit in full."""
        return sum(finding.hit is Hit.FULL for finding in self.findings)
