"""The faked Slack as other processes use it: over its own routes."""

from typing import Any

import aiohttp

from bot.protocol import Button, Buttons, Reply, Text
from tests.fakes.slack_bot import Connected, until
from tests.fakes.slack_control import ControlledSlack
from tests.test_adapter_contract import COMMANDS

QUESTION = Reply("Daily drill", (Text("What is recall?"), Buttons((Button("Answer", "answer", (("drill", "7"),)),))))


async def test_everything_can_be_said_and_seen_over_http() -> None:
    fake = ControlledSlack()
    await fake.start()

    async def ask(path: str, body: dict[str, Any] | None = None) -> Any:
        url = f"http://127.0.0.1:{fake.port}/_fake/{path}"
        method = "GET" if body is None else "POST"
        async with aiohttp.ClientSession() as session, session.request(method, url, json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async with Connected(fake, COMMANDS) as bot:
        post = await bot.adapter.post(fake.channel, QUESTION, key="drill-7")
        [seen] = await ask("messages")
        assert (seen["id"], seen["key"], seen["channel"], seen["thread"]) == (post, "drill-7", "C1", "")
        await ask("say", {"kind": "command", "text": "answer one"})
        await ask("say", {"kind": "write", "text": "two", "user": "U43", "thread": post})
        await ask("say", {"kind": "press", "label": "Answer", "ts": post})
        form = await fake.form()
        await ask("say", {"kind": "submit", "view": form["id"], "values": {"text": "three"}})
        await until(lambda: len(bot.events) == 3)
        assert sorted(event.text for event in bot.events) == ["one", "three", "two"]
        await ask("set", {"lose_next": 1, "patience": 1})
        await ask("advance", {"seconds": 60})
        await ask("refresh", {})
        await until(lambda: fake.deliveries.connects == 2)
        await ask("cut", {})
        await until(lambda: fake.deliveries.connects == 3)
        assert (await ask("state"))["connects"] == 3
        assert {one["to"] for one in await ask("whispers")} <= {"U42", "U43"}
    await fake.stop()
