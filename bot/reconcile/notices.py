"""The lane that tells admins what they must know: by direct message, to whoever set the channel up."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot.errors import DeliveryError
from bot.present import notices as show
from bot.protocol import direct
from bot.reconcile.steps import LEASE, Steps, pause_after
from bot.store import notices
from bot.store.notices import Notice

log = structlog.get_logger()

# What could not be told for so long is found in `drillbot schedule list`.
STALE = timedelta(days=1)


class Notices:
    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.core = steps.core

    def claim(self, most: int) -> Sequence[Notice]:
        with self.core.store.write() as tx:
            return notices.claim(tx, self.core.clock(), LEASE, most, platforms=self.steps.platforms)

    async def tell(self, notice: Notice) -> None:
        if notice.owner and self.core.clock() - notice.made_at < STALE:
            reply = show.notice(notice)
            try:
                await self.steps.send(direct(notice.owner), reply, f"notice-{notice.id}", look=notice.tries > 1)
            except DeliveryError as error:
                if not error.permanent:
                    await asyncio.to_thread(self._put_off, notice, pause_after(notice.tries, error))
                    return
                log.warning("admin not told", channel=str(notice.channel), error=str(error))
        await asyncio.to_thread(self._told, notice)

    def _told(self, notice: Notice) -> None:
        with self.core.store.write() as tx:
            notices.told(tx, notice.id, self.core.clock())

    def _put_off(self, notice: Notice, wait: timedelta) -> None:
        with self.core.store.write() as tx:
            notices.put_off(tx, notice.id, self.core.clock() + wait)
