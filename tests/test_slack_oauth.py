"""Several workspaces: installing over HTTP, tokens unreadable in the database, one workspace's end that is nobody else's."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.app import App
from bot.cli.http import HttpServer
from bot.cli.platforms import platforms
from bot.config import Settings
from bot.errors import DeliveryError
from bot.protocol import Adapter, Channel, Reply
from bot.service.core import Core
from tests.fakes.slack_api import Api
from tests.fakes.slack_bot import acknowledged
from tests.fakes.slack_delivery import Delivery
from tests.fakes.slack_install import CLIENT_ID, CLIENT_SECRET
from tests.fakes.slack_server import APP_TOKEN, FakeSlack
from tests.fakes.slack_users import Users

SECRET = "a key that is long enough"
REPLY = Reply("Daily drill")


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


@pytest.fixture
async def served(core: Core) -> AsyncIterator[Served]:
    made = Served(core)
    await made.fake.start()
    await made.start()
    yield made
    await made.stop()
    await made.fake.stop()


@pytest.fixture
def two(served: Served) -> tuple[Api, Users]:
    return served.fake.add_workspace("T2", "xoxb-two")


async def test_who_installs_is_sent_to_slack_with_our_scopes_and_back(served: Served, two: tuple[Api, Users]) -> None:
    leaving = urlsplit((await served.get("/slack/install")).headers["Location"])
    asked = parse_qs(leaving.query)
    assert leaving.path == "/oauth/v2/authorize"
    assert asked["client_id"] == [CLIENT_ID]
    assert asked["scope"][0].split(",") == served.fake.install.scopes
    assert "user_scope" not in asked
    assert await served.installs("T2") == 200
    two[1].command("help", "U42")
    assert "drillbot asks" in (await served.fake.shown()).text
    await served.adapter.post(served.place("T2"), REPLY, key="drill-1")
    assert [one.key for one in two[0].workspace.made_by_bot()] == ["", "drill-1"][-1:]
    assert not served.fake.posts()


async def test_tokens_cannot_be_read_in_the_database_and_are_there_after_a_restart(
    served: Served, two: tuple[Api, Users]
) -> None:
    await served.installs("T2")
    [row] = served.rows()
    assert "T2" in row
    assert "xoxb-two" not in row
    assert "UADMIN" not in row  # nothing of whoever installed it
    await served.stop()
    await served.start()
    await served.adapter.post(served.place("T2"), REPLY, key="drill-1")

    await served.stop()
    served.secret = "another key, also long enough"
    await served.start()
    with pytest.raises(DeliveryError) as raised:
        await served.adapter.post(served.place("T2"), REPLY, key="drill-2")
    assert not raised.value.permanent


async def test_only_the_browser_that_left_may_come_back_and_once(served: Served, two: tuple[Api, Users]) -> None:
    state, cookie = await served.leaves_for_slack()
    back = {"code": "code-T2", "state": state}
    assert (await served.get("/slack/oauth_redirect", **back)).status == 400
    assert (await served.get("/slack/oauth_redirect", cookie, code="code-T9", state=state)).status == 401
    assert (await served.get("/slack/oauth_redirect", cookie, **back)).status == 401  # the state is spent
    assert (await served.get("/slack/oauth_redirect", cookie, error="access_denied")).status == 200
    assert served.rows() == []


@pytest.mark.parametrize("event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}}])
async def test_uninstalling_removes_the_token_and_concerns_nobody_else(
    served: Served, two: tuple[Api, Users], event: dict[str, object]
) -> None:
    _, others = served.fake.add_workspace("T3", "xoxb-three")
    for team in ("T2", "T3"):
        await served.installs(team)
        await served.adapter.post(served.place(team), REPLY, key="drill-1")
    two[0].token_error = "account_inactive"
    await acknowledged(two[1].event(event))
    assert ["T3" in row for row in served.rows()] == [True]
    with pytest.raises(DeliveryError, match="not installed in this workspace") as raised:
        await served.adapter.post(served.place("T2"), REPLY, key="drill-2")
    assert raised.value.permanent
    others.command("help", "U42")
    assert (await served.fake.shown()).text
    assert not served.running.done()


async def test_a_removal_that_is_told_again_after_the_app_came_back_takes_nothing(served: Served, two: tuple[Api, Users]) -> None:
    late = two[1].event({"type": "app_uninstalled"})
    await acknowledged(late)
    await served.installs("T2")
    again = Delivery("again", late.kind, {**late.payload, "event_time": late.payload["event_time"] - 60}, tries=1)
    served.fake.deliveries.again(again)
    await acknowledged(again)
    assert len(served.rows()) == 1


async def test_a_persons_token_that_is_revoked_changes_nothing(served: Served, two: tuple[Api, Users]) -> None:
    await served.installs("T2")
    await acknowledged(two[1].event({"type": "tokens_revoked", "tokens": {"oauth": ["U42"]}}))
    assert len(served.rows()) == 1


async def test_a_token_that_died_while_we_were_away_is_removed_and_installing_again_helps(
    served: Served, two: tuple[Api, Users]
) -> None:
    await served.installs("T2")
    two[0].token_error = "token_revoked"
    refused = []
    for _ in range(2):
        with pytest.raises(DeliveryError) as raised:
            await served.adapter.post(served.place("T2"), REPLY, key="drill-1")
        refused.append(raised.value.permanent)
    assert refused == [False, True]
    assert served.rows() == []
    served.fake.add_workspace("T2", "xoxb-new")
    await served.installs("T2")
    await served.adapter.post(served.place("T2"), REPLY, key="drill-1")


async def test_installing_again_with_another_token_replaces_it(served: Served, two: tuple[Api, Users]) -> None:
    await served.installs("T2")
    await served.adapter.post(served.place("T2"), REPLY, key="drill-1")
    del served.fake.tenants["xoxb-two"]
    api, _ = served.fake.add_workspace("T2", "xoxb-new")
    await served.installs("T2")
    await served.adapter.post(served.place("T2"), REPLY, key="drill-2")
    assert [one.key for one in api.workspace.made_by_bot()] == ["drill-2"]
    assert len(served.rows()) == 1


async def test_a_scope_that_was_not_granted_is_named(served: Served, two: tuple[Api, Users]) -> None:
    served.fake.install.scopes = [scope for scope in served.fake.install.scopes if scope != "groups:history"]
    await served.installs("T2")
    with pytest.raises(DeliveryError, match="lacks the scope groups:history") as raised:
        await served.adapter.post(served.place("T2"), REPLY, key="drill-1")
    assert not raised.value.permanent


async def test_a_workspace_that_never_installed_us_is_told_so_and_disturbs_nobody(served: Served, two: tuple[Api, Users]) -> None:
    await acknowledged(two[1].event({"type": "message", "user": "U42", "channel": "DU42", "text": "hi", "ts": "1.1"}))
    await served.installs("T2")
    two[1].command("help", "U42")
    assert "drillbot asks" in (await served.fake.shown()).text


async def test_slack_may_be_away_when_somebody_installs(served: Served, two: tuple[Api, Users]) -> None:
    state, cookie = await served.leaves_for_slack()
    served.fake.down = True
    assert (await served.get("/slack/oauth_redirect", cookie, code="code-T2", state=state)).status == 503
    served.fake.down = False
