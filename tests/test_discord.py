"""Whole conversations on a faked Discord, with the real discord.py and the real core."""

import json
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from adapters.discord.permissions import NEEDED
from bot.service.core import Core
from bot.tables import learners
from tests.builders import Clock
from tests.fakes.discord_conversation import Conversation, until
from tests.fakes.discord_world import ADMIN_ROLE, CHANNEL, MEMBER_ROLE


@pytest.fixture
async def talk(core: Core) -> AsyncIterator[Conversation]:
    async with Conversation(core) as conversation:
        yield conversation


async def test_schedule_post_button_form_verdict_reply_board_closing_through_a_restart(talk: Conversation, clock: Clock) -> None:
    set_up = await talk.slash("schedule", "44", time="10:00", zone="UTC", days="daily")
    assert "Schedule set" in set_up.text
    assert set_up.private
    clock.pass_(hours=1)
    await talk.tick()
    asked = await talk.hears()
    assert "Answer by replying, or press Answer" in asked.text
    [post] = talk.posts()
    half, full = talk.answers(post)

    await talk.restart()
    talk.says("ada presses [Answer]")
    await talk.people.press(post["id"], "Answer")
    await until(lambda: talk.fake.world.modals)
    field = talk.fake.world.modals[0]["components"][0]["components"][0]
    assert field["placeholder"] in post["embeds"][0]["description"]
    talk.says(f"ada writes: {half}")
    await talk.people.submit(half)
    verdict = await talk.hears()
    assert verdict.private
    assert "attempt 1 of 2" in verdict.text

    talk.says(f"grace replies: ||{full}||")
    await talk.people.write(f"||{full}||", user="43", reply_to=post["id"])
    line = await talk.hears()
    assert line.text.endswith("2 of 2 points\n[My score]")
    assert not line.private
    await until(lambda: talk.fake.rest.calls[-1].startswith("PUT"))
    talk.says("grace presses [My score] under it")
    await talk.people.press(talk.posts()[-1]["id"], "My score", user="43")
    card = await talk.hears()
    assert card.private
    assert card.text.count("✓") == 2

    board = await talk.slash("board")
    assert board.text.index("Grace") < board.text.index("Ada")
    assert not board.private

    clock.pass_(days=1)
    await talk.tick()
    said = [(await talk.hears()).text for _ in range(3)]
    closing = talk.posts(post["id"])
    assert "Model answer:" in str(closing[-1]["embeds"])
    assert any(text.startswith("Closed · ") for text in said)
    assert "2 answered" in str(post["embeds"])
    assert [button["label"] for row in post["components"] for button in row["components"]] == ["My score", "Leaderboard"]
    assert len(talk.posts()) == 3  # two questions, one public line: nothing twice
    print("\n".join(talk.script))  # pytest -s shows the conversation


async def test_every_message_of_the_thread_counts_with_the_intent(core: Core) -> None:
    async with Conversation(core, message_content=True) as talk:
        post = await talk.open_drill()
        _, full = talk.answers(post)
        await talk.people.write("morning all", channel=post["id"], user="43")
        await talk.people.write(full, channel=post["id"])
        assert (await talk.hears()).text.endswith("2 of 2 points\n[My score]")
        assert len(talk.posts(post["id"])) == 1  # talk got nothing


@pytest.mark.parametrize("members", [False, True])
async def test_who_leaves_is_hidden_where_discord_tells_it(core: Core, members: bool) -> None:
    async with Conversation(core, members=members) as talk:
        post = await talk.open_drill()
        for user in ("42", "43"):
            await talk.people.write(talk.answers(post)[1], reply_to=post["id"], user=user)
            await talk.hears()
        await talk.fake.gateway.member_left("43")
        if members:
            await until(lambda: _gone(core))
        await talk.people.slash("board")
        shown = (await talk.hears()).text
        assert "Ada" in shown
        assert ("Grace" in shown) is not members


def _gone(core: Core) -> bool:
    with core.store.read() as tx:
        return tx.execute(select(learners.c.id).where(learners.c.left_at.is_not(None))).first() is not None


async def test_without_the_intent_only_what_names_the_bot_is_read_in_the_thread(talk: Conversation) -> None:
    post = await talk.open_drill()
    _, full = talk.answers(post)
    await talk.people.write(full, channel=post["id"])
    await talk.people.write(f"<@1000> {full}", channel=post["id"], user="43")
    assert (await talk.hears()).text.endswith("2 of 2 points\n[My score]")
    [line] = talk.posts(post["id"])
    assert line["message_reference"]["message_id"] == max(talk.fake.world.messages, key=lambda id: (id != line["id"], int(id)))


async def test_an_answer_by_direct_message_counts_for_the_server_shared_with_the_bot(talk: Conversation) -> None:
    _, full = talk.answers(await talk.open_drill())
    await talk.people.write(f"answer {full}", channel="@42")
    told = await talk.hears()
    assert "2 of 2 points" in told.text
    assert "attempt 1 of 2" in told.text
    assert "Ada" in (await talk.slash("board")).text


async def test_a_drill_of_a_channel_that_somebody_cannot_see_is_not_offered_in_private(core: Core) -> None:
    conversation = Conversation(core)
    hidden = {"id": MEMBER_ROLE, "type": 0, "allow": "0", "deny": str(NEEDED["View Channel"])}
    admins = {"id": ADMIN_ROLE, "type": 0, "allow": str(NEEDED["View Channel"]), "deny": "0"}
    conversation.fake.world.channels[CHANNEL]["permission_overwrites"] = [hidden, admins]
    async with conversation as talk:
        _, full = talk.answers(await talk.open_drill())
        await talk.people.write(f"answer {full}", channel="@42")
        assert "There is no open drill here" in (await talk.hears()).text
        await talk.people.write(f"answer {full}", channel="@44", user="44")
        assert "2 of 2 points" in (await talk.hears()).text


async def test_a_private_verb_in_public_is_answered_by_a_button(talk: Conversation) -> None:
    await talk.open_drill()
    await talk.people.write("<@1000> score", user="43")
    assert "[Score]" in (await talk.hears()).text
    await talk.people.press(talk.posts()[-1]["id"], "Score", user="43")
    card = await talk.hears()
    assert card.private
    assert "You have not answered" in card.text


async def test_the_third_attempt_is_refused_where_it_was_made(talk: Conversation) -> None:
    post = await talk.open_drill()
    half, full = talk.answers(post)
    for text in (half, full):
        await talk.people.write(f"<@1000> {text}", reply_to=post["id"])
        await talk.hears()
    await talk.people.write(f"<@1000> {full} And more.", reply_to=post["id"])
    assert "both attempts" in (await talk.hears()).text


async def test_admin_verbs_are_refused_to_members_whatever_discord_shows_them(talk: Conversation) -> None:
    assert "for admins" in (await talk.slash("pause", "43")).text
    assert "no schedule" in (await talk.slash("pause", "44")).text


async def test_the_schedule_names_what_the_bot_may_not_do_in_its_channel(talk: Conversation) -> None:
    talk.fake.world.denied.add((CHANNEL, "threads"))
    assert "Create Public Threads" in (await talk.slash("schedule", "44", time="10:00")).text
    post = await talk.open_drill()
    _, full = talk.answers(post)
    assert post["id"] not in talk.fake.world.channels  # no thread, and the drill lives
    await talk.people.write(full, reply_to=post["id"])
    assert (await talk.hears()).text.endswith("2 of 2 points\n[My score]")


async def test_the_role_that_an_admin_chose_is_notified_and_nobody_else(talk: Conversation) -> None:
    await talk.slash("schedule", "44", time="10:00")
    await talk.slash("settings", "44", name="ping", value="<@&2002>")
    post = await talk.open_drill()
    assert post["content"] == "<@&2002>"
    assert post["_pings"] == ["2002"]


async def test_the_bot_greets_once_where_it_is_invited(talk: Conversation) -> None:
    await talk.people.joined()
    assert "/drill schedule" in (await talk.hears()).text
    await talk.people.joined()
    await until(lambda: len([call for call in talk.fake.rest.calls if "messages" in call]) >= 3)
    assert len(talk.posts()) == 1


async def test_zones_are_completed_while_typing_and_lists_at_their_end(talk: Conversation) -> None:
    await talk.people.slash("schedule", {"zone": "berl"}, typing="zone", user="44")
    await talk.people.slash("schedule", {"topics": "evaluation,deep"}, typing="topics", user="44")
    await until(lambda: len(talk.fake.world.completions) == 2)
    assert talk.fake.world.completions == [["Europe/Berlin"], ["evaluation,deep-learning"]]


async def test_commands_are_stored_once_and_again_only_when_they_change(talk: Conversation) -> None:
    await talk.restart()
    assert talk.fake.world.syncs == 1
    talk.fake.world.commands[0]["options"].pop()
    await talk.restart()
    assert talk.fake.world.syncs == 2
    names = [option["name"] for option in talk.fake.world.commands[0]["options"]]
    assert {"help", "answer", "board", "schedule"} <= set(names)
    assert "said" not in json.dumps(names)
