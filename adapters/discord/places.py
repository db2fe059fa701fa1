"""Where a message was written and by whom: what gateway messages leave out, from discord.py's cache or else from REST."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import discord

from adapters.discord.budget import Lane
from adapters.discord.events import DIRECT, THREADS, Place
from adapters.discord.gateway import Gateway
from adapters.discord.permissions import is_admin, union
from adapters.discord.rest import RefusedError, Rest
from bot.errors import DeliveryError

REMEMBERED = 2000
# A learner who writes to us in private shares one of our servers; in how many we look for them.
MOST_SERVERS = 20
# Whoever loses a role is told of the questions of its channels for so long at most.
FRESH = 600.0

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Home:
    """member: as the server has them, with their roles; None where they have no server with us."""

    guild: str
    member: Any
    asked: float


class Places:
    def __init__(self, gateway: Gateway, rest: Rest) -> None:
        self._gateway = gateway
        self._rest = rest
        self._threads: OrderedDict[str, Place | None] = OrderedDict()
        self._homes: OrderedDict[str, Home] = OrderedDict()

    async def of_message(self, message: Mapping[str, Any]) -> Place:
        """Raises DeliveryError."""
        guild, id = message.get("guild_id"), str(message["channel_id"])
        if not guild:
            user = str((message.get("author") or {}).get("id"))
            return Place(await self.home(user), f"@{user}")
        known = self._cached(str(guild), id)
        if known:
            return known
        if id not in self._threads:
            _remember(self._threads, id, await self._looked_up(str(guild), id))
        return self._threads[id] or Place(str(guild), id)

    def is_admin(self, message: Mapping[str, Any]) -> bool:
        """By the roles that a gateway message names; a channel's own exceptions do not give Manage Server."""
        guild = self._guild(message.get("guild_id"))
        author = str((message.get("author") or {}).get("id"))
        if guild is None:
            return False
        ids = {int(role) for role in (message.get("member") or {}).get("roles") or []} | {guild.id}
        roles = [role.permissions.value for id in ids if (role := guild.get_role(id))]
        return str(guild.owner_id) == author or is_admin(union(roles))

    def name_of(self, channel: object) -> str:
        client = self._gateway.client
        found = client.get_channel(int(str(channel))) if client and str(channel).isdigit() else None
        return str(getattr(found, "name", "") or "")

    def _guild(self, id: object) -> discord.Guild | None:
        client = self._gateway.client
        return client.get_guild(int(str(id))) if client and str(id).isdigit() else None

    def _cached(self, guild: str, id: str) -> Place | None:
        known = self._guild(guild)
        channel = known.get_channel_or_thread(int(id)) if known else None
        if isinstance(channel, discord.Thread):
            return self._thread(guild, id, str(channel.parent_id), str(channel.owner_id))
        return Place(guild, id, channel.name) if channel else None

    async def _looked_up(self, guild: str, id: str) -> Place | None:
        try:
            found = await self._rest.record(Lane.ANSWER, "GET", "/channels/{channel_id}", channel_id=id)
        except RefusedError as error:
            if error.permanent:
                return None
            raise
        if found.get("type") not in THREADS:
            return Place(guild, id, str(found.get("name") or ""))
        return self._thread(guild, id, str(found.get("parent_id") or id), str(found.get("owner_id")))

    def _thread(self, guild: str, id: str, parent: str, owner: str) -> Place:
        ours = owner == self._gateway.bot
        return Place(guild, parent, self.name_of(parent), id if ours else "", "" if ours else id)

    async def home(self, user: str) -> str:
        """A server that *user* shares with the bot: their drills are those of that server."""
        return (await self._home(user)).guild

    async def member_of(self, user: str) -> tuple[str, ...] | None:
        """Which channels of their server *user* sees: what is asked in private is offered from these. None: not known."""
        home = await self._home(user)
        guild = self._guild(home.guild)
        if guild is None or home.member is None:
            return None
        member = discord.Member(data=home.member, guild=guild, state=guild._state)
        return tuple(str(channel.id) for channel in guild.channels if channel.permissions_for(member).view_channel)

    async def _home(self, user: str) -> Home:
        known = self._homes.get(user)
        if known and time.monotonic() - known.asked < FRESH:
            return known
        guilds = list(self._gateway.client.guilds) if self._gateway.client else []
        guilds.sort(key=lambda guild: known is None or str(guild.id) != known.guild)
        home = Home(DIRECT, None, time.monotonic())
        for guild in guilds[:MOST_SERVERS]:
            path = "/guilds/{guild_id}/members/{user_id}"
            try:
                member: Any = await self._rest.record(Lane.ANSWER, "GET", path, guild_id=str(guild.id), user_id=user)
            except RefusedError:
                continue
            except DeliveryError:
                return known or home
            home = Home(str(guild.id), member, time.monotonic())
            break
        _remember(self._homes, user, home)
        return home


def _remember(memory: OrderedDict[str, V], key: str, value: V) -> None:
    memory[key] = value
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)
