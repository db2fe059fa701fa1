"""A core with a daily channel, an in-memory platform and the reconciler between them."""

from dataclasses import dataclass
from datetime import time, timedelta

from bot.app import App
from bot.domain.calendar import Schedule
from bot.domain.drill import Drill
from bot.domain.people import Channel, Learner
from bot.protocol import ANSWER, Reply
from bot.reconcile import Reconciler
from bot.service import drills, schedules
from bot.service.core import Core
from bot.store.schedules import Plan
from tests.builders import ADA, CHANNEL, MORNING, Clock, Events
from tests.fakes.recorder import Recorder, Shared, text_of

EVERY_DAY = Schedule(time(9), "UTC", frozenset(range(7)))


@dataclass
class Stage:
    """A core with one daily channel at 9:00 UTC, its platform and the reconciler between them; it is 9:00."""

    core: Core
    clock: Clock
    says: Events
    adapter: Recorder

    def __post_init__(self) -> None:
        self.app = App(self.core)
        self.reconciler = Reconciler(self.app, {"console": self.adapter})
        self.schedule(CHANNEL)
        self.clock.now = MORNING

    def schedule(self, *channels: Channel) -> None:
        """As if it had been set an hour before nine."""
        self.clock.now = MORNING - timedelta(hours=1)
        for channel in channels:
            schedules.save(self.core, Plan(0, channel, EVERY_DAY), ADA)
        self.clock.now = MORNING

    async def tick(self, **later: float) -> None:
        self.clock.pass_(**later)
        await self.reconciler.tick()

    async def restart(self) -> None:
        """The process dies and another one begins."""
        self.reconciler = Reconciler(self.app, {"console": self.adapter})

    async def answer(self, text: str, command: str = ANSWER, learner: Learner = ADA, **rest: object) -> None:
        async def show(reply: Reply) -> None: ...

        await self.app.handle(self.says(command, text, learner=learner, **rest), show)

    @property
    def seen(self) -> Shared:
        return self.adapter.platform

    @property
    def drills(self) -> list[Drill]:
        """Oldest first."""
        return drills.listed(self.core, CHANNEL)[::-1]

    def posts(self, kind: str = "drill") -> list[str]:
        return [text_of(post.reply) for post in self.seen.posts if post.key.startswith(kind)]
