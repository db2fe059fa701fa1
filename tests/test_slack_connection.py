"""Socket Mode and HTTP: refreshes, cuts, expired tickets, replicas, signatures, and the end of access."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web

from bot.errors import DeliveryError
from bot.protocol import Event, Reply, Show
from tests.builders import MORNING
from tests.fakes.slack_bot import Connected, acknowledged, until
from tests.fakes.slack_delivery import Delivery, signed
from tests.fakes.slack_server import FakeSlack
from tests.test_adapter_contract import COMMANDS

SECRET = "shh"


@pytest.fixture
async def fake() -> AsyncIterator[FakeSlack]:
    made = FakeSlack(MORNING)
    await made.start()
    yield made
    await made.stop()


async def ignore(event: Event, show: Show) -> None: ...


async def test_a_refresh_loses_nothing_and_is_no_absence(fake: FakeSlack) -> None:
    async with Connected(fake, COMMANDS) as bot:
        bot.adapter.returned.clear()
        await fake.deliveries.refresh()
        fake.users.command("today")
        await until(lambda: fake.deliveries.connects == 2 and len(fake.deliveries.sockets) == 1)
        fake.users.command("board")
        await until(lambda: len(bot.events) == 2)
        assert not bot.adapter.returned.is_set()
        assert not fake.deliveries.failed


async def test_a_cut_is_an_absence_and_what_came_meanwhile_arrives(fake: FakeSlack) -> None:
    async with Connected(fake, COMMANDS) as bot:
        bot.adapter.returned.clear()
        await fake.deliveries.cut()
        fake.users.write("recall", channel="U42")
        await until(lambda: bot.events)
        assert bot.adapter.returned.is_set()


async def test_an_expired_ticket_is_replaced(fake: FakeSlack) -> None:
    fake.deliveries.expired = 2
    async with Connected(fake, COMMANDS):
        assert [method for method, _ in fake.api.calls].count("apps.connections.open") == 3


async def test_slack_may_be_away_when_we_start(fake: FakeSlack) -> None:
    fake.down = True
    connected = Connected(fake, COMMANDS)
    starting = asyncio.create_task(connected.__aenter__())
    await until(lambda: fake.workspace.time.passed > 1)
    fake.down = False
    await starting
    await connected.__aexit__()


async def test_replicas_share_the_events(fake: FakeSlack) -> None:
    async with Connected(fake, COMMANDS) as one, Connected(fake, COMMANDS) as other:
        for number in range(6):
            fake.users.write(f"number {number}", channel="U42")
        await until(lambda: len(one.events) + len(other.events) == 6)
        assert one.events
        assert other.events


@pytest.mark.parametrize(
    ("error", "line"),
    [
        ("token_revoked", "bot token: the token was revoked"),
        ("invalid_auth", "token is not valid"),
        ("account_inactive", "removed"),
    ],
)
async def test_without_access_the_adapter_ends_with_a_line(fake: FakeSlack, error: str, line: str) -> None:
    fake.api.token_error = error
    with pytest.raises(DeliveryError, match=line) as raised:
        await asyncio.wait_for(fake.adapter(COMMANDS).run(ignore), 5)
    assert raised.value.permanent


async def test_a_wrong_app_token_ends_it(fake: FakeSlack) -> None:
    with pytest.raises(DeliveryError, match="app token: the token is not valid"):
        await asyncio.wait_for(fake.adapter(COMMANDS, app_token="xapp-2").run(ignore), 5)


async def test_a_missing_scope_is_named_at_the_start(fake: FakeSlack) -> None:
    fake.api.scopes.discard("groups:history")
    with pytest.raises(DeliveryError, match=r"lacks the scope groups:history") as raised:
        await asyncio.wait_for(fake.adapter(COMMANDS).run(ignore), 5)
    assert raised.value.permanent


async def test_a_scope_that_goes_missing_is_named_and_no_channel_is_blamed(fake: FakeSlack) -> None:
    connected = await Connected(fake, COMMANDS).__aenter__()
    fake.api.scopes.discard("chat:write")
    with pytest.raises(DeliveryError) as refused:
        await connected.adapter.post(fake.channel, Reply("Daily drill"), key="drill-1")
    assert not refused.value.permanent
    with pytest.raises(DeliveryError, match=r"the scope chat:write is missing \(chat.postMessage\)"):
        await asyncio.wait_for(connected.running, 5)


@pytest.mark.parametrize("event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}}])
async def test_an_app_that_is_removed_ends_it(fake: FakeSlack, event: dict[str, object]) -> None:
    connected = await Connected(fake, COMMANDS).__aenter__()
    fake.users.event(event)
    with pytest.raises(DeliveryError, match="access was taken away"):
        await asyncio.wait_for(connected.running, 5)


@pytest.fixture
async def over_http(fake: FakeSlack) -> AsyncIterator[Connected]:
    """The adapter's handler in a server, as the process mounts it."""
    connected = Connected(fake, COMMANDS, app_token="", signing_secret=SECRET)
    app = web.Application()
    app.router.add_post("/slack/events", connected.adapter.receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.deliveries.push_to = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    fake.deliveries.secret = SECRET
    async with connected:
        yield connected
    await runner.cleanup()


async def post(url: str, body: str, headers: dict[str, str]) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_http_serves_commands_events_buttons_and_forms(fake: FakeSlack, over_http: Connected) -> None:
    fake.users.command("answer")
    form = await fake.form()
    fake.users.submit(form, {"text": "a hash map"})
    assert (await fake.shown()).private
    fake.users.write("hello", channel="U42")
    assert (await fake.shown()).text == "ok"
    assert [(event.command, event.text) for event in over_http.events] == [("answer", "a hash map"), ("help", "")]
    await until(lambda: all(one.answer.done() for one in fake.deliveries.all))


async def test_http_that_fails_is_delivered_again_and_joined(fake: FakeSlack, over_http: Connected) -> None:
    fake.users.write("one", channel="U42")
    delivery = fake.deliveries.all[-1]
    await acknowledged(delivery)
    copy = Delivery("again", delivery.kind, delivery.payload, tries=1)
    fake.deliveries.again(copy)
    await acknowledged(copy)
    assert len(over_http.events) == 1


async def test_http_checks_signatures_and_timestamps(fake: FakeSlack, over_http: Connected) -> None:
    url, body = fake.deliveries.push_to, urlencode({"command": "/drill", "text": "today", "team_id": "T1", "user_id": "U42"})
    kind = {"content-type": "application/x-www-form-urlencoded"}
    for headers in ({}, signed("wrong", body), signed(SECRET, body + "x"), signed(SECRET, body, time.time() - 600)):
        status, _ = await post(url, body, {**kind, **headers})
        assert status == 401
    assert over_http.events == []


async def test_http_answers_slacks_question_for_the_address(fake: FakeSlack, over_http: Connected) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"})
    status, text = await post(fake.deliveries.push_to, body, {"content-type": "application/json", **signed(SECRET, body)})
    assert (status, json.loads(text)) == (200, {"challenge": "abc"})


async def test_http_before_the_start_is_not_acknowledged(fake: FakeSlack) -> None:
    adapter = fake.adapter(COMMANDS, app_token="", signing_secret=SECRET)
    app = web.Application()
    app.router.add_post("/slack/events", adapter.receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    status, _ = await post(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events", "{}", {})
    assert status == 503
    await runner.cleanup()


async def test_a_command_is_acknowledged_in_time_whatever_it_takes(fake: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.listening.LONGEST_TAKING", 0.01)
    gate = asyncio.Event()

    async def handle(event: Event, show: Show) -> None:
        await gate.wait()
        await show(Reply("a picture"))

    adapter = fake.adapter(COMMANDS)
    running = asyncio.create_task(adapter.run(handle))
    await adapter.returned.wait()
    await acknowledged(fake.users.command("today"))
    assert fake.workspace.screen.empty()
    gate.set()
    assert (await fake.shown()).text == "a picture"
    await adapter.close()
    await running
