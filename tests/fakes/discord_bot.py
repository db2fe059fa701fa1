"""The adapter alone on a faked Discord, with a handler that notes events and replies as told."""

import asyncio

from bot.commands import commands
from bot.errors import DeliveryError
from bot.protocol import Event, Mark, Reply, Show
from tests.builders import MORNING, Clock, bank
from tests.fakes.discord_conversation import until
from tests.fakes.discord_server import FakeDiscord
from tests.fakes.discord_world import CHANNEL


class Bot:
    """The adapter alone, with a handler that replies as told."""

    def __init__(self) -> None:
        self.clock = Clock(MORNING)
        self.fake = FakeDiscord(self.clock)
        self.events: list[Event] = []
        self.reply: Reply | None = Reply("72 / 100", public="72 / 100", reaction=Mark.PARTIAL)
        self.failures: list[DeliveryError] = []

    async def connect(self) -> None:
        self.adapter = self.fake.adapter(commands(bank()))
        self.running = asyncio.create_task(self.adapter.run(self.handle))
        async with asyncio.timeout(5):
            await self.adapter.returned.wait()
        await until(lambda: self.adapter._syncing and self.adapter._syncing.done())

    async def disconnect(self) -> None:
        await self.adapter.close()
        async with asyncio.timeout(5):
            await self.running

    async def handle(self, event: Event, show: Show) -> None:
        self.events.append(event)
        if self.reply:
            try:
                await show(self.reply)
            except DeliveryError as error:
                self.failures.append(error)

    def made(self, channel: str = CHANNEL) -> list[str]:
        return [m["_key"] for m in self.fake.world.messages.values() if m["channel_id"] == channel and m["_key"]]
