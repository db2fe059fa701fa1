"""The real core behind the real adapter on a faked Discord: what a test says, and what is heard."""

import asyncio
from collections.abc import Sequence
from typing import Any

from adapters.discord import Discord
from bot.app import App
from bot.commands import commands
from bot.protocol import Adapter
from bot.reconcile import Reconciler
from bot.service.core import Core
from tests.builders import FULL, HALF
from tests.fakes.discord_server import FakeDiscord
from tests.fakes.discord_world import BOT, CHANNEL, Body, visible
from tests.fakes.platform import Shown

HALF_DROPOUT = "It drops random neurons."
FULL_DROPOUT = "It switches random units off during training, and at inference all units are used."

# Direct messages to whoever set the channel up come when they come; they have tests of their own.
NOTES = ("Stock is low", "A permission is missing")


class Conversation:
    """script: what was said and shown, as text. adapter: replaced by a new one at each restart."""

    def __init__(self, core: Core, **options: Any) -> None:
        self.core = core
        self.fake = FakeDiscord(core.clock)
        self.people = self.fake.people
        self.app = App(core)
        self.script: list[str] = []
        self._options = options
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Conversation":
        await self.fake.start()
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.disconnect()
        await self.fake.stop()

    async def connect(self) -> None:
        self.adapter: Discord = self.fake.adapter(commands(self.core.bank), **self._options)
        adapters: dict[str, Adapter] = {"discord": self.adapter}
        self.reconciler = Reconciler(self.app, adapters)
        self._running = asyncio.create_task(self.adapter.run(self.app.handle))
        async with asyncio.timeout(10):
            await self.adapter.returned.wait()
        await until(lambda: self.adapter._syncing and self.adapter._syncing.done())  # the commands are there

    async def disconnect(self) -> None:
        if self._running:
            await self.adapter.close()
            async with asyncio.timeout(10):
                await self._running
            self._running = None

    async def kill(self) -> None:
        """As a process dies: nothing is finished."""
        assert self._running
        await self.adapter.close()
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)
        self._running = None

    async def restart(self) -> None:
        await self.disconnect()
        await self.connect()
        self.script.append("(the bot is restarted)")

    async def tick(self) -> None:
        async with asyncio.timeout(20):
            await self.reconciler.tick()

    async def hears(self) -> Shown:
        shown = await self.fake.shown()
        while shown.text.startswith(NOTES):
            shown = await self.fake.shown()
        self.script.append(f"  drillbot{' (only you see this)' if shown.private else ''}: {shown.text}")
        return shown

    def says(self, line: str) -> None:
        self.script.append(line)

    async def slash(self, command: str, user: str = "42", **options: str) -> Shown:
        """A command, to its reply."""
        name = self.fake.world.users[user]["username"]
        self.says(f"{name}: /drill {command} {' '.join(f'{key}:{value}' for key, value in options.items())}".rstrip())
        await self.people.slash(command, options, user=user)
        return await self.hears()

    async def open_drill(self) -> Body:
        """An admin schedules; the day's drill is posted; its message."""
        await self.slash("now", "44")
        await self.tick()
        await self.hears()
        return self.posts()[-1]

    def answers(self, post: Body) -> tuple[str, str]:
        """A half and a full answer to the question of *post*."""
        return (HALF, FULL) if "precision" in visible(post) else (HALF_DROPOUT, FULL_DROPOUT)

    def posts(self, channel: str = CHANNEL) -> list[Body]:
        """The bot's messages in a channel, oldest first, those that only one person sees left out."""
        made = self.fake.world.messages.values()
        return [m for m in made if m["channel_id"] == channel and m["author"]["id"] == BOT and not m["_private_to"] and m["_key"]]

    def texts(self, channel: str = CHANNEL) -> Sequence[str]:
        return [visible(message) for message in self.posts(channel)]


async def until(happened: Any) -> None:
    """Polls: what happens on the other side of a socket gives no signal here."""
    async with asyncio.timeout(5):
        while not happened():
            await asyncio.sleep(0)
