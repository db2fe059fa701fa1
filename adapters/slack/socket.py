"""Socket Mode: envelopes in, acknowledgements out, over a connection that Slack asks us to renew now and then.

Our own few lines rather than slack_sdk's client: that one tries an expired ticket for ever and never ends when access is gone.
"""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.web import Web
from bot.errors import DeliveryError

log = structlog.get_logger()

# A connection that says nothing for this long is dead; Slack pings more often.
HEARTBEAT = 15.0
HELLO_SECONDS = 10.0
LONGEST_PAUSE = 30.0


class Socket:
    """web: with the app's own token. connected: called when Slack said hello. pause: before the first new try; it doubles."""

    def __init__(
        self,
        web: Web,
        app: AsyncApp,
        connected: Callable[[], None],
        rest: Callable[[float], Awaitable[None]],
        pause: float,
    ) -> None:
        self._web = web
        self._app = app
        self._connected = connected
        self._rest = rest
        self._pause = pause
        self._working: set[asyncio.Task[None]] = set()
        self._live: aiohttp.ClientWebSocketResponse | None = None

    @property
    def live(self) -> bool:
        """Whether a connection stands on which Slack said hello."""
        return self._live is not None and not self._live.closed

    async def run(self) -> None:
        """For ever. When Slack asks for a new connection, the old one is read until the new one stands."""
        old: asyncio.Task[None] | None = None
        async with aiohttp.ClientSession() as session:
            try:
                while True:
                    renew = asyncio.Event()
                    new = asyncio.create_task(self._read(await self._open(session, old), renew))
                    if old:
                        old.cancel()
                    old = new
                    asked = asyncio.create_task(renew.wait())
                    try:
                        await asyncio.wait({new, asked}, return_when=asyncio.FIRST_COMPLETED)
                    finally:
                        asked.cancel()
                    if new.done():
                        log.warning("connection to Slack lost", error=str(new.exception() or ""))
                        old = None
            finally:
                for task in (old, *self._working):
                    if task:
                        task.cancel()
                await asyncio.gather(*([old] if old else []), *self._working, return_exceptions=True)

    async def _open(self, session: aiohttp.ClientSession, old: asyncio.Task[None] | None) -> aiohttp.ClientWebSocketResponse:
        """A connection on which Slack said hello. Each try has a ticket of its own: one works once, and not for long."""
        tries = 0
        while True:
            try:
                answer, _ = await self._web.request("apps.connections.open", {})
                websocket = await session.ws_connect(str(answer["url"]), heartbeat=HEARTBEAT, proxy=load_http_proxy_from_env())
                if await _greets(websocket):
                    if old is None or old.done() or tries:
                        self._connected()
                    self._live = websocket
                    return websocket
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError, TypeError, KeyError, DeliveryError) as error:
                log.warning("Slack is away", error=f"{type(error).__name__}: {error}")
            await self._rest(min(self._pause * 2**tries, LONGEST_PAUSE) * random.uniform(0.7, 1.0))
            tries += 1

    async def _read(self, websocket: aiohttp.ClientWebSocketResponse, renew: asyncio.Event) -> None:
        """Until it breaks. Envelopes are worked on side by side; each is acknowledged where it came from."""
        try:
            async for frame in websocket:
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    continue
                message = _json(frame.data)
                if message.get("type") == "disconnect":
                    log.info("Slack asks for a new connection", reason=message.get("reason"))
                    renew.set()
                elif request := _envelope(message):
                    task = asyncio.create_task(self._work(websocket, request))
                    self._working.add(task)
                    task.add_done_callback(self._working.discard)
        finally:
            await websocket.close()

    async def _work(self, websocket: aiohttp.ClientWebSocketResponse, request: SocketModeRequest) -> None:
        """What is not acknowledged comes again."""
        answer = await run_async_bolt_app(self._app, request)
        if answer.status != 200:
            return
        # What bolt says in plain text is for whoever typed a command.
        body = {"payload": _json(answer.body) or {"text": answer.body}} if answer.body else {}
        try:
            await websocket.send_json({"envelope_id": request.envelope_id, **body})
        except (aiohttp.ClientError, OSError) as error:
            log.info("not acknowledged", envelope=request.envelope_id, error=str(error))


async def _greets(websocket: aiohttp.ClientWebSocketResponse) -> bool:
    """Only a connection that Slack greets is in use."""
    greeting: Any = {}
    try:
        greeting = await websocket.receive_json(timeout=HELLO_SECONDS)
    finally:
        if greeting.get("type") != "hello":
            await websocket.close()
    return bool(greeting.get("type") == "hello")


def _json(text: str) -> dict[str, Any]:
    try:
        made = json.loads(text)
    except ValueError:
        return {}
    return made if isinstance(made, dict) else {}


def _envelope(message: dict[str, Any]) -> SocketModeRequest | None:
    return SocketModeRequest.from_dict(message) if message.get("envelope_id") else None
