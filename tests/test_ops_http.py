"""/healthz, /readyz, /metrics: what is down is named; nothing private is shown."""

import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families as families
from typer.testing import CliRunner

from bot import metrics
from bot.app import App
from bot.cli import app, http
from bot.cli.http import HttpServer
from bot.errors import SettingsError
from bot.protocol import Reply
from bot.service import drills
from bot.service.core import Core
from bot.store import Store, connect
from tests.builders import CHANNEL, FULL, Clock, Events


class Answers:
    """The routes, asked."""

    def __init__(self, server: HttpServer, session: aiohttp.ClientSession) -> None:
        self.server = server
        self._session = session

    async def __call__(self, path: str, method: str = "GET") -> tuple[int, str]:
        async with self._session.request(method, f"http://127.0.0.1:{self.server.port}{path}") as answer:
            return answer.status, await answer.text()


@pytest.fixture
def up() -> dict[str, bool]:
    return {"discord": True, "slack": True}


@pytest.fixture
async def ask(store: Store, up: dict[str, bool]) -> AsyncIterator[Answers]:
    async def slack(request: web.Request) -> web.Response:
        return web.Response(text="challenge")

    ready = {name: lambda name=name: up[name] for name in up}
    server = HttpServer("127.0.0.1", 0, store, ready, [web.post("/slack/events", slack)])
    await server.start()
    async with aiohttp.ClientSession() as session:
        yield Answers(server, session)
    await server.stop()


async def test_a_process_is_healthy_whatever_is_down(ask: Answers, up: dict[str, bool]) -> None:
    up["discord"] = False
    assert await ask("/healthz") == (200, "ok\n")


async def test_ready_when_everything_is(ask: Answers) -> None:
    assert await ask("/readyz") == (200, '{"ready": true, "down": []}')


async def test_what_is_down_is_named(ask: Answers, up: dict[str, bool]) -> None:
    up["slack"] = False
    assert await ask("/readyz") == (503, '{"ready": false, "down": ["slack"]}')


async def test_a_database_that_is_away_is_named() -> None:
    store = connect("postgresql://ada:secret@127.0.0.1:1/drills")
    server = HttpServer("127.0.0.1", 0, store, {"discord": lambda: False})
    await server.start()
    async with aiohttp.ClientSession() as session:
        assert await Answers(server, session)("/readyz") == (503, '{"ready": false, "down": ["database", "discord"]}')
    await server.stop()
    store.close()


async def test_a_database_that_does_not_answer_in_time_is_down(ask: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "DATABASE_SECONDS", 0)
    assert await ask("/readyz") == (503, '{"ready": false, "down": ["database"]}')


async def test_a_platform_brings_its_routes(ask: Answers) -> None:
    assert await ask("/slack/events", "POST") == (200, "challenge")
    assert (await ask("/slack/events"))[0] == 405
    assert (await ask("/nothing"))[0] == 404


async def test_metrics_tell_which_gateways_are_connected(ask: Answers, up: dict[str, bool]) -> None:
    up["discord"] = False
    status, text = await ask("/metrics")
    found = {family.name: family for family in families(text)}
    connected = {sample.labels["platform"]: sample.value for sample in found["drillbot_gateway_connected"].samples}
    assert (status, connected["discord"], connected["slack"]) == (200, 0, 1)


async def test_an_answer_is_counted_and_nobody_is_named(ask: Answers, core: Core, clock: Clock) -> None:
    before = metrics.REGISTRY.get_sample_value("drillbot_answers_graded_total", {"platform": "console"}) or 0

    async def show(reply: Reply) -> None:
        assert reply.title

    extra = drills.open_extra(core, CHANNEL, "e1")
    with core.store.write() as tx:
        from bot.domain.drill import State
        from bot.store import drills as rows

        rows.move(tx, extra.id, State.PLANNED, State.OPEN, opened_at=clock.now, message="m1")
    await App(core).handle(Events(clock)("answer", FULL), show)
    _, text = await ask("/metrics")
    assert metrics.REGISTRY.get_sample_value("drillbot_answers_graded_total", {"platform": "console"}) == before + 1
    assert not {"Ada", "precision", CHANNEL.channel_id} & set(text.replace('"', " ").split())


async def test_a_port_that_is_taken_is_a_sentence(store: Store) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = HttpServer("127.0.0.1", taken.getsockname()[1], store, {})
        with pytest.raises(SettingsError, match=r"HTTP_PORT: 127.0.0.1:\d+ cannot be opened"):
            await server.start()


async def test_drillbot_health_asks_it(ask: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    monkeypatch.setenv("HTTP_PORT", str(ask.server.port))
    done = await asyncio.to_thread(CliRunner().invoke, app, ["health"])
    assert (done.exit_code, done.output) == (0, "healthy\n")
