"""What the contract tests need of every faked platform."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.protocol import Adapter, Channel, Command


@dataclass(frozen=True)
class Shown:
    """What a person sees: all visible text of one message, and whether only the asker sees it."""

    text: str
    private: bool


class FakePlatform(Protocol):
    """An in-process server on port 0 (or a pipe) that models the platform's rules.

    live_mention: text that would notify everybody if it went out as it is. The can_* say what the platform can do at all.
    """

    name: str
    channel: Channel
    live_mention: str
    can_edit: bool
    can_find: bool
    can_fail: bool

    async def start(self) -> None: ...

    def adapter(self, commands: Sequence[Command]) -> Adapter: ...

    async def stop(self) -> None: ...

    async def say(self, command: str, text: str = "") -> None:
        """Somebody types a command in `channel`."""

    async def shown(self) -> Shown:
        """The next message or reply that the platform showed, in order; waits for it."""
