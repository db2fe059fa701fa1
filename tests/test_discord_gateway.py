"""The connection: made again whatever happens, and ended only by what nobody but the operator can mend."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from adapters.discord import Discord, adapter, gateway
from adapters.discord.shards import parse_shards
from bot.commands import commands
from bot.errors import DeliveryError
from bot.protocol import Event, Reply, Show
from tests.builders import MORNING, bank
from tests.fakes.discord_conversation import until
from tests.fakes.discord_server import FakeDiscord


class Line:
    """One adapter on a faked gateway."""

    def __init__(self) -> None:
        self.fake = FakeDiscord(MORNING)
        self.events: list[Event] = []
        self.running: asyncio.Task[None] | None = None

    def start(self, **options: Any) -> Discord:
        self.adapter = self.fake.adapter(commands(bank()), **options)
        self.running = asyncio.create_task(self.adapter.run(self.handle))
        return self.adapter

    async def connected(self) -> None:
        async with asyncio.timeout(8):
            await self.adapter.returned.wait()
        self.adapter.returned.clear()

    async def handle(self, event: Event, show: Show) -> None:
        self.events.append(event)
        await show(Reply("ok"))

    async def hears(self, count: int) -> None:
        await self.fake.people.slash("today")
        await until(lambda: len(self.events) == count)


@pytest.fixture
async def line(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    monkeypatch.setattr(gateway, "pause", lambda failures: 0.0)
    monkeypatch.setattr(gateway, "LOGIN_PAUSE", 0.0)
    made = Line()
    await made.fake.start()
    yield made
    if made.running:
        await made.adapter.close()
        async with asyncio.timeout(5):
            await asyncio.gather(made.running, return_exceptions=True)
    await made.fake.stop()


async def test_a_dropped_connection_is_resumed_and_nothing_is_missed(line: Line) -> None:
    line.start()
    await line.connected()
    await line.fake.gateway.close(4000)
    await line.fake.people.slash("today")
    await until(lambda: line.events)
    assert (line.fake.gateway.identified, line.fake.gateway.resumed) == (1, 1)
    assert not line.adapter.returned.is_set()


async def test_a_request_to_reconnect_is_followed(line: Line) -> None:
    line.start()
    await line.connected()
    await line.fake.gateway.ask_to_reconnect()
    await until(lambda: line.fake.gateway.resumed == 1)
    await line.hears(1)


async def test_a_refused_resume_begins_a_new_session_and_says_so(line: Line) -> None:
    line.start()
    await line.connected()
    line.fake.gateway.resumable = False
    await line.fake.gateway.close(4000)
    await line.connected()
    assert line.fake.gateway.identified == 2
    await line.hears(1)


async def test_a_gateway_that_cannot_be_reached_at_first_is_tried_again(line: Line) -> None:
    line.fake.gateway.refuse_connections = 2
    line.start()
    await line.connected()
    await line.hears(1)


async def test_an_api_that_is_down_at_first_is_tried_again(line: Line) -> None:
    line.fake.rest.down = True
    line.start()
    await until(lambda: line.fake.rest.calls or line.adapter._gateway.client is None)
    line.fake.rest.down = False
    await line.connected()
    await line.hears(1)


async def test_a_dispatch_that_cannot_be_read_is_dropped_and_the_connection_stays(line: Line) -> None:
    line.start()
    await line.connected()
    await line.fake.gateway.say_raw('{"op": 0, "t": "GUILD_CREATE", "s": 9, "d": {"id": "x"}}')
    await line.fake.gateway.say_raw('{"op": 0, "t": "THREAD_CREATE", "s": 10, "d": null}')
    await line.hears(1)
    assert (line.fake.gateway.identified, line.fake.gateway.resumed) == (1, 0)


@pytest.mark.parametrize("rubbish", ["{", "[]", '{"op": 99}'])
async def test_rubbish_never_ends_the_process(line: Line, rubbish: str) -> None:
    line.start()
    await line.connected()
    await line.fake.gateway.say_raw(rubbish)
    await line.fake.gateway.say_raw('{"op": 0, "t": "INTERACTION_CREATE", "s": 10, "d": {"type": 2, "data": []}}')
    await line.fake.gateway.say_raw('{"op": 0, "t": "MESSAGE_CREATE", "s": 11, "d": {"content": "x"}}')
    await until(lambda: line.fake.gateway.live)
    async with asyncio.timeout(5):
        while not line.events:
            await line.fake.people.slash("today")
            await asyncio.sleep(0)
    assert line.running
    assert not line.running.done()


async def test_commands_are_told_when_discord_takes_them_at_last(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "pause", lambda failures: 0.0)
    line.fake.rest.fail_next = [0, 0, 503, 503]
    line.start()
    await until(lambda: line.fake.world.syncs == 1)


async def test_a_wrong_token_ends_the_adapter_with_one_sentence(line: Line) -> None:
    line.fake.rest.token = "another"
    made = line.adapter = Discord("wrong", commands(bank()), api_url=line.fake.api)
    with pytest.raises(DeliveryError) as raised:
        await made.run(line.handle)
    assert raised.value.permanent
    assert "DISCORD_TOKEN" in str(raised.value)
    assert "wrong" not in str(raised.value)


@pytest.mark.parametrize("how", ["gateway", "rest"])
async def test_a_revoked_token_ends_the_adapter(line: Line, how: str) -> None:
    adapter = line.start()
    await line.connected()
    line.fake.rest.token = "another"
    if how == "gateway":
        await line.fake.gateway.close(4004)
    else:
        with pytest.raises(DeliveryError):
            await adapter.post(line.fake.channel, Reply("x"), key="drill-1")
    assert line.running
    with pytest.raises(DeliveryError) as raised:
        async with asyncio.timeout(5):
            await line.running
    assert raised.value.permanent


@pytest.mark.parametrize("wanted", ["message_content", "members"])
async def test_without_an_intent_it_goes_on_without_it(line: Line, wanted: str) -> None:
    line.fake.gateway.content_intent = line.fake.gateway.members_intent = False
    line.start(**{wanted: True})
    await line.connected()
    assert line.fake.gateway.identified == 2
    await line.hears(1)


async def test_shards_share_the_servers_of_one_process(line: Line) -> None:
    line.start(shards="2")
    await line.connected()
    assert sorted(session.shard for session in line.fake.gateway.live) == [(0, 2), (1, 2)]
    await line.hears(1)


async def test_discord_says_how_many_shards_when_they_are_automatic(line: Line) -> None:
    line.start(shards="auto")
    await line.connected()
    assert len(line.fake.gateway.live) == 2


async def test_a_process_has_only_its_own_shards_and_posts_anywhere(line: Line) -> None:
    adapter = line.start(shards="2", shard_ids="1")
    await line.connected()
    assert [session.shard for session in line.fake.gateway.live] == [(1, 2)]
    assert await adapter.post(line.fake.channel, Reply("x"), key="drill-1")
    await line.fake.people.slash("today")
    assert line.events == []


@pytest.mark.parametrize(("shards", "ids"), [("many", ""), ("0", ""), ("2", "2"), ("auto", "0"), ("", "0"), ("2", "x")])
def test_wrong_shards_are_a_sentence(shards: str, ids: str) -> None:
    with pytest.raises(DeliveryError, match="DISCORD_SHARD"):
        parse_shards(shards, ids)


async def test_no_token_is_ever_logged(line: Line, capsys: pytest.CaptureFixture[str]) -> None:
    line.fake.rest.token = "s3cret-token"
    line.start()
    await line.connected()
    await line.hears(1)
    line.fake.rest.fail_next = [403]
    with pytest.raises(DeliveryError):
        await line.adapter.post(line.fake.channel, Reply("x"), key="drill-1")
    logging.getLogger("discord.http").warning("We are being rate limited. POST https://x/webhooks/12/abcdef/messages")
    logging.getLogger("discord.client").error("Attempting a reconnect", exc_info=OSError("gone"))
    out = capsys.readouterr()
    assert "webhooks/12/…/messages" in out.out
    assert "OSError: gone" in out.out
    assert "Traceback" not in out.out + out.err
    assert "s3cret-token" not in out.out + out.err
    assert "abcdef" not in out.out + out.err


async def test_closing_before_connecting_ends_run(line: Line) -> None:
    line.fake.rest.down = True
    adapter = line.start()
    await asyncio.sleep(0)
    await adapter.close()
    assert line.running
    async with asyncio.timeout(5):
        await line.running


async def test_closing_while_discord_is_away_waits_for_no_pause(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    pausing = asyncio.Event()

    def long(_: object) -> float:
        pausing.set()
        return 60.0

    monkeypatch.setattr("discord.backoff.ExponentialBackoff.delay", long)  # between discord.py's own attempts
    line.start()
    await line.connected()
    await line.fake.stop()
    await pausing.wait()
    async with asyncio.timeout(3):
        await line.adapter.close()
        assert line.running
        await line.running
