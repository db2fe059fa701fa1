"""Pictures on Slack: in the thread of a public message, by direct message where they are private, in words in any case."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.protocol import Channel, Command, Image, Reply, Text
from bot.service.core import Core
from tests.builders import MORNING, Clock
from tests.fakes.slack_bot import Bot, Connected
from tests.fakes.slack_server import FakeSlack
from tests.test_adapter_contract import COMMANDS, PNG
from tests.test_slack import answers

RECAP = Reply("Last week", (Text("Ada leads"), Image(PNG, "Chart of points gathered: 1. Ada 393")))


@pytest.fixture
async def slack() -> AsyncIterator[Connected]:
    fake = FakeSlack(MORNING)
    await fake.start()
    async with Connected(fake, (*COMMANDS, Command("me", "my page"))) as made:
        made.reply = RECAP
        yield made
    await fake.stop()


def sent(slack: Connected) -> list[bytes]:
    return [file.data for file in slack.fake.api.files.values()]


async def test_a_public_picture_stands_in_the_thread_of_its_message(slack: Connected) -> None:
    made = await slack.adapter.post(slack.fake.channel, RECAP, key="recap-1")
    text, picture = slack.fake.posts()
    assert (text.ts, text.key, picture.thread_ts) == (made, "recap-1", made)
    assert "Chart of points gathered: 1. Ada 393" in text.seen
    assert picture.seen == "[file: Chart of points gathered: 1. Ada 393]"
    assert sent(slack) == [PNG]
    assert await slack.adapter.find(slack.fake.channel, "recap-1") == made


async def test_a_private_picture_goes_to_the_person_alone(slack: Connected) -> None:
    slack.fake.users.command("me", "U42")
    whisper = await slack.fake.shown()
    assert whisper.private
    assert "Ada 393" in whisper.text
    await slack.fake.shown()
    assert [one.file != "" for one in slack.fake.posts("DU42")] == [True]
    assert slack.fake.posts("C1") == []
    assert sent(slack) == [PNG]


async def test_where_the_bot_cannot_whisper_text_and_picture_go_the_same_way_once(slack: Connected) -> None:
    slack.fake.users.command("me", "U42", "C2")
    await slack.fake.shown()
    await slack.fake.shown()
    slack.fake.workspace.time.passed += 1801
    await slack.adapter.tell(slack.events[-1].origin, RECAP, key="re-1")
    assert [one.file != "" for one in slack.fake.posts("DU42")] == [True, False, True]


async def test_in_a_direct_channel_the_picture_stands_below(slack: Connected) -> None:
    await slack.adapter.post(Channel("slack", "T1", "@U43"), RECAP, key="recap-1")
    assert [(one.file != "", one.thread_ts) for one in slack.fake.posts("DU43")] == [(False, ""), (True, "")]


async def test_without_the_scope_there_are_words_and_everything_goes_on(slack: Connected) -> None:
    slack.fake.api.scopes.discard("files:write")
    await slack.adapter.post(slack.fake.channel, RECAP, key="recap-1")
    [text] = slack.fake.posts()
    assert "Ada 393" in text.seen
    assert not slack.running.done()


async def test_an_app_of_before_there_were_pictures_starts() -> None:
    fake = FakeSlack(MORNING)
    fake.api.scopes.discard("files:write")
    await fake.start()
    async with Connected(fake, COMMANDS):
        pass
    await fake.stop()


async def test_my_page_is_whispered_and_its_calendar_comes_by_direct_message(core: Core, clock: Clock) -> None:
    bot = Bot(core, clock)
    await bot.fake.start()
    await bot.start()
    post = await bot.opens()
    bot.fake.users.write(answers(post.seen)[0], thread=post.ts)
    await bot.hears("2 of 2 points", private=False)
    await bot.hears("2 of 2 points", private=True)
    bot.fake.users.command("me", "U42")
    await bot.hears("My page", "Calendar of the last 12 weeks", private=True)
    await bot.hears("[file: Calendar of the last 12 weeks")
    [picture] = bot.fake.posts("DU42")
    assert bot.fake.api.files[picture.file].data.startswith(b"\x89PNG")

    bot.pass_(weeks=1)
    for _ in range(3):  # the reveal, the next drill, and what came with the week
        await bot.tick()
        bot.pass_(seconds=timedelta(minutes=2).total_seconds())
    recap = next(one for one in bot.fake.posts() if one.key.startswith("recap-"))
    assert [one.thread_ts for one in bot.fake.posts() if one.file] == [recap.ts]
    await bot.stop()
    await bot.fake.stop()
