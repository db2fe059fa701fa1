"""What the bot hears, where it was said, and how it answers there."""

from collections.abc import AsyncIterator

import pytest

from bot.protocol import HINDERED, Button, Buttons, Checklist, Event, Item, Mark, Reply, Text, direct
from tests.fakes.discord_bot import Bot
from tests.fakes.discord_conversation import until
from tests.fakes.discord_gateway import thread_body
from tests.fakes.discord_world import CHANNEL, visible

POST = Reply("Daily drill", (Text("What is recall?"), Buttons((Button("Answer", "answer", (("drill", "7"),)),))))


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    made = Bot()
    await made.fake.start()
    await made.connect()
    yield made
    await made.disconnect()
    await made.fake.stop()


async def heard(bot: Bot, count: int = 1) -> list[Event]:
    await until(lambda: len(bot.events) >= count and not bot.adapter._working)
    return bot.events


async def test_a_second_answer_below_the_public_line_is_about_the_same_post(bot: Bot) -> None:
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    await bot.fake.people.write("one", reply_to=message)
    await heard(bot)
    line = next(m["id"] for m in bot.fake.world.messages.values() if m["_key"].startswith("re-"))
    await bot.fake.people.write("two", reply_to=line)
    assert [event.about for event in await heard(bot, 2)] == [message, message]


async def test_the_score_button_under_a_line_is_about_the_post_wherever_it_stands(bot: Bot) -> None:
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    await bot.fake.people.write("one", reply_to=message)
    await heard(bot)
    line = next(m["id"] for m in bot.fake.world.messages.values() if m["_key"].startswith("re-"))
    await bot.fake.people.press(line, "My score", user="43")
    event = (await heard(bot, 2))[1]
    assert (event.command, event.about, event.learner.name) == ("score", message, "Grace")


async def test_a_button_shows_to_its_presser_alone_what_the_command_shows_to_all(bot: Bot) -> None:
    board = Reply("Daily drill", (Buttons((Button("Leaderboard", "board"),)),))
    message = await bot.adapter.post(bot.fake.channel, board, key="drill-7")
    await bot.fake.shown()
    await bot.fake.people.press(message, "Leaderboard")
    assert (await bot.fake.shown()).private
    await bot.fake.people.slash("board")
    assert not (await bot.fake.shown()).private


async def test_only_a_mark_where_a_channel_wants_no_words(bot: Bot) -> None:
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    bot.reply = Reply("72 / 100", reaction=Mark.FULL)
    said = await bot.fake.people.write("one", reply_to=message)
    await heard(bot)
    assert bot.fake.world.messages[said]["reactions"] == ["✅"]
    assert bot.made() == ["drill-7"]


async def test_a_mark_that_may_not_be_set_does_not_hide_the_line(bot: Bot) -> None:
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    bot.fake.world.denied.add((CHANNEL, "react"))
    await bot.fake.people.write("one", reply_to=message)
    await heard(bot)
    assert len(bot.made()) == 2
    assert not bot.failures


async def test_a_reply_without_a_ping_is_read_only_with_the_intent(bot: Bot) -> None:
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    await bot.fake.people.write("silent", reply_to=message, ping=False)
    await bot.fake.people.write("loud", reply_to=message)
    assert [event.text for event in await heard(bot)] == ["loud"]


async def test_admins_are_known_by_their_roles_in_messages_too(bot: Bot) -> None:
    for user in ("42", "44"):
        await bot.fake.people.write("<@1000> board", user=user)
    assert {event.learner.user_id: event.admin for event in await heard(bot, 2)} == {"42": False, "44": True}
    assert {event.command for event in bot.events} == {"board"}


async def test_a_refusal_to_who_named_the_bot_is_shown_in_full(bot: Bot) -> None:
    bot.reply = Reply("There is no open drill here.")
    said = await bot.fake.people.write("<@1000> hello")
    await heard(bot)
    [line] = [m for m in bot.fake.world.messages.values() if m["_key"].startswith("re-")]
    assert line["message_reference"]["message_id"] == said
    assert "no open drill" in visible(line)


async def test_the_thread_that_people_made_under_a_post_is_its_thread(bot: Bot) -> None:
    bot.fake.world.denied.add((CHANNEL, "threads"))
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    await until(lambda: [event.command for event in bot.events] == [HINDERED])
    bot.events.clear()
    bot.fake.world.channels[message] = thread_body(bot.fake.world, message, CHANNEL, "ours") | {"owner_id": "43"}
    await bot.fake.people.write("<@1000> hello", channel=message)
    await until(lambda: bot.events)
    assert (bot.events[0].channel, bot.events[0].about) == (bot.fake.channel, "")
    bot.fake.gateway.live[0].intents |= 1 << 15
    await bot.fake.people.write("an answer", channel=message)
    await until(lambda: len(bot.events) == 2)
    assert bot.events[1].about == message


async def test_a_command_in_private_counts_for_the_server_shared_with_the_bot(bot: Bot) -> None:
    await bot.fake.people.slash("today", channel="@42")
    await until(lambda: bot.events)
    assert bot.events[0].channel == direct(bot.events[0].learner)
    assert bot.events[0].learner.workspace == "2000"
    assert not bot.events[0].admin


async def test_commands_in_a_thread_of_ours_are_about_its_post(bot: Bot) -> None:
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    await bot.fake.people.slash("today", channel=message)
    await until(lambda: bot.events)
    assert (bot.events[0].channel, bot.events[0].about) == (bot.fake.channel, message)


async def test_bots_and_strangers_raise_no_event(bot: Bot) -> None:
    bot.fake.world.users["50"] = {"id": "50", "username": "robot", "bot": True}
    await bot.fake.people.write("<@1000> beep", user="50")
    await bot.fake.people.write("just talking")
    await bot.fake.people.write("<@1000> hello")
    await until(lambda: bot.events)
    assert [event.text for event in bot.events] == ["hello"]


async def test_a_long_reply_goes_on_in_further_messages(bot: Bot) -> None:
    bot.reply = Reply("t" * 500, (Text("word " * 3000), Checklist((Item(Mark.FULL, "end"),))))
    await bot.fake.people.slash("today")
    shown = [await bot.fake.shown() for _ in range(4)]
    assert shown[-1].text.endswith("end")
    assert all(message.private for message in shown)
