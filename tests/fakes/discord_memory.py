"""What a thousand servers cost: python -m tests.fakes.discord_memory; for `make bench` as well."""

import asyncio
import copy
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import discord

from adapters.discord import Discord
from tests.fakes.discord_world import Body, World, user

CHANNELS, ROLES, EMOJIS, MEMBERS = 50, 25, 50, 20


def guild(number: int, world: World) -> Body:
    """A server of ordinary size, as GUILD_CREATE tells it without the members intent."""
    made = copy.deepcopy(world.guild())
    base = (number + 1) * 1_000_000
    made["id"] = made["roles"][0]["id"] = str(base)
    made["channels"] = [
        {"id": str(base + n), "type": 0, "name": f"channel-{n}", "position": n, "permission_overwrites": [], "topic": "t" * 80}
        for n in range(1, CHANNELS)
    ]
    made["roles"] += [made["roles"][0] | {"id": str(base + 1000 + n), "name": f"role-{n}"} for n in range(ROLES)]
    made["emojis"] = [{"id": str(base + 2000 + n), "name": f"e{n}", "roles": [], "animated": False} for n in range(EMOJIS)]
    made["members"] += [{**world.member("42"), "user": user(str(base + 3000 + n), f"member {n}")} for n in range(MEMBERS)]
    return made


async def megabytes(servers: int = 1000) -> float:
    """Memory that the adapter keeps for so many servers."""
    world = World(lambda: datetime(2026, 11, 20, tzinfo=UTC))
    client = Discord("x", ())._gateway._make()
    parse = client._connection.parsers["GUILD_CREATE"]
    own: Any = world.users["1000"]
    client._connection.user = discord.ClientUser(state=client._connection, data=own)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number in range(servers):
        parse(guild(number, world))
        await asyncio.sleep(0)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(client.guilds) == servers
    return (after - before) / 1e6


if __name__ == "__main__":
    print(f"{asyncio.run(megabytes()):.1f} MB for 1,000 servers")
