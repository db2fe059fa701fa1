"""What Slack delivers, read for its text; what we send, shown as it is."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.slack import forms, markup, render, spoken
from adapters.slack.events import Me
from adapters.slack.origin import Origin, Way
from adapters.slack.people import Person, person_of
from bot.errors import DeliveryError
from bot.protocol import SAID

# A busy machine is no fault of the code.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ME = Me("T1", "UBOT", "B1")
VERBS = {"help", "answer", "today", "board", "skip", "score"}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("<@UBOT> precision is *tp* / (tp + fp)", "precision is tp / (tp + fp)"),
        ("<@U7|grace> said &lt;b&gt; &amp; more", "@grace said <b> & more"),
        ("<@U7> knows", "knows"),
        ("see <https://x.org/a|the paper> or <https://x.org/b>", "see the paper or https://x.org/b"),
        ("<mailto:a@b.org|a@b.org> in <#C1|general> for <!subteam^S1|@ml> <!here>", "a@b.org in #general for @ml here"),
        ("<!date^1700000000^{date}|14 Nov>", "14 Nov"),
        ("```python\nx = a*b*c\n```", "x = a*b*c"),
        ("use `__init__` and `a &lt; b`", "use __init__ and a < b"),
        ("_both_ *_kinds_* ~gone~", "both kinds gone"),
        ("snake_case_name and 2*x*y stay", "snake_case_name and 2*x*y stay"),
        ("&gt; quoted\nnot", "quoted\nnot"),
        ("great :tada: really :+1::skin-tone-3:", "great really"),
        ("a[1:2:3], {a:b:c}, 10:30:00", "a[1:2:3], {a:b:c}, 10:30:00"),
        ("“smart” ‘quotes’", "\"smart\" 'quotes'"),
        ("&amp;lt;", "&lt;"),
        ("x &lt; y &gt; z", "x < y > z"),
        ("", ""),
        ("unclosed ``` and `this", "unclosed ``` and `this"),
    ],
)
def test_a_message_is_read_for_its_text(typed: str, read: str) -> None:
    assert markup.read(typed, "UBOT") == read


def test_a_command_keeps_the_group_that_an_admin_names() -> None:
    assert markup.read_arguments("ping <!subteam^S123|@ml>") == "ping subteam^S123"
    assert markup.read_arguments("skip “2026-12-24”  zone:Europe/Berlin") == 'skip "2026-12-24" zone:Europe/Berlin'


@PATIENT
@given(st.text(max_size=300))
def test_nothing_breaks_the_reader(text: str) -> None:
    markup.read(text)
    markup.read_arguments(text)


@PATIENT
@given(st.text(alphabet=st.sampled_from("ab *_~`<>&!@#|:\n+1"), max_size=80))
def test_what_is_sent_can_be_read_back_and_holds_nothing_live(text: str) -> None:
    shown = markup.plain(text)
    assert markup.unescape(shown).replace(markup.GAP, "") == text
    assert "<" not in shown
    assert ">" not in shown


@pytest.mark.parametrize("text", ["*bold*", "_it_", "~no~", "`code`", ":tada:", "> quote", "a *b* c", "__init__"])
def test_formatting_signs_are_disarmed(text: str) -> None:
    assert markup.GAP in markup.plain(text)


def test_signs_inside_words_stay_as_they_are() -> None:
    assert markup.plain("snake_case 2*3 50% at 10:30") == "snake_case 2*3 50% at 10:30"
    assert markup.linked("Read: a & b https://x.org/?a=1&b=2.") == "Read: a &amp; b <https://x.org/?a=1&amp;b=2>."


def message(text: str = "recall", **extra: Any) -> dict[str, Any]:
    return {"type": "message", "channel": "C1", "user": "U42", "text": text, "ts": "1763629200.000100", **extra}


IN_THREAD = {"thread_ts": "1763600000.000001"}


@pytest.mark.parametrize(
    ("extra", "heard"),
    [
        (IN_THREAD, True),
        ({**IN_THREAD, "parent_user_id": "UBOT"}, True),
        ({**IN_THREAD, "parent_user_id": "U7"}, False),
        ({}, False),
        ({"text": "hey <@UBOT>"}, True),
        ({"channel": "DU42"}, True),
        ({**IN_THREAD, "bot_id": "B7"}, False),
        ({**IN_THREAD, "user": "UBOT"}, False),
        ({**IN_THREAD, "subtype": "message_changed"}, False),
        ({**IN_THREAD, "subtype": "message_deleted"}, False),
        ({**IN_THREAD, "subtype": "channel_join"}, False),
        ({**IN_THREAD, "subtype": "thread_broadcast"}, True),
        ({**IN_THREAD, "subtype": "file_share"}, True),
        ({"thread_ts": "1763629200.000100"}, False),
    ],
)
def test_where_we_listen(extra: dict[str, Any], heard: bool) -> None:
    assert spoken.heard(message(**extra), ME) == heard


@pytest.mark.parametrize(
    ("text", "command", "rest"),
    [
        ("<@UBOT> help", "help", ""),
        ("<@UBOT>", "help", ""),
        ("<@UBOT> hello!", "help", ""),
        ("<@UBOT> board week", "board", "week"),
        ("<@UBOT> answer it is recall", "answer", "it is recall"),
        ("<@UBOT> skip connections help gradients", SAID, "skip connections help gradients"),
        ("<@UBOT> recall is a share", SAID, "recall is a share"),
    ],
)
def test_naming_the_bot(text: str, command: str, rest: str) -> None:
    event = spoken.said(message(text), ME, Person("Ada", True), VERBS)
    assert event
    assert (event.command, event.text, event.addressed, event.admin) == (command, rest, True, True)


def test_a_thread_message_is_about_its_post_and_has_the_same_id_from_history() -> None:
    event = spoken.said(message(**IN_THREAD), ME, Person("Ada"), VERBS)
    assert event
    assert (event.id, event.about, event.addressed) == ("slack:T1:C1:1763629200.000100", "1763600000.000001", False)
    assert event.at.isoformat() == "2025-11-20T09:00:00.000100+00:00"


def test_a_direct_conversation_is_named_by_the_person() -> None:
    event = spoken.said(message(channel="D9"), ME, Person("Ada"), VERBS)
    assert event
    assert event.channel.channel_id == "@U42"
    assert event.channel.is_direct
    assert spoken.said(message("Thanks!", channel="D9"), ME, Person(), VERBS) is None


def test_an_origin_survives_being_stored() -> None:
    origin = Origin(Way.SAID, "C1", "U42", thread="1.1", message="1.2", name="Ada <3", addressed=True)
    assert Origin.parse(str(origin)) == origin
    for broken in ("", "{}", "[]", '{"way": "pigeon"}', '{"way": "said", "x": 1}'):
        with pytest.raises(DeliveryError):
            Origin.parse(broken)


def test_rights_come_from_slack() -> None:
    assert person_of({"id": "U1", "name": "a", "is_owner": True}).admin
    assert not person_of({"id": "U1", "name": "a", "profile": {"display_name": ""}}).admin
    assert person_of({"name": "a", "real_name": "A", "profile": {"display_name": "Ada"}}).name == "Ada"


def test_a_button_carries_its_options_whatever_comes_back() -> None:
    assert render.action('{"drill": "7"}') == {"drill": "7"}
    assert render.action("") == render.action("{") == render.action("[1]") == {}


def test_an_empty_form_says_nothing() -> None:
    values = {
        "days": {"days": {"type": "checkboxes", "selected_options": []}},
        "time": {"time": {"type": "timepicker", "selected_time": None}},
    }
    assert forms.filled({"state": {"values": values}}) == {}
