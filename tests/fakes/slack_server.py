"""Slack, faked: its Web API, Socket Mode, HTTP deliveries and response_urls on a local port, driven by the real slack-bolt.

In a test: `FakeSlack(now)`. As a process: `python -m tests.fakes.slack_server --port 0 [--lose 0.2]`, which prints its port;
the bot then runs with SLACK_BOT_TOKEN=xoxb-x SLACK_APP_TOKEN=xapp-x SLACK_API_URL=http://127.0.0.1:PORT/api/, and these routes
take and give JSON (see slack_control.py):

    GET  /_fake/messages     every message of the bot: id (its ts), channel, thread, text, notice, key, edits, reactions
    GET  /_fake/whispers     what only one person saw: the same, and to whom (to)
    GET  /_fake/state        sockets, calls by method, lost answers, deliveries unacknowledged and failed, views that opened
    POST /_fake/say          {"kind": "command", "text": "answer a share", "user": "U42", "channel": "C1"}  /drill answer a share
                             {"kind": "write", "text": "…", "user": "U42", "channel": "C1", "thread": ID}   a message or a reply
                             {"kind": "press", "label": "Answer", "ts": ID, "user": "U42"}   without ts: in App Home
                             {"kind": "submit", "view": ID, "values": {"text": "…"}, "user": "U42"}   a form, see state
                             {"kind": "home", "user": "U42"} {"kind": "invite", "channel": "C2"} {"kind": "leave", "user": "U42"}
    POST /_fake/set          {"lose": 0.2, "lose_next": 1, "down": true, "token_error": "token_revoked", "scopes": [...],
                             "patience": 3}
    POST /_fake/advance      {"seconds": 60}: what expires and what is rationed gets older
    POST /_fake/cut          drop all sockets · POST /_fake/refresh  ask for new ones
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from adapters.slack import Slack
from bot.protocol import Channel, Command
from tests.fakes.outage import Line
from tests.fakes.platform import Shown
from tests.fakes.slack_api import SCOPES, Api
from tests.fakes.slack_delivery import Deliveries
from tests.fakes.slack_install import Install
from tests.fakes.slack_state import TEAM, Message, RefusalError, Workspace
from tests.fakes.slack_users import Users

BOT_TOKEN, APP_TOKEN = "xoxb-x", "xapp-x"
# For what always comes: a busy machine is no failure.
PATIENCE = 30


class FakeSlack:
    """One workspace T1 with ada (U42), grace (U43) and an admin, alan (UADMIN), in #ml-interviews (C1).

    now: where the clock stands; it moves only when told to. None for the real clock.
    down: every call breaks off, or is answered with the HTTP *status*.
    """

    name = "slack"
    channel = Channel("slack", TEAM, "C1", "ml-interviews")
    live_mention = "<!channel>"
    can_edit = True
    can_find = True
    can_fail = True

    def __init__(self, now: datetime | None = None) -> None:
        self.workspace = Workspace(now)
        self.deliveries = Deliveries()
        self.users = Users(self.workspace, self.deliveries)
        self.api = Api(self.workspace)
        self.install = Install()
        self.tenants = {BOT_TOKEN: (self.api, self.users)}
        self.down = False
        self.status = 0
        self.port = 0

    async def start(self, port: int = 0) -> None:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self.deliveries.serve)
        app.router.add_post("/response/{id}", self._respond)
        app.router.add_post("/upload/{id}", self._upload)
        self.routes(app)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]
        self.line = Line(self._runner)
        self.users.base = self.workspace.base = f"http://127.0.0.1:{self.port}"

    def routes(self, app: web.Application) -> None:
        """For a fake that does more."""

    def add_workspace(self, team: str, token: str) -> tuple[Api, Users]:
        """Another one of the same app, with the same people; it comes in by the code 'code-' and its id."""
        workspace = Workspace(self.workspace.now, team)
        workspace.time, workspace.screen = self.workspace.time, self.workspace.screen
        users = Users(workspace, self.deliveries)
        users.base = workspace.base = self.users.base
        self.tenants[token] = Api(workspace), users
        self.install.codes[f"code-{team}"] = team, token
        return self.tenants[token]

    @property
    def api_url(self) -> str:
        return f"{self.users.base}/api/"

    def adapter(self, commands: Sequence[Command], **given: Any) -> Slack:
        settings = {"api_url": self.api_url, "clock": lambda: self.workspace.now, "time": self.workspace.time, "pause": 0.01}
        return Slack(BOT_TOKEN, given.pop("app_token", APP_TOKEN), commands, **{**settings, **given})

    async def stop(self) -> None:
        await self.deliveries.stop()
        await self._runner.cleanup()

    async def say(self, command: str, text: str = "") -> None:
        self.users.command(f"{command} {text}")

    async def shown(self) -> Shown:
        async with asyncio.timeout(PATIENCE):
            return await self.workspace.screen.get()

    async def form(self) -> dict[str, Any]:
        """The next window that opened."""
        async with asyncio.timeout(PATIENCE):
            return await self.workspace.opened.get()

    def posts(self, channel: str = "C1") -> list[Message]:
        """The bot's messages in a channel, oldest first."""
        return [one for one in self.workspace.made_by_bot() if one.channel == channel]

    def lose_channel(self) -> None:
        self.workspace.conversations["C1"].archived = True

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        as_json = request.content_type == "application/json"
        args = {**request.query, **(await request.json() if as_json else await request.post())}
        if self.down:
            return web.Response(status=self.status, text="<html>") if self.status else _hang_up(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            if method == "apps.connections.open":
                return web.json_response(self._connection(token))
            if method == "oauth.v2.access":
                return web.json_response(self.install.access(args))
            if method not in SCOPES:
                return web.json_response({"ok": False, "error": "unknown_method"}, status=501)
            if token not in self.tenants:
                raise RefusalError("invalid_auth")
            api, users = self.tenants[token]
            if wait := api.waits(method, args):
                return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(wait)})
            made = api.call(method, args, as_json=as_json)
        except RefusalError as error:
            code, *needed = error.args
            return web.json_response({"ok": False, "error": code, **({"needed": needed[0], "provided": ""} if needed else {})})
        if "channel" in made and "ts" in made and method != "chat.update":
            users.echo(api.workspace.conversations[made["channel"]].messages[made["ts"]])
        if api.loses(method):
            return _hang_up(request)
        return web.json_response(made, headers={"x-oauth-scopes": ",".join(sorted(api.scopes))})

    def _connection(self, token: str) -> dict[str, Any]:
        if token != APP_TOKEN:
            raise RefusalError("invalid_auth")
        if self.api.token_error:
            raise RefusalError(self.api.token_error)
        self.api.calls.append(("apps.connections.open", {}))
        return {"ok": True, "url": f"ws://127.0.0.1:{self.port}/link?ticket={self.deliveries.ticket()}"}

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        if self.down:
            return _hang_up(request)
        id = request.match_info["id"]
        [file] = [api.files[id] for api, _ in self.tenants.values() if id in api.files]
        file.data = await request.read()
        return web.Response(text=f"OK - {len(file.data)}")

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        if self.down:
            return _hang_up(request)
        error = self.users.respond(request.match_info["id"], await request.json())
        return web.json_response({"ok": False, "error": error}, status=404) if error else web.Response(text="ok")


def _hang_up(request: web.Request) -> web.Response:
    """The connection breaks; what the call did stays done."""
    if request.transport:
        request.transport.abort()
    return web.Response()


if __name__ == "__main__":
    from tests.fakes.slack_control import main

    main()
