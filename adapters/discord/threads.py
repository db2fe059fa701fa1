"""The public thread under a question: for talk and answers."""

from collections.abc import Callable
from typing import Any

import structlog

from adapters.discord import ids, limits, render
from adapters.discord.budget import Lane
from adapters.discord.refusals import HAS_THREAD
from adapters.discord.rest import LostError, RefusedError, Rest
from bot.errors import DeliveryError
from bot.protocol import ANSWER, Buttons, Channel, Reply

log = structlog.get_logger()

PATH = "/channels/{channel_id}/messages/{message_id}/threads"
# Discord takes 60, 1440, 4320 or 10080 minutes; what is said last counts, and that is the closing message.
DAY = 1440


class Threads:
    """A thread made from a message has that message's id. Where none may be made, replies and forms do without.

    forbidden: called with a channel where we lack the right to make threads.
    """

    def __init__(self, rest: Rest, forbidden: Callable[[Channel], None]) -> None:
        self._rest = rest
        self._forbidden = forbidden

    async def under(self, channel: Channel, message: str, reply: Reply) -> str:
        """The thread of a question; '' for a reply that asks nothing, or where none may be made."""
        buttons = [button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]
        asks = any(button.command == ANSWER for button in buttons)
        return await self.make(channel, message, render.thread_name(reply)) if asks else ""

    async def mend(self, channel: Channel, found: dict[str, Any]) -> None:
        """We may have died between the post and its thread."""
        if not found.get("thread") and any(press.command == ANSWER for press in ids.presses(found)):
            title = str((found.get("embeds") or [{}])[0].get("title") or "Drill")
            await self.make(channel, str(found["id"]), limits.flat(title, limits.THREAD_NAME))

    async def make(self, channel: Channel, message: str, name: str) -> str:
        """The thread's id; '' where it may not be made. A lost answer is asked for again: Discord makes one only."""
        body = {"name": name, "auto_archive_duration": DAY}
        for last in (False, True):
            try:
                await self._rest.call(Lane.POST, "POST", PATH, body, channel_id=channel.channel_id, message_id=message)
            except DeliveryError as error:
                if isinstance(error, RefusedError) and error.code == HAS_THREAD:
                    break
                if last or not isinstance(error, LostError):
                    if isinstance(error, RefusedError) and error.status == 403:
                        self._forbidden(channel)
                    log.warning("no thread made", channel=str(channel), message=message, error=str(error))
                    return ""
            else:
                break
        return message
