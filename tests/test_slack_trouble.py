"""Trouble on Slack, through the real slack-bolt: a channel is paused with a reason, the others go on, and all comes back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.errors import DeliveryError
from bot.protocol import Channel
from bot.service import drills
from bot.service.core import Core
from tests.builders import Clock
from tests.fakes.outage import Listed, Outage
from tests.fakes.slack_bot import Bot, until
from tests.fakes.slack_state import Message
from tests.test_slack import answers

HERE, THERE = "slack:T1:C1", "slack:T1:C2"
ELSEWHERE = Channel("slack", "T1", "C2")


@dataclass
class Passing:
    """Time as the test's clock tells it: who rests goes on when it has moved so far; with *hurry*, at once."""

    clock: Clock
    hurry: bool = False

    def monotonic(self) -> float:
        return self.clock().timestamp()

    async def sleep(self, seconds: float) -> None:
        end = self.monotonic() + seconds
        while not self.hurry and self.monotonic() < end:
            await asyncio.sleep(0)


@pytest.fixture
def time(clock: Clock) -> Passing:
    return Passing(clock)


@pytest.fixture
async def bot(core: Core, clock: Clock, time: Passing) -> AsyncIterator[Bot]:
    """One channel is asked at nine, another at half past ten; it is nearly nine."""
    made = Bot(core, clock, time=time)
    await made.fake.start()
    await made.start()
    made.fake.users.invite("C2")
    await heard(made, "Hello!")
    for channel, at in (("C1", "9:00"), ("C2", "10:30")):
        made.fake.users.command(f"schedule {at} UTC daily", "UADMIN", channel)
        await heard(made, "Schedule set")
    made.pass_(hours=23, minutes=59)
    yield made
    if not made.running.done():
        await made.stop()
    await made.fake.stop()


async def heard(bot: Bot, words: str) -> str:
    """The next that says this, whatever else is shown before."""
    while words not in (shown := await bot.fake.shown()).text:
        pass
    return shown.text


async def resumes(bot: Bot, *channels: str) -> None:
    for channel in channels:
        bot.fake.users.command("resume", "UADMIN", channel)
        await heard(bot, "Going on")


def asked(bot: Bot, channel: str) -> list[Message]:
    return [post for post in bot.fake.posts(channel) if post.key.startswith("drill-")]


def told(bot: Bot) -> list[str]:
    """What the admin was told by direct message, low stock aside."""
    return [post.seen for post in bot.fake.posts("DUADMIN") if not post.seen.startswith("Stock")]


def break_channel(bot: Bot, trouble: str) -> None:
    channel = bot.fake.workspace.conversations["C1"]
    match trouble:
        case "channel_not_found":
            del bot.fake.workspace.conversations["C1"]
        case "is_archived":
            channel.archived = True
        case "not_in_channel":
            channel.member = False
        case _:
            channel.restricted = trouble


REASONS = {
    "channel_not_found": "the channel is gone",
    "is_archived": "the channel is archived",
    "not_in_channel": "I was not invited to the channel",
    "restricted_action": "an admin does not let me post there",
    "restricted_action_read_only_channel": "the channel is read-only",
}


@pytest.mark.parametrize("trouble", REASONS)
async def test_a_channel_that_takes_no_posts_is_paused_and_comes_back(bot: Bot, listed: Listed, trouble: str) -> None:
    channel = bot.fake.workspace.conversations["C1"]
    break_channel(bot, trouble)
    for _ in range(3):
        bot.pass_(hours=1)
        await bot.tick()
    assert REASONS[trouble] in listed()[HERE]
    assert len(asked(bot, "C2")) == 1
    assert [f"I cannot post in #ml-interviews: {REASONS[trouble]}" in text for text in told(bot)] == [True]

    channel.archived, channel.restricted = False, ""
    bot.fake.workspace.conversations["C1"] = channel
    if trouble == "not_in_channel":
        bot.fake.users.invite("C1")
    await resumes(bot, "C1")
    assert listed()[HERE].endswith("2026-11-22T09:00:00Z")
    for _ in range(3):
        bot.pass_(hours=12)
        await bot.tick()
    assert (len(asked(bot, "C1")), len(asked(bot, "C2"))) == (1, 2)


async def test_a_bad_channel_delays_no_other(bot: Bot) -> None:
    bot.fake.users.command("schedule 9:00", "UADMIN", "C2")
    await heard(bot, "Schedule set")
    break_channel(bot, "restricted_action")
    bot.pass_(minutes=1)
    await bot.tick()
    assert len(asked(bot, "C2")) == 1


@pytest.mark.parametrize(("away", "posts"), [(10, ["silent"]), (60, ["late"]), (7 * 60, [])])
@pytest.mark.parametrize("how", ["tokens_revoked", "app_uninstalled", "token_revoked", "account_inactive"])
async def test_with_a_new_token_what_was_due_is_caught_up(
    bot: Bot, listed: Listed, how: str, away: int, posts: list[str]
) -> None:
    bot.pass_(minutes=1)
    await bot.tick()
    [post] = asked(bot, "C1")
    bot.pass_(minutes=90)
    if how in ("tokens_revoked", "app_uninstalled"):
        bot.fake.users.event({"type": how, "tokens": {"bot": ["UBOT"]}})
        await until(bot.running.done)
    else:
        bot.fake.api.token_error = how
    await bot.tick()
    with pytest.raises(DeliveryError, match="Slack: "):
        await bot.running
    assert [line.endswith("Z") for channel, line in listed().items() if channel in (HERE, THERE)] == [True, True]

    bot.fake.users.write(answers(post.seen)[0], "U43", thread=post.ts)
    bot.fake.deliveries.forget()
    bot.fake.api.token_error = ""
    bot.pass_(minutes=away)
    await bot.start()
    await bot.tick()
    await bot.tick()
    assert ["late" if "Late today" in made.seen else "silent" for made in asked(bot, "C2")] == posts
    assert sum("2 of 2 points" in made.seen for made in bot.fake.posts()) == 1
    assert told(bot) == []


@pytest.fixture
async def running(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Message]:
    """The reconciler runs, as in a process; the first channel's drill is open: its post."""
    monkeypatch.setattr("bot.reconcile.FIRST_WAIT", 0.01)
    bot.pass_(minutes=1)
    await bot.tick()
    bot.adapter.returned.clear()
    with capture_logs():  # tracebacks for developers take seconds
        made = asyncio.create_task(bot.reconciler.run(timedelta(days=1)))
        yield asked(bot, "C1")[0]
        made.cancel()
        await asyncio.gather(made, return_exceptions=True)


@pytest.mark.parametrize("how", ["breaks off", "503", "refused"])
async def test_an_hour_without_slack(bot: Bot, running: Message, time: Passing, how: str) -> None:
    fake = bot.fake
    fake.down, fake.status = how != "refused", 503 if how == "503" else 0
    if how == "refused":
        await fake.line.cut()
    await fake.deliveries.cut()
    bot.pass_(minutes=89)
    fake.users.write(answers(running.seen)[0], "U43", thread=running.ts)
    fake.deliveries.forget()
    tries: list[int] = []
    for minute in range(1, 61):
        bot.pass_(minutes=1)
        await bot.tick()
        tries += [minute] if drills.listed(bot.core, ELSEWHERE)[0].tries > len(tries) else []
    assert len([minute for minute in tries if minute <= 10]) >= 5
    assert 1 <= len([minute for minute in tries if minute > 30]) <= 4

    fake.down = False
    if how == "refused":
        await fake.line.mend()
    time.hurry = True
    assert "Grace" in await heard(bot, "2 of 2 points")
    bot.pass_(minutes=13)
    await bot.tick()
    await heard(bot, "Late today")
    await bot.tick()
    assert len(asked(bot, "C2")) == 1
    assert len([post for post in fake.posts() if "2 of 2 points" in post.seen]) == 1


async def test_a_minute_without_the_database(bot: Bot, running: Message, outage: Outage) -> None:
    full, _ = answers(running.seen)
    bot.fake.deliveries.patience, bot.fake.deliveries.most_tries = 0.05, 1000
    with outage():
        bot.fake.users.command(f"answer {full}")
        assert "please try again in a minute" in await heard(bot, "My memory is out of reach")
        bot.fake.users.write(full, "U43", thread=running.ts)
        delivery = bot.fake.deliveries.all[-1]
        await until(lambda: delivery.tries > 1)
        bot.pass_(minutes=90)
        await bot.tick()
    assert "Grace" in await heard(bot, "2 of 2 points")
    bot.pass_(minutes=1)
    await bot.tick()
    await heard(bot, "Daily drill")
    await bot.tick()
    assert len(asked(bot, "C2")) == 1
    assert len([post for post in bot.fake.posts() if "2 of 2 points" in post.seen]) == 1
