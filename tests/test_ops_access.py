"""What doctor asks the platforms, of the faked ones."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pydantic import SecretStr

from bot.cli import access
from bot.cli.rows import Row, State
from bot.config import Settings
from tests.builders import MORNING
from tests.fakes.discord_server import FakeDiscord
from tests.fakes.slack_server import FakeSlack


@contextmanager
def running(fake: Any) -> Iterator[Any]:
    """The fake on a loop of its own: doctor brings its own too."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(fake.start(), loop).result(10)
    try:
        yield fake
    finally:
        asyncio.run_coroutine_threadsafe(fake.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def states(rows: list[Row]) -> dict[str, State]:
    return {row.name: row.state for row in rows}


@pytest.mark.parametrize(
    ("token", "wanted", "expected"),
    [
        ("x", {}, {"discord token": State.GOOD, "discord intents": State.GOOD}),
        ("x", {"discord_message_content": True}, {"discord token": State.GOOD, "discord intents": State.BAD}),
        ("x", {"discord_members": True}, {"discord token": State.GOOD, "discord intents": State.BAD}),
        ("wrong", {}, {"discord token": State.BAD}),
    ],
)
def test_discord(token: str, wanted: dict[str, bool], expected: dict[str, State]) -> None:
    fake = FakeDiscord(MORNING)
    fake.rest.token = "x"
    with running(fake):
        settings = Settings(discord_token=SecretStr(token), discord_api_url=fake.api).model_copy(update=wanted)
        assert states(access.discord(settings)) == expected


@pytest.mark.parametrize(
    ("bot", "app", "expected"),
    [
        ("xoxb-x", "xapp-x", {"slack bot token": State.GOOD, "slack scopes": State.GOOD, "slack app token": State.GOOD}),
        ("xoxb-x", "xapp-9", {"slack bot token": State.GOOD, "slack scopes": State.GOOD, "slack app token": State.BAD}),
        ("xoxb-9", "xapp-x", {"slack bot token": State.BAD}),
    ],
)
def test_slack(bot: str, app: str, expected: dict[str, State]) -> None:
    with running(FakeSlack(MORNING)) as fake:
        settings = Settings(slack_bot_token=SecretStr(bot), slack_app_token=SecretStr(app), slack_api_url=fake.api_url)
        assert states(access.slack(settings)) == expected


def test_slack_without_pictures_and_in_several_workspaces() -> None:
    with running(FakeSlack(MORNING)) as fake:
        fake.api.scopes.discard("files:write")
        app, url = SecretStr("xapp-x"), fake.api_url
        rows = access.slack(Settings(slack_bot_token=SecretStr("xoxb-x"), slack_app_token=app, slack_api_url=url))
        assert [row.found for row in rows if row.name == "slack scopes"] == ["all that are needed, but not files:write"]
        several = Settings(slack_client_id="1.2", slack_app_token=app, slack_api_url=url)
        assert states(access.slack(several)) == {"slack app token": State.GOOD}


def test_what_cannot_be_reached_is_said() -> None:
    nowhere = "http://127.0.0.1:9/api"
    settings = Settings(
        discord_token=SecretStr("x"), discord_api_url=nowhere, slack_bot_token=SecretStr("x"), slack_api_url=nowhere
    )
    for row in [*access.discord(settings), *access.slack(settings)]:
        assert row.state is State.BAD
        assert "cannot be reached" in row.found
        assert row.remedy
