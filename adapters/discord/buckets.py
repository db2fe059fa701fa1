"""discord.py's rate limits of each route, at many channels."""

from collections.abc import Callable

from discord.http import HTTPClient

# A bucket that rested for five minutes may go; nobody needs to look for those at every call.
PAUSE = 60.0


def sweep_seldom(http: HTTPClient, time: Callable[[], float], pause: float = PAUSE) -> None:
    """discord.py looks through the buckets of all routes for each new one: with thousands of channels its main work."""
    sweep = http._try_clear_expired_ratelimits
    due = 0.0

    def seldom() -> None:
        nonlocal due
        if time() >= due:
            due = time() + pause
            sweep()

    http._try_clear_expired_ratelimits = seldom  # type: ignore[method-assign]
