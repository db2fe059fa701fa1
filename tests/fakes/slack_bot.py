"""The bot on a faked Slack: real core, real reconciler, real bolt."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from adapters.slack import Slack
from bot.app import App
from bot.commands import commands
from bot.protocol import Command, Event, Reply, Show
from bot.reconcile import Reconciler
from bot.service.core import Core
from tests.builders import Clock
from tests.fakes.platform import Shown
from tests.fakes.slack_delivery import Delivery
from tests.fakes.slack_server import PATIENCE, FakeSlack
from tests.fakes.slack_state import Message


class Bot:
    """clock: the core's and Slack's, together."""

    adapter: Slack

    def __init__(self, core: Core, clock: Clock, **settings: Any) -> None:
        self.core = core
        self.app = App(core)
        self.clock = clock
        self.fake = FakeSlack(clock())
        self.settings = settings

    async def start(self) -> None:
        """Connect; a second time is a restart."""
        self.adapter = self.fake.adapter(commands(self.core.bank), **self.settings)
        self.running = asyncio.create_task(self.adapter.run(self.app.handle))
        self.reconciler = Reconciler(self.app, {"slack": self.adapter})
        async with asyncio.timeout(PATIENCE):
            await self.adapter.returned.wait()

    async def stop(self) -> None:
        await self.adapter.close()
        async with asyncio.timeout(PATIENCE):
            await self.running

    async def tick(self) -> None:
        await self.reconciler.tick()

    def pass_(self, **span: float) -> None:
        self.clock.pass_(**span)
        self.fake.workspace.set_clock(self.clock())

    async def hears(self, *fragments: str, private: bool | None = None) -> Shown:
        """The next thing shown, which must say all this."""
        shown = await self.fake.shown()
        while shown.text.startswith("Stock is low"):  # to the admin aside, whenever it comes
            shown = await self.fake.shown()
        for fragment in fragments:
            assert fragment in shown.text, f"{fragment!r} not in {shown.text!r}"
        assert private is None or shown.private == private
        return shown

    async def opens(self) -> Message:
        """A drill, posted at nine."""
        self.fake.users.command("schedule 9:00 UTC daily", "UADMIN")
        await self.hears("Schedule set", private=True)
        self.pass_(days=1)
        await self.tick()
        await self.hears("Daily drill")
        return self.fake.posts()[-1]

    def heard(self) -> list[Shown]:
        """Everything shown by now that was not looked at."""
        return [self.fake.workspace.screen.get_nowait() for _ in range(self.fake.workspace.screen.qsize())]

    async def quiet(self) -> None:
        """Until everything delivered is acknowledged; nothing was shown meanwhile."""
        await until(lambda: all(one.answer.done() for one in self.fake.deliveries.all))
        screen = self.fake.workspace.screen
        shown = [screen.get_nowait() for _ in range(screen.qsize())]
        assert [one for one in shown if not one.text.startswith("Stock is low")] == []


class Connected:
    """An adapter on *fake* whose handler only notes what comes, and replies the same to all of it."""

    def __init__(self, fake: FakeSlack, offered: Sequence[Command], **settings: Any) -> None:
        self.fake = fake
        self.adapter = fake.adapter(offered, **settings)
        self.events: list[Event] = []
        self.reply = Reply("ok")

    async def __aenter__(self) -> "Connected":
        self.running = asyncio.create_task(self.adapter.run(self.handle))
        async with asyncio.timeout(PATIENCE):
            await self.adapter.returned.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.adapter.close()
        async with asyncio.timeout(PATIENCE):
            await self.running

    async def handle(self, event: Event, show: Show) -> None:
        self.events.append(event)
        await show(self.reply)


async def acknowledged(delivery: Delivery) -> dict[str, Any]:
    """What came back with the acknowledgement."""
    async with asyncio.timeout(PATIENCE):
        return await delivery.answer


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happened():
            await asyncio.sleep(0)
