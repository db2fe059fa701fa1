"""Where an answer goes: kept with an attempt, so that its verdict can be told after a restart."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from bot.errors import DeliveryError


class Way(StrEnum):
    """SAID: under a public message, findings whispered. POST: a message that stays. WHISPER: for one person. HOME: App Home."""

    SAID = "said"
    POST = "post"
    WHISPER = "whisper"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class Origin:
    """channel: Slack's id, or a user's for their conversation with the bot. url: Slack's response_url, good for half an hour.

    team: '' in origins of before there were several workspaces.
    """

    way: Way
    channel: str
    user: str
    team: str = ""
    thread: str = ""
    message: str = ""
    url: str = ""
    name: str = ""
    addressed: bool = False

    def __str__(self) -> str:
        return json.dumps({key: value for key, value in asdict(self).items() if value})

    @classmethod
    def parse(cls, text: str) -> "Origin":
        """The inverse of str(). Raises DeliveryError."""
        try:
            known = json.loads(text)
            return cls(**{**known, "way": Way(known["way"])})
        except (ValueError, TypeError, KeyError) as error:
            raise DeliveryError("it is not known where this was asked", permanent=True) from error
