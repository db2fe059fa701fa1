"""The tick: makes the chat platforms match what the database says should be true.

    due schedules → planned drills → posted → counted → closed; verdicts that nobody told → told

Every step claims its rows with a lease and may die at any point: the next tick, of this process or another, goes on.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.app import App
from bot.domain.drill import Drill
from bot.errors import DeliveryError, StoreError
from bot.protocol import Adapter, Event, Reply, reply_key
from bot.reconcile.lane import Lane
from bot.reconcile.steps import Steps
from bot.store import drills

log = structlog.get_logger()

TICK = timedelta(seconds=5)


class Reconciler:
    """adapters: by platform name. Only platforms that are connected and caught up are acted on."""

    def __init__(self, app: App, adapters: Mapping[str, Adapter]) -> None:
        self.app = app
        self.adapters = adapters
        self.present: set[str] = set()
        self._steps = steps = Steps(app, adapters, self.present)
        lanes = [
            Lane("open", steps.open_due),
            Lane("close", steps.claim_closing, steps.close),
            Lane("post", steps.claim_planned, steps.post),
            Lane("tell", steps.claim_unheard, steps.tell),
            Lane("count", steps.claim_counts, steps.show_count),
        ]
        self._lanes = {lane.name: lane for lane in lanes}

    async def run(self, every: timedelta = TICK) -> None:
        """Tick until cancelled: at the interval, after events, and when a platform comes back."""
        scheduler = AsyncIOScheduler()
        interval = IntervalTrigger(seconds=every.total_seconds())
        scheduler.add_job(self.app.woken.set, interval, coalesce=True, max_instances=1, misfire_grace_time=None)
        scheduler.start()
        watchers = [asyncio.create_task(self._watch(adapter)) for adapter in self.adapters.values()]
        try:
            while True:
                self.app.woken.clear()
                for name in await self._pending():
                    self._lanes[name].start(then=self.app.woken.set)
                await self.app.woken.wait()
        finally:
            scheduler.shutdown(wait=False)
            for watcher in watchers:
                watcher.cancel()
            await asyncio.gather(*(lane.stop() for lane in self._lanes.values()))

    async def tick(self) -> None:
        """One round, to its end: for cron, for the console and for tests."""
        for name, adapter in self.adapters.items():
            if name not in self.present:
                await self.catch_up(adapter)
        found = await self._pending()
        if "open" in found:
            await self._lanes["open"].drain()
            found = await self._pending()
        for name in found:
            await self._lanes[name].drain()

    async def catch_up(self, adapter: Adapter) -> None:
        """Take in what was said while *adapter* was away, then let its drills go on."""
        try:
            open_drills = await asyncio.to_thread(self._open_drills, adapter.name)
            for drill in open_drills:
                mark = drill.seen_at or drill.opened_at or drill.opens_at
                for event in await adapter.answers_since(drill.channel, drill.message, mark):
                    await self._take_in(adapter, event)
        except (DeliveryError, StoreError) as error:
            log.warning("cannot catch up", platform=adapter.name, error=str(error))
        self.present.add(adapter.name)

    async def _pending(self) -> list[str]:
        """The lanes with work, in the order they are drained."""
        try:
            found = await asyncio.to_thread(self._steps.pending)
        except StoreError as error:
            log.error("tick failed", error=str(error))
            return []
        return [name for name in self._lanes if name in found]

    async def _watch(self, adapter: Adapter) -> None:
        while True:
            await adapter.returned.wait()
            adapter.returned.clear()
            await self.catch_up(adapter)
            self.app.woken.set()

    async def _take_in(self, adapter: Adapter, event: Event) -> None:
        async def show(reply: Reply) -> None:
            await adapter.tell(event.origin, reply, key=reply_key(event.id))

        await self.app.handle(event, show)

    def _open_drills(self, platform: str) -> list[Drill]:
        with self.app.core.store.read() as tx:
            return drills.to_catch_up(tx, [platform])
