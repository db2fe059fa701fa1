"""The bot as a process, over HTTP and a gateway like Discord's: as an operator runs it, killed in the middle, and revoked."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.discord import invite_link
from bot.cli.discord import app as cli
from bot.errors import DeliveryError, SettingsError
from tests.fakes.discord_server import FakeDiscord
from tests.fakes.discord_world import BOT, CHANNEL, Body, visible
from tests.fakes.platform import Shown
from tests.fakes.process import ROOT, Process, patiently
from tests.fakes.running import running


class Bot(Process):
    """`drillbot run` beside a faked Discord."""

    def __init__(self, folder: Path) -> None:
        self.fake = FakeDiscord(lambda: datetime.now(UTC))
        super().__init__(folder, {"DISCORD_TOKEN": "x"}, lambda: self.fake.gateway.identified)

    async def start(self) -> None:
        self._settings["DISCORD_API_URL"] = self.fake.api
        await super().start()

    async def shown(self) -> Shown:
        async with asyncio.timeout(15):
            return await self.fake.world.shown.get()

    def posts(self) -> list[Body]:
        made = self.fake.world.messages.values()
        return [m for m in made if m["channel_id"] == CHANNEL and m["author"]["id"] == BOT and m["_key"].startswith("drill-")]


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    async with running(Bot(tmp_path)) as made:
        yield made


async def test_killed_in_the_middle_it_goes_on_and_a_revoked_token_ends_it_with_a_sentence(bot: Bot) -> None:
    await bot.fake.people.slash("now", user="44")
    assert "on its way" in (await bot.shown()).text
    assert "press Answer" in (await bot.shown()).text
    await patiently(lambda: "posted" in bot.log)
    await bot.kill()
    [post] = bot.posts()
    await bot.fake.people.write("<@1000> Said while it was dead.", reply_to=post["id"], user="43")

    await bot.start()
    assert "/ 100" in (await bot.shown()).text
    await bot.fake.people.press(post["id"], "Answer")
    await patiently(lambda: bot.fake.world.modals)
    await bot.fake.people.submit("Some words about it.")
    verdict = await bot.shown()
    while not verdict.private:  # the post shows how many answered, sooner or later
        verdict = await bot.shown()
    assert "attempt 1 of 2" in verdict.text
    assert len(bot.posts()) == 1

    bot.fake.rest.token = "another"
    await bot.fake.gateway.close(4004)
    assert await bot.ends() == 1
    assert bot.log.count("Discord does not accept DISCORD_TOKEN") == 1
    assert "Traceback" not in bot.log


async def test_the_invite_link_is_for_the_application_of_the_token() -> None:
    fake = FakeDiscord(datetime.now(UTC))
    await fake.start()
    assert "client_id=1001" in await invite_link("x", fake.api)
    with pytest.raises(DeliveryError, match="DISCORD_TOKEN"):
        await invite_link("wrong", fake.api)
    await fake.stop()
    with pytest.raises(DeliveryError, match="cannot be reached"):
        await invite_link("x", fake.api)


def test_without_a_token_the_command_says_where_to_find_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    result = CliRunner().invoke(cli, ["invite"])
    assert isinstance(result.exception, SettingsError)
    assert "DISCORD_TOKEN is not set" in str(result.exception)


async def test_the_fake_runs_as_a_process_with_control_routes() -> None:
    import aiohttp

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.discord_server", "--port", "0", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    async with asyncio.timeout(20):
        port = int(await process.stdout.readline())
    base = f"http://127.0.0.1:{port}/_fake"
    async with aiohttp.ClientSession() as session:
        said = await session.post(f"{base}/say", json={"do": "write", "text": "hello"})
        [message] = await (await session.get(f"{base}/messages")).json(content_type=None)
        assert message["id"] == (await said.json(content_type=None))["id"]
        assert message["content"] == "hello"
        for control, body in (("lose", {"share": 0.5}), ("down", {"down": True}), ("drop", {}), ("advance", {"seconds": 5})):
            assert (await session.post(f"{base}/{control}", json=body)).status == 200
        assert (await (await session.get(f"{base}/state")).json(content_type=None))["connected"] == 0
    process.terminate()
    await process.wait()


def test_visible_text_has_no_escapes() -> None:
    assert visible({"content": "a\\_b", "embeds": [], "attachments": [], "components": []}) == "a_b"
