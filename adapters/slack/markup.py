"""Slack's mrkdwn → the text somebody meant, and plain text → mrkdwn that shows it as it is. Pure."""

import re

ENTITY = re.compile(r"<([^<>]*)>")
FENCE = re.compile(r"```(?:[a-zA-Z]+\n)?(.*?)```", re.DOTALL)
TICKS = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
STYLED = re.compile(r"(?<![\w*_~])([*_~])(?=\S)([^\n]*?\S)\1(?![\w*_~])")
QUOTE = re.compile(r"^(?:&gt;){1,3} ?", re.MULTILINE)
EMOJI = re.compile(r"(?<![\w:]):(?=[^:\s]*[a-z]|100:|1234:|\+1:|-1:)[a-z0-9_+'-]+:(?::skin-tone-\d:)?(?![\w:])")
SMART = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "\u00a0": " "})

# A blank that nobody sees: Slack takes it for one, so that the sign beside it neither opens nor closes anything.
GAP = "\u200b"
SIGN = re.compile(r"[*_~`]+")
LIVE_EMOJI = re.compile(r":(?=[a-z0-9_+'-]+:)")
QUOTED_LINE = re.compile(r"^(\s*)&gt;", re.MULTILINE)
LINK = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)\]'\"]")


def read(text: str, me: str = "") -> str:
    """What a message says: without formatting, links by their label, mentions by name, the bot's own mention left out."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[1])
        return f"\0{len(kept) - 1}\0"

    text = TICKS.sub(keep, FENCE.sub(keep, text.replace("\0", "")))
    text = EMOJI.sub(" ", QUOTE.sub("", text))
    for _ in range(3):  # *_both_* are nested
        text = STYLED.sub(r"\2", text)
    text = re.sub(r"\0(\d+)\0", lambda found: kept[int(found[1])], text)
    text = ENTITY.sub(lambda found: _named(found[1], me), text)
    lines = (re.sub(r"[ \t]{2,}", " ", line).rstrip() if not line.startswith((" ", "\t")) else line for line in text.split("\n"))
    return unescape("\n".join(lines)).translate(SMART).strip()


def read_arguments(text: str) -> str:
    """What stands behind a verb. A group keeps its id, so that `settings ping @group` can name it."""
    text = re.sub(r"<!(subteam\^\w+)(?:\|[^<>]*)?>", r"\1", text)
    text = re.sub(r"<!(here|channel|everyone)(?:\|[^<>]*)?>", r"\1", text)
    text = ENTITY.sub(lambda found: _named(found[1], ""), text)
    return " ".join(unescape(text).translate(SMART).split())


def _named(inside: str, me: str) -> str:
    target, _, label = inside.partition("|")
    match target[:1]:
        case "@":
            return "" if target[1:] == me else f"@{label}" if label else ""
        case "#":
            return f"#{label}" if label else ""
        case "!":
            return label or target[1:].partition("^")[0]
    return label or target.removeprefix("mailto:").removeprefix("tel:")


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape(text: str) -> str:
    """The three signs that Slack reads as its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """mrkdwn that shows *text* as it is: nothing bold, nobody notified, no emoji, no quotation."""
    text = SIGN.sub(_loose, escape(text.replace(GAP, "")))
    return QUOTED_LINE.sub(rf"\1{GAP}&gt;", LIVE_EMOJI.sub(f":{GAP}", text))


def linked(text: str) -> str:
    """As `plain`, with web addresses that can be followed."""
    parts, last = [], 0
    for found in LINK.finditer(text):
        parts += [plain(text[last : found.start()]), f"<{escape(found[0])}>"]
        last = found.end()
    return "".join([*parts, plain(text[last:])])


def bold(text: str) -> str:
    return "\n".join(f"*{line}*" if line.strip() else line for line in plain(text).split("\n"))


def code(text: str) -> str:
    return f"```\n{escape(text).replace('```', f'`{GAP}`{GAP}`')}\n```"


def _loose(found: re.Match[str]) -> str:
    """Signs inside a word (snake_case, 2*3) format nothing; others are set apart."""
    text, begin, end = found.string, found.start(), found.end()
    before, after = text[begin - 1 : begin], text[end : end + 1]
    if before.isalnum() and after.isalnum() and "`" not in found[0]:
        return found[0]
    return GAP + GAP.join(found[0]) + GAP
