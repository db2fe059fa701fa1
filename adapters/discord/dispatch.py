"""What comes over the gateway: trimmed of what we never look at, and kept from doing harm."""

from collections.abc import Callable
from typing import Any

import structlog

log = structlog.get_logger()

# What a server tells on connecting that we never look at: most of the memory that thousands of servers would take.
UNUSED = ("presences", "emojis", "stickers", "voice_states", "stage_instances", "guild_scheduled_events", "soundboard_sounds")

Raw = Callable[[dict[str, Any]], None]


def guarded(name: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """A dispatch that cannot be read is dropped; it must not end the connection."""

    def guarded(data: Any) -> None:
        if name == "GUILD_CREATE" and isinstance(data, dict):
            data.update({unused: [] for unused in UNUSED if unused in data})
        try:
            parse(data)
        except Exception as error:
            log.warning("dispatch dropped", kind=name, error=f"{type(error).__name__}: {str(error)[:200]}")

    return guarded
