"""What every adapter must do. Each test runs once per adapter, with the real SDK, over a faked platform."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.errors import DeliveryError
from bot.protocol import (
    Adapter,
    Button,
    Buttons,
    Checklist,
    Code,
    Command,
    Event,
    File,
    Image,
    Item,
    Mark,
    Option,
    Reply,
    Show,
    Table,
    Text,
    Tone,
)
from tests.builders import MORNING
from tests.fakes.discord_server import FakeDiscord
from tests.fakes.platform import FakePlatform, Shown
from tests.fakes.slack_server import FakeSlack
from tests.fakes.terminal import FakeTerminal

COMMANDS = (
    Command("answer", "answer the question", (Option("text", "your answer", True, long=True),)),
    Command("today", "the question"),
    Command("board", "who leads", private=False),
)
FAKES: list[type] = [FakeTerminal, FakeDiscord, FakeSlack]
QUESTION = Reply("Daily drill", (Text("What is recall?", Tone.LEAD), Buttons((Button("My score", "score", (("drill", "7"),)),))))


@dataclass
class Platform:
    """A faked platform, its adapter connected, and a handler that records and replies."""

    fake: FakePlatform
    adapter: Adapter
    events: list[Event] = field(default_factory=list)
    reply: Reply | None = field(default_factory=lambda: Reply("ok", (Text("done"),)))

    async def handle(self, event: Event, show: Show) -> None:
        self.events.append(event)
        if self.reply:
            await show(self.reply)

    async def ask(self, command: str, text: str = "") -> Shown:
        await self.fake.say(command, text)
        return await self.fake.shown()


@pytest.fixture(params=FAKES, ids=lambda fake: fake.name)
async def platform(request: pytest.FixtureRequest) -> AsyncIterator[Platform]:
    fake: FakePlatform = request.param(MORNING)
    await fake.start()
    made = Platform(fake, fake.adapter(COMMANDS))
    running = asyncio.create_task(made.adapter.run(made.handle))
    async with asyncio.timeout(10):
        await made.adapter.returned.wait()
    if fake.name == "console":
        await fake.shown()  # a terminal opens with today's question
        made.events.clear()
    yield made
    await made.adapter.close()
    async with asyncio.timeout(10):
        await running
    await fake.stop()


async def test_a_command_arrives_as_one_event(platform: Platform) -> None:
    await platform.ask("answer", "a hash map")
    [event] = platform.events
    assert (event.command, event.text or event.options["text"]) == ("answer", "a hash map")
    assert event.channel == platform.fake.channel
    assert event.learner.platform == event.channel.platform == platform.adapter.name
    assert event.id.startswith(platform.adapter.name)
    assert event.addressed


async def test_two_commands_have_two_ids(platform: Platform) -> None:
    await platform.ask("answer", "one")
    await platform.ask("answer", "two")
    assert len({event.id for event in platform.events}) == 2


async def test_every_block_is_shown(platform: Platform) -> None:
    platform.reply = Reply(
        "Graded",
        (
            Text("why"),
            Text("question", Tone.LEAD),
            Text("aside", Tone.NOTE),
            Code("model.fit(x)"),
            Checklist((Item(Mark.FULL, "hit"), Item(Mark.MISSED, "miss"))),
            Table(("who", "points"), (("ada", "72"), ("alan", "5")), own=0),
            Image(PNG, "a chart"),
            File("points.json", '["everything"]', '["everything"]'),
            Buttons((Button("My score", "score"),)),
        ),
    )
    shown = await platform.ask("today")
    for fragment in (
        "Graded", "why", "question", "aside", "model.fit(x)", Mark.FULL, "hit", Mark.MISSED, "miss", "who",
        "ada", "72", "a chart", '["everything"]',
    ):  # fmt: skip
        assert fragment in shown.text


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
async def test_a_reply_is_as_private_as_its_command(platform: Platform, command: Command) -> None:
    shown = await platform.ask(command.name, "x")
    assert shown.private == (command.private or platform.adapter.name == "console")


async def test_text_cannot_notify_anyone(platform: Platform) -> None:
    mention = platform.fake.live_mention or "nobody"
    platform.reply = Reply(f"{mention} title", (Text(mention), Checklist((Item(Mark.FULL, mention),))))
    shown = await platform.ask("board")
    assert mention == "nobody" or mention not in shown.text


async def test_a_reply_of_any_length_is_shown(platform: Platform) -> None:
    rows = tuple((f"name {number}", "9" * 30) for number in range(200))
    platform.reply = Reply("t" * 500, (Text("word " * 3000), Table(("who", "points"), rows), Code("x = 1\n" * 1000)))
    shown = await platform.ask("today")
    assert "word" in shown.text


async def test_talk_gets_no_reply_and_the_next_command_does(platform: Platform) -> None:
    platform.reply = None
    await platform.fake.say("today")
    async with asyncio.timeout(5):
        while not platform.events:
            await asyncio.sleep(0)
    platform.reply = Reply("second")
    assert "second" in (await platform.ask("today")).text


async def test_a_post_is_made_and_named(platform: Platform) -> None:
    message = await platform.adapter.post(platform.fake.channel, QUESTION, key="drill-7")
    shown = await platform.fake.shown()
    assert message
    assert "What is recall?" in shown.text


async def test_a_post_is_found_again_by_its_key(platform: Platform) -> None:
    message = await platform.adapter.post(platform.fake.channel, QUESTION, key="drill-7")
    found = await platform.adapter.find(platform.fake.channel, "drill-7")
    assert found == (message if platform.fake.can_find else None)
    assert await platform.adapter.find(platform.fake.channel, "drill-8") is None


async def test_a_reveal_goes_to_the_thread_of_its_post_and_is_found_there(platform: Platform) -> None:
    message = await platform.adapter.post(platform.fake.channel, QUESTION, key="drill-7")
    await platform.fake.shown()
    reveal = await platform.adapter.post(platform.fake.channel, Reply("Closed"), key="close-7", thread=message)
    assert "Closed" in (await platform.fake.shown()).text
    found = await platform.adapter.find(platform.fake.channel, "close-7", thread=message)
    assert found == (reveal if platform.fake.can_find else None)


async def test_an_edit_replaces_what_is_shown(platform: Platform) -> None:
    message = await platform.adapter.post(platform.fake.channel, QUESTION, key="drill-7")
    await platform.fake.shown()
    await platform.adapter.edit(platform.fake.channel, message, Reply("Daily drill", (Text("12 answered"),)))
    if platform.fake.can_edit:
        assert "12 answered" in (await platform.fake.shown()).text


async def test_a_verdict_can_be_told_later(platform: Platform) -> None:
    await platform.ask("answer", "one")
    [event] = platform.events
    await platform.adapter.tell(event.origin, Reply("72 / 100"), key="re-1")
    assert "72 / 100" in (await platform.fake.shown()).text


async def test_a_channel_that_is_gone_is_a_permanent_failure(platform: Platform) -> None:
    if not platform.fake.can_fail:
        return
    platform.fake.lose_channel()  # type: ignore[attr-defined]
    with pytest.raises(DeliveryError) as raised:
        await platform.adapter.post(platform.fake.channel, QUESTION, key="drill-7")
    assert raised.value.permanent


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)
