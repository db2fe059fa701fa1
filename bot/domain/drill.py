"""Drills and attempts: their states, and which question comes next."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from bot.domain.grading import Grade
from bot.domain.people import Channel
from bot.domain.question import Kind, Level, Question

ATTEMPTS = 2
SCARCE = 5
"""Admins are warned when fewer unasked questions than this are left."""


class Stock(StrEnum):
    """How scarce a channel's unasked questions are."""

    ENOUGH = ""
    LOW = "low"
    NONE = "none"


def scarcity(left: int) -> Stock:
    return Stock.NONE if left <= 0 else Stock.LOW if left < SCARCE else Stock.ENOUGH


class State(StrEnum):
    """PLANNED is not posted yet; CLOSING takes no answers and is not revealed yet; the last three count no answers."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    MISSED = "missed"
    SKIPPED = "skipped"
    REPLACED = "replaced"


STILL_OPEN = (State.PLANNED, State.OPEN, State.CLOSING)


class Feedback(StrEnum):
    """What an answer given in public gets there: a line with the score, or only a mark."""

    SCORE = "score"
    REACTION = "reaction"


@dataclass(frozen=True, slots=True)
class Drill:
    """One question asked in one channel on one local day.

    slot: unique within the channel; the local day, or 'now:' and the event that asked for an extra drill.
    message: the platform's post, '' while there is none; reveal: its closing message. shown: how many answered, as the post says.
    """

    id: int
    channel_id: int
    channel: Channel
    slot: str
    day: date
    question: str
    state: State
    opens_at: datetime
    closes_at: datetime | None
    message: str = ""
    reveal: str = ""
    answered: int = 0
    shown: int = 0
    daily: bool = True
    late: bool = False
    tries: int = 0
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    seen_at: datetime | None = None
    recap_tries: int = 0

    def takes_answers(self, at: datetime) -> bool:
        """Whether an answer given at that instant counts, even if it reaches us after closing."""
        posted = self.state in (State.OPEN, State.CLOSING, State.CLOSED)
        return posted and (self.closes_at is None or at < self.closes_at)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One learner's answer to one drill. number: from 1. told: whether its verdict reached the learner."""

    id: int
    drill_id: int
    learner_id: int
    number: int
    text: str
    grade: Grade
    answered_at: datetime
    told: bool = False
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a channel was asked before, on a local day; oldest first in every sequence of them."""

    question: str
    topic: str
    level: str
    kind: str
    day: date
    daily: bool = True


# A fortnight of drills should hold about this share of each level.
SHARES = {Level.FOUNDATION: 0.3, Level.INTERMEDIATE: 0.5, Level.ADVANCED: 0.2}
FORTNIGHT = 10
# No topic twice within this many drills while there is another; no two discussions within a working week.
TOPIC_REST = 4
DISCUSSION_REST = 5
# Eleven days about one model are plenty; a new channel meets single questions first.
SERIES_REST = 20


# What an answer to a discussion is worth, whatever its structure: nobody's experience is ranked.
PARTICIPATION = 50


def worth(score: float, kind: str) -> int:
    """What a score counts on the leaderboard: whole points, and at least one for anything above 0."""
    if kind == Kind.DISCUSSION:
        return PARTICIPATION if score > 0 else 0
    return max(round(score), int(score > 0))


def choose(
    stock: Sequence[Question], asked: Sequence[Asked], seed: str, series: Sequence[Sequence[str]] = (), *, extra: bool = False
) -> Question | None:
    """The next question of a channel, or None when there is no stock.

    Unasked ones first, then the longest-unasked; among these topics and levels vary; *seed* breaks ties, so that the same
    history always gives the same question. series: ids that belong in sequence; one that was begun goes on, drill day by drill
    day, until its end, and a new one begins with its first, some weeks after the last. An extra drill leaves series alone.
    """
    last_asked = {drill.question: position for position, drill in enumerate(asked)}
    in_series = {id for ids in series for id in ids}
    following = None if extra else _following(asked, series)
    if following:
        for question in stock:
            if question.id == following:
                return question
    heads = in_series if extra else in_series - {ids[0] for ids in series}
    open_ones = [question for question in stock if question.id not in heads] or list(stock)
    unasked = [question for question in open_ones if question.id not in last_asked]
    if not unasked and not extra:  # what is left of a series that was broken off, or whose beginning a filter took away
        for question in stock:
            if question.id not in last_asked:
                return question
    if not unasked:
        return min(open_ones, key=lambda q: (*_same_topic(q.topic, asked), last_asked[q.id]), default=None)
    rests = any(drill.question in in_series for drill in asked[-SERIES_REST:]) or len(asked) < SERIES_REST
    alike: defaultdict[_Alike, list[Question]] = defaultdict(list)
    for q in unasked:
        alike[_Alike(rests and q.id in in_series, q.topic, q.level, q.kind is Kind.DISCUSSION)].append(q)
    ranks = {those: _rank(those, asked) for those in alike}
    best = min(ranks.values())
    wanted = [q for those, questions in alike.items() if ranks[those] == best for q in questions]
    return min(wanted, key=lambda q: _hash(seed, q.id))


def unasked(stock: Sequence[Question], asked: Sequence[Asked]) -> int:
    """How many questions of *stock* were never asked."""
    done = {drill.question for drill in asked}
    return sum(question.id not in done for question in stock)


def _following(asked: Sequence[Asked], series: Sequence[Sequence[str]]) -> str | None:
    """What comes after the last daily question in its series."""
    last = next((drill.question for drill in reversed(asked) if drill.daily), None)
    for ids in series:
        if last in ids[:-1]:
            return ids[ids.index(last) + 1]
    return None


class _Alike(NamedTuple):
    """All that ranks a question among the unasked. waits: its series should not begin yet."""

    waits: bool
    topic: str
    level: Level
    discussion: bool


def _rank(those: _Alike, asked: Sequence[Asked]) -> tuple[bool, bool, bool, int, int, float]:
    """The lowest is asked next; the surplus is how much more of the level the last fortnight had than its share."""
    recent = [drill.topic for drill in asked[-TOPIC_REST:]]
    talked = those.discussion and Kind.DISCUSSION in [drill.kind for drill in asked[-DISCUSSION_REST:]]
    levels = [drill.level for drill in asked[-FORTNIGHT:]]
    surplus = round(levels.count(those.level) - SHARES[those.level] * len(levels), 6)
    return those.waits, *_same_topic(those.topic, asked), int(talked), recent.count(those.topic), surplus


def _same_topic(topic: str, asked: Sequence[Asked]) -> tuple[bool, bool]:
    """Whether it is the topic of the last drill, and of any on that day: an extra one must not hide the daily one's."""
    if not asked:
        return False, False
    that_day = {drill.topic for drill in asked[-TOPIC_REST:] if drill.day == asked[-1].day}
    return asked[-1].topic == topic, topic in that_day


def _hash(seed: str, id: str) -> bytes:
    return hashlib.sha256(f"{seed}/{id}".encode()).digest()
