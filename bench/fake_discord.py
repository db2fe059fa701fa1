"""The faked Discord with many channels, as a process of its own: prints its port. For load, with several servers and watched."""

import asyncio
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.fakes.discord_api import FakeApi
from tests.fakes.discord_gateway import FakeGateway, Session
from tests.fakes.discord_people import FakePeople
from tests.fakes.discord_rest import FakeRest
from tests.fakes.discord_server import FakeDiscord
from tests.fakes.discord_world import GUILD, Body, World

FIRST_CHANNEL = 500_000


class Gateway(FakeGateway):
    """homes: channel → its server. Every server's events go to its own shard, as Discord does it."""

    def __init__(self, world: World, token_is_good: Any, homes: dict[str, str]) -> None:
        super().__init__(world, token_is_good)
        self.homes = homes

    async def dispatch(self, kind: str, data: Body, guild: bool = True) -> None:
        home = self.homes[data.get("parent_id") or data["channel_id"]]
        for session in list(self.sessions.values()):
            if _is_of(home, session.shard):
                await session.send(kind, {**data, "guild_id": home})

    async def _identify(self, socket: web.WebSocketResponse, data: Body) -> Session | None:
        session = await super()._identify(socket, data)
        for home in sorted({*self.homes.values()}):
            if session and _is_of(home, session.shard):
                await session.send("GUILD_CREATE", self._server(home))
        return session

    def _server(self, id: str) -> Body:
        known = self.world.guild()
        roles = [role | ({"id": id} if role["id"] == GUILD else {}) for role in known["roles"]]
        channels = [place for place in known["channels"] if self.homes.get(place["id"]) == id]
        return {**known, "id": id, "roles": roles, "channels": channels, "threads": []}


@dataclass
class Api(FakeApi):
    """forms: interaction → the form it opened. replies: interaction → when its reply was shown, in seconds of perf_counter."""

    world: World
    gateway: FakeGateway
    forms: dict[str, asyncio.Future[Body]] = field(default_factory=dict)
    replies: dict[str, asyncio.Future[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.world, self.gateway)

    def callback(self, id: str, token: str, body: Body) -> None:
        super().callback(id, token, body)
        if body["type"] == 9 and id in self.forms:
            self.forms.pop(id).set_result(body["data"])

    def original(self, token: str, body: Body) -> Body:
        made = super().original(token, body)
        id = self.world.interactions[token].id
        if id in self.replies:
            self.replies.pop(id).set_result(time.perf_counter())
        return made


class People(FakePeople):
    async def fill(self, form: Body, text: str, user: str, channel: str) -> str:
        """A form that was opened for *user*; returns the interaction's id."""
        given = form["components"][0]["components"][0]
        rows = [{"type": 1, "components": [{"type": 4, "custom_id": given["custom_id"], "value": text}]}]
        return await self._interact(5, {"custom_id": form["custom_id"], "components": rows}, user, channel)


class Servers(FakeDiscord):
    """So many servers, one a shard, with so many channels each. homes: channel → server."""

    def __init__(self, servers: int, channels: int) -> None:
        super().__init__(lambda: datetime.now(UTC))
        self.homes: dict[str, str] = {}
        for number in range(servers * channels):
            home = str(int(GUILD) + (number % servers + 1 << 22) * servers + (number % servers << 22))
            self.homes[str(FIRST_CHANNEL + number)] = home
        self.world.channels.clear()
        self.world.channels.update({id: place(id, home) for id, home in self.homes.items()})
        self.gateway: Gateway = Gateway(self.world, self._is_good, self.homes)
        self.rest = FakeRest(self.world, self.gateway)
        self.api_calls = Api(self.world, self.gateway)
        self.rest.api = self.api_calls
        self.people: People = People(self.world, self.gateway)


def place(id: str, guild: str) -> Body:
    return {"id": id, "type": 0, "name": id, "position": 0, "guild_id": guild, "permission_overwrites": []}


def _is_of(guild: str, shard: tuple[int, int]) -> bool:
    number, count = shard
    return (int(guild) >> 22) % count == number


async def main(count: int) -> None:
    fake = FakeDiscord(lambda: datetime.now(UTC))
    fake.rest.token = "x"
    for number in range(FIRST_CHANNEL, FIRST_CHANNEL + count):
        fake.world.channels[str(number)] = place(str(number), GUILD)
    await fake.start()
    print(fake.port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
