"""The lanes that open drills: due schedules become planned drills, and these are posted."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot import metrics
from bot.domain.calendar import LATE
from bot.domain.drill import Drill
from bot.errors import DeliveryError
from bot.present import drills as show
from bot.reconcile.group import Group
from bot.reconcile.missed import take_in
from bot.reconcile.steps import LEASE, Steps, pause_after
from bot.service import due
from bot.service.due import Posting
from bot.store import notices, opening
from bot.store import schedules as plans
from bot.store.notices import Kind
from bot.store.opening import Opened

log = structlog.get_logger()

DUE_BATCH = 250


class Posts:
    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.core = steps.core
        self._opened = Group(self._write_opened)

    def open_due(self, _most: int) -> list[int]:
        opened = due.open_due(self.core, self.core.clock(), DUE_BATCH, self.steps.platforms)
        return [opened] if opened else []

    def claim(self, most: int) -> list[Posting]:
        return due.claim_planned(self.core, self.core.clock(), LEASE, most, self.steps.platforms)

    async def post(self, posting: Posting) -> None:
        drill = posting.drill
        try:
            message = await self._posted(posting)
        except DeliveryError as error:
            await self._failed(drill, error)
            return
        if message is None:
            await asyncio.to_thread(self._miss, drill)
            return
        await self._opened.add((posting, message))
        if drill.tries > 1:
            await self._take_in(replace(drill, message=message))
        late = (self.core.clock() - drill.opens_at).total_seconds()
        metrics.POSTS.labels(drill.channel.platform).inc()
        metrics.LATENESS.observe(late)
        log.info("posted", drill=drill.id, channel=str(drill.channel), late=late)

    async def _posted(self, posting: Posting) -> str | None:
        """The message; None when it is too late for one, or there is nothing to ask. Raises DeliveryError."""
        drill, key = posting.drill, f"drill-{posting.drill.id}"
        if posting.question is None or posting.over or self.core.clock() - drill.opens_at > LATE:
            return await self.steps.find(drill.channel, key) if drill.tries > 1 else None
        shown = replace(show.post(drill, posting.question, posting.zone), ping=posting.ping)
        return await self.steps.send(drill.channel, shown, key, look=drill.tries > 1)

    async def _take_in(self, drill: Drill) -> None:
        """A post that was made before somebody died may have been answered before we knew of it."""
        try:
            await take_in(self.steps.app, self.steps.adapters[drill.channel.platform], drill)
        except DeliveryError as error:
            log.warning("answers not read yet", drill=drill.id, error=str(error))

    async def _failed(self, drill: Drill, error: DeliveryError) -> None:
        if not error.permanent:
            await asyncio.to_thread(self.steps.put_off, drill, pause_after(drill.tries, error))
            return
        metrics.ERRORS.labels("delivery").inc()
        log.warning("channel paused", channel=str(drill.channel), drill=drill.id, error=str(error))
        await asyncio.to_thread(self._pause, drill, str(error))

    def _miss(self, drill: Drill) -> None:
        with self.core.store.write() as tx:
            opening.miss(tx, drill.id)

    def _pause(self, drill: Drill, reason: str) -> None:
        with self.core.store.write() as tx:
            opening.miss(tx, drill.id)
            plans.pause(tx, drill.channel_id, reason)
            notices.add(tx, drill.channel_id, drill.channel, Kind.PAUSED, f"paused-{drill.id}", reason, self.core.clock())

    def _write_opened(self, posted: Sequence[tuple[Posting, str]]) -> None:
        now = self.core.clock()
        with self.core.store.write() as tx:
            opening.opened(tx, [Opened(posting.drill.id, message, now, posting.recap) for posting, message in posted])
            for posting, _ in posted:
                due.watch_stock(tx, posting, now)
