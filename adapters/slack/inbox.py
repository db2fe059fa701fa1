"""Events on their way in: recorded before they are acknowledged, shown after, each handled once however often it comes."""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.protocol import Event, Handler, Reply, Show

log = structlog.get_logger()

# Slack gives up after three tries in six minutes; no workspace says more than this meanwhile.
REMEMBERED = 10_000


class Inbox:
    def __init__(self, handle: Handler) -> None:
        self._handle = handle
        self._recorded: OrderedDict[str, asyncio.Future[None]] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, event: Event, show: Show, *, at_most: float | None = None) -> None:
        """Returns once the core has stored what *event* changes; the reply follows. The same event again joins the first.

        at_most: seconds after which it returns in any case, for what Slack does not bring again.
        """
        recorded = self._recorded.get(event.id)
        if recorded is None:
            recorded = self._recorded[event.id] = asyncio.get_running_loop().create_future()
            if len(self._recorded) > REMEMBERED:
                self._recorded.popitem(last=False)
            self.spawn(self._run(event, show, recorded))
        try:
            await asyncio.wait_for(asyncio.shield(recorded), at_most)
        except TimeoutError:
            log.info("acknowledged before it was taken in", event_id=event.id)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self, seconds: float) -> None:
        """Let what is in hand come to its end, for so long."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, event: Event, show: Show, recorded: asyncio.Future[None]) -> None:
        async def shown(reply: Reply) -> None:
            _done(recorded)
            await show(reply)

        try:
            await self._handle(event, shown)
        except asyncio.CancelledError:
            recorded.cancel()
            raise
        except Exception:
            # Not acknowledged, so that Slack brings it again.
            self._recorded.pop(event.id, None)
            log.exception("event not taken in", event_id=event.id)
            if not recorded.done():
                recorded.set_exception(RuntimeError(f"{event.id} was not recorded"))
                recorded.exception()
        finally:
            _done(recorded)


def _done(recorded: asyncio.Future[None]) -> None:
    if not recorded.done():
        recorded.set_result(None)
