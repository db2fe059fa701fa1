"""What was said while we were away."""

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.app import App
from bot.domain.drill import Drill
from bot.errors import DeliveryError, StoreError
from bot.protocol import Adapter, Event, Reply, reply_key
from bot.store import drills

log = structlog.get_logger()

# The platform's clock and ours differ; what is read twice counts once.
OVERLAP = timedelta(minutes=5)
# How long after its end a drill is read once more when we come back.
LOOK_BACK = timedelta(days=1)


async def catch_up(app: App, adapter: Adapter) -> bool:
    """Take in what was said below every open drill of a platform. False when something could not be read yet."""
    done = True
    try:
        for drill in await asyncio.to_thread(_open_drills, app, adapter.name):
            try:
                await take_in(app, adapter, drill)
            except DeliveryError as error:  # a channel that is gone for good must not keep the others waiting
                log.warning("answers not read", drill=drill.id, channel=str(drill.channel), error=str(error))
                done = done and error.permanent
    except StoreError as error:
        log.warning("cannot catch up yet", platform=adapter.name, error=str(error))
        return False
    return done


async def take_in(app: App, adapter: Adapter, drill: Drill) -> None:
    """The answers below one post that nobody saw. Raises DeliveryError, StoreError."""
    now = app.core.clock()
    mark = (drill.seen_at or drill.opens_at) - OVERLAP
    for event in await adapter.answers_since(drill.channel, drill.message, mark):
        await _hand_in(app, adapter, event)
    await asyncio.to_thread(_seen, app, drill, now)


async def _hand_in(app: App, adapter: Adapter, event: Event) -> None:
    async def show(reply: Reply) -> None:
        await adapter.tell(event.origin, reply, key=reply_key(event.id))

    await app.handle(event, show, again=True)


def _open_drills(app: App, platform: str) -> list[Drill]:
    with app.core.store.read() as tx:
        return drills.to_catch_up(tx, [platform], app.core.clock() - LOOK_BACK)


def _seen(app: App, drill: Drill, at: datetime) -> None:
    with app.core.store.write() as tx:
        drills.seen(tx, drill.id, at)
