"""Reply → Block Kit. Pure."""

import json
import unicodedata
from typing import Any, assert_never

from adapters.slack import cutting, markup
from adapters.slack.cutting import Blocks
from bot.protocol import ANSWER, Block, Button, Buttons, Checklist, Code, File, Image, Mark, Reply, Table, Text, Tone

EVENT_TYPE = "drillbot_message"
REACTIONS = {Mark.FULL: "white_check_mark", Mark.PARTIAL: "last_quarter_moon", Mark.MISSED: "heavy_multiplication_x"}
# What a notification shows before it is cut by the phone.
NOTICE = 300
WIDEST_CELL = 60


def messages(reply: Reply) -> list[dict[str, Any]]:
    """The message that shows *reply*, and those that continue it: arguments of chat.postMessage."""
    made = cutting.messages(blocks(reply))
    return [{"text": notice(reply), "blocks": part} for part in made]


def line(text: str, name: str = "") -> dict[str, Any]:
    """A short public line, said to whoever is named."""
    said = f"*{markup.plain(name)}*  {markup.plain(text)}" if name else markup.plain(text)
    section = {"type": "section", "text": _mrkdwn(cutting.shortened(said, cutting.SECTION))}
    return {"text": markup.escape(f"{name}: {text}" if name else text), "blocks": [section]}


def metadata(key: str) -> dict[str, Any]:
    """Names a message, so that it is found again by its key."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def key_of(message: dict[str, Any]) -> str:
    found = message.get("metadata") or {}
    return str((found.get("event_payload") or {}).get("key", "")) if found.get("event_type") == EVENT_TYPE else ""


def notice(reply: Reply) -> str:
    """What stands in a notification and is read out aloud."""
    texts = [block for block in reply.blocks if isinstance(block, Text) and block.tone is not Tone.NOTE]
    lead = next((block for block in texts if block.tone is Tone.LEAD), texts[0] if texts else None)
    said = f"{reply.title}: {lead.text}" if lead else reply.title
    return cutting.shortened(" ".join(said.split()), NOTICE, markup.escape)


def blocks(reply: Reply) -> Blocks:
    made: Blocks = [*_title(reply)]
    for number, part in enumerate(reply.blocks):
        made += block(part, number)
    return made


def block(part: Block, number: int) -> Blocks:
    match part:
        case Text(text, Tone.NOTE):
            return [{"type": "context", "elements": [_mrkdwn(piece)]} for piece in cutting.pieces(text, markup.linked)]
        case Text(text, Tone.LEAD):
            bold = [_section(piece) for piece in cutting.pieces(text, markup.bold)]
            return [{**piece, "block_id": f"lead-{number}-{part}"} for part, piece in enumerate(bold)]
        case Text(text):
            return [_section(piece) for piece in cutting.pieces(text, markup.linked)]
        case Code(text) | File(excerpt=text):
            return [_section(piece) for piece in cutting.lines(text.split("\n"), markup.code)]
        case Checklist(items):
            rows = [f"{item.mark} {item.text}" for item in items]
            return [_section(piece) for piece in cutting.lines(rows, markup.plain)]
        case Table():
            top, *rows = _grid(part)
            return [_section(piece) for piece in cutting.lines(rows, markup.code, top=top)]
        case Image(_, alt):
            return [{"type": "context", "elements": [_mrkdwn(markup.plain(f"[picture: {alt}]"))]}]
        case Buttons(buttons):
            return [
                _row(buttons[at : at + cutting.PER_ROW], f"buttons-{number}-{at}")
                for at in range(0, len(buttons), cutting.PER_ROW)
            ]
        case _:
            assert_never(part)


def action(value: str) -> dict[str, str]:
    """The options that a button carries."""
    try:
        carried = json.loads(value or "{}")
    except ValueError:
        return {}
    return {str(name): str(text) for name, text in carried.items()} if isinstance(carried, dict) else {}


def lead_above(shown: Blocks, block_id: str) -> str:
    """The question above a button, as Slack shows it."""
    found = ""
    for part in shown:
        if part.get("block_id") == block_id:
            break
        if str(part.get("block_id", "")).startswith("lead-"):
            found = part["text"]["text"]
    return found


def _title(reply: Reply) -> Blocks:
    """A reply of one sentence is a sentence, not a heading."""
    ping = f" {_ping(reply.ping)}" if reply.ping else ""
    if not reply.title.strip():
        return []
    if not reply.blocks:
        return [_section(piece + ping) for piece in cutting.pieces(reply.title, markup.plain, cutting.SECTION - len(ping))]
    if ping or len(markup.escape(reply.title)) > cutting.HEADER:
        return [_section(piece + ping) for piece in cutting.pieces(reply.title, markup.bold, cutting.SECTION - len(ping))]
    return [{"type": "header", "text": _plain_text(reply.title)}]


def _ping(group: str) -> str:
    """The only live mention that we ever send; an admin chose it."""
    match group[:1]:
        case "S":
            return f"<!subteam^{group}>"
        case "U" | "W":
            return f"<@{group}>"
    return f"<!{group}>" if group in ("here", "channel", "everyone") else ""


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> dict[str, Any]:
    """verbatim: Slack looks for no names and addresses in it by itself."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain_text(text: str, most: int = cutting.HEADER) -> dict[str, Any]:
    return {"type": "plain_text", "text": cutting.shortened(" ".join(text.split()), most, markup.escape), "emoji": False}


def _row(buttons: tuple[Button, ...], block_id: str) -> dict[str, Any]:
    return {"type": "actions", "block_id": block_id, "elements": [_button(one, at) for at, one in enumerate(buttons)]}


def _button(button: Button, at: int) -> dict[str, Any]:
    made = {
        "type": "button",
        "text": _plain_text(button.label, cutting.LABEL),
        "action_id": f"drill:{button.command}:{at}",
        "value": json.dumps(dict(button.options)),
    }
    return {**made, "style": "primary"} if button.command == ANSWER else made


def _grid(table: Table) -> list[str]:
    """Columns of a fixed-width font, numbers to the right; the asker's own row has a pointer."""
    cells = [[cutting.shortened(" ".join(cell.split()), WIDEST_CELL) for cell in row] for row in (table.header, *table.rows)]
    wide = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    right = [all(cell.lstrip("-").isdigit() for cell in column[1:] if cell) for column in zip(*cells, strict=True)]
    made = []
    for number, row in enumerate(cells):
        padded = (_padded(cell, wide[at], right[at]) for at, cell in enumerate(row))
        pointer = "" if table.own is None else "▸ " if number == table.own + 1 else "  "
        made.append((pointer + "  ".join(padded)).rstrip())
    return made


def _padded(cell: str, wide: int, right: bool) -> str:
    space = " " * (wide - _width(cell))
    return space + cell if right else cell + space


def _width(text: str) -> int:
    """Columns on a screen: East Asian letters take two, accents none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
