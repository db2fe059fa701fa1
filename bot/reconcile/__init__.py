"""The tick: makes the chat platforms match what the database says should be true.

    due schedules → planned drills → posted → counted → closed; verdicts that nobody told → told

Every step claims its rows with a lease and may die at any point: the next tick, of this process or another, goes on.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.app import App
from bot.errors import StoreError
from bot.protocol import Adapter
from bot.reconcile.lane import Lane
from bot.reconcile.missed import catch_up
from bot.reconcile.notices import Notices
from bot.reconcile.posting import Posts
from bot.reconcile.recap import Recaps
from bot.reconcile.steps import Steps

log = structlog.get_logger()

TICK = timedelta(seconds=5)
# Housekeeping is for the day, and knows what it did today; a process that never lives a whole day does it too.
TIDY_HOURS = 6
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0


class Reconciler:
    """adapters: by platform name; only those that are connected and caught up are acted on. tidy: the daily housekeeping."""

    def __init__(self, app: App, adapters: Mapping[str, Adapter], tidy: Callable[[], None] | None = None) -> None:
        self.app = app
        self.adapters = adapters
        self.present: set[str] = set()
        self._tidy = tidy
        self._steps = Steps(app, adapters, self.present)
        # Of each platform its own: where one hangs, its calls fill its lanes only.
        self._lanes: dict[str, list[Lane]] = {}
        for name in adapters:
            for lane in _lanes(Steps(app, {name: adapters[name]}, self.present)):
                self._lanes.setdefault(lane.name, []).append(lane)

    async def run(self, every: timedelta = TICK) -> None:
        """Tick until cancelled: at the interval, after events, and when a platform comes back."""
        scheduler = AsyncIOScheduler()
        interval = IntervalTrigger(seconds=every.total_seconds())
        scheduler.add_job(self.app.woken.set, interval, coalesce=True, max_instances=1, misfire_grace_time=None)
        if self._tidy:
            often = IntervalTrigger(hours=TIDY_HOURS)
            scheduler.add_job(self._tidied, often, next_run_time=datetime.now(UTC), coalesce=True, misfire_grace_time=None)
        scheduler.start()
        watchers = [asyncio.create_task(self._watch(adapter)) for adapter in self.adapters.values()]
        try:
            while True:
                self.app.woken.clear()
                for name in await self._pending() or ():
                    for lane in self._lanes[name]:
                        lane.start(then=self.app.woken.set)
                await self.app.woken.wait()
        finally:
            scheduler.shutdown(wait=False)
            for watcher in watchers:
                watcher.cancel()
            await asyncio.gather(*(lane.stop() for lanes in self._lanes.values() for lane in lanes))

    async def tick(self) -> bool:
        """One round, to its end: for cron, for the console and for tests. False when something could not be looked at."""
        for name, adapter in self.adapters.items():
            if name not in self.present and await catch_up(self.app, adapter):
                self.present.add(name)
        found = await self._pending()
        if found and "open" in found:
            await self._drain("open")
            found = await self._pending()
        for name in found or ():
            await self._drain(name)
        if found and "post" in found:  # the first post of a week makes its recap due, and any may leave something to be told
            await self._drain("recap")
            await self._drain("notice")
        return found is not None and len(self.present) == len(self.adapters)

    async def _drain(self, name: str) -> None:
        await asyncio.gather(*(lane.drain() for lane in self._lanes[name]))

    async def _tidied(self) -> None:
        assert self._tidy is not None
        try:
            await asyncio.to_thread(self._tidy)
        except (StoreError, OSError) as error:
            log.error("housekeeping failed", error=str(error))

    async def _pending(self) -> list[str] | None:
        """The lanes with work, in the order they are drained; None when the database is away."""
        try:
            found = await asyncio.to_thread(self._steps.pending)
        except StoreError as error:
            log.error("tick failed", error=str(error))
            return None
        return [name for name in self._lanes if name in found]

    async def _watch(self, adapter: Adapter) -> None:
        """A platform that was away is left alone until all that was said meanwhile is taken in."""
        while True:
            await adapter.returned.wait()
            adapter.returned.clear()
            self.present.discard(adapter.name)
            wait = FIRST_WAIT
            while not await catch_up(self.app, adapter):
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)
            self.present.add(adapter.name)
            log.info("connected", platform=adapter.name)
            self.app.woken.set()


def _lanes(steps: Steps) -> list[Lane]:
    """In the order they are drained."""
    posts, recaps, notices = Posts(steps), Recaps(steps), Notices(steps)
    return [
        Lane("open", posts.open_due),
        Lane("close", steps.claim_closing, steps.close),
        Lane("post", posts.claim, posts.post),
        Lane("tell", steps.claim_unheard, steps.tell),
        Lane("count", steps.claim_counts, steps.show_count),
        Lane("recap", recaps.claim, recaps.tell),
        Lane("notice", notices.claim, notices.tell),
    ]
