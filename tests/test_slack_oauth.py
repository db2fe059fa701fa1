"""Several workspaces: installing over HTTP, tokens unreadable in the database, one workspace's end that is nobody else's."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.app import App
from bot.domain.calendar import Schedule
from bot.errors import DeliveryError
from bot.protocol import Reply
from bot.reconcile import Reconciler
from bot.service import schedules
from bot.service.core import Core
from bot.store.schedules import Plan
from tests.builders import Clock
from tests.fakes.outage import Listed
from tests.fakes.running import running
from tests.fakes.slack_api import Api
from tests.fakes.slack_bot import acknowledged
from tests.fakes.slack_delivery import Delivery
from tests.fakes.slack_install import CLIENT_ID
from tests.fakes.slack_served import Served
from tests.fakes.slack_users import Users

REPLY = Reply("Daily drill")


@pytest.fixture
async def served(core: Core) -> AsyncIterator[Served]:
    async with running(Served(core)) as made:
        yield made


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


async def test_an_app_that_leaves_one_workspace_pauses_its_channel_alone(
    served: Served, core: Core, clock: Clock, listed: Listed
) -> None:
    for team in ("T2", "T3"):
        served.fake.add_workspace(team, f"xoxb-{team}")
        await served.installs(team)
        schedules.save(core, Plan(0, served.place(team), Schedule(days=frozenset(range(7)))))
    reconciler = Reconciler(App(core), {"slack": served.adapter})
    api, users = served.fake.tenants["xoxb-T2"]
    api.token_error = "account_inactive"
    await acknowledged(users.event({"type": "app_uninstalled"}))
    clock.pass_(days=1)
    await reconciler.tick()
    assert "the app is not installed in this workspace" in listed()["slack:T2:C1"]
    assert listed()["slack:T3:C1"].endswith("Z")
    assert [one.key for one in served.fake.tenants["xoxb-T3"][0].workspace.made_by_bot()] == ["drill-2"]

    api, users = served.fake.add_workspace("T2", "xoxb-new")
    await served.installs("T2")
    users.command("resume", "UADMIN")
    while "Going on" not in (await served.fake.shown()).text:
        pass
    for _ in range(2):
        clock.pass_(hours=24)
        await reconciler.tick()
    assert len([one for one in api.workspace.made_by_bot() if one.key.startswith("drill-")]) == 2


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
