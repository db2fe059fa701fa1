"""Nothing is lost and nothing is said twice: crashes, redeliveries, lost answers, rates."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.errors import DeliveryError
from bot.protocol import Event, Reply, Show
from bot.service.core import Core
from bot.store import attempts
from tests.builders import MORNING, Clock
from tests.fakes.running import running
from tests.fakes.slack_bot import Bot, acknowledged, until
from tests.fakes.slack_server import FakeSlack
from tests.test_adapter_contract import COMMANDS, QUESTION
from tests.test_slack import answers


@pytest.fixture
async def bot(core: Core, clock: Clock) -> AsyncIterator[Bot]:
    async with running(Bot(core, clock)) as made:
        yield made


@pytest.fixture
async def fake() -> AsyncIterator[FakeSlack]:
    made = FakeSlack(MORNING)
    await made.start()
    yield made
    await made.stop()


def recorded(bot: Bot) -> int:
    with bot.core.store.read() as tx:
        return len([one for number in range(1, 9) if (one := attempts.by_id(tx, number))])


async def test_an_envelope_that_comes_twice_is_one_attempt_and_one_verdict(bot: Bot) -> None:
    post = await bot.opens()
    bot.fake.users.write(answers(post.seen)[1], thread=post.ts)
    await bot.hears("Ada", private=False)
    await bot.hears("attempt 1 of 2", private=True)
    bot.fake.deliveries.again(bot.fake.deliveries.all[-2])
    await bot.quiet()
    await bot.stop()
    await bot.start()
    answer = next(one for one in bot.fake.deliveries.all if one.payload.get("event", {}).get("thread_ts"))
    bot.fake.deliveries.again(answer)
    await bot.quiet()
    assert recorded(bot) == 1


async def test_a_verdict_in_public_is_not_said_again_when_slack_delivers_again_after_a_crash(bot: Bot) -> None:
    post = await bot.opens()
    bot.fake.users.write(f"<@UBOT> answer {answers(post.seen)[1]}", thread=post.ts)
    await bot.hears("Ada", private=False)
    await bot.hears("attempt 1 of 2", private=True)
    answer = next(one for one in bot.fake.deliveries.all if "<@UBOT>" in str(one.payload.get("event")))
    await bot.stop()
    await bot.start()
    bot.fake.deliveries.again(answer)
    await bot.hears("attempt 1 of 2", private=True)
    assert recorded(bot) == 1
    assert not bot.heard()


async def test_a_verdict_that_could_not_be_shown_is_told_once_after_a_restart(bot: Bot) -> None:
    post = await bot.opens()
    bot.fake.users.write("only talk, so that the name is known", thread=post.ts)
    await bot.quiet()
    bot.fake.down = True
    bot.fake.users.write(answers(post.seen)[1], thread=post.ts)
    await bot.quiet()
    await until(lambda: recorded(bot))
    await bot.stop()
    bot.fake.down = False
    await bot.start()
    bot.pass_(minutes=2)
    await bot.tick()
    assert [("Ada" in one.text, one.private) for one in bot.heard() if "1 of 2 points" in one.text] == [
        (True, False),
        (False, True),
    ]
    bot.pass_(minutes=2)
    await bot.tick()
    assert not [one for one in bot.heard() if "1 of 2 points" in one.text]


async def test_a_public_line_whose_answer_was_lost_is_not_said_again(bot: Bot) -> None:
    post = await bot.opens()
    bot.fake.api.lose_next = 1
    bot.fake.users.write(answers(post.seen)[1], thread=post.ts)
    await bot.hears("Ada", private=False)
    await bot.quiet()
    bot.pass_(minutes=2)
    await bot.tick()
    assert [one.private for one in bot.heard() if "1 of 2 points" in one.text] == [True]


async def test_a_post_whose_answer_was_lost_is_found(bot: Bot) -> None:
    bot.fake.users.command("schedule 9:00 UTC daily", "UADMIN")
    await bot.hears("Schedule set")
    bot.pass_(days=1)
    bot.fake.api.lose_next = 1
    await bot.tick()
    bot.pass_(minutes=1)
    await bot.tick()
    assert len(bot.fake.posts()) == 1
    bot.fake.users.write(answers(bot.fake.posts()[0].seen)[0], thread=bot.fake.posts()[0].ts)
    await until(lambda: recorded(bot))


async def test_what_was_said_while_away_is_read_afterwards(bot: Bot) -> None:
    post = await bot.opens()
    await bot.stop()
    bot.fake.users.write(answers(post.seen)[1], "U43", thread=post.ts)
    bot.fake.users.write("see you at lunch", "U42", thread=post.ts)
    bot.fake.deliveries.forget()
    await bot.start()
    await bot.tick()
    said = [one for one in bot.heard() if "1 of 2 points" in one.text]
    assert [("Grace" in one.text, one.private) for one in said] == [(True, False), (False, True)]


async def test_an_event_is_recorded_before_it_is_acknowledged_and_joined_when_it_comes_again(fake: FakeSlack) -> None:
    gate, seen = asyncio.Event(), []

    async def handle(event: Event, show: Show) -> None:
        seen.append(event.id)
        await gate.wait()
        await show(Reply("recorded"))

    fake.deliveries.patience, fake.deliveries.most_tries = 0.05, 1000
    adapter = fake.adapter(COMMANDS)
    running = asyncio.create_task(adapter.run(handle))
    await adapter.returned.wait()
    delivery = fake.users.event(
        {"type": "message", "user": "U42", "channel": "DU42", "text": "recall", "ts": "1.1", "event_ts": "1.1"}
    )
    await until(lambda: delivery.tries > 2)
    assert not delivery.answer.done()
    gate.set()
    await acknowledged(delivery)
    assert seen == ["slack:T1:DU42:1.1"]
    await adapter.close()
    await running


async def test_an_event_that_was_not_recorded_comes_again(fake: FakeSlack) -> None:
    seen: list[str] = []

    async def handle(event: Event, show: Show) -> None:
        seen.append(event.id)
        if len(seen) == 1:
            raise RuntimeError("the database is gone")

    fake.deliveries.patience, fake.deliveries.most_tries = 0.05, 1000
    adapter = fake.adapter(COMMANDS)
    running = asyncio.create_task(adapter.run(handle))
    await adapter.returned.wait()
    delivery = fake.users.event(
        {"type": "message", "user": "U42", "channel": "DU42", "text": "recall", "ts": "1.1", "event_ts": "1.1"}
    )
    await acknowledged(delivery)
    assert len(seen) == 2
    await adapter.close()
    await running


async def test_posts_keep_to_one_a_second_in_a_channel(fake: FakeSlack) -> None:
    adapter = fake.adapter(COMMANDS)
    for number in range(10):
        await adapter.post(fake.channel, QUESTION, key=f"drill-{number}")
    assert fake.workspace.time.passed >= 7
    assert fake.api.rationed == 0
    assert len(fake.posts()) == 10
    await end(adapter, fake)


async def test_a_rate_limit_is_waited_for_as_told(fake: FakeSlack) -> None:
    adapter = fake.adapter(COMMANDS)
    message = await adapter.post(fake.channel, QUESTION, key="drill-1")
    fake.api.limits["chat.update"] = 1
    fake.api.span = 10.0
    await adapter.edit(fake.channel, message, Reply("one"))
    await adapter.edit(fake.channel, message, Reply("two"))
    assert fake.posts()[0].seen == "two"
    assert fake.workspace.time.passed >= 10
    fake.api.span = 60.0
    with pytest.raises(DeliveryError) as raised:
        await adapter.edit(fake.channel, message, Reply("three"))
    assert not raised.value.permanent
    assert raised.value.retry_after
    assert raised.value.retry_after > 15
    await end(adapter, fake)


async def test_a_lost_answer_is_not_sent_twice_by_itself(fake: FakeSlack) -> None:
    adapter = fake.adapter(COMMANDS)
    fake.api.lose_next = 1
    with pytest.raises(DeliveryError) as raised:
        await adapter.post(fake.channel, QUESTION, key="drill-1")
    assert not raised.value.permanent
    [made] = fake.posts()
    assert await adapter.find(fake.channel, "drill-1") == made.ts
    await end(adapter, fake)


async def test_somebody_elses_message_is_not_taken_for_ours(fake: FakeSlack) -> None:
    adapter = fake.adapter(COMMANDS)
    forged = fake.users.write("look at me")
    forged.metadata = {"event_type": "drillbot_message", "event_payload": {"key": "drill-1"}}
    assert await adapter.find(fake.channel, "drill-1") is None
    await end(adapter, fake)


async def test_an_old_message_is_found_on_a_later_page(fake: FakeSlack) -> None:
    adapter = fake.adapter(COMMANDS)
    made = await adapter.post(fake.channel, QUESTION, key="drill-1")
    for _ in range(450):
        fake.users.write("chatter")
        fake.users.write("chatter", thread=made)
    reveal = await adapter.post(fake.channel, Reply("Closed"), key="close-1", thread=made)
    assert await adapter.find(fake.channel, "drill-1") == made
    assert await adapter.find(fake.channel, "close-1", thread=made) == reveal
    fake.deliveries.forget()
    await end(adapter, fake)


async def end(adapter: object, fake: FakeSlack) -> None:
    """An adapter that only sent: let it connect and go."""

    async def ignore(event: Event, show: Show) -> None: ...

    running = asyncio.create_task(adapter.run(ignore))  # type: ignore[attr-defined]
    await adapter.close()  # type: ignore[attr-defined]
    await running
