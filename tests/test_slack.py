"""Whole conversations on Slack: real core, real bolt, a faked Slack."""

from collections.abc import AsyncIterator

import pytest

from bot.service.core import Core
from tests.builders import FULL, HALF, Clock
from tests.fakes.running import running
from tests.fakes.slack_bot import Bot, acknowledged, until

DROPOUT_FULL = "It switches random units off during training. At inference all units are used."
DROPOUT_HALF = "It switches random units off during training."


@pytest.fixture
async def bot(core: Core, clock: Clock) -> AsyncIterator[Bot]:
    async with running(Bot(core, clock)) as made:
        yield made


def answers(text: str) -> tuple[str, str]:
    """A full and a half answer to the question in *text*."""
    return (FULL, HALF) if "precision" in text else (DROPOUT_FULL, DROPOUT_HALF)


async def test_a_day_in_a_channel(bot: Bot) -> None:
    fake, users = bot.fake, bot.fake.users
    post = await bot.opens()
    full, half = answers(post.seen)

    assert post.key == "drill-1"
    assert "Answer by replying" in post.seen
    assert post.text.startswith("Daily drill · Sat 21 Nov")
    assert post.text.endswith("?")

    users.press("Answer", "U42", post)
    form = await fake.form()
    assert post.text.rpartition(": ")[2].split("?")[0] in str(form["blocks"][0])
    users.submit(form, {"text": half}, "U42")
    verdict = await bot.hears("/ 100", "1 of 2 points", "attempt 1 of 2", "Hint:", private=True)
    assert full not in verdict.text

    await bot.stop()
    await bot.start()

    reply = users.write(full, "U43", thread=post.ts)
    await bot.hears("Grace", "2 of 2 points", private=False)
    await bot.hears("attempt 1 of 2", "streak 1 day", private=True)
    assert fake.posts()[-1].thread_ts == post.ts
    assert fake.workspace.ephemerals[-1].thread_ts == post.ts
    assert fake.workspace.ephemerals[-1].to == "U43"
    assert reply.reactions == ["white_check_mark"]

    await bot.tick()
    await bot.hears("2 answered.")
    assert post.edits == 1
    assert post.key == "drill-1"

    users.command("board today", "U42")
    await bot.hears("Today · #ml-interviews", "Grace", "Ada (you)", private=False)

    bot.pass_(days=1)
    await bot.tick()
    shown = bot.heard()
    reveal = next(one for one in fake.posts() if one.key == "close-1")
    assert reveal.thread_ts == post.ts
    assert "2 people answered" in reveal.seen
    assert "The answer is in the thread." in post.seen
    assert [element["text"]["text"] for element in post.blocks[-1]["elements"]] == ["My score", "Leaderboard"]
    assert sum("Daily drill" in one.text for one in shown) == 2

    users.press("My score", "U42", post)
    await bot.hears("My score", "Attempt 1 of 2", private=True)


async def test_talk_in_the_thread_gets_no_reply(bot: Bot) -> None:
    post = await bot.opens()
    reply = bot.fake.users.write("anyone for lunch?", thread=post.ts)
    bot.fake.users.write("nice weather", thread="")
    await bot.quiet()
    assert reply.reactions == []


async def test_a_message_that_names_the_bot_always_counts(bot: Bot) -> None:
    post = await bot.opens()
    bot.fake.users.write("<@UBOT> it is a kind of soup", thread=post.ts)
    await bot.hears("Ada", "0 / 100", private=False)
    await bot.hears("attempt 1 of 2", private=True)


async def test_a_refusal_is_whispered(bot: Bot) -> None:
    post = await bot.opens()
    full, half = answers(post.seen)
    for text in (half, full):
        bot.fake.users.write(text, thread=post.ts)
        await bot.hears("/ 100", private=False)
        await bot.hears("/ 100", private=True)
    bot.fake.users.write(f"<@UBOT> {half} Once more.", thread=post.ts)
    await bot.hears("You have used both attempts", private=True)
    bot.fake.users.write(f"{half} And more.", thread=post.ts)
    await bot.quiet()


async def test_a_direct_message_is_an_answer(bot: Bot) -> None:
    post = await bot.opens()
    bot.fake.users.write(answers(post.seen)[0], channel="U42")
    await bot.hears("2 of 2 points", "attempt 1 of 2", private=False)
    assert [one.channel for one in bot.fake.posts("DU42")] == ["DU42"]
    bot.fake.users.write("thanks!", channel="U42")
    await bot.quiet()
    bot.fake.users.write("hello", channel="U42")
    await bot.hears("drillbot asks one interview question a day")


async def test_an_answer_by_command_and_a_form_where_it_is_missing(bot: Bot) -> None:
    post = await bot.opens()
    bot.fake.users.command(f"answer {answers(post.seen)[1]}")
    await bot.hears("attempt 1 of 2", private=True)
    bot.fake.users.command("answer")
    bot.fake.users.submit(await bot.fake.form(), {"text": answers(post.seen)[0]})
    await bot.hears("attempt 2 of 2", private=True)


async def test_only_the_reaction_where_the_channel_wants_it(bot: Bot) -> None:
    post = await bot.opens()
    bot.fake.users.command("settings feedback reaction", "UADMIN")
    await bot.hears("feedback changed", private=True)
    reply = bot.fake.users.write(answers(post.seen)[1], thread=post.ts)
    await bot.hears("attempt 1 of 2", private=True)
    assert reply.reactions == ["last_quarter_moon"]


async def test_admins_only(bot: Bot) -> None:
    bot.fake.users.command("schedule 9:00", "U42")
    await bot.hears("/drill schedule is for admins", private=True)
    bot.fake.users.command("", "U42")
    await bot.hears("drillbot asks one interview question a day", private=True)
    bot.fake.users.command("bord", "U42")
    await bot.hears("Did you mean", private=True)
    bot.fake.users.command("board last week", "U42")
    await bot.hears("I cannot place 'last'", private=True)


async def test_a_schedule_is_filled_in(bot: Bot) -> None:
    fake = bot.fake
    fake.users.command("schedule", "UADMIN")
    form = await fake.form()
    assert "Nothing is scheduled" in str(form["blocks"])
    found = await acknowledged(fake.users.search(form, "zone", "new_yo", "UADMIN"))
    assert [one["value"] for one in found["options"]] == ["America/New_York"]
    fake.users.submit(form, {"time": "08:30", "zone": "America/New_York", "days": ["mon", "wed"], "packs": ["test"]}, "UADMIN")
    await bot.hears("Schedule set", "08:30 · America/New_York · Mon, Wed · packs test", private=True)

    fake.users.command("schedule", "UADMIN")
    again = await fake.form()
    assert "08:30" in str(again["blocks"])
    fake.users.submit(again, {"time": "10:00"}, "UADMIN")
    await bot.hears("10:00 · America/New_York · Mon, Wed", private=True)
    fake.users.command("schedule", "U43")
    await bot.hears("is for admins", private=True)


async def test_a_channel_without_the_bot_says_what_it_needs(bot: Bot) -> None:
    bot.fake.users.command("schedule 9:00 UTC", "UADMIN", "C2")
    await bot.hears("I still need: an invitation", private=True)
    bot.pass_(days=3)
    await bot.tick()
    await bot.hears("Drills are paused", "I was not invited to the channel")
    bot.fake.users.invite("C2")
    await bot.hears("Hello!", private=False)


async def test_app_home(bot: Bot) -> None:
    post = await bot.opens()
    bot.fake.users.open_home("U42", tab="messages")
    bot.fake.users.open_home("U42")
    await bot.hears("#ml-interviews", private=True)
    bot.fake.users.press("Answer", "U42")
    form = await bot.fake.form()
    bot.fake.users.submit(form, {"text": answers(post.seen)[0]})
    await bot.hears("2 of 2 points", private=False)
    assert bot.fake.posts("DU42")
    bot.fake.users.press("My score", "U42")
    assert "Attempt 1 of 2" in str((await bot.fake.form())["blocks"])


async def test_who_leaves_leaves_the_board(bot: Bot) -> None:
    post = await bot.opens()
    bot.fake.users.write(answers(post.seen)[0], thread=post.ts)
    await bot.hears("Ada")
    await bot.hears("/ 100")
    await acknowledged(bot.fake.users.leave("U42"))
    bot.fake.users.command("board", "U43")
    assert "Ada" not in (await bot.hears("This week")).text
    await until(lambda: not bot.fake.deliveries.failed)
