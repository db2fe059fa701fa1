"""The form behind a button: one paragraph to write. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from adapters.discord import limits
from adapters.discord.ids import Press, custom_id
from adapters.discord.limits import flat
from bot.protocol import Button, Option

ESCAPED = re.compile(r"\\([^a-zA-Z0-9\s])")
LABEL = "Your answer"


def modal(press: Press, option: Option, question: str, about: str) -> dict[str, Any]:
    """*question* stands where the answer will be written, as far as it fits there."""
    button = Button("", press.command, press.options)
    asked = flat(question, limits.INPUT_PLACEHOLDER)
    field = {
        "type": 4,
        "style": 2,
        "custom_id": option.name,
        "label": flat(question, limits.INPUT_LABEL) or LABEL,
        "placeholder": asked or flat(option.help, limits.INPUT_PLACEHOLDER),
        "required": True,
        "max_length": limits.INPUT_TEXT,
    }
    title = flat(press.command.capitalize(), limits.MODAL_TITLE)
    return {"title": title, "custom_id": custom_id(button, 0, "", about), "components": [{"type": 1, "components": [field]}]}


def question_of(message: Mapping[str, Any]) -> str:
    """The question that *message* asks: the first paragraph of our embed, without its markup."""
    embeds = message.get("embeds") or [{}]
    first = str(embeds[0].get("description") or "").partition("\n-# ")[0].strip()
    bold = re.fullmatch(r"\*\*(.*)\*\*", first, re.DOTALL)
    return ESCAPED.sub(r"\1", bold[1] if bold else first)


def written(data: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by option name; rows and labels hold one field or several."""
    found = {}
    for row in data.get("components") or []:
        fields = row.get("components") or [row.get("component") or {}]
        found.update({str(field["custom_id"]): str(field.get("value") or "") for field in fields if "custom_id" in field})
    return found
