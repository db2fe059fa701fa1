"""What each lane claims and does. Before anything is sent a second time, the platform is asked whether the first one arrived."""

import asyncio
import random
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from bot import metrics
from bot.app import App
from bot.domain.drill import Drill, State
from bot.errors import DeliveryError, StoreError
from bot.present import drills as show
from bot.protocol import Adapter, Channel, Reply, reply_key
from bot.service import answers, closing
from bot.service import drills as drill_service
from bot.store import attempts, claims, drills, work
from bot.store.attempts import Unheard

log = structlog.get_logger()

# Longer than any call to a platform may take, so that nobody else acts while we still might.
LEASE = timedelta(seconds=60)
CALL_SECONDS = 30
# An edit of an old message is rationed by the platforms, and nobody reads a counter twice a minute.
COUNT_PAUSE = timedelta(seconds=30)
# A verdict that could not be told this often, and for so long, stays behind /drill score.
MOST_TELLINGS = 6
NEWS = timedelta(days=1)
# A closed drill whose post cannot be edited this often, and for so long after its end, keeps its old post.
MOST_EDITS = 8
EDITS_AFTER = timedelta(hours=2)
LONGEST_WAIT = timedelta(minutes=10)


class Steps:
    """adapters: those to act on, by platform. present: names of the platforms that are connected and caught up."""

    def __init__(self, app: App, adapters: Mapping[str, Adapter], present: Set[str]) -> None:
        self.app = app
        self.core = app.core
        self.adapters = adapters
        self.present = present

    @property
    def _now(self) -> datetime:
        return self.core.clock()

    @property
    def platforms(self) -> list[str]:
        return sorted(self.present & self.adapters.keys())

    def pending(self) -> set[str]:
        """The names of the lanes that have work: one look at the database, so that an idle tick costs next to nothing."""
        failures = metrics.ERRORS.labels("database").count_exceptions(StoreError)
        with failures, metrics.TICKS.labels("look").time(), self.core.store.read() as tx:
            return work.pending(tx, self._now, COUNT_PAUSE, self.platforms)

    def claim_counts(self, most: int) -> list[Drill]:
        with self.core.store.write() as tx:
            return claims.claim_counts(tx, self._now, COUNT_PAUSE, LEASE, most, platforms=self.platforms)

    async def show_count(self, drill: Drill) -> None:
        """An edit that failed leaves the count as it was: it is tried again after the pause."""
        if await self._edit(drill) is None:
            await asyncio.to_thread(self.set, drill, shown=drill.answered)

    def claim_unheard(self, most: int) -> list[Unheard]:
        with self.core.store.write() as tx:
            return attempts.claim_unheard(tx, self._now, LEASE, most, platforms=self.platforms)

    async def tell(self, waiting: Unheard) -> None:
        verdict = await asyncio.to_thread(answers.verdict_of, self.core, waiting.attempt)
        adapter = self.adapters[waiting.channel.platform]
        if verdict and waiting.origin and (waiting.tries <= MOST_TELLINGS or self._now - verdict.attempt.answered_at < NEWS):
            try:
                async with asyncio.timeout(CALL_SECONDS):
                    await adapter.tell(waiting.origin, show.verdict(verdict), key=reply_key(waiting.event_id))
            except (DeliveryError, TimeoutError) as error:
                if not (isinstance(error, DeliveryError) and error.permanent):
                    await asyncio.to_thread(self._put_off_telling, waiting, pause_after(waiting.tries, error))
                    return
                metrics.ERRORS.labels("delivery").inc()
                log.warning("verdict stays untold", attempt=waiting.attempt, drill=waiting.drill, error=str(error))
        await self.app.told(waiting.attempt)

    def claim_closing(self, most: int) -> list[Drill]:
        """Past its closing time a drill takes no more answers, even while its reveal waits."""
        with self.core.store.write() as tx:
            for drill in claims.claim(tx, State.OPEN, self._now, LEASE, most, platforms=self.platforms, due=True):
                drills.move(tx, drill.id, State.OPEN, State.CLOSING)
            return claims.claim(tx, State.CLOSING, self._now, LEASE, most, platforms=self.platforms)

    async def close(self, drill: Drill) -> None:
        question = self.core.bank.get(drill.question)
        reveal = drill.reveal
        if question and drill.message and not reveal:
            outcome = await asyncio.to_thread(closing.outcome, self.core, drill, question)
            try:
                key = f"close-{drill.id}"
                reveal = await self.send(drill.channel, show.reveal(outcome), key, drill.message, look=drill.tries > 1)
            except DeliveryError as error:
                if not error.permanent:
                    await asyncio.to_thread(self.put_off, drill, pause_after(drill.tries, error))
                    return
                metrics.ERRORS.labels("delivery").inc()
                log.warning("reveal refused", drill=drill.id, channel=str(drill.channel), error=str(error))
        failure = await self._edit(drill)  # first, so that a crash here is made good
        ended = drill.closes_at or self._now
        if failure and (drill.tries <= MOST_EDITS or self._now - ended < EDITS_AFTER):
            await asyncio.to_thread(self.set, drill, reveal=reveal or None)
            await asyncio.to_thread(self.put_off, drill, pause_after(drill.tries, failure))
            return
        await self._move(drill, State.CLOSING, State.CLOSED, reveal=reveal or None, closed_at=self._now, shown=drill.answered)
        log.info("closed", drill=drill.id, channel=str(drill.channel), answered=drill.answered)

    async def find(self, channel: Channel, key: str) -> str | None:
        """The message under *key*, if it was made. Raises DeliveryError."""
        with _in_time():
            async with asyncio.timeout(CALL_SECONDS):
                return await self.adapters[channel.platform].find(channel, key)

    async def send(self, channel: Channel, reply: Reply, key: str, thread: str = "", *, look: bool) -> str:
        """look: it may have arrived before. Raises DeliveryError."""
        with _in_time():
            async with asyncio.timeout(CALL_SECONDS):
                adapter = self.adapters[channel.platform]
                found = await adapter.find(channel, key, thread=thread) if look else None
                return found or await adapter.post(channel, reply, key=key, thread=thread)

    async def _edit(self, drill: Drill) -> DeliveryError | None:
        """Show the drill as it is now; what went wrong and may go right later, if anything."""
        current = await asyncio.to_thread(self._get, drill)
        question = self.core.bank.get(drill.question)
        if not (current and question and current.message):
            return None
        zone = await asyncio.to_thread(drill_service.zone, self.core, drill)
        adapter = self.adapters[drill.channel.platform]
        try:
            async with asyncio.timeout(CALL_SECONDS):
                await adapter.edit(drill.channel, current.message, show.post(current, question, zone))
        except (DeliveryError, TimeoutError) as error:
            metrics.ERRORS.labels("delivery").inc()
            log.warning("post not edited", drill=drill.id, channel=str(drill.channel), error=str(error))
            failure = error if isinstance(error, DeliveryError) else DeliveryError("no answer in time", permanent=False)
            return None if failure.permanent else failure
        return None

    async def _move(self, drill: Drill, before: State, after: State, **values: object) -> None:
        def move() -> None:
            with self.core.store.write() as tx:
                drills.move(tx, drill.id, before, after, **values)

        await asyncio.to_thread(move)

    def set(self, drill: Drill, **values: object) -> None:
        with self.core.store.write() as tx:
            drills.set_fields(tx, drill.id, **values)

    def _get(self, drill: Drill) -> Drill | None:
        with self.core.store.read() as tx:
            return drills.get(tx, drill.id)

    def put_off(self, drill: Drill, wait: timedelta) -> None:
        metrics.RETRIES.labels(drill.channel.platform, drill.state.value).inc()
        with self.core.store.write() as tx:
            drills.put_off(tx, drill.id, self._now + wait)

    def _put_off_telling(self, waiting: Unheard, wait: timedelta) -> None:
        metrics.RETRIES.labels(waiting.channel.platform, "tell").inc()
        with self.core.store.write() as tx:
            attempts.put_off(tx, waiting.attempt, self._now + wait)


@contextmanager
def _in_time() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise DeliveryError("no answer in time", permanent=False) from error


def pause_after(tries: int, error: Exception) -> timedelta:
    """What the platform asked for, else doubling from two seconds, spread so that many do not come back at once."""
    asked = error.retry_after if isinstance(error, DeliveryError) else None
    seconds = max(asked, 1.0) if asked is not None else min(2.0 ** min(tries, 12), LONGEST_WAIT.total_seconds())
    return timedelta(seconds=seconds * random.uniform(1.0, 1.3))
