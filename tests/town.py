"""One channel in November 2026, day by day."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from bot.app import App
from bot.domain.calendar import Schedule
from bot.domain.people import Learner
from bot.protocol import Reply
from bot.reconcile import Reconciler
from bot.service import schedules
from bot.service.core import Core
from bot.store.schedules import Plan
from bot.tables import drills
from tests.builders import ADA, CHANNEL, Clock, Events
from tests.fakes.memory import Memory


@dataclass
class Town:
    """A channel that is asked at nine, UTC, in November 2026: the 9th, 16th, 23rd and 30th are Mondays."""

    core: Core
    clock: Clock
    platform: Memory
    app: App
    says: Events
    reconciler: Reconciler
    schedule: Schedule
    running: bool = False

    async def day(self, day: int, hour: int = 9) -> None:
        """Go there, passing by every morning between: the channel has its schedule since the first of these days."""
        begin = datetime(2026, 11, day, 6, tzinfo=UTC)
        if not self.running:
            self.clock.now, self.running = begin, True
            schedules.save(self.core, Plan(0, CHANNEL, self.schedule))
        while self.clock.now.date() < begin.date():
            self.clock.pass_(days=1)
            self.clock.now = self.clock.now.replace(hour=hour if self.clock.now.date() == begin.date() else 9)
            await self.reconciler.tick()
        self.clock.now = begin.replace(hour=hour)
        await self.reconciler.tick()

    async def answer(self, learner: Learner, text: str) -> None:
        await self.hears("answer", text, learner)

    async def hears(self, command: str, text: str = "", learner: Learner = ADA) -> None:
        async def show(reply: Reply) -> None: ...

        await self.app.handle(self.says(command, text, learner=learner, admin=True), show)
        await self.reconciler.tick()

    @property
    def recaps(self) -> list[Reply]:
        return self.platform.replies("recap-")

    def column(self) -> list[str | None]:
        """The drills' `recap`, in order."""
        with self.core.store.read() as tx:
            return list(tx.execute(select(drills.c.recap).order_by(drills.c.id)).scalars())


def made(core: Core, clock: Clock, schedule: Schedule) -> Town:
    platform = Memory()
    app = App(core)
    return Town(core, clock, platform, app, Events(clock), Reconciler(app, {"console": platform}), schedule)
