"""Findings as stored: without what the question itself tells, because a million attempts are kept."""

from collections.abc import Sequence
from typing import Any

from bot.domain.grading import Finding, Hit

Packed = list[list[Any]]
"""[[key point, hit, credit, matched, note], ...]; a label is looked up in the question, the id stands in for it."""


def pack(findings: Sequence[Finding]) -> Packed:
    return [[f.id, f.hit, round(f.credit, 3), f.matched, f.note] for f in findings]


def unpack(packed: Packed) -> tuple[Finding, ...]:
    return tuple(
        Finding(id, label=id, weight=1.0, hit=Hit(hit), credit=credit, matched=matched, note=note)
        for id, hit, credit, matched, note in packed
    )
