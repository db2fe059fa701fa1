"""From what an answer says to a score: key points, model answer, and what speaks against it."""

import math
from typing import NamedTuple

from .match import Window, read
from .mistakes import stated
from .result import Finding, Grade, Hit
from .rubric import Mistake, Phrase, Point, Rubric

ELSEWHERE = 0.8
DENIED = 0.7
P = dict(
    rel=0.8,
    pw=1.5,
    pen=0.5,
    tri=0.4,
    sat=4.0,
    kp=0.55,
    len=0.15,
    echo=0.8,
    stuff=0.55,
    minus=0.0,
    pool=0.0,
    elsewhere=0.8,
    swap=1.0,
    against=1.0,
    gate=0.2,
    gate2=2.0,
    maj=0.9,
    contra=0.5,
    mix=0.0,
    lone=1.0,
    onlyold=1.0,
)


class Step(NamedTuple):
    """One row of the explanation of a score."""

    name: str
    detail: str
    value: float


def cover(phrase: Phrase, exact: int, related: int, old: int) -> float:
    got = 0.0
    new = slots = 0
    for b, w in phrase.slots:
        slots += not b & old
        if b & exact:
            got += w
            new += not b & old
        elif b & related:
            got += P["rel"] * w
            new += not b & old
    if not new:
        got *= P["onlyold"] if slots else 1
    elif new == 1 and slots > 1:
        got *= P["lone"]
    return got / phrase.total


def phrase_in(phrase: Phrase, window: Window, anywhere: int, old: int) -> tuple[float, float]:
    agree = phrase.want & window.affirmed | phrase.refuse & window.denied
    related = phrase.want & window.related
    clash = phrase.want & (window.denied | window.opposed & ~anywhere & ~related) & ~agree
    related &= ~clash
    if clash and len(phrase.slots) > 1 and (clash | agree | related).bit_count() < 2:
        clash = 0
    return cover(phrase, agree, related, old), cover(phrase, clash, 0, 0) if clash else 0.0


def judge(old: int, point: Point, windows: list[Window], everywhere: list[Window]) -> tuple[float, float, float]:
    allw = everywhere[-1]
    any_mask = allw.affirmed | allw.denied | allw.related | allw.opposed
    near = [p for p in point.phrases if (p.want | p.refuse) & any_mask]
    best = denied = swapped = 0.0
    for window in windows:
        mask = window.affirmed | window.denied | window.related | window.opposed
        yes_here = no_here = 0.0
        for phrase in near:
            if not (phrase.want | phrase.refuse) & mask:
                continue
            yes, no = phrase_in(phrase, window, allw.affirmed | allw.related, old)
            if phrase.owner >= 0 and window.topic >= 0 and window.topic != phrase.owner:
                if not no:
                    swapped = max(swapped, yes)
                continue
            if no:
                if yes + no >= DENIED and no > P["maj"] * yes:
                    no_here = max(no_here, yes + no)
            else:
                yes_here = max(yes_here, yes)
        if no_here > yes_here:
            denied = max(denied, no_here)
        else:
            best = max(best, yes_here)
    if not denied:
        for phrase in near:
            yes, no = phrase_in(phrase, everywhere[phrase.owner] if phrase.owner >= 0 else allw, 0, old)
            best = max(best, P["elsewhere"] * yes)
    return best, denied, swapped


def saturate(share: float) -> float:
    return (1 - math.exp(-P["sat"] * share)) / (1 - math.exp(-P["sat"])) if P["sat"] else share


def assess(rubric: Rubric, answer: str) -> tuple[float, list[Finding], tuple[Mistake, ...]]:
    reading = read(rubric, answer)
    everywhere = Window(0)
    scopes = [*(Window(0) for _ in rubric.notions.names), everywhere]
    for w in reading.windows:
        for n, scope in enumerate(scopes):
            if scope is everywhere or w.topic in (-1, n):
                scope.affirmed |= w.affirmed
                scope.related |= w.related
                scope.denied |= w.denied
                scope.opposed |= w.opposed
        if w.topic >= 0:
            w.affirmed |= rubric.notion_bits[w.topic]
    everywhere.related &= ~everywhere.affirmed
    findings = []
    total = sum(p.weight for p in rubric.points)
    earned = against = 0.0
    wrong = stated(rubric, reading)
    spoiled = {n for m in wrong for n in m.spoils}
    for number, point in enumerate(rubric.points):
        best, denied, swapped = judge(rubric.prompt_mask, point, reading.windows, scopes)
        if P["swap"] and swapped >= DENIED and swapped > best:
            denied, best = swapped, 0.0
        credit = best ** P["pw"]
        if denied and best >= DENIED:
            credit *= P["contra"]
        elif denied:
            credit = 0.0
            earned -= P["pen"] * point.weight
        if number in spoiled:
            credit = 0.0
            denied = 1.0
        against += point.weight * (denied > 0) * (1 if best < DENIED else 1 - P["contra"])
        earned += credit * point.weight
        hit = Hit.FULL if credit >= 0.75 else Hit.PARTIAL if credit >= 0.3 else Hit.MISSED
        findings.append(Finding(point.id, point.label, point.weight, hit, round(credit, 3)))
    points = max(0.0, earned / total)
    score = points
    if rubric.reference:
        got = everywhere.affirmed
        rel = everywhere.related
        c = sum(w * (1 if b & got else P["rel"]) for b, w in rubric.reference if b & (got | rel)) / rubric.reference_total
        minus = sum(w for b, w in rubric.reference if b & everywhere.denied & ~got & ~rel) / rubric.reference_total
        f = saturate(max(0.0, c - P["minus"] * minus))
        if P["tri"] and rubric.trigrams:
            t = math.sqrt(reading.trigrams.bit_count() / len(rubric.trigrams))
            share = P["tri"] * min(1, 60 / len(rubric.trigrams))
            f = (1 - share) * f + share * t
        f *= 1 - P["against"] * against / total
        if not rubric.derived:
            f *= min(1.0, P["gate"] + P["gate2"] * points)
        if rubric.derived:
            score = f
        elif P["mix"]:
            score = points + (1 - points) * P["mix"] * f
        else:
            score = P["kp"] * points + (1 - P["kp"]) * f
    words = max(1, len(reading.meaning))
    n = reading.content - sum(w.prompt for w in reading.meaning)
    size = 1 - math.exp(-n / 10)
    score = score * (1 - P["len"]) + P["len"] * size * min(1, 2 * score)
    matched = everywhere.affirmed | everywhere.related
    old = (matched & rubric.prompt_mask).bit_count()
    new = (matched & ~rubric.prompt_mask).bit_count()
    if old:
        if rubric.own_score < 0:
            rubric.own_score = 0.0
            rubric.own_score = assess(rubric, rubric.question)[0]
        e = max(0.0, (old / (old + new) - P["echo"]) / (1 - P["echo"])) if P["echo"] < 1 else 0
        score = max(0.0, score - e * rubric.own_score)
    signs = sum(reading.text.count(c) for c in "=>:/")
    if 1 - reading.content / words + signs / words < 0.1 and reading.content > 6:
        score *= P["stuff"]
    return score, findings, wrong


def grade(rubric: Rubric, answer: str) -> Grade:
    score, findings, wrong = assess(rubric, answer)
    return Grade(round(100 * min(1.0, max(0.0, score)), 2), tuple(findings), tuple(m.id for m in wrong))


def explain(rubric: Rubric, answer: str) -> tuple[Step, ...]:
    return ()
