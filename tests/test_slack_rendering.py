"""Replies in Block Kit: within every limit, cut at word ends, the manifest in step with the code."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import adapters.slack
from adapters.slack import cutting, forms, render
from adapters.slack.manifest import manifest
from adapters.slack.origin import Origin, Way
from adapters.slack.pace import Pace
from bot.cli.slack import app
from bot.commands.table import commands
from bot.protocol import Button, Buttons, Checklist, Code, Item, Mark, Reply, Table, Text, Tone
from tests.builders import bank
from tests.fakes.slack_api import SCOPES
from tests.fakes.slack_state import check_blocks, texts

# A busy machine is no fault of the code.
PATIENT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

TEXTS = st.text(max_size=6000) | st.builds(lambda word, many: word * many, st.text(min_size=1, max_size=12), st.integers(1, 900))
BLOCKS = st.one_of(
    st.builds(Text, TEXTS, st.sampled_from(Tone)),
    st.builds(Code, TEXTS),
    st.builds(lambda lines: Checklist(tuple(Item(Mark.FULL, line) for line in lines)), st.lists(TEXTS, max_size=5)),
    st.builds(
        lambda cells: Table(("a", "b"), tuple((cell, "9") for cell in cells), own=0 if cells else None),
        st.lists(TEXTS, max_size=60),
    ),
    st.builds(lambda many: Buttons(tuple(Button(f"Button {n}", "score") for n in range(1, many + 1))), st.integers(1, 30)),
)


@PATIENT
@given(st.builds(Reply, TEXTS, st.lists(BLOCKS, max_size=8).map(tuple)))
def test_every_message_is_within_the_limits(reply: Reply) -> None:
    for message in render.messages(reply):
        check_blocks(message["blocks"], 50)
        assert len(message["text"]) <= render.NOTICE
    check_blocks(cutting.view(render.blocks(reply)), 100)
    check_blocks(forms.shown(reply)["blocks"], 100)


def test_long_text_is_cut_at_word_ends_and_nothing_is_lost() -> None:
    words = [f"word{number}" for number in range(4000)]
    reply = Reply("title", (Text(" ".join(words)), Buttons((Button("Answer", "answer"),))))
    made = render.messages(reply)
    assert len(made) > 1
    said = " ".join(text for message in made for text in texts([one for one in message["blocks"] if one["type"] == "section"]))
    assert said.split() == words
    assert made[0]["blocks"][-1]["type"] == "actions"


def test_many_blocks_go_on_in_another_message() -> None:
    made = render.messages(Reply("title", tuple(Text(f"line {number}") for number in range(120))))
    assert [len(message["blocks"]) for message in made] == [50, 50, 21]


def test_a_notification_says_what_it_is_about() -> None:
    reply = Reply("Daily drill · Fri", (Text("What is <recall>?", Tone.LEAD), Text("aside", Tone.NOTE)))
    assert render.messages(reply)[0]["text"] == "Daily drill · Fri: What is &lt;recall&gt;?"


def test_a_group_is_notified_only_where_an_admin_chose_it() -> None:
    reply = Reply("Daily drill <!channel>", (Text("q"),), ping="S123")
    shown = "\n".join(texts(render.blocks(reply)))
    assert "<!subteam^S123>" in shown
    assert "<!channel>" not in shown
    assert "<!channel>" in "\n".join(texts(render.blocks(Reply("d", (Text("q"),), ping="channel"))))
    assert "&lt;" not in "\n".join(texts(render.blocks(Reply("d", (Text("q"),), ping="nonsense"))))


def test_a_board_lines_up() -> None:
    table = Table(("", "name", "points"), (("1", "Ada", "372"), ("1", "林", "95"), ("14", "you", "5")), own=2)
    [block] = render.block(table, 0)
    assert block["text"]["text"].split("\n")[1:-1] == [
        "      name  points",
        "   1  Ada      372",
        "   1  林        95",
        "▸ 14  you        5",
    ]


def test_forms_are_within_the_limits() -> None:
    offered = {command.name: command for command in commands(bank())}
    origin = Origin(Way.WHISPER, "C" * 20, "U" * 20, url="https://hooks.slack.com/" + "x" * 100)
    check_blocks(forms.answer(offered["answer"], origin, {"drill": "7"}, "*What is recall?*")["blocks"], 100)
    form = forms.settings(offered["schedule"], origin, Reply("Schedule", (Text("x" * 9000),)), "Europe/Berlin")
    check_blocks(form["blocks"], 100)
    kinds = {block["block_id"]: block["element"]["type"] for block in form["blocks"] if block["type"] == "input"}
    assert kinds["time"] == "timepicker"
    assert kinds["zone"] == "external_select"
    assert kinds["days"] == "checkboxes"
    assert kinds["packs"] == "multi_static_select"


def test_the_manifest_asks_for_what_the_code_uses_and_for_nothing_else() -> None:
    source = "".join(path.read_text() for path in Path(adapters.slack.__file__).parent.glob("*.py"))
    called = {method for method in re.findall(r'"([a-z]+(?:\.[a-zA-Z]+)+)"', source) if method in SCOPES}
    listened = set(re.findall(r'app\.event\("(\w+)"\)', source))
    made = manifest()
    events = set(made["settings"]["event_subscriptions"]["bot_events"])
    assert {name.partition(".")[0] for name in events} == listened
    needed = {scope for method in called for scope in SCOPES[method].values()}
    needed |= {scope for event in events for scope in EVENT_SCOPES.get(event, ())}
    needed |= {"commands"} if "app.command" in source else set()
    needed |= {"metadata.message:read"} if "include_all_metadata" in source else set()
    assert sorted(needed) == sorted(made["oauth_config"]["scopes"]["bot"])
    assert made["features"]["slash_commands"][0]["command"] in source


EVENT_SCOPES = {
    "member_joined_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "user_change": ("users:read",),
}


def test_the_manifest_is_printed() -> None:
    over_socket = json.loads(CliRunner().invoke(app, ["manifest"]).output)
    assert over_socket == manifest()
    assert over_socket["settings"]["socket_mode_enabled"]
    over_http = json.loads(CliRunner().invoke(app, ["manifest", "--http", "https://bot.example.org/"]).output)
    assert not over_http["settings"]["socket_mode_enabled"]
    assert over_http["settings"]["interactivity"]["message_menu_options_url"] == "https://bot.example.org/slack/events"
    assert over_http["features"]["slash_commands"][0]["url"] == "https://bot.example.org/slack/events"


@pytest.mark.parametrize(("method", "most"), [("chat.update", 50), ("reactions.add", 50), ("chat.postEphemeral", 100)])
def test_no_minute_holds_more_calls_than_its_tier(method: str, most: int) -> None:
    pace, now, made = Pace(), 0.0, []
    while now < 300:
        wait = pace.wait(method, "", now)
        if wait:
            now += wait
            continue
        pace.take(method, "", now)
        made.append(now)
    assert all(sum(begin <= at < begin + 60 for at in made) <= most for begin in made)
    assert len(made) > most * 3


def test_what_slack_told_us_to_wait_is_waited() -> None:
    pace = Pace()
    pace.close("chat.update", "C1", 0.0, 30.0)
    assert pace.wait("chat.update", "C1", 10.0) == pytest.approx(20.0)
    assert pace.wait("reactions.add", "C1", 10.0) == 0
