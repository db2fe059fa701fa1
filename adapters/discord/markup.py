"""Discord's markup → the text that was meant, for grading. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

FENCE = re.compile(r"```(?:[a-zA-Z0-9_+#.-]*\n)?(.*?)```", re.DOTALL)
CODE = re.compile(r"(``?)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
MENTION = re.compile(r"<@!?(\d+)>")
ROLE = re.compile(r"<@&\d+>")
CHANNEL = re.compile(r"<#(\d+)>")
COMMAND = re.compile(r"<(/[^:<>]{1,100}):\d+>")
EMOJI = re.compile(r"<a?:(\w+):\d+>")
TIME = re.compile(r"<t:(-?\d{1,12})(?::\w)?>")
LINK = re.compile(r"\[([^\]\n]+)\]\(<?https?://[^\s)]+>?\)")
BARE_LINK = re.compile(r"<(https?://[^\s<>]+)>")
PAIRS = tuple(re.compile(pattern, re.DOTALL) for pattern in (r"\|\|(.+?)\|\|", r"\*\*(.+?)\*\*", r"__(.+?)__", r"~~(.+?)~~"))
# A star or underline between letters is arithmetic or a name, not emphasis.
SINGLES = tuple(re.compile(rf"(?<![\w\\{c}]){c}(?=\S)([^{c}\n]+?)(?<=\S){c}(?![\w{c}])") for c in (r"\*", "_"))
LINE_STARTS = re.compile(r"^(?:>>> |> |#{1,3} |-# )", re.MULTILINE)
ESCAPED = re.compile(r"\\([^a-zA-Z0-9\s])")
SMART = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " ", "\u200b": "", "\ufeff": ""})
HELD = re.compile("\x00(\\d+)\x00")


def read(content: str, mentions: Iterable[Mapping[str, Any]] = (), bot: str = "") -> str:
    """*mentions*: the users that the message names. The bot's own mention is an address, not part of the text."""
    names = {str(user.get("id")): str(user.get("global_name") or user.get("username") or "") for user in mentions}
    held: list[str] = []

    def hold(text: str) -> str:
        held.append(text)
        return f"\x00{len(held) - 1}\x00"

    text = content.replace("\x00", "")
    text = FENCE.sub(lambda found: hold(found[1].strip("\n")), text)
    text = CODE.sub(lambda found: hold(found[2]), text)
    text = ESCAPED.sub(lambda found: hold(found[1]), text)
    text = MENTION.sub(lambda found: "" if found[1] == bot else f"@{names.get(found[1]) or 'somebody'}", text)
    text = ROLE.sub("@role", text)
    text = CHANNEL.sub("#channel", text)
    text = COMMAND.sub(r"\1", text)
    text = EMOJI.sub(r":\1:", text)
    text = TIME.sub(_date, text)
    text = LINK.sub(r"\1", text)
    text = BARE_LINK.sub(r"\1", text)
    for pattern in (*PAIRS, *SINGLES):
        text = pattern.sub(r"\1", text)
    text = LINE_STARTS.sub("", text)
    text = HELD.sub(lambda found: held[int(found[1])], text)
    return text.translate(SMART).strip()


def names_bot(content: str, bot: str) -> bool:
    """Whether the text itself mentions the bot; a reply's ping is no mention."""
    return any(found[1] == bot for found in MENTION.finditer(content))


def _date(found: re.Match[str]) -> str:
    try:
        return datetime.fromtimestamp(int(found[1]), UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return ""
