"""What the bot may do in a channel."""

import asyncio

from adapters.slack.web import Web
from bot.errors import DeliveryError
from bot.protocol import Channel

# An acknowledgement is due after 3 seconds: a look may not use them up.
LOOK_SECONDS = 1.0


async def lacks(web: Web, channel: Channel) -> tuple[str, ...]:
    """What keeps the bot from posting there; nothing, when Slack does not tell in time."""
    if channel.is_direct:
        return ()
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            found = await web.call("conversations.info", channel=channel.channel_id)
        here = (found.get("channel") or {}).get("is_member", True)
    except TimeoutError:
        here = True
    except DeliveryError as error:
        here = not error.permanent
    return () if here else ("an invitation (write /invite and my name)",)
