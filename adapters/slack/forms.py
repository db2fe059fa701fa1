"""Modals: the answer form, the schedule form, and a reply shown in one. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.slack import cutting, markup, render
from adapters.slack.cutting import Blocks
from adapters.slack.origin import Origin
from bot.protocol import Checklist, Command, Option, Reply

# What Slack's text field takes at most.
LONGEST_TEXT = 3000
LONGEST_TITLE = 24
# A menu holds 100 choices; more are searched for.
MENU = 100
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SEARCH = "search"

View = dict[str, Any]


def long_option(command: Command) -> Option | None:
    """The option for which a form is opened."""
    return next((option for option in command.options if option.long and option.required), None)


def answer(command: Command, origin: Origin, options: Mapping[str, str], lead: str) -> View:
    """One field for prose, below the question. lead: as Slack showed it."""
    option = long_option(command)
    assert option is not None
    field = {"type": "plain_text_input", "action_id": option.name, "multiline": True, "max_length": LONGEST_TEXT}
    shown: Blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": lead, "verbatim": True}}] if lead else []
    label = option.help[:1].upper() + option.help[1:]
    return _form(command, origin, options, [*shown, _input(option.name, label, field, optional=False)])


def settings(command: Command, origin: Origin, reply: Reply, zone: str) -> View:
    """A field for each option, below what is set now; an empty field changes nothing.

    zone: the asker's own, offered with 9:00 on weekdays where nothing is set yet: then the reply lists no openings.
    """
    fresh = not any(isinstance(block, Checklist) for block in reply.blocks)
    fields = [_field(command, option, zone if fresh else "", fresh) for option in command.options]
    return _form(command, origin, {}, [*cutting.view(render.blocks(reply))[:40], *fields])


def shown(reply: Reply) -> View:
    """A reply to a button in App Home, where nothing can be whispered."""
    return {"type": "modal", "title": _text("drillbot"), "close": _text("Close"), "blocks": cutting.view(render.blocks(reply))}


def context(view: Mapping[str, Any]) -> tuple[str, Origin, dict[str, str]]:
    """The command that a form is for, where it was opened, and the options of the button that opened it."""
    kept = json.loads(view["private_metadata"])
    return str(view["callback_id"]).removeprefix("drill:"), Origin.parse(kept["origin"]), dict(kept["options"])


def filled(view: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by option."""
    values = {name: next(iter(fields.values())) for name, fields in view["state"]["values"].items()}
    return {name: value for name, field in values.items() if (value := _value(field))}


def suggestions(command: Command, name: str, typed: str) -> list[dict[str, Any]]:
    """What a search field offers for what was typed so far."""
    option = next((option for option in command.options if option.name == name), None)
    return [_choice(value) for value in option.matching(typed, MENU)] if option else []


def _form(command: Command, origin: Origin, options: Mapping[str, str], blocks: Blocks) -> View:
    return {
        "type": "modal",
        "callback_id": f"drill:{command.name}",
        "private_metadata": json.dumps({"origin": str(origin), "options": dict(options)}),
        "title": _text("Your answer" if long_option(command) else command.name.capitalize()[:LONGEST_TITLE]),
        "submit": _text("Send"),
        "close": _text("Cancel"),
        "blocks": blocks,
    }


def _field(command: Command, option: Option, zone: str, fresh: bool) -> dict[str, Any]:
    label = option.name.capitalize()
    match option.name:
        case "time":
            field: dict[str, Any] = {"type": "timepicker", **({"initial_time": "09:00"} if fresh else {})}
        case "days":
            days = [_choice(day, day.capitalize()) for day in DAYS]
            field = {"type": "checkboxes", "options": days, **({"initial_options": days[:5]} if fresh else {})}
        case _ if len(option.choices) > MENU:
            field = {"type": "external_select", "min_query_length": 1, "placeholder": _text("Type to search")}
            if zone in option.choices:
                field["initial_option"] = _choice(zone)
        case _ if option.choices and option.open:
            field = {"type": "multi_static_select", "options": [_choice(value) for value in option.choices]}
        case _ if option.choices:
            field = {"type": "static_select", "options": [_choice(value) for value in option.choices]}
        case _:
            field = {"type": "plain_text_input", "max_length": 500}
    action = f"{SEARCH}:{command.name}:{option.name}" if field["type"] == "external_select" else option.name
    return _input(option.name, label, {**field, "action_id": action}, hint=option.help)


def _input(name: str, label: str, field: dict[str, Any], *, optional: bool = True, hint: str = "") -> dict[str, Any]:
    made = {"type": "input", "block_id": name, "label": _text(label), "element": field, "optional": optional}
    return {**made, "hint": _text(hint)} if hint else made


def _value(field: Mapping[str, Any]) -> str:
    match field["type"]:
        case "timepicker":
            return str(field.get("selected_time") or "")
        case "checkboxes" | "multi_static_select":
            return ",".join(choice["value"] for choice in field.get("selected_options") or ())
        case "static_select" | "external_select":
            return str((field.get("selected_option") or {}).get("value", ""))
    return str(field.get("value") or "")


def _choice(value: str, label: str = "") -> dict[str, Any]:
    return {"text": _text(label or value), "value": value[:150]}


def _text(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": cutting.shortened(text, cutting.LABEL, markup.escape), "emoji": False}


def verbs_with_form(commands: Sequence[Command]) -> dict[str, Command]:
    """Commands of several optional choices, which are easier to fill in than to type; `schedule` is one."""
    return {one.name: one for one in commands if one.admin and len(one.options) > 2 and not any(o.required for o in one.options)}
