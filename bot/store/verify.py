"""What is kept beside the attempts, recounted from them: results, totals, streaks and how many answered."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from bot.domain.drill import State, worth
from bot.domain.standings import run
from bot.store import copying, totals
from bot.store.engine import Store
from bot.store.streaks import COUNTED
from bot.tables import attempts, channels, drills, results, streaks, workspaces
from bot.tables import totals as kept_totals

VOID = (State.REPLACED, State.SKIPPED)
"""Drills whose attempts stay on record and count no points."""

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a drill matters to those who count."""

    channel: int
    day: date
    question: str
    state: str
    daily: bool
    answered: int


@dataclass(slots=True)
class Best:
    """A learner's best attempts at a drill: its points, and those attempts that are worth as much."""

    points: int = -1
    attempts: tuple[int, ...] = ()

    def take(self, points: int, attempt: int) -> None:
        if points > self.points:
            self.points, self.attempts = points, (attempt,)
        elif points == self.points:
            self.attempts += (attempt,)


def differences(store: Store) -> list[str]:
    """A sentence for each thing that is kept and does not agree with the attempts. Raises StoreError."""
    with store.read() as tx:
        copying.freeze(tx)
        asked, best = _asked(tx), _best(tx)
        found = [*_results(tx, asked, best), *_answered(asked, best)]
        points = {pair: 0 if asked[pair[0]].state in VOID else one.points for pair, one in best.items()}
        return [*found, *_totals(tx, asked, points), *_streaks(tx, asked, points)]


def _asked(tx: Connection) -> dict[int, Asked]:
    columns = drills.c.channel_id, drills.c.day, drills.c.question, drills.c.state, drills.c.daily, drills.c.answered
    return {row.id: Asked(*row[1:]) for row in tx.execute(select(drills.c.id, *columns))}


def _best(tx: Connection) -> dict[Pair, Best]:
    """(drill, learner) → the best of the attempts."""
    best: dict[Pair, Best] = defaultdict(Best)
    columns = attempts.c.drill_id, attempts.c.learner_id, attempts.c.id, attempts.c.score, drills.c.kind
    found = select(*columns).join(drills, drills.c.id == attempts.c.drill_id).order_by(attempts.c.id)
    for row in tx.execute(found.execution_options(yield_per=5000)):
        best[row.drill_id, row.learner_id].take(worth(row.score, row.kind), row.id)
    return best


def _results(tx: Connection, asked: Mapping[int, Asked], best: Mapping[Pair, Best]) -> Iterator[str]:
    missing = set(best)
    for row in tx.execute(select(results).order_by(results.c.drill_id, results.c.learner_id)):
        who = f"results: drill {row.drill_id}, learner {row.learner_id}"
        made = best.get((row.drill_id, row.learner_id))
        if made is None:
            yield f"{who}: is kept, but there is no attempt"
            continue
        missing.discard((row.drill_id, row.learner_id))
        drill = asked[row.drill_id]
        points = 0 if drill.state in VOID else made.points
        if row.points != points:
            yield f"{who}: {row.points} points are kept, the attempts are worth {points}"
        if row.attempt_id not in made.attempts:
            yield f"{who}: attempt {row.attempt_id} is kept as the best, it is {_either(made.attempts)}"
        if (row.channel_id, row.day) != (drill.channel, drill.day):
            yield f"{who}: channel {row.channel_id} and {row.day} are kept, the drill's are {drill.channel} and {drill.day}"
    for drill_id, learner in sorted(missing):
        yield f"results: drill {drill_id}, learner {learner}: there are attempts, but no result"


def _answered(asked: Mapping[int, Asked], best: Mapping[Pair, Best]) -> Iterator[str]:
    counts: dict[int, int] = defaultdict(int)
    for answered, _ in best:
        counts[answered] += 1
    for id, drill in sorted(asked.items()):
        if drill.answered != counts[id]:
            yield f"drills: drill {id}: {drill.answered} answered is kept, {counts[id]} did"


def _totals(tx: Connection, asked: Mapping[int, Asked], points: Mapping[Pair, int]) -> Iterator[str]:
    """The same question on the same day counts once in a scope: the better one."""
    scopes = _scopes(tx)
    once: dict[tuple[int, int, date, str], int] = {}
    for (id, learner), made in points.items():
        drill = asked[id]
        for scope in (drill.channel, scopes[drill.channel]):
            asked_once = scope, learner, drill.day, drill.question
            once[asked_once] = max(made, once.get(asked_once, 0))
    sums: dict[tuple[int, int, int], list[int]] = defaultdict(lambda: [0, 0])
    for (scope, learner, day, _), made in once.items():
        for period in totals.periods(day):
            sums[scope, period, learner][0] += made
            sums[scope, period, learner][1] += 1
    kept = {(row.scope, row.period, row.learner_id): [row.points, row.answered] for row in tx.execute(select(kept_totals))}
    for key in sorted(sums.keys() | kept.keys()):
        # A row of nothing says the same as no row.
        there, counted = kept.get(key, [0, 0]), sums.get(key, [0, 0])
        if there != counted:
            place = "scope {}, period {}, learner {}".format(*key)
            yield f"totals: {place}: {_sum(there)} are kept, {_sum(counted)} counted"


def _scopes(tx: Connection) -> dict[int, int]:
    """Channel → the scope of its workspace; a made-up one, below all others, where none was needed yet."""
    known = {(row.platform, row.workspace): -row.id for row in tx.execute(select(workspaces))}
    made: dict[int, int] = {}
    for row in tx.execute(select(channels.c.id, channels.c.platform, channels.c.workspace).order_by(channels.c.id)):
        place = row.platform, row.workspace
        known.setdefault(place, min(known.values(), default=0) - 1)
        made[row.id] = known[place]
    return made


def _streaks(tx: Connection, asked: Mapping[int, Asked], points: Mapping[Pair, int]) -> Iterator[str]:
    days: dict[int, set[date]] = defaultdict(set)
    for drill in asked.values():
        if drill.daily and drill.state in COUNTED:
            days[drill.channel].add(drill.day)
    answered: dict[Pair, set[date]] = defaultdict(set)
    for (id, learner), made in points.items():
        if made > 0:
            answered[asked[id].channel, learner].add(asked[id].day)
    ordered = {channel: sorted(those) for channel, those in days.items()}
    kept: dict[Pair, Any] = {(row.channel_id, row.learner_id): row for row in tx.execute(select(streaks))}
    for pair in sorted(answered.keys() | kept.keys()):
        there = (kept[pair].current, kept[pair].best, kept[pair].last_day) if pair in kept else None
        counted = (*run(ordered.get(pair[0], []), answered[pair]), max(answered[pair])) if answered.get(pair) else None
        if there != counted:
            yield f"streaks: channel {pair[0]}, learner {pair[1]}: {_run(there)} is kept, {_run(counted)} counted"


def _sum(sums: list[int]) -> str:
    return f"{sums[0]} points of {sums[1]} drills"


def _run(streak: tuple[int, int, date] | None) -> str:
    return f"{streak[0]} until {streak[2]}, best {streak[1]}" if streak else "none"


def _either(those: tuple[int, ...]) -> str:
    return " or ".join(map(str, those))
