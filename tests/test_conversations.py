"""One conversation, as a table of what is said and what is heard, on every platform, through restarts."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from bot.service.core import Core
from tests.builders import FULL, HALF, Clock
from tests.fakes.talks import TALKS, Talk

DROPOUT = {
    FULL: "It switches random units off during training, and at inference all units are used.",
    HALF: "It drops random neurons.",
}
CHATS = {"discord", "slack"}
TYPED = {"console", "slack"}
EVERYWHERE = CHATS | TYPED

# Who says what (FULL and HALF are answers to the question that was asked) · what is heard, in any order · where.
# Words that begin with a lock are for the one alone who asked.
WEEKEND: tuple[tuple[str, tuple[str, ...], set[str]], ...] = (
    ("alan: /drill schedule time:9:00 zone:UTC days:daily", ("🔒Schedule set",), EVERYWHERE),
    ("ada: /drill pause", ("🔒for admins",), CHATS),
    ("ada: /drill bord", ("🔒Did you mean board?",), TYPED),
    ("ada: /drill score", ("🔒There is no open drill here",), EVERYWHERE),
    ("(a day passes)", ("Daily drill · Sat 21 Nov", "Answer by replying"), EVERYWHERE),
    ("(the bot is restarted)", (), EVERYWHERE),
    ("ada: /drill answer text:HALF", ("🔒1 of 2 points · attempt 1 of 2",), EVERYWHERE),
    ("ada: /drill answer text:HALF", ("🔒You said this before",), EVERYWHERE),
    ("grace fills in: FULL", ("🔒2 of 2 points · attempt 1 of 2",), EVERYWHERE),
    ("alan replies: FULL and HALF", ("2 of 2 points",), EVERYWHERE),
    ("(the bot is restarted)", (), EVERYWHERE),
    ("alan: /drill score", ("🔒Attempt 1 of 2",), EVERYWHERE),
    ("ada: /drill answer text:FULL", ("🔒2 of 2 points · attempt 2 of 2",), EVERYWHERE),
    ("ada: /drill answer text:FULL Once more.", ("🔒You have used both attempts",), EVERYWHERE),
    ("grace: /drill board window:today", ("Today · ",), EVERYWHERE),
    ("ada: /drill me", ("🔒Streak 1 day",), EVERYWHERE),
    ("alan: /drill pause", ("🔒Paused",), EVERYWHERE),
    ("alan: /drill resume", ("🔒Next:",), EVERYWHERE),
    ("(a day passes)", ("Closed · ", "Model answer:", "3 people answered", "Daily drill · Sun 22 Nov"), EVERYWHERE),
    ("(the bot is restarted)", (), EVERYWHERE),
    ("ada fills in: FULL", ("🔒attempt 1 of 2",), EVERYWHERE),
    ("alan: /drill skip", ("🔒Skipped",), EVERYWHERE),
    ("grace: /drill today", ("🔒The answer is in the thread.",), EVERYWHERE),
)


class Stage:
    """heard: everything shown so far; script: what was said and shown."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.question = ""
        self.script: list[str] = []

    async def play(self, line: str) -> None:
        self.script.append(line)
        if line == "(a day passes)":
            await self.talk.day()
            await self.talk.tick()
        elif line == "(the bot is restarted)":
            await self.talk.restart()
        elif said := re.fullmatch(r"(\w+): /drill (\w+) ?(.*)", line):
            options = dict(re.findall(r"(\w+):(.+?)(?= \w+:|$)", said[3]))
            await self.talk.command(said[1], said[2], {name: self._answer(text) for name, text in options.items()})
            await self.talk.tick()
        elif said := re.fullmatch(r"(\w+) (replies|fills in): (.*)", line):
            await (self.talk.reply if said[2] == "replies" else self.talk.form)(said[1], self._answer(said[3]))
        else:
            raise ValueError(line)

    async def hears(self, fragments: tuple[str, ...]) -> None:
        """All of them, among whatever else is shown."""
        missing = list(fragments)
        seen: list[str] = []
        try:
            async with asyncio.timeout(30):
                while missing:
                    shown = await self.talk.shown()
                    seen.append(shown.text)
                    self.script.append(f"  drillbot{' (only you see this)' if shown.private else ''}: {shown.text}")
                    if "Daily drill" in shown.text:
                        self.question = shown.text
                    found = [one for one in missing if one.removeprefix("🔒") in shown.text]
                    if self.talk.whispers and not shown.private and "Daily drill" in shown.text:
                        # the post, too, tells that it was skipped, before or after the admin hears it
                        found = [one for one in found if not one.startswith("🔒")]
                    for one in found:
                        assert shown.private or not (one.startswith("🔒") and self.talk.whispers), (
                            f"all could read {shown.text!r}"
                        )
                    missing = [one for one in missing if one not in found]
        except TimeoutError:
            raise AssertionError(f"{missing} were not heard, but {seen}") from None

    def _answer(self, text: str) -> str:
        for name, precision in (("FULL", FULL), ("HALF", HALF)):
            text = text.replace(name, precision if "precision" in self.question else DROPOUT[precision])
        return text


@pytest.fixture(params=TALKS, ids=lambda kind: kind.name)
async def talk(request: pytest.FixtureRequest, core: Core, clock: Clock) -> AsyncIterator[Talk]:
    made: Talk = request.param(core, clock)
    await made.start()
    yield made
    await made.stop()


async def test_a_weekend_is_the_same_everywhere(talk: Talk) -> None:
    stage = Stage(talk)
    for line, heard, where in WEEKEND:
        if talk.name in where:
            await stage.play(line)
            await stage.hears(heard)
    print("\n".join(stage.script))  # pytest -s shows the conversation
