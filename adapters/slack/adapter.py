"""Slack: connect, listen, post, find, tell."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import aiohttp
import structlog
from aiohttp import web as http
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from adapters.slack import events, manifest, render, spoken
from adapters.slack.events import Me
from adapters.slack.inbox import Inbox
from adapters.slack.listening import Listening
from adapters.slack.origin import Origin
from adapters.slack.pace import Time, WallTime
from adapters.slack.people import People
from adapters.slack.showing import Showing
from adapters.slack.socket import Socket
from adapters.slack.web import RefusalError, Web
from bot.errors import DeliveryError
from bot.protocol import Channel, Command, Event, Handler, Reply

log = structlog.get_logger()

# How long verdicts in hand may take when we are told to stop.
GRACE = 5.0
LONGEST_PAUSE = 30.0


class Slack:
    """With an app token over Socket Mode; else over HTTP: mount `receive` at POST /slack/events.

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
        self._web = Web(bot_token, api_url, self._time, http)
        self._people = People(self._web)
        self._closing = asyncio.Event()
        self._app: AsyncApp | None = None
        self._known: Me | None = None
        self._showing: Showing | None = None
        self._socket: Socket | None = None

    @property
    def connected(self) -> bool:
        """In HTTP mode Slack comes to us: there is nothing to be connected to."""
        return self._socket.live if self._socket else self._app is not None and not self._app_token

    async def run(self, handle: Handler) -> None:
        inbox = Inbox(handle)
        serving = asyncio.create_task(self._serve(inbox))
        stopping = [asyncio.create_task(self._closing.wait()), asyncio.create_task(self._web.ended.wait())]
        await asyncio.wait([serving, *stopping], return_when=asyncio.FIRST_COMPLETED)
        for task in (serving, *stopping):
            task.cancel()
        failed = [found for found in await asyncio.gather(serving, return_exceptions=True) if isinstance(found, Exception)]
        self._app = None
        await inbox.finish(GRACE)
        await self._web.close()
        if self._web.ended.is_set() and not self._closing.is_set():
            raise DeliveryError(f"Slack: {self._web.reason}", permanent=True)
        if failed:
            raise failed[0]

    async def receive(self, request: http.Request) -> http.Response:
        """POST /slack/events: events, commands and everything pressed."""
        if self._app is None:
            return http.Response(status=503)
        answer = await self._app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    async def post(self, channel: Channel, reply: Reply, *, key: str, thread: str = "") -> str:
        showing = await self._shower()
        return await showing.post(await showing.place(channel.channel_id), reply, key, thread)

    async def edit(self, channel: Channel, message: str, reply: Reply) -> None:
        here = await (await self._shower()).place(channel.channel_id)
        first, *_ = render.messages(reply)
        await self._web.call("chat.update", channel=here, ts=message, **first)

    async def find(self, channel: Channel, key: str, *, thread: str = "") -> str | None:
        showing = await self._shower()
        try:
            return await showing.find(await showing.place(channel.channel_id), key, thread)
        except RefusalError as error:
            if error.code == "thread_not_found":
                return None
            raise

    async def tell(self, origin: str, reply: Reply, *, key: str) -> None:
        await (await self._shower()).show(Origin.parse(origin), reply, key, again=True)

    async def answers_since(self, channel: Channel, message: str, mark: datetime) -> Sequence[Event]:
        """Of a thread or channel that is gone, nothing was missed."""
        showing, me = await self._shower(), await self._me()
        verbs = {command.name for command in self._commands if not command.hidden}
        found = []
        try:
            here = await showing.place(channel.channel_id)
            threads = [message, ""] if channel.is_direct else [message]
            for thread in threads:
                async for one in showing.history(here, thread, events.stamp(mark)):
                    heard = {**one, "channel": here}
                    if spoken.heard(heard, me):
                        event = spoken.said(heard, me, await self._people.get(one["user"]), verbs)
                        found += [event] if event else []
        except DeliveryError as error:
            if not error.permanent:
                raise
            log.warning("nothing to catch up with", channel=str(channel), error=str(error))
        return sorted({event.id: event for event in found}.values(), key=lambda event: event.at)

    async def close(self) -> None:
        self._closing.set()

    async def _serve(self, inbox: Inbox) -> None:
        showing, me = await self._shower(patient=True), await self._me()
        listening = Listening(self._web, me, self._commands, inbox, showing, self._people, self._clock)
        self._app = listening.app("" if self._app_token else self._signing_secret)
        if self._app_token:
            self._socket = Socket(self._web, self._app_token, self._app, self.returned.set, self._time.sleep, self._pause)
            await self._socket.run()
        self.returned.set()
        await self._closing.wait()

    async def _shower(self, patient: bool = False) -> Showing:
        me = await self._me(patient)
        self._showing = self._showing or Showing(self._web, me.bot)
        return self._showing

    async def _me(self, patient: bool = False) -> Me:
        """Who we are, and whether we may do what we need to. patient: until Slack is there. Raises DeliveryError."""
        pause = self._pause
        while self._known is None:
            try:
                answer, headers = await self._web.request("auth.test", {})
            except DeliveryError as error:
                if not patient or self._web.ended.is_set():
                    raise
                log.warning("Slack is away", error=str(error))
                await self._time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            if missing := manifest.missing(headers.get("x-oauth-scopes", "")):
                self._web.end(f"the app lacks the scope {', '.join(missing)}; add it and install the app again")
                raise DeliveryError(self._web.reason, permanent=False)
            self._known = Me(str(answer["team_id"]), str(answer["user_id"]), str(answer.get("bot_id", "")))
        return self._known
