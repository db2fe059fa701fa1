"""How a faked Slack delivers: to one of several sockets, or by signed HTTP; again, until it is acknowledged."""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web


@dataclass
class Delivery:
    """kind: events_api, slash_commands or interactive. answer: what came back with the acknowledgement."""

    id: str
    kind: str
    payload: dict[str, Any]
    tries: int = 0
    socket: web.WebSocketResponse | None = None
    answer: asyncio.Future[dict[str, Any]] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    timer: asyncio.TimerHandle | None = None


class Deliveries:
    """patience: how long an acknowledgement may take. push_to: an URL, for HTTP instead of sockets. failed: given up.

    expired: tickets still to be given out that open nothing.
    """

    def __init__(self) -> None:
        self.patience = 3.0
        self.most_tries = 4
        self.push_to = ""
        self.secret = ""
        self.sockets: list[web.WebSocketResponse] = []
        self.tickets: set[str] = set()
        self.all: list[Delivery] = []
        self.failed: list[Delivery] = []
        self.connects = 0
        self.expired = 0
        self._open: dict[str, Delivery] = {}
        self._waiting: list[Delivery] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def ticket(self) -> str:
        """Opens one socket, once."""
        if self.expired:
            self.expired -= 1
            return "expired"
        made = f"ticket-{self.connects}-{len(self.tickets)}-{time.monotonic_ns()}"
        self.tickets.add(made)
        return made

    def send(self, kind: str, payload: dict[str, Any]) -> Delivery:
        made = Delivery(f"env-{len(self.all)}", kind, payload)
        self.all.append(made)
        self._try(made)
        return made

    def again(self, delivery: Delivery) -> None:
        """As after a lost acknowledgement."""
        self._try(delivery)

    def forget(self) -> None:
        """Slack gave up on what nobody was there to take."""
        for delivery in self._waiting:
            delivery.answer.cancel()
        self._waiting.clear()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("ticket") not in self.tickets:
            return web.Response(status=404)
        self.tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connects += 1
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets) + 1})
        self.sockets.append(socket)
        waiting, self._waiting = self._waiting, []
        for delivery in waiting:
            self._try(delivery)
        async for frame in socket:
            if frame.type is aiohttp.WSMsgType.TEXT:
                said = json.loads(frame.data)
                self._acknowledged(said["envelope_id"], said.get("payload") or {})
        self._gone(socket)
        return socket

    async def refresh(self) -> None:
        """Ask every connection to come back on a new one."""
        for socket in list(self.sockets):
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def cut(self) -> None:
        """Drop every connection without a word."""
        for socket in list(self.sockets):
            self._gone(socket)
            await socket.close()

    async def stop(self) -> None:
        for delivery in self._open.values():
            if delivery.timer:
                delivery.timer.cancel()
        await self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _try(self, delivery: Delivery) -> None:
        if self.push_to:
            delivery.tries += 1
            self._spawn(self._push(delivery))
        elif not self.sockets:
            self._waiting.append(delivery)
        else:
            delivery.tries += 1
            delivery.socket = self.sockets[len(self.all) % len(self.sockets)]
            self._open[delivery.id] = delivery
            delivery.timer = asyncio.get_running_loop().call_later(self.patience, self._late, delivery)
            self._spawn(self._envelope(delivery, delivery.socket))

    async def _envelope(self, delivery: Delivery, socket: web.WebSocketResponse) -> None:
        message = {
            "type": delivery.kind,
            "envelope_id": delivery.id,
            "payload": delivery.payload,
            "accepts_response_payload": True,
        }
        if delivery.kind == "events_api":
            message |= {"retry_attempt": delivery.tries - 1, "retry_reason": "timeout" if delivery.tries > 1 else ""}
        try:
            await socket.send_json(message)
        except (ConnectionError, aiohttp.ClientError):
            self._gone(socket)

    async def _push(self, delivery: Delivery) -> None:
        form = {"slash_commands": delivery.payload, "interactive": {"payload": json.dumps(delivery.payload)}}.get(delivery.kind)
        body = urlencode(form) if form else json.dumps(delivery.payload)
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        retry = {"x-slack-retry-num": str(delivery.tries - 1)} if delivery.tries > 1 else {}
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self.patience)) as session:
                headers = {"content-type": kind, **retry, **signed(self.secret, body)}
                async with session.post(self.push_to, data=body, headers=headers) as answer:
                    text = await answer.text()
                    if answer.status == 200:
                        delivery.answer.set_result(json.loads(text) if text.startswith("{") else {})
                        return
        except (aiohttp.ClientError, TimeoutError):
            pass
        self._late(delivery)

    def _acknowledged(self, id: str, payload: dict[str, Any]) -> None:
        delivery = self._open.pop(id, None)
        if delivery and delivery.timer:
            delivery.timer.cancel()
        if delivery and not delivery.answer.done():
            delivery.answer.set_result(payload)

    def _gone(self, socket: web.WebSocketResponse) -> None:
        if socket not in self.sockets:
            return
        self.sockets.remove(socket)
        for delivery in [one for one in self._open.values() if one.socket is socket]:
            self._late(delivery)

    def _late(self, delivery: Delivery) -> None:
        """Not acknowledged: events come again, what a person waits for does not."""
        self._open.pop(delivery.id, None)
        if delivery.timer:
            delivery.timer.cancel()
        if delivery.kind == "events_api" and delivery.tries < self.most_tries:
            self._try(delivery)
        else:
            self.failed.append(delivery)

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def signed(secret: str, body: str, at: float | None = None) -> dict[str, str]:
    """Slack's signature over a body; *at*: when, now if not given."""
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}
