"""One kind of work: claim some, do it side by side, claim more while there is any."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog

from bot.errors import StoreError

log = structlog.get_logger()

# Enough to keep a platform's rate limit busy at a tenth of a second per call, few enough to hold in memory.
WIDTH = 20
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

    def start(self) -> None:
        """Begin draining, unless that is going on."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self.drain())

    async def stop(self) -> None:
        """Let go: leases run out, and whoever comes next goes on."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def drain(self) -> None:
        """Until nothing is left to claim. A database that is away is waited for by the next tick."""
        running: set[asyncio.Task[None]] = set()
        try:
            while True:
                try:
                    claimed = await asyncio.to_thread(self._claim, WIDTH - len(running)) if len(running) < WIDTH else []
                except StoreError as error:
                    log.error("tick failed", lane=self.name, error=str(error))
                    claimed = []
                if self._work:
                    running |= {asyncio.create_task(self._guarded(row)) for row in claimed}
                elif claimed:
                    continue
                if not running:
                    return
                _, running = await asyncio.wait(running, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in running:
                task.cancel()

    async def _guarded(self, row: Any) -> None:
        assert self._work is not None
        try:
            await self._work(row)
        except Exception:
            log.exception("step failed", lane=self.name, row=getattr(row, "id", None) or getattr(row, "attempt", None))
