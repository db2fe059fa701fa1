"""The bot as a process, over Slack's Web API and Socket Mode: posts, grades and closes, killed in the middle, and revoked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.bank import load_bank
from bot.store import connect
from bot.tables import drills
from tests.fakes.platform import Shown
from tests.fakes.process import ROOT, Process, patiently
from tests.fakes.running import running
from tests.fakes.slack_server import APP_TOKEN, BOT_TOKEN, FakeSlack
from tests.fakes.slack_state import Message


class Bot(Process):
    """`drillbot run` beside a faked Slack on the real clock. script: what was said and shown."""

    def __init__(self, folder: Path) -> None:
        self.fake = FakeSlack()
        self.script: list[str] = []
        tokens = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
        super().__init__(folder, tokens, lambda: self.fake.deliveries.connects)

    async def start(self) -> None:
        self._settings["SLACK_API_URL"] = self.fake.api_url
        await super().start()

    async def hears(self, fragment: str, private: bool = False) -> Shown:
        """What says this, whatever else is shown before: the post is edited now and then."""
        async with asyncio.timeout(30):
            while True:
                shown = await self.fake.workspace.screen.get()
                self.script.append(f"  drillbot{' (only you see this)' if shown.private else ''}: {shown.text}")
                if fragment in shown.text and shown.private == private:
                    return shown

    def posts(self, kind: str = "drill-") -> list[Message]:
        return [one for one in self.fake.posts() if one.key.startswith(kind)]

    def model_answer(self) -> str:
        """To the question that was asked."""
        with closing(connect(f"sqlite:///{self.database}")) as store, store.read() as tx:
            asked = load_bank([ROOT / "questions"]).get(tx.execute(select(drills.c.question)).scalar_one())
        assert asked is not None
        return asked.model_answer[:1500]

    def close_drills(self) -> None:
        """As if the day were over, and the killed process's lease too."""
        with closing(connect(f"sqlite:///{self.database}")) as store, store.write() as tx:
            tx.execute(update(drills).values(closes_at=datetime.now(UTC), leased_until=None))


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    async with running(Bot(tmp_path)) as made:
        yield made


async def test_posts_grades_and_closes_through_a_kill_and_a_revoked_token_ends_it_with_a_sentence(bot: Bot) -> None:
    bot.script.append("alan: /drill now")
    bot.fake.users.command("now", "UADMIN")
    await bot.hears("press Answer")
    await patiently(lambda: "posted" in bot.log)
    [post] = bot.posts()
    await bot.kill()
    answer = bot.model_answer()
    bot.script.append(f"(the bot is killed)\ngrace, in the thread: {answer}\n(the bot is started again)")
    bot.fake.users.write(answer, "U43", thread=post.ts)
    bot.fake.deliveries.forget()

    await bot.start()
    await bot.hears("Grace")
    assert int((await bot.hears("attempt 1 of 2", private=True)).text.split(" / ")[0]) > 80
    bot.script.append("ada presses [Answer] and writes: Some words about it.")
    bot.fake.users.press("Answer", "U42", post)
    bot.fake.users.submit(await bot.fake.form(), {"text": "Some words about it."}, "U42")
    await bot.hears("attempt 1 of 2", private=True)
    await bot.kill()
    bot.close_drills()
    bot.script.append("(killed again; the drill is over; started again)")

    await bot.start()
    await bot.hears("2 people answered")
    await patiently(lambda: "The answer is in the thread." in post.seen)
    assert [one.thread_ts for one in bot.posts("close-")] == [post.ts]
    assert len(bot.posts()) == 1
    print("\n".join(bot.script))  # pytest -s shows the conversation

    bot.fake.api.token_error = "token_revoked"
    await bot.fake.deliveries.cut()
    assert await bot.ends() == 1
    assert bot.log.count("the token was revoked") == 1, bot.log
    assert "Traceback" not in bot.log
