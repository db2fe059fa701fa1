"""The lane that tells weekly recaps."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import structlog

from bot.domain.drill import Drill
from bot.errors import DeliveryError
from bot.present import pictures
from bot.present import recap as show
from bot.protocol import Reply
from bot.reconcile.steps import LEASE, Steps, pause_after
from bot.service import recap
from bot.store import recaps

log = structlog.get_logger()

# A recap that could not be told for so long is no news any more.
STALE = timedelta(days=5)


class Recaps:
    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.core = steps.core
        # Of its own: on a Monday morning many pictures are drawn one after the other, and answers must not queue behind them.
        self._drawing = ThreadPoolExecutor(1, "recap")

    def claim(self, most: int) -> Sequence[Drill]:
        with self.core.store.write() as tx:
            return recaps.claim(tx, self.core.clock(), LEASE, most, platforms=self.steps.platforms)

    async def tell(self, drill: Drill) -> None:
        reply = await asyncio.get_running_loop().run_in_executor(self._drawing, self._reply, drill)
        message = None
        if reply:
            try:
                message = await self.steps.send(drill.channel, reply, f"recap-{drill.id}", look=drill.recap_tries > 1)
            except DeliveryError as error:
                if not error.permanent:
                    await asyncio.to_thread(self._put_off, drill, pause_after(drill.recap_tries, error))
                    return
                log.warning("recap refused", drill=drill.id, channel=str(drill.channel), error=str(error))
        await asyncio.to_thread(self._told, drill, message)
        log.info("recap told" if message else "no recap", drill=drill.id, channel=str(drill.channel))

    def _reply(self, drill: Drill) -> Reply | None:
        """None when there is nothing to tell, or nobody would care any more."""
        if self.core.clock() - drill.opens_at > STALE:
            return None
        seen = recap.recap(self.core, drill)
        return show.recap(seen, pictures.drawn(pictures.of_climb, seen.climb)) if seen.answered else None

    def _told(self, drill: Drill, message: str | None) -> None:
        with self.core.store.write() as tx:
            recaps.told(tx, drill.id, message)

    def _put_off(self, drill: Drill, wait: timedelta) -> None:
        with self.core.store.write() as tx:
            recaps.put_off(tx, drill.id, self.core.clock() + wait)
