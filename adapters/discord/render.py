"""Reply → the bodies of Discord's messages. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

from adapters.discord import limits
from adapters.discord.ids import custom_id
from adapters.discord.limits import clean, cut, flat, split
from bot.protocol import Block, Button, Buttons, Checklist, Code, File, Image, Item, Mark, Reply, Table, Text, Tone

# Room for what is put around a part: fences, bold signs.
BODY = limits.EMBED_BODY - 96
MOST_PAGES = 10
MOST_FILES = 10
COLOUR = 0x5865F2
EMOJI = {Mark.FULL: "✅", Mark.PARTIAL: "🟡", Mark.MISSED: "❌", Mark.NONE: "👀"}
# What carries a key where there is nothing better to press.
HELP = Button("Help", "help")
SCORE = Button("My score", "score")
NOBODY: dict[str, Any] = {"parse": [], "replied_user": False}

URL = re.compile(r"https?://[^\s<>|]+")
SPECIAL = re.compile(r"([\\*_~`|\[\]<])")
LINE_START = re.compile(r"^(\s*)([#>+-]|\d+\.)(?=\s)", re.MULTILINE)
AT = re.compile(r"@(?=everyone|here|[!&]?\d)")


@dataclass(frozen=True, slots=True)
class Page:
    """One message: its body, and what is attached to it as (file name, content)."""

    body: dict[str, Any]
    files: tuple[tuple[str, bytes], ...] = ()


@dataclass(slots=True)
class _Draft:
    parts: list[str] = field(default_factory=list)

    def fits(self, part: str) -> bool:
        return sum(len(other) + 1 for other in self.parts) + len(part) <= BODY


def escape(text: str) -> str:
    """*text* shown as it is: no markup, nobody mentioned, links left whole."""
    made, end = [], 0
    for link in URL.finditer(text):
        made += [_escaped(text[end : link.start()]), link[0].replace("@", "@\u200b")]
        end = link.end()
    return "".join([*made, _escaped(text[end:])])


def pages(reply: Reply, key: str = "", about: str = "", spare: Button = HELP) -> list[Page]:
    """As many messages as it takes, the buttons under the first. spare: carries *key* where the reply has no button itself."""
    bodies = _filled(part for block in reply.blocks for part in _parts(block))
    buttons = [button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]
    if key and not buttons:
        buttons = [spare]
    attached = [block for block in reply.blocks if isinstance(block, Image | File)][:MOST_FILES]
    files = tuple(_file(number, block) for number, block in enumerate(attached))
    first = Page(_first(reply, bodies[0], rows(buttons, key, about), attached), files)
    return [first, *map(_more, bodies[1:])]


def line(text: str, button: Button | None, key: str, about: str) -> dict[str, Any]:
    """A short public line, with a button to its findings."""
    return {
        "content": cut(escape(clean(text)), limits.CONTENT),
        "components": rows([button] if button else [], key, about),
        "allowed_mentions": NOBODY,
    }


def rows(buttons: Sequence[Button], key: str = "", about: str = "") -> list[dict[str, Any]]:
    wide = limits.BUTTONS_A_ROW
    made = [
        {
            "type": 2,
            "style": 1 if place == 0 else 2,
            "label": flat(button.label, limits.BUTTON_LABEL) or "…",
            "custom_id": custom_id(button, place, key, about),
        }
        for place, button in enumerate(buttons[: wide * limits.ROWS])
    ]
    return [{"type": 1, "components": made[start : start + wide]} for start in range(0, len(made), wide)]


def thread_name(reply: Reply) -> str:
    return flat(reply.title, limits.THREAD_NAME) or "Drill"


def _first(reply: Reply, body: str, buttons: list[dict[str, Any]], attached: Sequence[Image | File]) -> dict[str, Any]:
    embed: dict[str, Any] = {"title": cut(escape(flat(reply.title, limits.EMBED_TITLE)), limits.EMBED_TITLE), "color": COLOUR}
    if body:
        embed["description"] = cut(body, limits.EMBED_BODY)
    made: dict[str, Any] = {"embeds": [embed], "components": buttons, "allowed_mentions": NOBODY}
    if attached:
        made["attachments"] = [_attachment(number, block) for number, block in enumerate(attached)]
    picture = next((number for number, block in enumerate(attached) if isinstance(block, Image)), None)
    if picture is not None:
        embed["image"] = {"url": f"attachment://picture-{picture}.png"}
    if reply.ping.isdigit():
        made |= {"content": f"<@&{reply.ping}>", "allowed_mentions": {"parse": [], "roles": [reply.ping]}}
    return made


def _more(body: str) -> Page:
    return Page({"embeds": [{"description": cut(body, limits.EMBED_BODY), "color": COLOUR}], "allowed_mentions": NOBODY})


def _file(number: int, block: Image | File) -> tuple[str, bytes]:
    return (f"picture-{number}.png", block.png) if isinstance(block, Image) else (block.name, block.text.encode())


def _attachment(number: int, block: Image | File) -> dict[str, Any]:
    name, _ = _file(number, block)
    described = block.alt if isinstance(block, Image) else block.name
    return {"id": number, "filename": name, "description": cut(clean(described), limits.ALT)}


def _parts(block: Block) -> Iterator[str]:
    """A block's text in parts that fit a message each."""
    match block:
        case Text(text, tone):
            yield from (_toned(part, tone) for part in split(escape(clean(text)), BODY))
        case Code(text):
            yield from _fenced(clean(text).split("\n"))
        case Checklist(items):
            yield from split("\n".join(map(_item, items)), BODY)
        case Table():
            yield from _fenced(_grid(block))
        case Image(_, alt):
            yield cut(_toned(escape(flat(alt, limits.ALT)), Tone.NOTE), BODY)
        case Buttons() | File():
            return
        case _:
            assert_never(block)


def _filled(parts: Iterable[str]) -> list[str]:
    """Parts gathered into message bodies, in order; what is beyond all measure ends with a note."""
    drafts = [_Draft()]
    for part in parts:
        if not drafts[-1].fits(part):
            drafts.append(_Draft())
        drafts[-1].parts.append(part)
    bodies = ["\n".join(draft.parts) for draft in drafts]
    if len(bodies) > MOST_PAGES:
        bodies = [*bodies[:MOST_PAGES], "… the rest is too long to show here."]
    return bodies


def _toned(text: str, tone: Tone) -> str:
    match tone:
        case Tone.LEAD:
            return text if len(text) > 1000 or "\n\n" in text else f"**{text.strip()}**"
        case Tone.NOTE:
            return "\n".join(f"-# {part}" if part.strip() else part for part in text.split("\n"))
        case Tone.BODY:
            return text
        case _:
            assert_never(tone)


def _item(item: Item) -> str:
    return f"{item.mark} {escape(clean(item.text))}"


def _fenced(lines: Sequence[str]) -> Iterator[str]:
    safe = "\n".join(lines).replace("```", "ˋˋˋ")
    safe = AT.sub("@\u200b", safe)
    for part in split(safe, BODY - 8):
        yield f"```\n{part}\n```"


def _grid(table: Table) -> list[str]:
    """Columns side by side; numbers to the right; the asker's own row is marked."""
    cells = [[flat(cell, limits.NAME) for cell in row] for row in (table.header, *table.rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(table.header))]
    numeric = [all(row[c].lstrip("-").isdigit() for row in cells[1:] if row[c]) for c in range(len(widths))]
    made = []
    for number, row in enumerate(cells):
        aligned = (
            cell.rjust(width) if right else cell.ljust(width) for cell, width, right in zip(row, widths, numeric, strict=True)
        )
        own = table.own is not None and number == table.own + 1
        made.append(f"{'▸' if own else ' '}{'  '.join(aligned)}".rstrip())
    return made


def _escaped(text: str) -> str:
    text = AT.sub("@\u200b", SPECIAL.sub(r"\\\1", text))
    return LINE_START.sub(_unlisted, text)


def _unlisted(found: re.Match[str]) -> str:
    sign = found[2]
    return f"{found[1]}{sign[:-1]}\\." if sign[0].isdigit() else f"{found[1]}\\{sign}"
