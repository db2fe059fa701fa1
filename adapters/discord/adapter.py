"""Discord as the port sees it: gateway in, REST out."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import discord
import structlog

from adapters.discord import events, ids, slash
from adapters.discord.answering import Answering
from adapters.discord.budget import RATE, Lane
from adapters.discord.gateway import OWN_API, Gateway, pause
from adapters.discord.ids import Origin
from adapters.discord.inbox import Inbox
from adapters.discord.interactions import Interactions
from adapters.discord.messages import Messages
from adapters.discord.places import Places
from adapters.discord.rest import Rest
from bot.errors import DeliveryError
from bot.protocol import Channel, Command, Event, Handler, Reply

log = structlog.get_logger()

# How long what is being answered may take when we are told to stop.
GRACE = 5.0


class Discord:
    """shards: '', 'auto' or a number of them; shard_ids: those of this process, like '0,1'.

    rate: requests a second over all routes but interactions.
    message_content: the app has that intent, so every message in a drill's thread counts.
    members: the app has the server members intent, so it is told who leaves.
    """

    name = "discord"

    def __init__(
        self,
        token: str,
        commands: Sequence[Command],
        *,
        api_url: str = OWN_API,
        message_content: bool = False,
        members: bool = False,
        shards: str = "",
        shard_ids: str = "",
        rate: int = RATE,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.returned = asyncio.Event()
        self._commands, self._clock = tuple(commands), clock
        self._api = api_url.rstrip("/")
        self._interactions = Interactions(self._api)
        self._gateway = Gateway(
            token,
            message_content,
            members,
            shards,
            shard_ids,
            listeners={
                "INTERACTION_CREATE": self._on_interaction,
                "MESSAGE_CREATE": self._on_message,
                "GUILD_MEMBER_REMOVE": self._on_left,
            },
            connected=self.returned.set,
            joined=self._on_joined,
            prepare=self._prepare,
            address=self._interactions.gateway,
        )
        self._rest = Rest(lambda: self._gateway.http, self._gateway.revoke, rate)
        self._messages = Messages(self._rest, lambda: self._gateway.bot, self._on_forbidden)
        self._places = Places(self._gateway, self._rest)
        self._answering = Answering(self._messages, self._interactions, clock)
        self._inbox = Inbox(self._commands, self._gateway, self._places, self._messages, self._interactions, self._answering)
        self._handle: Handler | None = None
        self._working: set[asyncio.Task[None]] = set()
        self._syncing: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        return self._gateway.connected

    async def run(self, handle: Handler) -> None:
        self._handle = handle
        try:
            await self._gateway.run(self._api)
        finally:
            await self._finish()

    async def post(self, channel: Channel, reply: Reply, *, key: str, thread: str = "") -> str:
        with _readable():
            return await self._messages.post(channel, reply, key, thread)

    async def edit(self, channel: Channel, message: str, reply: Reply) -> None:
        with _readable():
            await self._messages.edit(channel, message, reply)

    async def find(self, channel: Channel, key: str, *, thread: str = "") -> str | None:
        with _readable():
            return await self._messages.find(channel, key, thread)

    async def tell(self, origin: str, reply: Reply, *, key: str) -> None:
        try:
            known = Origin.load(origin)
        except ValueError as error:
            raise DeliveryError(str(error), permanent=True) from error
        with _readable():
            await self._answering.show(known, reply, key, again=True)

    async def answers_since(self, channel: Channel, message: str, mark: datetime) -> Sequence[Event]:
        """From the thread's history and from the replies in the channel. A channel that is gone has none."""
        with _readable():
            return await self._said_below(channel, message, mark)

    async def close(self) -> None:
        await self._gateway.close()

    async def _said_below(self, channel: Channel, message: str, mark: datetime) -> list[Event]:
        container, post = ids.place_of(message, channel)
        found: dict[str, Event] = {}
        for place in dict.fromkeys((post, container)):
            try:
                async for row in self._messages.since(place, mark):
                    if place == post or str((row.get("message_reference") or {}).get("message_id")) == post:
                        there = events.Place(channel.workspace, channel.channel_id, channel.name, post)
                        event = events.said(row, there, self._gateway.bot, self._commands)
                        if event:
                            found[event.id] = event
            except DeliveryError as error:
                if not error.permanent:
                    raise
                log.info("no history to read", channel=str(channel), place=place, error=str(error))
        return sorted(found.values(), key=lambda event: (event.at, event.id))

    def _on_interaction(self, data: dict[str, Any]) -> None:
        if self._handle:
            self._start(self._inbox.interaction(data, self._handle))

    def _on_message(self, data: dict[str, Any]) -> None:
        if self._handle and events.of_a_person(data):
            self._start(self._inbox.message(data, self._handle), failed=self.returned.set)  # the thread is read again

    def _on_left(self, data: dict[str, Any]) -> None:
        if self._handle:
            self._start(self._inbox.left(data, self._clock(), self._handle))

    def _on_joined(self, guild: discord.Guild) -> None:
        if self._handle:
            self._start(self._inbox.joined(guild, self._handle))

    def _on_forbidden(self, channel: Channel) -> None:
        if self._handle:
            self._start(self._inbox.forbidden(channel, self._handle))

    def _start(self, work: Coroutine[Any, Any, None], failed: Callable[[], None] = lambda: None) -> None:
        """Each event in a task of its own: a slow one keeps nobody waiting."""
        task = asyncio.create_task(_logged(work, failed))
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _prepare(self) -> None:
        """Between login and the gateway: the commands are there before anybody can use them."""
        self._interactions.application = self._gateway.application
        self._stop_syncing()
        self._syncing = asyncio.create_task(_logged(self._sync()))

    async def _sync(self) -> None:
        """Tell Discord our commands, if it stores others; tried until it worked or cannot."""
        path, application = "/applications/{application_id}/commands", self._gateway.application
        wanted = slash.definition(self._commands)
        for failures in itertools.count(1):
            try:
                if not slash.same(wanted, await self._rest.records(Lane.EDIT, "GET", path, application_id=application)):
                    await self._rest.call(Lane.EDIT, "PUT", path, wanted, application_id=application)
                return
            except DeliveryError as error:
                if error.permanent:
                    raise
                log.warning("commands not told", error=str(error))
            await asyncio.sleep(pause(failures))

    def _stop_syncing(self) -> None:
        if self._syncing:
            self._syncing.cancel()

    async def _finish(self) -> None:
        self._stop_syncing()
        if self._working:
            _, late = await asyncio.wait(self._working, timeout=GRACE)
            for task in late:
                task.cancel()
        self._rest.budget.close()
        await self._interactions.close()


@contextmanager
def _readable() -> Iterator[None]:
    """Discord, or what stands before it, may answer with anything: the core is told only that it did not work."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        log.error("discord answer not understood", exc_info=error)
        raise DeliveryError("Discord's answer cannot be read", permanent=False) from error


async def _logged(work: Awaitable[None], failed: Callable[[], None] = lambda: None) -> None:
    """What an event causes ends here, not in the event loop's own report."""
    try:
        await work
    except DeliveryError as error:
        log.warning("discord event not answered", error=str(error))
    except Exception as error:
        log.error("discord event failed", exc_info=error)
        failed()
