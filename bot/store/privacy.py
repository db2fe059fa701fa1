"""What is kept about a learner: read out, erased, or shown under no name."""

import secrets
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from bot.domain.drill import STILL_OPEN
from bot.domain.people import Learner
from bot.store import spent
from bot.tables import attempts, audit, channels, drills, learners, results, streaks

ERASED = "gone:"
"""Begins the user id of a learner who asked to be forgotten: no platform has such ids."""

BATCH = 500


def rows_of(tx: Connection, learner: Learner, *, everywhere: bool) -> list[int]:
    """The learner's row in the workspace; with *everywhere*, those of the same person in every workspace of the platform."""
    found = select(learners.c.id).where(learners.c.platform == learner.platform, learners.c.user == learner.user_id)
    if not everywhere:
        found = found.where(learners.c.workspace == learner.workspace)
    return list(tx.execute(found.order_by(learners.c.id)).scalars())


def hide(tx: Connection, those: Collection[int], hidden: bool) -> None:
    tx.execute(update(learners).where(learners.c.id.in_(those)).values(hidden=hidden))


def forget(tx: Connection, those: Collection[int]) -> None:
    """Cut the learners off from their people: points stay in the standings, under no name, and nothing that was written stays.

    Event ids stay: they name messages, not people, and keep a message that is delivered again from being graded again.
    """
    spent.remember(tx, those)
    _erase(tx, list(tx.execute(select(attempts.c.id).where(attempts.c.learner_id.in_(those))).scalars()))
    tx.execute(update(channels).where(channels.c.owner.in_(those)).values(owner=None))
    for id in those:
        nobody = {"user": f"{ERASED}{secrets.token_hex(12)}", "name": "", "hidden": True}
        tx.execute(update(learners).where(learners.c.id == id).values(**nobody))


def erase_older(tx: Connection, before: datetime) -> int:
    """Erase the words of up to BATCH attempts of *before* at drills that are over; how many."""
    found = (
        select(attempts.c.id)
        .join(drills, attempts.c.drill_id == drills.c.id)
        .where(attempts.c.text != "", attempts.c.answered_at < before, drills.c.state.not_in(STILL_OPEN))
        .limit(BATCH)
    )
    ids = list(tx.execute(found).scalars())
    _erase(tx, ids)
    return len(ids)


def profiles(tx: Connection, those: Collection[int]) -> list[dict[str, Any]]:
    found = select(learners).where(learners.c.id.in_(those)).order_by(learners.c.id)
    return [{name: value for name, value in row._mapping.items() if name != "id"} for row in tx.execute(found)]


def written(tx: Connection, those: Collection[int]) -> Iterator[dict[str, Any]]:
    """Every attempt with its drill, oldest first."""
    columns = (
        channels.c.channel,
        drills.c.day,
        drills.c.question,
        drills.c.state,
        attempts.c.number,
        attempts.c.answered_at,
        attempts.c.text,
        attempts.c.score,
        attempts.c.findings,
        attempts.c.misconceptions,
        attempts.c.notes,
    )
    found = (
        select(*columns)
        .select_from(attempts)
        .join(drills, attempts.c.drill_id == drills.c.id)
        .join(channels, drills.c.channel_id == channels.c.id)
    )
    return _rows(tx, found.where(attempts.c.learner_id.in_(those)).order_by(attempts.c.id))


def earned(tx: Connection, those: Collection[int]) -> Iterator[dict[str, Any]]:
    """Every result, oldest first."""
    found = select(channels.c.channel, results.c.day, results.c.points).join(channels, results.c.channel_id == channels.c.id)
    return _rows(tx, found.where(results.c.learner_id.in_(those)).order_by(results.c.day, results.c.drill_id))


def runs(tx: Connection, those: Collection[int]) -> Iterator[dict[str, Any]]:
    columns = channels.c.channel, streaks.c.current, streaks.c.best, streaks.c.last_day
    found = select(*columns).join(channels, streaks.c.channel_id == channels.c.id)
    return _rows(tx, found.where(streaks.c.learner_id.in_(those)).order_by(streaks.c.channel_id))


def deeds(tx: Connection, those: Collection[int]) -> Iterator[dict[str, Any]]:
    """What the learner did as an admin."""
    found = select(audit.c.at, channels.c.channel, audit.c.action, audit.c.detail).join(
        channels, audit.c.channel_id == channels.c.id
    )
    return _rows(tx, found.where(audit.c.learner_id.in_(those)).order_by(audit.c.id))


def _rows(tx: Connection, found: Any) -> Iterator[dict[str, Any]]:
    for row in tx.execute(found):
        yield dict(row._mapping)


def _erase(tx: Connection, those: Collection[int]) -> None:
    """The text, and wherever else the grader quotes it; the address it came from, too."""
    if not those:
        return
    mine: ColumnElement[bool] = attempts.c.id.in_(those)
    for id, packed in tx.execute(select(attempts.c.id, attempts.c.findings).where(mine)).all():
        quiet = [[point, hit, credit, "", ""] for point, hit, credit, _, _ in packed]
        tx.execute(update(attempts).where(attempts.c.id == id).values(text="", origin="", notes=[], findings=quiet))
