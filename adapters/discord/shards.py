"""Many servers: several connections, in one process or several."""

from typing import Any

import discord

from bot.errors import DeliveryError


def parse_shards(shards: str, shard_ids: str) -> tuple[str, list[int]]:
    """('', 'auto' or a number; the ids of this process). Raises DeliveryError with a sentence."""
    count, ids = shards.strip().lower(), [part.strip() for part in shard_ids.split(",") if part.strip()]
    if count not in ("", "auto") and not (count.isascii() and count.isdigit() and int(count) > 0):
        raise DeliveryError("DISCORD_SHARDS must be auto or a number.", permanent=True)
    if ids and (not count.isdigit() or not all(id.isascii() and id.isdigit() and int(id) < int(count) for id in ids)):
        raise DeliveryError("DISCORD_SHARD_IDS are numbers below DISCORD_SHARDS, which must be a number then.", permanent=True)
    return count, [int(id) for id in ids]


def sharded(options: dict[str, Any], shards: str, shard_ids: list[int]) -> discord.AutoShardedClient:
    """As many connections as Discord wants (auto) or the operator says, or those of this process only."""
    if shards.isdigit():
        options = options | {"shard_count": int(shards)}
    if shard_ids:
        options = options | {"shard_ids": shard_ids}
    return discord.AutoShardedClient(**options)
