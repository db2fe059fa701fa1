"""A faked Slack as a process of its own, with routes to act in it and to look at it."""

import argparse
import asyncio
from collections import Counter
from dataclasses import asdict
from typing import Any

from aiohttp import web

from tests.fakes.slack_server import FakeSlack
from tests.fakes.slack_state import Message


class ControlledSlack(FakeSlack):
    """On the real clock."""

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/_fake/messages", self._messages)
        app.router.add_get("/_fake/whispers", self._whispers)
        app.router.add_get("/_fake/state", self._state)
        for name in ("say", "set", "advance", "cut", "refresh"):
            app.router.add_post(f"/_fake/{name}", getattr(self, f"_{name}"))

    async def _messages(self, _: web.Request) -> web.Response:
        return web.json_response([_row(one) for one in self.workspace.made_by_bot()])

    async def _whispers(self, _: web.Request) -> web.Response:
        return web.json_response([_row(one) for one in self.workspace.ephemerals])

    async def _state(self, _: web.Request) -> web.Response:
        deliveries = self.deliveries
        return web.json_response(
            {
                "sockets": len(deliveries.sockets),
                "connects": deliveries.connects,
                "calls": Counter(method for method, _ in self.api.calls),
                "lost": self.api.lost,
                "unacknowledged": [one.id for one in deliveries.all if not one.answer.done()],
                "failed": [one.id for one in deliveries.failed],
                "homes": sorted(self.workspace.homes),
                "views": list(self.workspace.views.values()),
            }
        )

    async def _say(self, request: web.Request) -> web.Response:
        """kind and what its method in Users takes; press: label, and ts of the message; submit: view's id and values."""
        said: dict[str, Any] = await request.json()
        kind = said.pop("kind")
        if kind == "press":
            said["on"] = self._message(said.pop("ts")) if "ts" in said else None
        if kind == "submit":
            said["view"] = self.workspace.views[said.pop("view")]
        act: Any = {"home": self.users.open_home, "write": self.users.write}.get(kind) or getattr(self.users, kind)
        made = act(**said)
        if isinstance(made, Message):
            return web.json_response(_row(made))
        return web.json_response({"delivery": made.id})

    async def _set(self, request: web.Request) -> web.Response:
        for name, value in (await request.json()).items():
            if name == "down":
                self.down = value
            elif name == "patience":
                self.deliveries.patience = value
            else:
                setattr(self.api, name, set(value) if name == "scopes" else value)
        return web.json_response({})

    async def _advance(self, request: web.Request) -> web.Response:
        seconds = (await request.json())["seconds"]
        for trigger in self.workspace.triggers:
            self.workspace.triggers[trigger] -= seconds
        for known in self.workspace.response_urls.values():
            known["at"] -= seconds
        self.api.forget_calls()
        return web.json_response({})

    async def _cut(self, _: web.Request) -> web.Response:
        await self.deliveries.cut()
        return web.json_response({})

    async def _refresh(self, _: web.Request) -> web.Response:
        await self.deliveries.refresh()
        return web.json_response({})

    def _message(self, ts: str) -> Message:
        places = self.workspace.conversations.values()
        return next(one for place in places for one in [*place.messages.values(), *self.workspace.ephemerals] if one.ts == ts)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--lose", type=float, default=0.0, help="share of messages whose answer is lost")
    given = parser.parse_args()
    asyncio.run(_serve(given.port, given.lose))


async def _serve(port: int, lose: float) -> None:
    fake = ControlledSlack()
    fake.api.lose = lose
    await fake.start(port)
    print(fake.port, flush=True)
    await asyncio.Event().wait()


def _row(message: Message) -> dict[str, Any]:
    return {
        **asdict(message),
        "id": message.ts,
        "thread": message.thread_ts,
        "text": message.seen,
        "notice": message.text,
        "key": message.key,
    }
