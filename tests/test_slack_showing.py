"""Where replies go, and where they go when that is not possible."""

import logging
from collections.abc import AsyncIterator

import pytest

from bot.errors import DeliveryError
from bot.protocol import LEFT, WELCOME, Button, Buttons, Channel, Code, Command, Mark, Reply, Text, Tone, reply_key
from tests.builders import MORNING
from tests.fakes.slack_bot import Connected, acknowledged, until
from tests.fakes.slack_server import FakeSlack
from tests.test_adapter_contract import COMMANDS

OFFERED = (
    *COMMANDS,
    Command("score", "my score"),
    Command(WELCOME, "hello", private=False, hidden=True),
    Command(LEFT, "bye", hidden=True),
)
VERDICT = Reply("72 / 100", (Text("✓ a share"),), public="72 / 100 · 1 of 2 points", reaction=Mark.PARTIAL)
QUESTION = Reply("Daily drill", (Text("What is <recall>?", Tone.LEAD), Buttons((Button("Answer", "answer", (("drill", "7"),)),))))


@pytest.fixture
async def slack() -> AsyncIterator[Connected]:
    fake = FakeSlack(MORNING)
    await fake.start()
    async with Connected(fake, OFFERED) as made:
        yield made
    await fake.stop()


async def asked(slack: Connected, text: str = "answer one", **where: str) -> str:
    """The origin of a command."""
    slack.fake.users.command(text, **where)
    await slack.fake.shown()
    return slack.events[-1].origin


async def test_an_answer_that_comes_late_is_whispered_all_the_same(slack: Connected) -> None:
    origin = await asked(slack)
    slack.fake.workspace.time.passed += 1801
    await slack.adapter.tell(origin, VERDICT, key="re-1")
    assert (await slack.fake.shown()).private
    assert slack.fake.workspace.ephemerals[-1].to == "U42"
    assert [method for method, _ in slack.fake.api.calls].count("chat.postEphemeral") == 1


async def test_where_the_bot_is_not_a_verdict_goes_to_the_person_once(slack: Connected) -> None:
    origin = await asked(slack, channel="C2")
    slack.fake.workspace.time.passed += 1801
    for _ in range(2):
        await slack.adapter.tell(origin, VERDICT, key="re-1")
    [told] = slack.fake.posts("DU42")
    assert "72 / 100" in told.seen


async def test_a_verdict_in_public_is_told_once(slack: Connected) -> None:
    post = await slack.adapter.post(slack.fake.channel, QUESTION, key="drill-7")
    slack.fake.users.write("recall", thread=post)
    await until(lambda: slack.events)
    for _ in range(2):
        await slack.adapter.tell(slack.events[-1].origin, VERDICT, key="re-1")
    assert [one.seen for one in slack.fake.posts() if one.thread_ts] == ["*Ada*  72 / 100 · 1 of 2 points"]
    assert slack.events[-1].about == post


async def test_names_are_escaped_where_they_are_shown(slack: Connected) -> None:
    slack.fake.workspace.users["U43"]["profile"]["display_name"] = "<!channel> *Grace*"
    slack.fake.users.write("recall", "U43", thread=await slack.adapter.post(slack.fake.channel, QUESTION, key="drill-7"))
    await until(lambda: slack.events)
    await slack.adapter.tell(slack.events[-1].origin, VERDICT, key="re-1")
    line = slack.fake.posts()[-1]
    assert "<" not in line.seen + line.text
    assert "*Grace*" not in line.seen


async def test_a_form_shows_its_question_and_a_slow_hand_is_told(slack: Connected) -> None:
    await slack.adapter.post(slack.fake.channel, QUESTION, key="drill-7")
    post = slack.fake.posts()[0]
    slack.fake.users.press("Answer", on=post)
    form = await slack.fake.form()
    assert form["blocks"][0]["text"]["text"] == "*What is &lt;recall&gt;?*"
    slack.fake.users.submit(form, {"text": "a <b> & *c*"})
    await until(lambda: slack.events)
    event = slack.events[-1]
    assert (event.command, event.text, event.options, event.addressed) == ("answer", "a <b> & *c*", {"drill": "7"}, True)

    delivery = slack.fake.users.press("Answer", on=post)
    slack.fake.workspace.triggers.clear()
    await acknowledged(delivery)
    await until(lambda: "did not open in time" in slack.fake.workspace.ephemerals[-1].seen)


async def test_a_button_in_a_thread_is_answered_in_the_thread(slack: Connected) -> None:
    post = await slack.adapter.post(slack.fake.channel, QUESTION, key="drill-7")
    reveal = Reply("Closed", (Buttons((Button("My score", "score", (("drill", "7"),)),)),))
    await slack.adapter.post(slack.fake.channel, reveal, key="close-7", thread=post)
    slack.fake.users.press("My score", on=slack.fake.posts()[-1])
    await until(lambda: slack.fake.workspace.ephemerals)
    assert slack.fake.workspace.ephemerals[-1].thread_ts == post
    assert (slack.events[-1].about, slack.events[-1].options) == (post, {"drill": "7"})


async def test_a_board_is_whispered_to_whoever_pressed(slack: Connected) -> None:
    board = Reply("Daily drill", (Text("q"), Buttons((Button("Leaderboard", "board"),))))
    await slack.adapter.post(slack.fake.channel, board, key="drill-7")
    slack.fake.users.press("Leaderboard", on=slack.fake.posts()[-1])
    await slack.fake.shown()
    assert (await slack.fake.shown()).private


async def test_a_mention_asks_for_a_board_in_public(slack: Connected) -> None:
    asked = slack.fake.users.write("<@UBOT> board week")
    shown = await slack.fake.shown()
    assert not shown.private
    assert slack.fake.posts()[-1].thread_ts == asked.ts
    assert slack.fake.posts()[-1].key == reply_key(slack.events[-1].id)


async def test_a_direct_channel_is_posted_to_edited_and_found(slack: Connected) -> None:
    here = Channel("slack", "T1", "@U43")
    message = await slack.adapter.post(here, QUESTION, key="drill-7")
    await slack.adapter.edit(here, message, Reply("Closed", (Code("x = '```'"),)))
    assert await slack.adapter.find(here, "drill-7") == message
    assert "Closed" in slack.fake.posts("DU43")[0].seen


async def test_what_does_not_fit_goes_on_in_the_thread_and_is_edited_at_the_top(slack: Connected) -> None:
    long = Reply("Closed", (*QUESTION.blocks, Text("word " * 5000)))
    message = await slack.adapter.post(slack.fake.channel, long, key="drill-7")
    first, *more = slack.fake.posts()
    assert (first.ts, [one.thread_ts for one in more]) == (message, [message])
    assert first.blocks[-1]["type"] == "actions"
    assert await slack.adapter.find(slack.fake.channel, "drill-7") == message


async def test_a_welcome_is_said_where_the_bot_was_invited(slack: Connected) -> None:
    await acknowledged(slack.fake.users.invite("C2"))
    assert not (await slack.fake.shown()).private
    assert slack.fake.posts("C2")
    assert slack.events[-1].learner.user_id == "UADMIN"


async def test_somebody_who_leaves_is_one_event(slack: Connected) -> None:
    slack.fake.users.event({"type": "user_change", "user": slack.fake.workspace.users["U42"], "event_ts": "1.1"})
    await acknowledged(slack.fake.users.leave("U42"))
    assert [(event.command, event.learner.user_id) for event in slack.events] == [(LEFT, "U42")]


@pytest.mark.parametrize("error", ["is_archived", "not_in_channel", "channel_not_found"])
async def test_refusals_that_stay(slack: Connected, error: str) -> None:
    if error == "is_archived":
        slack.fake.lose_channel()
    where = {"channel_not_found": "C404", "not_in_channel": "C2"}.get(error, "C1")
    with pytest.raises(DeliveryError) as raised:
        await slack.adapter.post(Channel("slack", "T1", where), QUESTION, key="drill-7")
    assert raised.value.permanent
    assert "channel" in str(raised.value)


async def test_a_gone_thread_holds_nothing_and_a_server_that_is_down_is_no_refusal(slack: Connected) -> None:
    assert await slack.adapter.find(slack.fake.channel, "close-7", thread="1.1") is None
    assert await slack.adapter.answers_since(slack.fake.channel, "1.1", MORNING) == []
    slack.fake.down = True
    for call in (
        slack.adapter.post(slack.fake.channel, QUESTION, key="drill-7"),
        slack.adapter.edit(slack.fake.channel, "1.1", QUESTION),
        slack.adapter.find(slack.fake.channel, "drill-7"),
        slack.adapter.answers_since(slack.fake.channel, "1.1", MORNING),
    ):
        with pytest.raises(DeliveryError) as raised:
            await call
        assert not raised.value.permanent
    slack.fake.down = False


async def test_missed_answers_have_the_ids_that_they_would_have_had(slack: Connected) -> None:
    post = await slack.adapter.post(slack.fake.channel, QUESTION, key="drill-7")
    slack.fake.users.write("recall is a share", thread=post)
    await until(lambda: slack.events)
    assert await slack.adapter.answers_since(slack.fake.channel, post, MORNING) == slack.events
    assert await slack.adapter.answers_since(slack.fake.channel, post, slack.events[0].at) == []


async def test_settings_of_others_in_the_environment_are_not_ours(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        monkeypatch.setenv(name, "x")
    fake = FakeSlack(MORNING)
    await fake.start()
    with caplog.at_level(logging.INFO):
        async with Connected(fake, OFFERED) as made:
            await asked(made, "today")
    await fake.stop()
    assert not caplog.records
