"""What a learner may ask about their own data: to read it, to have it erased, to be shown under no name."""

import json
from typing import Any

from sqlalchemy import Connection

from bot.domain.drill import State
from bot.domain.grading import Hit
from bot.domain.people import Learner
from bot.service.core import Core
from bot.store import privacy


def export(core: Core, learner: Learner) -> str:
    """Everything that is kept about *learner*, as JSON."""
    with core.store.read() as tx:
        those = _rows(tx, learner)
        kept: dict[str, list[dict[str, Any]]] = {
            "profile": privacy.profiles(tx, those),
            "answers": [_answer(row) for row in privacy.written(tx, those)],
            "points": list(privacy.earned(tx, those)),
            "streaks": list(privacy.runs(tx, those)),
            "admin": list(privacy.deeds(tx, those)),
        }
    return json.dumps(kept, ensure_ascii=False, indent=1, default=str)


def forget(core: Core, learner: Learner) -> bool:
    """Erase *learner*; the standings keep rows of nobody. False when nothing was kept."""
    with core.store.write() as tx:
        those = _rows(tx, learner)
        privacy.forget(tx, those)
        return bool(those)


def hide(core: Core, learner: Learner, hidden: bool) -> bool:
    """Show *learner* under no name, or under theirs again. False when nothing is known of them yet."""
    with core.store.write() as tx:
        those = _rows(tx, learner)
        privacy.hide(tx, those, hidden)
        return bool(those)


def _rows(tx: Connection, learner: Learner) -> list[int]:
    """The workspace's row. A private conversation may be in none (it begins with @): then all of the person's."""
    return privacy.rows_of(tx, learner, everywhere=learner.workspace.startswith("@"))


def _answer(row: dict[str, Any]) -> dict[str, Any]:
    """Findings by name, not by place: people read this. Before closing nothing tells what was missed."""
    over = row["state"] == State.CLOSED
    found = [
        {"point": id, "hit": hit, "matched": matched, "note": note}
        for id, hit, _, matched, note in row["findings"]
        if over or hit != Hit.MISSED
    ]
    return {**row, "findings": found, "misconceptions": row["misconceptions"] if over else []}
