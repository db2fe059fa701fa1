"""What an operator needs once: which application a token belongs to, and its invite link."""

import aiohttp

from adapters.discord.gateway import HOPELESS, OWN_API
from adapters.discord.permissions import invite
from bot.errors import DeliveryError

SECONDS = 15.0


async def invite_link(token: str, api_url: str = OWN_API) -> str:
    """Raises DeliveryError with a sentence."""
    headers = {"Authorization": f"Bot {token.strip()}"}
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS), headers=headers) as session,
            session.get(f"{api_url.rstrip('/')}/applications/@me") as response,
        ):
            if response.status == 401:
                raise DeliveryError(HOPELESS[4004], permanent=True)
            if response.status != 200:
                raise DeliveryError(f"Discord answered {response.status}. Try again later.", permanent=False)
            return invite(str((await response.json(content_type=None))["id"]))
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError, KeyError, TypeError) as error:
        raise DeliveryError(f"Discord cannot be reached ({type(error).__name__}).", permanent=False) from None
