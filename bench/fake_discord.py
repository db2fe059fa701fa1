"""The faked Discord with many channels, as a process of its own: prints its port."""

import asyncio
import sys
from datetime import UTC, datetime

from tests.fakes.discord_server import FakeDiscord
from tests.fakes.discord_world import GUILD

FIRST_CHANNEL = 500_000


async def main(count: int) -> None:
    fake = FakeDiscord(lambda: datetime.now(UTC))
    fake.rest.token = "x"
    for number in range(FIRST_CHANNEL, FIRST_CHANNEL + count):
        id = str(number)
        place = {"id": id, "type": 0, "name": id, "position": 0, "guild_id": GUILD, "permission_overwrites": []}
        fake.world.channels[id] = place
    await fake.start()
    print(fake.port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
