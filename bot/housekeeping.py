"""What is done once a day: a backup of the embedded database, old backups and old answers thrown away. Plain functions."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.service.core import Core
from bot.store import Store, privacy, spent
from bot.store.backup import back_up
from bot.store.places import file_of

FOLDER = "backups"
NAME = re.compile(r"drillbot-(\d{4}-\d\d-\d\d)\.db")


def tidy(core: Core, backup_days: int, answer_days: int) -> None:
    """Everything, in the order that keeps erased answers out of today's backup. Raises StoreError."""
    purge_answers(core.store, core.clock(), answer_days)
    forget_spent(core.store)
    daily_backup(core.store, core.clock(), backup_days)


def daily_backup(store: Store, now: datetime, days: int) -> Path | None:
    """Today's backup beside the embedded database, unless it is there; backups of more than *days* ago go. Raises StoreError.

    A server's database is backed up by whoever runs the server.
    """
    database = file_of(store.engine.url)
    if not days or database is None:
        return None
    folder = database.parent / FOLDER
    path = folder / f"drillbot-{now.date().isoformat()}.db"
    made = None
    if not path.exists():
        back_up(store, path)
        made = path
    for old in backups(folder, before=now.date() - timedelta(days=days - 1)):
        old.unlink(missing_ok=True)
    return made


def backups(folder: Path, before: date = date.max) -> list[Path]:
    """Those we made, by their names: a backup that somebody put aside under another name is theirs."""
    dated = [(path, NAME.fullmatch(path.name)) for path in folder.glob("*.db")]
    return sorted(path for path, name in dated if name and date.fromisoformat(name[1]) < before)


def purge_answers(store: Store, now: datetime, days: int) -> int:
    """Erase what people wrote more than *days* ago, batch by batch; how many answers. Their scores stay. 0 days keeps all."""
    if not days:
        return 0
    erased = 0
    while True:
        with store.write() as tx:
            batch = privacy.erase_older(tx, now - timedelta(days=days))
        if not batch:
            return erased
        erased += batch


def forget_spent(store: Store) -> None:
    """Nothing is remembered of who was erased, once the drills they had answered are over."""
    with store.write() as tx:
        spent.forget(tx)
