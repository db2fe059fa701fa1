"""The async edge: the sync core in worker threads, one error boundary, verdicts marked as told once they are shown."""

import asyncio
import gc
import secrets

import structlog

from bot import metrics
from bot.commands import Response, commands, dispatch, refusal
from bot.errors import DeliveryError, StoreError, UserError
from bot.limits import Limits, sentence
from bot.protocol import Event, Show
from bot.service import answers
from bot.service.core import Core

log = structlog.get_logger()


class App:
    """woken: set after every command, so that what it planned is posted now. Answers plan nothing: counts wait for the tick."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.woken = asyncio.Event()
        self._limits = Limits()

    async def handle(self, event: Event, show: Show, *, again: bool = False) -> None:
        """What adapters call. Raises StoreError for what was said in public while the database is away: it must come again.

        Nothing else that an event can cause is raised; what cannot be shown now is told later.
        again: it was read back, perhaps not for the first time, and counts against no limit.
        """
        with metrics.HANDLING.labels(event.channel.platform).time():
            await self._handle(event, show, again)

    async def _handle(self, event: Event, show: Show, again: bool) -> None:
        response = await self._respond(event, again)
        if response.reply is None:
            return
        if response.attempt is None:
            self.woken.set()
        try:
            await show(response.reply)
        except DeliveryError as error:
            metrics.ERRORS.labels("delivery").inc()
            log.warning("reply not shown", event_id=event.id, channel=str(event.channel), error=str(error))
            return
        if response.attempt is not None:
            await self.told(response.attempt)

    async def told(self, attempt: int) -> None:
        try:
            await asyncio.to_thread(answers.mark_told, self.core, attempt)
        except StoreError as error:
            log.error("told but not marked", attempt=attempt, error=str(error))

    async def _respond(self, event: Event, again: bool) -> Response:
        excess = "" if again else self._limits.exceeded(event)
        if excess:
            metrics.REFUSALS.labels(excess).inc()
            self._note(event, "too many")
            return Response(refusal(sentence(excess)) if event.addressed else None)
        try:
            response = await asyncio.to_thread(dispatch, self.core, event)
        except UserError as error:
            self._note(event, "refused")
            return Response(refusal(str(error)) if event.addressed else None)
        except StoreError as error:
            metrics.ERRORS.labels("database").inc()
            if not event.addressed:
                raise  # it may be an answer: whoever brought it brings it again
            return self._apology(event, "My memory is out of reach.", error)
        except Exception as error:
            metrics.ERRORS.labels("bug").inc()
            return self._apology(event, "Something went wrong on my side.", error)
        if response.attempt is None and response.reply is not None:  # an answer has its own line, talk has none
            self._note(event, "done")
        return response

    def _note(self, event: Event, outcome: str) -> None:
        """Only our own words: what somebody typed as a command may be an answer."""
        known = event.command if event.command in {command.name for command in commands(self.core.bank)} else "?"
        log.info("handled", command=known, outcome=outcome, event_id=event.id, channel=str(event.channel))

    def _apology(self, event: Event, what: str, error: Exception) -> Response:
        reference = secrets.token_hex(3)
        log.error(
            "event failed",
            reference=reference,
            event_id=event.id,
            command=event.command,
            channel=str(event.channel),
            exc_info=error,
        )
        sentence = f"{what} Nothing was counted; please try again in a minute. (reference {reference})"
        return Response(refusal(sentence) if event.addressed else None)


def settle() -> None:
    """What is loaded by now stays: looking through it for garbage would hold up the event loop for a tenth of a second."""
    gc.collect()
    gc.freeze()
