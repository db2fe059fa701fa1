"""Discord's published limits, as its API checks them."""

from collections.abc import Iterator
from typing import Any

Body = dict[str, Any]


def message_faults(body: Body, *, interaction: bool = False) -> list[str]:
    """What Discord would refuse in a message's body."""
    return list(_message(body, interaction))


def modal_faults(body: Body) -> list[str]:
    fields = [field for row in body.get("components", []) for field in row.get("components", [])]
    faults = [fault for field in fields for fault in _input(field)]
    if not 1 <= len(body.get("title", "")) <= 45:
        faults.append("modal title: 1 to 45")
    if not 1 <= len(body.get("custom_id", "")) <= 100:
        faults.append("modal custom_id: 1 to 100")
    if not 1 <= len(fields) <= 5 or any(len(row.get("components", [])) != 1 for row in body["components"]):
        faults.append("modal: 1 to 5 rows of one field")
    return faults


def command_faults(commands: list[Body]) -> list[str]:
    faults = [] if len(commands) <= 100 else ["more than 100 commands"]
    for command in commands:
        faults += list(_command(command))
    return faults


def thread_faults(body: Body) -> list[str]:
    faults = [] if 1 <= len(body.get("name", "")) <= 100 else ["thread name: 1 to 100"]
    if body.get("auto_archive_duration", 1440) not in (60, 1440, 4320, 10080):
        faults.append("auto_archive_duration")
    return faults


def _message(body: Body, interaction: bool) -> Iterator[str]:
    embeds, rows = body.get("embeds") or [], body.get("components") or []
    if len(body.get("content") or "") > 2000:
        yield "content: at most 2000"
    if not (body.get("content") or embeds or rows or body.get("attachments")):
        yield "an empty message"
    if len(embeds) > 10:
        yield "at most 10 embeds"
    if sum(map(_size, embeds)) > 6000:
        yield "embeds: 6000 over all"
    for embed in embeds:
        yield from _embed(embed)
    if len(rows) > 5:
        yield "at most 5 rows"
    ids = [button.get("custom_id") for row in rows for button in row["components"]]
    if len(ids) != len(set(ids)):
        yield "custom_id twice in a message"
    for row in rows:
        yield from _row(row)
    nonce = body.get("nonce", "")
    if len(str(nonce)) > 25:
        yield "nonce: at most 25"
    if "allowed_mentions" not in body:
        yield "our own rule: say who may be mentioned"
    if interaction and body.get("nonce"):
        yield "no nonce here"


def _embed(embed: Body) -> Iterator[str]:
    limits = {"title": 256, "description": 4096}
    for name, limit in limits.items():
        if len(embed.get(name, "")) > limit:
            yield f"embed {name}: at most {limit}"
    if len((embed.get("footer") or {}).get("text", "")) > 2048:
        yield "embed footer: at most 2048"
    if len(embed.get("fields") or []) > 25:
        yield "at most 25 fields"


def _size(embed: Body) -> int:
    fields = sum(len(field["name"]) + len(field["value"]) for field in embed.get("fields") or [])
    return (
        len(embed.get("title", ""))
        + len(embed.get("description", ""))
        + len((embed.get("footer") or {}).get("text", ""))
        + fields
    )


def _row(row: Body) -> Iterator[str]:
    if row.get("type") != 1 or not 1 <= len(row.get("components") or []) <= 5:
        yield "a row holds 1 to 5 buttons"
    for button in row.get("components") or []:
        if not 1 <= len(button.get("label", "")) <= 80:
            yield "button label: 1 to 80"
        if not 1 <= len(button.get("custom_id", "")) <= 100:
            yield "button custom_id: 1 to 100"


def _input(field: Body) -> Iterator[str]:
    if field.get("type") != 4 or field.get("style") not in (1, 2):
        yield "a modal holds text inputs"
    if not 1 <= len(field.get("label", "")) <= 45:
        yield "input label: 1 to 45"
    if len(field.get("placeholder", "")) > 100:
        yield "input placeholder: at most 100"
    if not 1 <= field.get("max_length", 4000) <= 4000:
        yield "input max_length: 1 to 4000"


def _command(command: Body) -> Iterator[str]:
    name = command.get("name", "")
    if not (1 <= len(name) <= 32 and name == name.lower()):
        yield f"command name {name!r}: lower case, 1 to 32"
    if not 1 <= len(command.get("description", "")) <= 100:
        yield f"description of {name}: 1 to 100"
    options = command.get("options") or []
    if len(options) > 25:
        yield f"{name}: at most 25 options"
    if len(command.get("choices") or []) > 25:
        yield f"{name}: at most 25 choices"
    if command.get("choices") and command.get("autocomplete"):
        yield f"{name}: choices or autocomplete, not both"
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        yield f"{name}: required options come first"
    for option in options:
        yield from _command(option)
