"""How long discord.py rests between its tries to connect again."""

import discord.client
import discord.shard
from discord.backoff import ExponentialBackoff

# It rests up to 17 minutes: after an hour's trouble people would get no answer for as long.
LONGEST_EXPONENT = 7


class Backoff(ExponentialBackoff[bool]):
    """Doubling from two seconds to two minutes, spread."""

    def __init__(self, base: int = 1) -> None:
        super().__init__(base)
        self._max = LONGEST_EXPONENT


def never_rest_long() -> None:
    """discord.py looks its own class up in its modules."""
    for module in (discord.client, discord.shard):
        module.ExponentialBackoff = Backoff  # type: ignore[attr-defined]
