"""One kind of work: claim some, do it side by side, claim more while there is any."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog

from bot import metrics
from bot.errors import StoreError

log = structlog.get_logger()

# Enough to keep a platform's rate limit busy at a second per call, few enough to hold in memory.
WIDTH = 60
# How long claimed work may take before we look for new work beside it.
PATIENCE = 1.0


class Lane:
    """claim: takes up to so many rows, in a worker thread. work: does one of them; without it, claiming is all there is to do."""

    def __init__(
        self, name: str, claim: Callable[[int], Sequence[Any]], work: Callable[[Any], Awaitable[None]] | None = None
    ) -> None:
        self.name = name
        self._claim = claim
        self._work = work
        self._task: asyncio.Task[None] | None = None

    def start(self, then: Callable[[], None]) -> None:
        """Begin draining, unless that is going on. *then* is called when something was done: there may be new work for others."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(then))

    async def stop(self) -> None:
        """Let go: leases run out, and whoever comes next goes on."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def drain(self) -> bool:
        """Until nothing is left to claim; whether there was anything."""
        running: set[asyncio.Task[None]] = set()
        did = False
        try:
            while True:
                room = WIDTH - len(running)
                claimed = await self._claimed(room)
                did = did or bool(claimed)
                if self._work:
                    running |= {asyncio.create_task(self._guarded(row)) for row in claimed}
                elif claimed:
                    continue
                if not running:
                    return did
                await _until_few(running, 0 if len(claimed) < room else WIDTH // 2)
        finally:
            for task in running:
                task.cancel()

    async def _run(self, then: Callable[[], None]) -> None:
        if await self.drain():
            then()

    async def _claimed(self, room: int) -> Sequence[Any]:
        """A database that is away is left to the next tick."""
        if not room:
            return ()
        try:
            with metrics.TICKS.labels(self.name).time():
                return await asyncio.to_thread(self._claim, room)
        except StoreError as error:
            metrics.ERRORS.labels("database").inc()
            log.error("tick failed", lane=self.name, error=str(error))
            return ()

    async def _guarded(self, row: Any) -> None:
        assert self._work is not None
        try:
            with metrics.QUEUE.labels(self.name).track_inprogress():
                await self._work(row)
        except Exception:
            metrics.ERRORS.labels("step").inc()
            log.exception("step failed", lane=self.name, row=getattr(row, "id", None) or getattr(row, "attempt", None))


async def _until_few(running: set[asyncio.Task[None]], few: int) -> None:
    """Until no more than *few* are left in *running*, or for as long as our patience lasts: a claim costs a transaction."""
    freed = asyncio.Event()

    def done(task: asyncio.Task[None]) -> None:
        running.discard(task)
        if len(running) <= few:
            freed.set()

    for task in list(running):
        task.add_done_callback(done)
    try:
        async with asyncio.timeout(PATIENCE):
            await freed.wait()
    except TimeoutError:
        pass
    finally:
        for task in running:
            task.remove_done_callback(done)
