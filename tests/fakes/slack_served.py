"""The bot for several workspaces, with its HTTP server, beside a faked Slack."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import aiohttp
from pydantic import SecretStr
from sqlalchemy import text

from bot.app import App
from bot.cli.http import HttpServer
from bot.cli.platforms import platforms
from bot.config import Settings
from bot.protocol import Adapter, Channel
from bot.service.core import Core
from tests.fakes.slack_install import CLIENT_ID, CLIENT_SECRET
from tests.fakes.slack_server import APP_TOKEN, FakeSlack

SECRET = "a key that is long enough"


class Served:
    """The bot as `drillbot run` composes it, for several workspaces, beside a faked Slack with T2 and T3."""

    adapter: Adapter

    def __init__(self, core: Core) -> None:
        self.core = core
        self.fake = FakeSlack()
        self.secret = SECRET

    async def start(self) -> None:
        settings = Settings(
            slack_client_id=CLIENT_ID, slack_client_secret=SecretStr(CLIENT_SECRET), secret_key=SecretStr(self.secret),
            slack_app_token=SecretStr(APP_TOKEN), slack_api_url=self.fake.api_url, http_port=0,
        )  # fmt: skip
        adapters, routes = platforms(settings, self.core)
        self.adapter = adapters["slack"]
        self.http = HttpServer("127.0.0.1", 0, self.core.store, {}, routes)
        await self.http.start()
        self.running = asyncio.create_task(self.adapter.run(App(self.core).handle))
        async with asyncio.timeout(5):
            await self.adapter.returned.wait()

    async def stop(self) -> None:
        await self.adapter.close()
        async with asyncio.timeout(10):
            await self.running
        await self.http.stop()

    async def get(self, path: str, cookie: str = "", **query: str) -> aiohttp.ClientResponse:
        async with aiohttp.ClientSession() as session:
            url, headers = f"http://127.0.0.1:{self.http.port}{path}", {"Cookie": cookie} if cookie else {}
            async with session.get(url, params=query, headers=headers, allow_redirects=False) as answer:
                await answer.read()
                return answer

    async def leaves_for_slack(self) -> tuple[str, str]:
        """The state that Slack will bring back, and the cookie that the browser will."""
        answer = await self.get("/slack/install")
        assert answer.status == 302
        [state] = parse_qs(urlsplit(answer.headers["Location"]).query)["state"]
        return state, answer.headers["Set-Cookie"].split(";")[0]

    async def installs(self, team: str) -> int:
        state, cookie = await self.leaves_for_slack()
        return (await self.get("/slack/oauth_redirect", cookie, code=f"code-{team}", state=state)).status

    def rows(self) -> list[str]:
        with self.core.store.read() as tx:
            return [str(row) for row in tx.execute(text("SELECT * FROM slack_bots")).all()]

    def place(self, team: str) -> Channel:
        return Channel("slack", team, "C1")
