"""A faked REST API of Discord: the routes we use, its rules, and its ways to fail. Any other route is 501, loudly."""

import json
import random
import time
from collections import deque
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from tests.fakes.discord_api import ApiError, FakeApi, application
from tests.fakes.discord_gateway import FakeGateway
from tests.fakes.discord_world import BOT, World

GLOBAL_RATE = 50


class FakeRest:
    """token: the good one. down: every call fails with 503, or what stands before Discord answers with the status *front*.

    share: how many calls lose their answer, done or not.
    lose_next, limit_next: so many next calls (after lose_after others) lose their answer, or get 429.
    fail_next: the status of each next call, 0 for none. babble_next: what each next call answers instead.
    calls: what was called, as 'METHOD path'. api: what the calls do.
    """

    def __init__(self, world: World, gateway: FakeGateway) -> None:
        self.world = world
        self.gateway = gateway
        self.token = "x"
        self.down = False
        self.front = 0
        self.share = 0.0
        self.lose_next = 0
        self.lose_after = 0
        self.limit_next = 0
        self.fail_next: list[int] = []
        self.babble_next: list[Any] = []
        self.calls: list[str] = []
        self.api = FakeApi(world, gateway)
        self._times: deque[float] = deque()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        path = [unquote(part) for part in request.match_info["path"].split("/")]
        if path == ["gateway"] and not self.down:
            return answer({"url": self.gateway.url})
        self.calls.append(f"{request.method} /{'/'.join(path)}")
        body = await self._body(request)
        interaction = path[0] in ("interactions", "webhooks")
        if self.down and self.front:
            return web.Response(status=self.front, text="<html>Sorry, you have been blocked</html>", content_type="text/html")
        try:
            if self.down:
                raise ApiError(503, 0, "down")
            if not interaction:
                self._allow(request)
            made = await self._route(request, path, body)
            if self.babble_next and not interaction:
                made = self.babble_next.pop(0)
        except ApiError as error:
            headers = {"Via": "1.1 fake", "X-RateLimit-Bucket": "fake", "Retry-After": "0.01"} if error.status == 429 else {}
            return answer({"message": error.text, "code": error.code, **error.more}, error.status, headers)
        if self._lost():
            assert request.transport
            request.transport.close()
        return answer(made)

    def _allow(self, request: web.Request) -> None:
        """What every call in the bot's name must get past."""
        if request.headers.get("Authorization") != f"Bot {self.token}":
            raise ApiError(401, 0, "401: Unauthorized")
        now = time.monotonic()
        self._times.append(now)
        while self._times[0] < now - 1:
            self._times.popleft()
        if len(self._times) > GLOBAL_RATE:
            self.world.broken.append("more than 50 requests a second")
        if self.limit_next:
            self.limit_next -= 1
            raise ApiError(429, 0, "You are being rate limited.", retry_after=0.01)
        if self.fail_next and (status := self.fail_next.pop(0)):
            raise ApiError(status, 0, "injected")

    def _lost(self) -> bool:
        if self.lose_after:
            self.lose_after -= 1
        elif self.lose_next:
            self.lose_next -= 1
            return True
        return random.random() < self.share

    async def _body(self, request: web.Request) -> Any:
        if request.content_type.startswith("multipart/"):
            form = await request.post()
            names = [name for name in form if name.startswith("files[")]
            part: Any = form["payload_json"]
            body = json.loads(part)
            if len(names) != len(body.get("attachments") or []):
                self.world.broken.append("files without a description")
            for name, given in zip(names, body.get("attachments") or [], strict=False):
                sent: Any = form[name]
                given |= {"content_type": sent.content_type, "_content": sent.file.read()}
            return body
        return await request.json() if request.can_read_body else {}

    async def _route(self, request: web.Request, path: list[str], body: Any) -> Any:
        match request.method, path:
            case "GET", ["users", "@me"]:
                return self.world.users[BOT]
            case "GET", ["oauth2", "applications", "@me"] | ["applications", "@me"]:
                return application()
            case "GET", ["gateway", "bot"]:
                limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
                return {"url": self.gateway.url, "shards": 2, "session_start_limit": limit}
            case "GET", ["applications", _, "commands"]:
                return self.world.commands
            case "PUT", ["applications", _, "commands"]:
                return self.api.sync(body)
            case "POST", ["users", "@me", "channels"]:
                return {"id": self.world.direct_channel(body["recipient_id"]), "type": 1}
            case "GET", ["guilds", _, "members", user]:
                return self.api.member(user)
            case "GET", ["channels", channel]:
                return self.api.channel(channel)
            case "GET", ["channels", channel, "messages"]:
                return self.api.history(channel, request.query)
            case "POST", ["channels", channel, "messages"]:
                return await self.api.post(channel, body)
            case "PATCH", ["channels", channel, "messages", message]:
                return self.api.edit(channel, message, body)
            case "POST", ["channels", channel, "messages", message, "threads"]:
                return await self.api.thread(channel, message, body)
            case "PUT", ["channels", channel, "messages", message, "reactions", emoji, "@me"]:
                return self.api.react(channel, message, emoji)
            case "POST", ["interactions", id, token, "callback"]:
                return self.api.callback(id, token, body)
            case "PATCH", ["webhooks", _, token, "messages", "@original"]:
                return self.api.original(token, body)
            case "DELETE", ["webhooks", _, token, "messages", "@original"]:
                return self.api.withdraw(token)
            case "POST", ["webhooks", _, token]:
                return self.api.follow_up(token, body)
        self.world.broken.append(f"{request.method} /{'/'.join(path)} is not faked")
        raise ApiError(501, 0, "not faked")


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    if body is None:
        return web.Response(status=204)
    # discord.py reads JSON only when the header is exactly this, without a charset
    content = json.dumps(body, default=str).encode()
    return web.Response(body=content, status=status, headers={"content-type": "application/json", **(headers or {})})
