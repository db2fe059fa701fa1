"""The connection to Discord's gateway: made, kept, and made again, whatever comes over it."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route

from adapters.discord.buckets import sweep_seldom
from adapters.discord.dispatch import Raw, guarded
from adapters.discord.logs import forward
from adapters.discord.patience import never_rest_long
from adapters.discord.shards import parse_shards, sharded
from bot.errors import DeliveryError

log = structlog.get_logger()

OWN_API = "https://discord.com/api/v10"
OWN_GATEWAY = yarl.URL("wss://gateway.discord.gg/")
# Discord allows a thousand logins a day: one every two minutes stays below.
LONGEST_PAUSE = 120.0
# A connection that held this long was a good one: the next trouble is a new one.
STEADY = 300.0
# Between two logins, one of each shard, Discord wants five seconds.
LOGIN_PAUSE = 5.0
HOPELESS = {
    4004: "Discord does not accept DISCORD_TOKEN. Set the bot's current token and start again.",
    4010: "Discord refuses these shards. Check DISCORD_SHARDS and DISCORD_SHARD_IDS.",
    4011: "The bot is in too many servers for one connection. Set DISCORD_SHARDS=auto.",
    4012: "Discord no longer serves this version of its gateway. Update discord.py.",
    4013: "Discord refuses these intents. Update discord.py.",
}


def pause(failures: int) -> float:
    """Doubling from a second, spread, so that many bots do not come back at once."""
    return min(2.0 ** min(failures, 10), LONGEST_PAUSE) * random.uniform(0.5, 1.0)


class Gateway:
    """content, members: whether to ask for the message content intent, and for the server members intent.

    shards: '', 'auto' or a number; shard_ids: '' or '0,1'.

    listeners: what to do with a raw dispatch, by its name; those are kept from discord.py's own models.
    connected: called when every shard is connected after having been away. joined: with a server that invited the bot.
    """

    def __init__(
        self,
        token: str,
        content: bool,
        members: bool,
        shards: str,
        shard_ids: str,
        listeners: Mapping[str, Raw],
        connected: Callable[[], None],
        joined: Callable[[discord.Guild], None],
        prepare: Callable[[], Awaitable[None]],
        address: Callable[[], Awaitable[str]],
    ) -> None:
        self._token = token.strip()
        self._content, self._members = content, members
        self._shards, self._shard_ids = parse_shards(shards, shard_ids)
        self._listeners = listeners
        self._connected, self._joined = connected, joined
        self._prepare, self._address = prepare, address
        self._closing = asyncio.Event()
        self._revoked = False
        self._all_ready = False
        self._farewell: asyncio.Future[None] | None = None
        self._serving: asyncio.Task[None] | None = None
        self._bot = ""
        self.client: discord.Client | None = None

    @property
    def http(self) -> HTTPClient | None:
        return self.client.http if self.client and self.client.user and not self.client.is_closed() else None

    @property
    def bot(self) -> str:
        """Our own user id, '' before the first login."""
        if self.client and self.client.user:
            self._bot = str(self.client.user.id)
        return self._bot

    @property
    def application(self) -> str:
        return str(self.client.application_id or "") if self.client else ""

    @property
    def connected(self) -> bool:
        """Whether every connection of ours stands."""
        client = self.client
        if client is None or client.is_closed() or not client.is_ready():
            return False
        if isinstance(client, discord.AutoShardedClient):
            return not any(shard.is_closed() for shard in client.shards.values())
        return bool(client.ws) and client.ws.open

    async def run(self, api: str) -> None:
        """Until closed. Raises DeliveryError(permanent) for what only the operator can mend."""
        forward()
        never_rest_long()
        failures = 0
        while not self._closing.is_set():
            began = asyncio.get_running_loop().time()
            fault = await self._serve(api)
            if self._closing.is_set() and not self._revoked:
                return
            if self._revoked:
                raise DeliveryError(HOPELESS[4004], permanent=True)
            failures = 0 if asyncio.get_running_loop().time() - began > STEADY else failures + 1
            wait = pause(failures)
            log.warning("discord connection ended", error=fault, again_in=round(wait, 1))
            try:
                await asyncio.wait_for(self._closing.wait(), wait)
            except TimeoutError:
                continue

    async def close(self) -> None:
        self._closing.set()
        if self.client:
            await self.client.close()
        if self._serving:
            self._serving.cancel()  # it may be pausing before its next attempt

    def revoke(self) -> None:
        """The token is good no more: end, as nothing can be done with it."""
        self._revoked = True
        self._closing.set()
        if self.client:
            self._farewell = asyncio.ensure_future(self.client.close())

    async def _serve(self, api: str) -> str:
        """One connection, from login to its end; what ended it."""
        try:
            await self._point(api)
            self.client = self._make()
            self._serving = asyncio.create_task(self.client.start(self._token))
            await self._serving
        except asyncio.CancelledError:
            if not self._closing.is_set():
                raise
        except discord.LoginFailure:
            raise DeliveryError(HOPELESS[4004], permanent=True) from None
        except discord.PrivilegedIntentsRequired:
            self._content = self._members = False
            return "an intent was not granted to the app: going on without DISCORD_MESSAGE_CONTENT and DISCORD_MEMBERS"
        except discord.ConnectionClosed as error:
            if error.code in HOPELESS:
                raise DeliveryError(HOPELESS[error.code], permanent=True) from None
            return f"closed with code {error.code}"
        except Exception as error:
            # discord.py lets whatever a malformed dispatch or a failed first connect caused out of start()
            return f"{type(error).__name__}: {str(error)[:200]}"
        finally:
            if self.client:
                await self.client.close()
        return "closed"

    async def _point(self, api: str) -> None:
        """discord.py keeps both addresses in class attributes."""
        Route.BASE = api
        own = api == OWN_API
        DiscordWebSocket.DEFAULT_GATEWAY = OWN_GATEWAY if own else yarl.URL(await self._address())

    def _make(self) -> discord.Client:
        intents = discord.Intents.none()
        intents.guilds = intents.guild_messages = intents.dm_messages = True
        intents.message_content, intents.members = self._content, self._members
        options: dict[str, Any] = {
            "intents": intents,
            "max_messages": None,
            "member_cache_flags": discord.MemberCacheFlags.none(),
            "chunk_guilds_at_startup": False,
            "allowed_mentions": discord.AllowedMentions.none(),
            # Servers come in after READY as they come; nothing waits for all of them.
            "guild_ready_timeout": 0.0,
            "max_ratelimit_timeout": 30.0,
        }
        self._all_ready = False
        client = sharded(options, self._shards, self._shard_ids) if self._shards else discord.Client(**options)
        client.event(_named("on_ready", self._on_ready))
        client.event(_named("on_shard_ready", self._on_shard_ready))
        client.event(_named("on_guild_join", self._on_guild_join))
        sweep_seldom(client.http, asyncio.get_running_loop().time)
        client.setup_hook = self._prepare  # type: ignore[assignment, method-assign]
        client.before_identify_hook = _spaced  # type: ignore[assignment]
        parsers = client._connection.parsers
        for name in list(parsers):
            parsers[name] = guarded(name, self._listeners.get(name, parsers[name]))
        return client

    async def _on_ready(self) -> None:
        self._all_ready = True
        self._connected()

    async def _on_shard_ready(self, shard: int) -> None:
        if self._all_ready:
            self._connected()

    async def _on_guild_join(self, guild: discord.Guild) -> None:
        self._joined(guild)


async def _spaced(shard: int | None, *, initial: bool = False) -> None:
    if not initial:
        await asyncio.sleep(LOGIN_PAUSE)


def _named(name: str, coroutine: Callable[..., Awaitable[None]]) -> Any:
    """discord.py registers a listener by its name."""

    async def listener(*args: Any) -> None:
        await coroutine(*args)

    listener.__name__ = name
    return listener
