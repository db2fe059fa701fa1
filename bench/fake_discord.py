"""The faked Discord with many channels, as a process of its own: prints its port. For load, with several servers and watched."""

import asyncio
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from tests.fakes.discord_api import FakeApi
from tests.fakes.discord_gateway import FakeGateway
from tests.fakes.discord_people import FakePeople
from tests.fakes.discord_rest import FakeRest
from tests.fakes.discord_server import FakeDiscord
from tests.fakes.discord_world import GUILD, Body, World

FIRST_CHANNEL = 500_000


class Gateway(FakeGateway):
    """homes: channel → its server. Every server's events go to its own shard, as Discord's do."""

    def __init__(self, world: World, token_is_good: Any, homes: dict[str, str]) -> None:
        super().__init__(world, token_is_good)
        self.homes = homes

    async def dispatch(self, kind: str, data: Body, guild: bool = True) -> None:
        home = self.homes[data.get("parent_id") or data["channel_id"]]
        for session in list(self.sessions.values()):
            number, count = session.shard
            if (int(home) >> 22) % count == number:
                await session.send(kind, {**data, "guild_id": home})


class Api(FakeApi):
    """forms: interaction → the form it opens. replies: interaction → when its reply is shown, in seconds of perf_counter.

    echoing: discord.py's own models ask for an answer to each callback, and cannot do without.
    """

    echoing = False

    def __init__(self, world: World, gateway: FakeGateway) -> None:
        super().__init__(world, gateway)
        self.forms: defaultdict[str, asyncio.Future[Body]] = defaultdict(asyncio.Future)
        self.replies: defaultdict[str, asyncio.Future[float]] = defaultdict(asyncio.Future)

    def callback(self, id: str, token: str, body: Body) -> Any:
        super().callback(id, token, body)
        if body["type"] == 9 and not self.forms[id].done():
            self.forms[id].set_result(body["data"])
        return {"interaction": {"id": id, "type": self.world.interactions[token].kind}} if self.echoing else None

    def original(self, token: str, body: Body) -> Body:
        made = super().original(token, body)
        reply = self.replies[self.world.interactions[token].id]
        if not reply.done():
            reply.set_result(time.perf_counter())
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
            self.homes[str(FIRST_CHANNEL + number)] = str(int(GUILD) + (number % servers << 22))
        self.world.channels.clear()
        self.world.channels.update({id: place(id, home) for id, home in self.homes.items()})
        self.gateway = Gateway(self.world, self._is_good, self.homes)
        self.rest = FakeRest(self.world, self.gateway)
        self.rest.api = self.watched = Api(self.world, self.gateway)
        self.people: People = People(self.world, self.gateway)


def place(id: str, guild: str) -> Body:
    return {"id": id, "type": 0, "name": id, "position": 0, "guild_id": guild, "permission_overwrites": []}


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
