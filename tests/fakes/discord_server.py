"""Discord, faked: REST API and gateway on one local port, driven by the real discord.py.

In a test:  fake = FakeDiscord(now); await fake.start(); adapter = fake.adapter(commands)
As a process:  python -m tests.fakes.discord_server --port N [--lose 0.2]
prints its port on the first line; DISCORD_API_URL is http://127.0.0.1:PORT/api/v10, any DISCORD_TOKEN equal to --token (x).
Server 2000 with the channels 3000 and 3001; users 42 (ada), 43 (grace), 44 (an admin) and
any other number you use; the bot is 1000.

Control, all JSON, over the same port:
    GET  /_fake/messages        [{id, channel, thread, content, key, edits, author, reply_to, reactions, buttons, private_to}],
                                oldest first; channel: the parent of a thread; thread: '' or the thread's id, which is its post's;
                                content: all visible text; key: the nonce; private_to: who alone sees it, or ''
    POST /_fake/say             {"do": "write", "text", "user"?, "channel"?, "reply_to"?}       → {"id": message}
                                {"do": "slash", "command", "options"?, "user"?, "channel"?}     → {"id": interaction}
                                {"do": "press", "message", "label", "user"?}                    → {"id": interaction}
                                {"do": "submit", "text", "user"?, "channel"?}  the last form    → {"id": interaction}
                                400 when there is no such button or form
                                an event's id is discord:m:<message> or discord:i:<interaction>
    GET  /_fake/state           {connected, identified, resumed, commands, modals, broken, calls}; broken: limits that we broke
    POST /_fake/lose            {"share": 0.2}  so many calls are done and their answer is lost
    POST /_fake/down            {"down": true}  every call fails with 503 and the gateway is closed and refuses
    POST /_fake/deny            {"channel", "what", "denied": true}  what: view, send, history, react, threads, send in threads
    POST /_fake/revoke          {}  the token is good no more
    POST /_fake/advance         {"seconds": 60}  the fake's clock, which runs with the real one otherwise
    POST /_fake/drop            {"forget": false}  close the gateway's connections; forget: they cannot resume
"""

import argparse
import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from adapters.discord import Discord
from bot.protocol import Channel, Command
from tests.fakes.discord_gateway import FakeGateway
from tests.fakes.discord_people import FakePeople
from tests.fakes.discord_rest import FakeRest, answer
from tests.fakes.discord_world import CHANNEL, GUILD, Body, World, visible
from tests.fakes.outage import Line
from tests.fakes.platform import Shown


class FakeDiscord:
    """clock: what the fake's time is; a test's own clock may be given to both it and the core."""

    name = "discord"
    channel = Channel("discord", GUILD, CHANNEL)
    live_mention = "@everyone"
    can_edit = True
    can_find = True
    can_fail = True

    def __init__(self, now: datetime | Callable[[], datetime]) -> None:
        self.world = World(now if callable(now) else lambda: now)
        self.gateway = FakeGateway(self.world, self._is_good)
        self.rest = FakeRest(self.world, self.gateway)
        self.people = FakePeople(self.world, self.gateway)
        self.port = 0
        self._runner: web.AppRunner | None = None

    def _is_good(self, token: str) -> bool:
        return token == self.rest.token

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v10"

    async def start(self, port: int = 0) -> None:
        app = web.Application()
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_route("*", "/api/v10/{path:.*}", self.rest.serve)
        app.router.add_route("*", "/_fake/{what}", self._control)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]
        self.line = Line(self._runner)
        self.gateway.url = f"ws://127.0.0.1:{self.port}/gateway"

    def adapter(self, commands: Sequence[Command], **options: Any) -> Discord:
        settings: dict[str, Any] = {"api_url": self.api, "clock": lambda: self.world.now}
        return Discord(self.rest.token, commands, **settings | options)

    async def stop(self) -> None:
        assert self._runner
        await self._runner.cleanup()
        assert not self.world.broken, self.world.broken

    async def say(self, command: str, text: str = "") -> None:
        """With *text* as the command's first option, if it takes any."""
        offered = self.world.commands[0]["options"] if self.world.commands else []
        options = next((known.get("options") or [] for known in offered if known["name"] == command), [])
        await self.people.slash(command, {options[0]["name"]: text} if options and text else {})

    async def shown(self) -> Shown:
        async with asyncio.timeout(5):
            return await self.world.shown.get()

    def lose_channel(self) -> None:
        del self.world.channels[CHANNEL]

    async def _control(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else {}
        match request.match_info["what"]:
            case "messages":
                return answer([self._listed(message) for message in self.world.messages.values()])
            case "state":
                return answer(self._state())
            case "say":
                return await self._say(body)
            case "lose":
                self.rest.share = float(body["share"])
            case "down":
                await self.break_down(bool(body["down"]))
            case "deny":
                change = self.world.denied.add if body.get("denied", True) else self.world.denied.discard
                change((body["channel"], body["what"]))
            case "revoke":
                self.rest.token = "another"
            case "advance":
                self.world.passed += timedelta(seconds=float(body["seconds"]))
            case "drop":
                await self.gateway.close(4000, forget=bool(body.get("forget")))
            case _:
                return answer({"error": "no such control"}, 404)
        return answer({})

    async def _say(self, body: Body) -> web.Response:
        do = {name: value for name, value in body.items() if name != "do"}
        acts = {"write": self.people.write, "slash": self.people.slash, "press": self.people.press, "submit": self.people.submit}
        try:
            act: Any = acts[body["do"]]
            return answer({"id": await act(**do)})
        except (KeyError, IndexError, TypeError) as error:
            return answer({"error": repr(error)}, 400)

    async def break_down(self, down: bool) -> None:
        """Every call fails with 503 and the gateway refuses; or no longer."""
        self.rest.down = down
        self.gateway.refuse_connections = 1 << 30 if down else 0
        if down:
            await self.gateway.close(4000)

    def _listed(self, message: Body) -> Body:
        place = self.world.channels.get(message["channel_id"], {})
        return {
            "id": message["id"],
            "channel": place.get("parent_id") or message["channel_id"],
            "thread": message["channel_id"] if place.get("type") == 11 else "",
            "content": visible(message),
            "key": message["_key"],
            "edits": message["_edits"],
            "author": message["author"]["id"],
            "reply_to": (message.get("message_reference") or {}).get("message_id", ""),
            "reactions": message["reactions"],
            "buttons": [button["label"] for row in message["components"] for button in row["components"]],
            "private_to": message["_private_to"],
        }

    def _state(self) -> Body:
        return {
            "connected": len(self.gateway.live),
            "identified": self.gateway.identified,
            "resumed": self.gateway.resumed,
            "commands": [option["name"] for command in self.world.commands for option in command.get("options", [])],
            "modals": len(self.world.modals),
            "broken": self.world.broken,
            "calls": len(self.rest.calls),
        }


async def serve(port: int, lose: float, token: str) -> None:
    fake = FakeDiscord(lambda: datetime.now(UTC))
    fake.rest.share = lose
    fake.rest.token = token
    await fake.start(port)
    print(fake.port, flush=True)
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="A faked Discord.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--lose", type=float, default=0.0)
    parser.add_argument("--token", default="x")
    given = parser.parse_args()
    asyncio.run(serve(given.port, given.lose, given.token))


if __name__ == "__main__":
    main()
