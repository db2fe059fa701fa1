"""App Home and direct messages: my page, what I may answer, the board, my schedules; nothing of others' channels."""

from collections.abc import AsyncIterator

import pytest

from bot.service.core import Core
from tests.builders import Clock
from tests.fakes.running import running
from tests.fakes.slack_bot import Bot, acknowledged, until
from tests.fakes.slack_state import Conversation, Message
from tests.test_slack import answers


@pytest.fixture
async def bot(core: Core, clock: Clock) -> AsyncIterator[Bot]:
    async with running(Bot(core, clock)) as made:
        yield made


async def home(bot: Bot, user: str) -> str:
    bot.fake.users.open_home(user)
    return (await bot.hears("My page", private=True)).text


async def answered(bot: Bot, user: str) -> None:
    post = bot.fake.posts()[0]
    bot.fake.users.write(answers(post.seen)[0], user, thread=post.ts)
    await bot.hears("2 of 2 points", private=False)
    await bot.hears("2 of 2 points", private=True)


async def test_the_board_is_there_and_the_schedules_are_for_admins_and_whoever_set_them(bot: Bot) -> None:
    await bot.opens()
    assert "This week" not in await home(bot, "U42")
    await answered(bot, "U43")
    seen = await home(bot, "U42")
    assert "This week · #ml-interviews" in seen
    assert "Grace" in seen
    assert "Schedules" not in seen
    assert "#ml-interviews: 09:00 · UTC · every day" in await home(bot, "UADMIN")
    bot.fake.workspace.users["UADMIN"]["is_admin"] = False
    bot.fake.users.event({"type": "user_change", "user": bot.fake.workspace.users["UADMIN"], "event_ts": "1.1"})
    await until(lambda: all(one.answer.done() for one in bot.fake.deliveries.all))
    assert "Schedules" in await home(bot, "UADMIN")  # he set it up


async def test_the_page_is_that_of_the_moment_it_is_opened(bot: Bot) -> None:
    await bot.opens()
    assert "You have not answered a drill here yet" in await home(bot, "U42")
    await answered(bot, "U42")
    assert "Streak 1 day" in await home(bot, "U42")


async def test_a_drill_of_a_channel_that_somebody_is_not_in_is_not_offered(bot: Bot) -> None:
    post = await bot.opens()
    bot.fake.workspace.conversations["C1"].people.discard("U43")
    assert post.text.rpartition(": ")[2][:20] not in await home(bot, "U43")
    bot.fake.users.write(answers(post.seen)[0], "U43", channel="U43")
    await bot.hears("There is no open drill here", private=False)
    bot.fake.users.command("today", "U43", "U43")
    await bot.hears("There is no open drill here")

    bot.fake.workspace.conversations["C1"].people.add("U43")
    joined = {"type": "member_joined_channel", "user": "U43", "channel": "C1", "event_ts": "2.1"}
    await acknowledged(bot.fake.users.event(joined))
    assert "#ml-interviews: " in await home(bot, "U43")
    bot.fake.users.write(answers(post.seen)[0], "U43", channel="U43")
    await bot.hears("2 of 2 points", private=False)


async def test_what_slack_does_not_tell_in_time_is_asked_again_and_no_answer_is_lost(bot: Bot) -> None:
    post = await bot.opens()
    bot.fake.deliveries.patience, bot.fake.deliveries.most_tries = 0.05, 1000
    bot.fake.api.limits["users.conversations"] = 1
    await home(bot, "U42")
    bot.fake.users.write(answers(post.seen)[0], "U43", channel="U43")
    delivery = bot.fake.deliveries.all[-1]
    await until(lambda: delivery.tries > 1)
    bot.fake.api.limits["users.conversations"] = 0
    bot.fake.workspace.time.passed += 61
    await bot.hears("2 of 2 points", private=False)


async def test_the_leaderboard_asked_for_in_private_is_that_of_my_channel(bot: Bot) -> None:
    await bot.opens()
    await answered(bot, "U42")
    bot.fake.users.command("board", "U42", "U42")
    await bot.hears("This week · #ml-interviews", "Ada (you)")
    bot.fake.users.command("me", "U42", "U42")
    await bot.hears("My page", "Streak 1 day")


async def test_a_drill_in_somebodys_own_conversation_is_theirs(bot: Bot) -> None:
    bot.fake.users.command("schedule 9:00 UTC daily", "UADMIN", "UADMIN")
    await bot.hears("Schedule set")
    bot.pass_(days=1)
    await bot.tick()
    await bot.hears("Daily drill")
    post = next(post for post in bot.fake.posts("DUADMIN") if "Daily drill" in post.seen)
    bot.fake.users.write(answers(post.seen)[0], "U43", channel="U43")
    await bot.hears("There is no open drill here")
    bot.fake.users.write(answers(post.seen)[0], "UADMIN", channel="UADMIN")
    await bot.hears("2 of 2 points")
    assert "here, in private: " in await home(bot, "UADMIN")


async def test_a_stranger_is_answered_and_offered_nothing(bot: Bot) -> None:
    await bot.opens()
    stranger = Message("9999999999.000001", "DU99", "U99", "is anybody here?")
    bot.fake.workspace.conversations["DU99"] = Conversation("DU99", people={"U99"})
    bot.fake.users.echo(bot.fake.workspace.add(stranger))
    await bot.hears("There is no open drill here")
