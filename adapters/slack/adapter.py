"""Slack: connect, listen, post, find, tell."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import aiohttp
import structlog
from aiohttp import web as http
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from adapters.slack import events, render, spoken
from adapters.slack.inbox import Inbox
from adapters.slack.listening import Listening
from adapters.slack.oauth import Door, OAuth
from adapters.slack.origin import Origin
from adapters.slack.pace import Time, WallTime
from adapters.slack.refusals import RefusalError
from adapters.slack.socket import Socket
from adapters.slack.web import Connection, Web
from adapters.slack.workspaces import Access, Installed, One, Workspaces
from bot.errors import DeliveryError
from bot.protocol import Channel, Command, Event, Handler, Reply

log = structlog.get_logger()

# How long verdicts in hand may take when we are told to stop.
GRACE = 5.0


class Slack:
    """With an app token over Socket Mode; else over HTTP: mount `receive` at POST /slack/events.

    bot_token: of the one workspace; '' where *oauth* is given: then of every workspace that installed the app.
    time: what passes while Slack lets us wait. pause: seconds before the first new try after a failure; it doubles.
    """

    name = "slack"

    def __init__(
        self,
        bot_token: str,
        app_token: str,
        commands: Sequence[Command],
        *,
        api_url: str = "https://slack.com/api/",
        signing_secret: str = "",
        oauth: OAuth | None = None,
        http: aiohttp.ClientSession | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        time: Time | None = None,
        pause: float = 1.0,
    ) -> None:
        self.returned = asyncio.Event()
        self._app_token = app_token
        self._commands = commands
        self._signing_secret = signing_secret
        self._clock = clock
        self._pause = pause
        self._time = time or WallTime()
        self._connection = Connection(api_url, self._time, http)
        self._access = Access()
        self._closing = asyncio.Event()
        self._app: AsyncApp | None = None
        self._socket: Socket | None = None
        self.door: Door | None = None
        if oauth:
            installed = Installed(oauth.installations, self._connection)
            self.door = Door(oauth, installed, self._connection)
            self._workspaces: Workspaces = installed
        else:
            self._workspaces = One(bot_token, self._connection, self._access, pause)

    @property
    def connected(self) -> bool:
        """In HTTP mode Slack comes to us: there is nothing to be connected to."""
        return self._socket.live if self._socket else self._app is not None and not self._app_token

    async def run(self, handle: Handler) -> None:
        inbox = Inbox(handle)
        serving = asyncio.create_task(self._serve(inbox))
        stopping = [asyncio.create_task(self._closing.wait()), asyncio.create_task(self._access.ended.wait())]
        await asyncio.wait([serving, *stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in (serving, *stopping):
            task.cancel()
        failed = [found for found in await asyncio.gather(serving, return_exceptions=True) if isinstance(found, Exception)]
        self._app = None
        await inbox.finish(GRACE)
        await self._connection.close()
        if self._access.ended.is_set() and not self._closing.is_set():
            raise DeliveryError(f"Slack: {self._access.reason}", permanent=True)
        if failed:
            raise failed[0]

    async def receive(self, request: http.Request) -> http.Response:
        """POST /slack/events: events, commands and everything pressed."""
        if self._app is None:
            return http.Response(status=503)
        answer = await self._app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    async def post(self, channel: Channel, reply: Reply, *, key: str, thread: str = "") -> str:
        showing = (await self._workspaces.get(channel.workspace)).showing
        return await showing.post(await showing.place(channel.channel_id), reply, key, thread)

    async def edit(self, channel: Channel, message: str, reply: Reply) -> None:
        workspace = await self._workspaces.get(channel.workspace)
        here = await workspace.showing.place(channel.channel_id)
        first, *_ = render.messages(reply)
        await workspace.web.call("chat.update", channel=here, ts=message, **first)

    async def find(self, channel: Channel, key: str, *, thread: str = "") -> str | None:
        showing = (await self._workspaces.get(channel.workspace)).showing
        try:
            return await showing.find(await showing.place(channel.channel_id), key, thread)
        except RefusalError as error:
            if error.code == "thread_not_found":
                return None
            raise

    async def tell(self, origin: str, reply: Reply, *, key: str) -> None:
        where = Origin.parse(origin)
        await (await self._workspaces.get(where.team)).showing.show(where, reply, key, again=True)

    async def answers_since(self, channel: Channel, message: str, mark: datetime) -> Sequence[Event]:
        """Of a thread or channel that is gone, nothing was missed."""
        verbs = {command.name for command in self._commands if not command.hidden}
        found = []
        try:
            here = await self._workspaces.get(channel.workspace)
            place = await here.showing.place(channel.channel_id)
            threads = [message, ""] if channel.is_direct else [message]
            for thread in threads:
                async for one in here.showing.history(place, thread, events.stamp(mark)):
                    heard = {**one, "channel": place}
                    if spoken.heard(heard, here.me):
                        event = spoken.said(heard, here.me, await here.people.get(one["user"]), verbs)
                        found += [await here.placed(event)] if event else []
        except DeliveryError as error:
            if not error.permanent:
                raise
            log.warning("nothing to catch up with", channel=str(channel), error=str(error))
        return sorted({event.id: event for event in found}.values(), key=lambda event: event.at)

    async def close(self) -> None:
        self._closing.set()

    async def _serve(self, inbox: Inbox) -> None:
        if isinstance(self._workspaces, One):
            await self._workspaces.wait()
        listening = Listening(self._workspaces, self._commands, inbox, self._clock)
        self._app = listening.app("" if self._app_token else self._signing_secret)
        if self._app_token:
            web = Web(self._app_token, self._connection, self._access.lose, "app")
            self._socket = Socket(web, self._app, self.returned.set, self._time.sleep, self._pause)
            await self._socket.run()
        self.returned.set()
        await self._closing.wait()
