"""A made-up history of one large channel, written straight into the tables: attempts, results, totals and streaks that agree."""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from rich.progress import Progress
from sqlalchemy import Table, text

from bot.domain.drill import State
from bot.domain.standings import run
from bot.store import Store, people, totals
from bot.store.totals import periods
from bot.tables import attempts, drills, learners, results, streaks
from bot.tables import totals as totals_table
from tests.builders import CHANNEL

FIRST_DAY = date(2023, 11, 20)
DAYS = 3 * 365
LEARNERS = 10_000
BATCH = 5_000
WORDS = [
    "precision",
    "recall",
    "threshold",
    "false",
    "alarm",
    "share",
    "flagged",
    "positive",
    "cost",
    "model",
    "data",
    "split",
    "score",
]


def build(store: Store, count: int, progress: Progress) -> datetime:
    """Write *count* attempts of LEARNERS learners over three years; returns the noon of the last day."""
    chance = random.Random(7)
    days = [day for day in (FIRST_DAY + timedelta(days=n) for n in range(DAYS)) if day.weekday() < 5]
    task = progress.add_task(f"{count:,} attempts on {store.engine.dialect.name}", total=count)
    with store.write() as tx:
        channel = people.channel_id(tx, CHANNEL)
        workspace = totals.workspace_scope(tx, channel)
    per_day = count * 2 // 3 // len(days)
    _write(store, learners, (_learner(n, datetime.combine(days[-2], datetime.min.time(), UTC)) for n in range(1, LEARNERS + 1)))
    _write(store, drills, (_drill(channel, number, day, per_day) for number, day in enumerate(days, start=1)))
    points: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    answered: dict[int, set[date]] = defaultdict(set)
    id = 0
    for number, day in enumerate(days, start=1):
        made, got = [], []
        for learner in chance.sample(range(1, LEARNERS + 1), per_day):
            best, best_id = -1, 0
            for attempt in range(1, 3 if chance.random() < 0.5 else 2):
                id += 1
                score = chance.randint(0, 100)
                made.append(_attempt(id, number, learner, attempt, score, day, chance))
                if score > best:
                    best, best_id = score, id
            got.append(
                {
                    "drill_id": number,
                    "learner_id": learner,
                    "channel_id": channel,
                    "day": day,
                    "points": best,
                    "attempt_id": best_id,
                }
            )
            for period in periods(day):
                points[period, learner][0] += best
                points[period, learner][1] += 1
            if best:
                answered[learner].add(day)
        _write(store, attempts, made)
        _write(store, results, got)
        progress.update(task, completed=id)
    _write(store, totals_table, (
        {"scope": scope, "period": period, "learner_id": learner, "points": sum_, "answered": count_}
        for (period, learner), (sum_, count_) in points.items() for scope in (channel, workspace)
    ))  # fmt: skip
    _write(store, streaks, (_streak(channel, learner, days, those) for learner, those in answered.items()))
    progress.update(task, completed=count)
    if store.engine.dialect.name == "postgresql":
        with store.write() as tx:
            for table in (learners, drills, attempts):
                tx.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))")
                )
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tx:
            tx.exec_driver_sql("VACUUM ANALYZE")  # as the server does by itself, some minutes after so many new rows
    return datetime.combine(days[-1], datetime.min.time(), UTC) + timedelta(hours=12)


def _learner(number: int, lately: datetime) -> dict[str, Any]:
    """One in twenty has left."""
    left_at = lately if number % 20 == 0 else None
    name, user = f"Learner {number}", f"u{number}"
    return {"id": number, "platform": "console", "workspace": "local", "user": user, "name": name, "left_at": left_at}


def _drill(channel: int, number: int, day: date, answered: int) -> dict[str, Any]:
    opens = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    return {
        "id": number, "channel_id": channel, "platform": "console", "slot": day.isoformat(), "day": day,
        "question": "precision", "topic": "evaluation", "level": "foundation", "kind": "concept", "state": State.CLOSED,
        "opens_at": opens, "closes_at": opens + timedelta(days=1), "opened_at": opens,
        "message": f"m{number}", "answered": answered, "shown": answered,
    }  # fmt: skip


def _attempt(id: int, drill: int, learner: int, number: int, score: int, day: date, chance: random.Random) -> dict[str, Any]:
    at = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    kept = day >= FIRST_DAY + timedelta(days=DAYS - 90)  # what learners wrote is purged after 90 days
    text = " ".join(chance.choices(WORDS, k=30)) if kept else ""
    findings = [["share", "full", 1.0, "share of flagged" if kept else "", ""], ["cost", "missed", 0.0, "", ""]]
    return {
        "id": id, "event_id": f"discord:{10**17 + id}", "drill_id": drill, "learner_id": learner, "number": number, "text": text,
        "score": float(score), "findings": findings,
        "misconceptions": [], "notes": [], "rubric": "0123456789ab", "grader": "1", "answered_at": at, "told_at": at,
    }  # fmt: skip


def _streak(channel: int, learner: int, days: list[date], those: set[date]) -> dict[str, Any]:
    current, best = run(days, those)
    return {"channel_id": channel, "learner_id": learner, "current": current, "best": best, "last_day": max(those)}


def _write(store: Store, table: Table, rows: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            _insert(store, table, batch)
            batch = []
    _insert(store, table, batch)


def _insert(store: Store, table: Table, batch: list[dict[str, Any]]) -> None:
    if batch:
        with store.write() as tx:
            tx.execute(table.insert(), batch)
