"""Reply → Discord's messages, within its limits, and back from its markup: pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import forms, ids, limits, render, slash
from adapters.discord.ids import Press
from adapters.discord.markup import read
from adapters.discord.permissions import LEAST, NEEDED, invite, lacks
from bot.commands import commands
from bot.protocol import (
    ANSWER,
    Block,
    Button,
    Buttons,
    Channel,
    Checklist,
    Code,
    Command,
    Item,
    Mark,
    Option,
    Reply,
    Table,
    Text,
    Tone,
)
from tests.builders import MORNING, bank
from tests.fakes.discord_rules import command_faults, message_faults, modal_faults

words = st.text(max_size=5000)
texts = st.builds(Text, words, st.sampled_from(Tone))
blocks: st.SearchStrategy[Block] = st.one_of(
    texts,
    st.builds(Code, words),
    st.builds(Checklist, st.lists(st.builds(Item, st.sampled_from(Mark), words), max_size=5).map(tuple)),
    st.builds(Buttons, st.lists(st.builds(Button, st.text(max_size=200), st.just("score")), max_size=30).map(tuple)),
    st.lists(st.tuples(words, words), max_size=20).map(lambda rows: Table(("a", "b"), tuple(rows))),
)
replies = st.builds(Reply, st.text(max_size=600), st.lists(blocks, max_size=6).map(tuple))


@given(replies)
def test_no_reply_breaks_a_limit(reply: Reply) -> None:
    for page in render.pages(reply, key="drill-1234567890", about="1" * 19):
        assert message_faults(page.body) == []


@given(replies)
def test_no_text_can_notify_anyone(reply: Reply) -> None:
    said = str([page.body.get("embeds") for page in render.pages(reply)])
    assert "@everyone" not in said
    assert "@here" not in said


@given(st.text(max_size=400), st.text(max_size=2500))
def test_a_public_line_and_a_form_fit(question: str, line: str) -> None:
    assert message_faults(render.line(line or "x", render.SCORE, "re-1", "1" * 19)) == []
    option = Option("text", "your answer", True, long=True)
    assert modal_faults(forms.modal(Press(ANSWER, (("drill", "1"),)), option, question, "1" * 19)) == []


@given(st.text(alphabet="ab \n", max_size=300), st.integers(5, 50))
def test_splitting_loses_nothing_but_blanks(text: str, limit: int) -> None:
    parts = limits.split(text, limit)
    assert all(len(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("short", 10, "short"),
        ("some more words", 10, "some more…"),
        ("unbreakable", 6, "unbre…"),
        ("x" * 7 + "\\\\_", 9, "x" * 7 + "…"),
    ],
)
def test_cutting_ends_at_a_word_and_never_in_an_escape(text: str, limit: int, cut: str) -> None:
    assert limits.cut(text, limit) == cut


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**bold** _it_ `x`", r"\*\*bold\*\* \_it\_ \`x\`"),
        ("||spoiler||", r"\|\|spoiler\|\|"),
        ("[click](http://evil.example)", r"\[click\](http://evil.example)"),
        ("<@42> <#3> @here", "\\<@\u200b42> \\<#3> @\u200bhere"),
        ("# big\n> quote\n1. one", "\\# big\n\\> quote\n1\\. one"),
        ("see https://a.example/b_c_d now_", r"see https://a.example/b_c_d now\_"),
    ],
)
def test_text_is_shown_as_it_is(written: str, shown: str) -> None:
    assert render.escape(written) == shown


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("||precision|| is **the** share", "precision is the share"),
        ("```python\nx = a*b*c\n```", "x = a*b*c"),
        ("use `tp / (tp + fp)` here", "use tp / (tp + fp) here"),
        ("<@1000> it is recall", "it is recall"),
        ("ask <@42> or <@&7> in <#9>", "ask @Ada or @role in #channel"),
        ("<:fire:123> nice <a:wow:9>", ":fire: nice :wow:"),
        ("“smart” ‘quotes’", "\"smart\" 'quotes'"),
        ("a*b*c and snake_case_name", "a*b*c and snake_case_name"),
        ("*really* _so_", "really so"),
        (r"2 \* 3 \_x\_", "2 * 3 _x_"),
        ("> quoted\n# big\n-# small", "quoted\nbig\nsmall"),
        ("[text](https://x.example) <https://y.example>", "text https://y.example"),
        ("</drill board:12> at <t:0:R>", "/drill board at 1970-01-01 00:00 UTC"),
        ("", ""),
    ],
)
def test_markup_is_read_for_its_text(written: str, meant: str) -> None:
    assert read(written, [{"id": "42", "global_name": "Ada"}], "1000") == meant


@given(st.text(max_size=300))
def test_reading_takes_any_text(text: str) -> None:
    assert isinstance(read(text), str)


@given(st.text(max_size=60), st.text(alphabet="abc-1", max_size=25), st.integers(0, 24))
def test_a_button_carries_its_command_through_a_restart(value: str, key: str, place: int) -> None:
    made = ids.custom_id(Button("x", "score", (("drill", value),)), place, key, "1" * 19)
    press = ids.pressed(made)
    assert len(made) <= 100
    assert press
    assert press.command == "score"
    if press.options:
        assert press.options == (("drill", value),) or not value


def test_a_button_of_somebody_else_is_not_ours() -> None:
    assert ids.pressed("their-own-id") is None


def test_message_names_tell_where_the_message_is() -> None:
    home = Channel("discord", "1", "30")
    assert [ids.place_of(ids.name_of(place, "7", home), home) for place in ("30", "31")] == [("30", "7"), ("31", "7")]
    assert ids.instant(ids.snowflake(MORNING)) == MORNING


def test_every_command_fits_and_admin_verbs_are_among_them() -> None:
    made = slash.definition(commands(bank()))
    assert command_faults(made) == []
    named = {option["name"]: option for option in made[0]["options"]}
    zone = next(option for option in named["schedule"]["options"] if option["name"] == "zone")
    assert zone["autocomplete"]
    window = next(option for option in named["board"]["options"] if option["name"] == "window")
    assert [choice["value"] for choice in window["choices"]] == ["today", "week", "month", "all"]


def test_commands_are_the_same_though_discord_adds_and_leaves_out() -> None:
    wanted = slash.definition((Command("now", "extra", (Option("topic", "t", choices=("a", "b")),)),))
    stored = [{**wanted[0], "id": "1", "version": "2"}]
    stored[0]["options"] = [
        {"type": 1, "name": "now", "description": "extra", "options": [dict(wanted[0]["options"][0]["options"][0])]}
    ]
    del stored[0]["options"][0]["options"][0]["required"]
    assert slash.same(wanted, stored)
    stored[0]["options"][0]["description"] = "other"
    assert not slash.same(wanted, stored)
    assert not slash.same(wanted, [])


def test_the_question_stands_in_the_form_without_its_markup() -> None:
    page = render.pages(Reply("Daily", (Text("What is p_value*?", Tone.LEAD), Text("Why: x", Tone.NOTE))))[0]
    assert forms.question_of(page.body) == "What is p_value*?"


def test_the_invitation_asks_for_the_least() -> None:
    link = invite("1001")
    assert "client_id=1001" in link
    assert "scope=bot+applications.commands" in link
    assert f"permissions={LEAST}" in link
    assert lacks(LEAST) == ()
    assert lacks(LEAST & ~NEEDED["Embed Links"]) == ("Embed Links",)
    assert lacks(1 << 3) == ()
