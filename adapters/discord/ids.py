"""What we write into Discord's own ids, so that it survives a restart: buttons, messages, origins. Pure."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from adapters.discord.limits import CUSTOM_ID
from bot.protocol import Button, Channel

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
MARK = "d1"


@dataclass(frozen=True, slots=True)
class Press:
    """What a button carries. key: of the message it stands under. about: the post it is about, '' if that is its own message."""

    command: str
    options: tuple[tuple[str, str], ...] = ()
    key: str = ""
    about: str = ""


def custom_id(button: Button, place: int, key: str = "", about: str = "") -> str:
    """*place* keeps the ids of one message apart. What does not fit is left out, the least needed first."""
    options = urlencode(button.options)
    for kept in ((key, about, options), (key, "", options), ("", "", options), ("", "", "")):
        made = "|".join([MARK, str(place), kept[0], kept[1], button.command, kept[2]])
        if len(made) <= CUSTOM_ID:
            return made
    return made[:CUSTOM_ID]


def pressed(id: str) -> Press | None:
    """The inverse; None for what is not ours."""
    parts = id.split("|")
    if len(parts) != 6 or parts[0] != MARK:
        return None
    return Press(parts[4], tuple(parse_qsl(parts[5])), parts[2], parts[3])


def presses(message: dict[str, Any]) -> list[Press]:
    """Every button of ours under *message*."""
    rows = message.get("components") or []
    ids = [item.get("custom_id", "") for row in rows for item in row.get("components", [])]
    return [press for id in ids if (press := pressed(id))]


def carries(message: dict[str, Any], key: str) -> bool:
    """Whether *message* was posted under *key*."""
    return any(press.key == key for press in presses(message))


def name_of(container: str, message: str, home: Channel) -> str:
    """A message's name for the core: its id, with the channel's before it where that is not *home* itself."""
    return message if container == home.channel_id else f"{container}:{message}"


def place_of(name: str, home: Channel) -> tuple[str, str]:
    """The inverse: (channel, message)."""
    container, colon, message = name.rpartition(":")
    return (container, message) if colon else (home.channel_id, message)


def instant(snowflake: str | int) -> datetime:
    """When Discord made that id."""
    return EPOCH + timedelta(milliseconds=int(snowflake) >> 22)


def snowflake(at: datetime) -> int:
    """The lowest id of that instant."""
    return max(0, (at - EPOCH) // timedelta(milliseconds=1)) << 22


@dataclass(frozen=True, slots=True)
class Origin:
    """How to answer an event later. token: of an interaction; message: a message in `channel` that was written.

    private: only the asker may see the answer, `guild` and `user` say who that is.
    """

    guild: str
    channel: str
    user: str
    message: str = ""
    about: str = ""
    interaction: str = ""
    token: str = ""
    private: bool = True

    def dump(self) -> str:
        return json.dumps({name: value for name, value in asdict(self).items() if value != ""}, separators=(",", ":"))

    @classmethod
    def load(cls, text: str) -> "Origin":
        """Raises ValueError."""
        try:
            return cls(**json.loads(text))
        except TypeError as error:
            raise ValueError("not an origin of Discord's") from error
