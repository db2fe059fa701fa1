"""Exactly once, whatever gets lost: lost answers, refusals, limits, late interactions, restarts in the middle."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.discord.rest import BANNED_WAIT
from bot.errors import DeliveryError
from bot.protocol import HINDERED, Button, Buttons, Learner, Reply, Text, direct, reply_key
from bot.service.core import Core
from tests.builders import Clock
from tests.fakes.discord_bot import Bot
from tests.fakes.discord_conversation import Conversation, until
from tests.fakes.discord_world import CHANNEL

POST = Reply("Daily drill", (Text("What is recall?"), Buttons((Button("Answer", "answer", (("drill", "7"),)),))))
CLOSED = Reply("Closed", (Text("It was this."),))


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    made = Bot()
    await made.fake.start()
    await made.connect()
    yield made
    await made.disconnect()
    await made.fake.stop()


async def test_a_lost_answer_is_found_in_the_history_before_anything_is_sent_again(bot: Bot) -> None:
    bot.fake.rest.lose_next = 1
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    assert bot.made() == ["drill-7"]
    assert [call for call in bot.fake.rest.calls if call.endswith(f"{CHANNEL}/messages")] == [
        f"POST /channels/{CHANNEL}/messages",
        f"GET /channels/{CHANNEL}/messages",
    ]
    assert await bot.adapter.find(bot.fake.channel, "drill-7") == message


async def test_a_post_is_found_by_its_button_long_after_discord_forgot_the_nonce(bot: Bot) -> None:
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    bot.clock.pass_(hours=1)
    await bot.disconnect()
    await bot.connect()
    assert await bot.adapter.find(bot.fake.channel, "drill-7") == message
    assert await bot.adapter.find(bot.fake.channel, "drill-70") is None


async def test_the_nonce_keeps_a_blind_second_try_from_posting_twice(bot: Bot) -> None:
    first = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    assert await bot.adapter.post(bot.fake.channel, POST, key="drill-7") == first
    assert bot.made() == ["drill-7"]


async def test_a_post_that_died_before_its_thread_gets_it_when_found(bot: Bot) -> None:
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    del bot.fake.world.channels[message], bot.fake.world.messages[message]["thread"]
    await bot.adapter.find(bot.fake.channel, "drill-7")
    assert bot.fake.world.channels[message]["parent_id"] == CHANNEL


async def test_a_thread_whose_answer_was_lost_is_made_once(bot: Bot) -> None:
    bot.fake.rest.lose_after = 1
    bot.fake.rest.lose_next = 1
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    assert bot.fake.world.channels[message]["name"] == "Daily drill"
    assert len([call for call in bot.fake.rest.calls if call.endswith("/threads")]) == 2


@pytest.mark.parametrize("without", ["thread", "lock", "permission", "room"])
async def test_a_reveal_goes_below_the_post_where_there_can_be_no_thread(bot: Bot, without: str) -> None:
    bot.fake.rest.api.open_threads = without not in ("thread", "room")
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    if without == "lock":
        bot.fake.world.channels[message]["thread_metadata"]["locked"] = True
    if without == "permission":
        bot.fake.world.denied.add((CHANNEL, "send in threads"))
    reveal = await bot.adapter.post(bot.fake.channel, CLOSED, key="close-7", thread=message)
    assert bot.fake.world.messages[reveal]["message_reference"]["message_id"] == message
    assert await bot.adapter.find(bot.fake.channel, "close-7", thread=message) == reveal


async def test_a_missing_right_to_make_threads_is_raised(bot: Bot) -> None:
    bot.reply = None
    bot.fake.world.denied.add((CHANNEL, "threads"))
    await bot.adapter.post(bot.fake.channel, POST, key="drill-8")
    await until(lambda: bool(bot.events))
    [event] = bot.events
    assert (event.command, event.lacks, event.channel.channel_id) == (HINDERED, ("Create Public Threads",), CHANNEL)


async def test_a_thread_that_is_archived_takes_the_reveal(bot: Bot) -> None:
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    bot.fake.world.channels[message]["thread_metadata"]["archived"] = True
    assert await bot.adapter.post(bot.fake.channel, CLOSED, key="close-7", thread=message) != message
    assert bot.made(message) == ["close-7"]


@pytest.mark.parametrize(("status", "permanent"), [(403, True), (404, True), (503, False), (400, True)])
async def test_a_refusal_says_whether_trying_again_can_help(bot: Bot, status: int, permanent: bool) -> None:
    bot.fake.rest.fail_next = [status]
    before = len(bot.fake.rest.calls)
    with pytest.raises(DeliveryError) as raised:
        await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    assert raised.value.permanent is permanent
    assert len(bot.fake.rest.calls) == before + 1  # stopped at once


@pytest.mark.parametrize(("front", "wait"), [(403, None), (429, BANNED_WAIT)])
async def test_a_page_of_what_stands_before_discord_blames_no_channel(bot: Bot, front: int, wait: float | None) -> None:
    bot.fake.rest.down, bot.fake.rest.front = True, front
    with pytest.raises(DeliveryError) as raised:
        await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    assert (raised.value.permanent, raised.value.retry_after) == (False, wait)


async def test_a_limit_is_waited_for(bot: Bot) -> None:
    bot.fake.rest.limit_next = 2
    await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    assert bot.made() == ["drill-7"]


async def test_an_edit_too_many_is_no_reason_to_pause_the_channel(bot: Bot) -> None:
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    bot.fake.rest.api.edits_left = 0
    with pytest.raises(DeliveryError) as raised:
        await bot.adapter.edit(bot.fake.channel, message, CLOSED)
    assert not raised.value.permanent


async def test_a_late_acknowledgement_still_counts_and_is_told_in_private(bot: Bot) -> None:
    bot.clock.pass_(seconds=1)
    bot.fake.world.lateness = 4
    await bot.fake.people.slash("answer", {"text": "a hash map"})
    shown = await bot.fake.shown()
    assert bot.events[0].text == "a hash map"
    assert "72 / 100" in shown.text
    assert "[My score]" in shown.text
    [private] = [m for m in bot.fake.world.messages.values() if bot.fake.world.channels[m["channel_id"]]["type"] == 1]
    assert private["_key"] == reply_key(bot.events[0].id)


async def test_an_acknowledgement_whose_answer_was_lost_was_one(bot: Bot) -> None:
    bot.fake.rest.lose_next = 1
    await bot.fake.people.slash("today")
    assert (await bot.fake.shown()).private
    await until(lambda: not bot.adapter._working)
    assert not any(call.startswith("POST /users") for call in bot.fake.rest.calls)  # no detour by direct message


async def test_a_verdict_is_told_after_the_token_expired_once(bot: Bot) -> None:
    bot.reply = None
    await bot.fake.people.slash("answer", {"text": "a hash map"})
    await until(lambda: bot.events and not bot.adapter._working)
    bot.clock.pass_(minutes=16)
    for _ in range(2):
        await bot.adapter.tell(bot.events[0].origin, Reply("72 / 100"), key="re-1")
        bot.clock.pass_(minutes=10)  # longer than Discord remembers a nonce
    assert "72 / 100" in (await bot.fake.shown()).text
    assert bot.fake.world.shown.empty()


async def test_a_public_line_is_told_once_even_by_a_process_that_does_not_remember(bot: Bot) -> None:
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    await bot.fake.people.write("a hash map", reply_to=message)
    await until(lambda: bot.events and not bot.adapter._working)
    bot.clock.pass_(hours=1)
    await bot.disconnect()
    await bot.connect()
    assert bot.reply
    await bot.adapter.tell(bot.events[0].origin, bot.reply, key=reply_key(bot.events[0].id))
    assert bot.made() == ["drill-7", reply_key(bot.events[0].id)]
    said = next(m for m in bot.fake.world.messages.values() if m["author"]["id"] == "42")
    assert said["reactions"][0] == "🟡"


async def test_a_reply_whose_answer_was_lost_is_not_shown_twice(bot: Bot) -> None:
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    bot.fake.rest.lose_next = 1
    await bot.fake.people.write("a hash map", reply_to=message)
    await until(lambda: bot.events and not bot.adapter._working)
    assert len(bot.made()) == 2
    assert not bot.failures


async def test_what_was_said_while_away_comes_from_the_thread_and_the_replies(bot: Bot) -> None:
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    mark = bot.clock()
    await bot.disconnect()
    bot.clock.pass_(minutes=1)
    await bot.fake.gateway.close(4000, forget=True)
    await bot.fake.people.write("<@1000> in the thread", channel=message)
    await bot.fake.people.write("as a reply", user="43", reply_to=message)
    await bot.fake.people.write("<@1000> something else")
    await bot.connect()
    missed = await bot.adapter.answers_since(bot.fake.channel, message, mark)
    assert [(event.learner.name, event.text, event.about, event.addressed) for event in missed] == [
        ("Ada", "in the thread", message, True),
        ("Grace", "as a reply", message, False),
    ]
    assert await bot.adapter.answers_since(bot.fake.channel, message, missed[-1].at + timedelta(seconds=1)) == []


async def test_a_history_whose_answer_was_lost_is_read_again(bot: Bot) -> None:
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    bot.fake.rest.lose_next = 2
    assert await bot.adapter.find(bot.fake.channel, "drill-7") == message
    bot.fake.rest.lose_next = 2
    await bot.adapter.edit(bot.fake.channel, message, CLOSED)
    assert "It was this" in str(bot.fake.world.messages[message]["embeds"])


@pytest.mark.parametrize("babble", ["<html>", {}, [{"id": "x", "author": {"id": "1"}}] * 100, [{"author": 7}]])
async def test_an_answer_that_cannot_be_read_is_a_failure_like_others(bot: Bot, babble: Any) -> None:
    for act in (
        bot.adapter.find(bot.fake.channel, "drill-7"),
        bot.adapter.answers_since(bot.fake.channel, "7", bot.clock()),
        bot.adapter.post(direct(Learner("discord", "1", "42")), CLOSED, key="paused-1"),
    ):
        bot.fake.rest.babble_next = [babble] * 3
        with pytest.raises(DeliveryError) as raised:
            await act
        assert not raised.value.permanent
    bot.fake.rest.babble_next = []


async def test_hundreds_of_missed_messages_are_read_in_order(bot: Bot) -> None:
    message = await bot.adapter.post(bot.fake.channel, POST, key="drill-7")
    mark = bot.clock()
    await bot.disconnect()
    bot.clock.pass_(minutes=1)
    for number in range(250):
        await bot.fake.people.write(f"<@1000> number {number}", channel=message)
    await bot.connect()
    missed = await bot.adapter.answers_since(bot.fake.channel, message, mark)
    assert [event.text for event in missed] == [f"number {number}" for number in range(250)]


async def test_a_private_conversation_that_is_closed_to_us_is_a_permanent_failure(bot: Bot) -> None:
    bot.fake.rest.fail_next = [403]
    await bot.fake.people.slash("today")
    await until(lambda: bot.events)
    with pytest.raises(DeliveryError) as raised:
        await bot.adapter.post(direct(bot.events[0].learner), CLOSED, key="paused-1")
    assert raised.value.permanent


async def test_a_drill_lives_through_lost_answers_and_a_kill(core: Core, clock: Clock) -> None:
    async with Conversation(core) as talk:
        talk.fake.rest.lose_next = 2
        await talk.people.slash("now", user="44")
        await until(lambda: talk.app.woken.is_set())
        await talk.tick()
        await talk.kill()
        clock.pass_(seconds=90)
        await talk.connect()
        await talk.tick()
        assert [key for key in (m["_key"] for m in talk.posts()) if key.startswith("drill-")] == ["drill-1"]
