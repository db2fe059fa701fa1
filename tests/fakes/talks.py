"""The same conversation on every platform: who says what, in each platform's own way, over the real adapter and core."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from bot.app import App
from bot.commands import commands
from bot.reconcile import Reconciler
from bot.service.core import Core
from tests.builders import Clock
from tests.fakes.discord_conversation import Conversation
from tests.fakes.discord_conversation import until as discord_shows
from tests.fakes.platform import Shown
from tests.fakes.slack_bot import Bot
from tests.fakes.slack_state import Message
from tests.fakes.terminal import FakeTerminal


class Talk(Protocol):
    """ada, grace and alan in one channel; alan is its admin. whispers: whether one person can be told something alone."""

    name: str
    whispers: bool

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def restart(self) -> None: ...

    async def tick(self) -> None: ...

    async def day(self) -> None:
        """A day passes."""

    async def command(self, who: str, verb: str, options: Mapping[str, str]) -> None: ...

    async def reply(self, who: str, text: str) -> None:
        """To the last question, where all can read it."""

    async def form(self, who: str, text: str) -> None:
        """The last question's Answer button, and what it opens."""

    async def shown(self) -> Shown: ...


class SlackTalk:
    name, whispers = "slack", True
    people: Mapping[str, str] = {"ada": "U42", "grace": "U43", "alan": "UADMIN"}

    def __init__(self, core: Core, clock: Clock) -> None:
        self.bot = Bot(core, clock)
        self.users = self.bot.fake.users
        self.shown: Callable[[], Awaitable[Shown]] = self.bot.fake.shown

    async def start(self) -> None:
        await self.bot.fake.start()
        await self.bot.start()

    async def stop(self) -> None:
        await self.bot.stop()
        await self.bot.fake.stop()

    async def restart(self) -> None:
        await self.bot.stop()
        await self.bot.start()

    async def tick(self) -> None:
        await self.bot.tick()

    async def day(self) -> None:
        self.bot.pass_(days=1)

    async def command(self, who: str, verb: str, options: Mapping[str, str]) -> None:
        self.users.command(typed(verb, options), self.people[who])

    async def reply(self, who: str, text: str) -> None:
        self.users.write(text, self.people[who], thread=self._question().ts)

    async def form(self, who: str, text: str) -> None:
        self.users.press("Answer", self.people[who], self._question())
        self.users.submit(await self.bot.fake.form(), {"text": text}, self.people[who])

    def _question(self) -> Message:
        return next(one for one in reversed(self.bot.fake.posts()) if one.key.startswith("drill-"))


class DiscordTalk:
    name, whispers = "discord", True
    people: Mapping[str, str] = {"ada": "42", "grace": "43", "alan": "44"}

    def __init__(self, core: Core, clock: Clock) -> None:
        self.talk = Conversation(core)
        self.clock = clock
        self.shown: Callable[[], Awaitable[Shown]] = self.talk.fake.shown

    async def start(self) -> None:
        await self.talk.__aenter__()

    async def stop(self) -> None:
        await self.talk.__aexit__()

    async def restart(self) -> None:
        await self.talk.restart()

    async def tick(self) -> None:
        await self.talk.tick()

    async def day(self) -> None:
        self.clock.pass_(days=1)

    async def command(self, who: str, verb: str, options: Mapping[str, str]) -> None:
        await self.talk.people.slash(verb, dict(options), user=self.people[who])

    async def reply(self, who: str, text: str) -> None:
        await self.talk.people.write(text, user=self.people[who], reply_to=self._question())

    async def form(self, who: str, text: str) -> None:
        opened = len(self.talk.fake.world.modals)
        await self.talk.people.press(self._question(), "Answer", user=self.people[who])
        await discord_shows(lambda: len(self.talk.fake.world.modals) > opened)
        await self.talk.people.submit(text, user=self.people[who])

    def _question(self) -> str:
        return next(str(one["id"]) for one in reversed(self.talk.posts()) if one["_key"].startswith("drill-"))


class ConsoleTalk:
    """One terminal, passed from hand to hand: an answer is typed as it is."""

    name, whispers = "console", False

    def __init__(self, core: Core, clock: Clock) -> None:
        self.core = core
        self.clock = clock
        self.app = App(core)
        self.fake = FakeTerminal(clock)
        self.shown: Callable[[], Awaitable[Shown]] = self.fake.shown

    async def start(self) -> None:
        self.adapter = self.fake.adapter(commands(self.core.bank))
        self.reconciler = Reconciler(self.app, {"console": self.adapter})
        self.running = asyncio.create_task(self.adapter.run(self.app.handle))

    async def stop(self) -> None:
        await self.adapter.close()
        await asyncio.gather(self.running, return_exceptions=True)

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def tick(self) -> None:
        await self.reconciler.tick()

    async def day(self) -> None:
        self.clock.pass_(days=1)

    async def command(self, who: str, verb: str, options: Mapping[str, str]) -> None:
        self.fake.type(f"/as {who}")
        await self.fake.say(typed(verb, options))

    async def reply(self, who: str, text: str) -> None:
        self.fake.type(f"/as {who}")
        self.fake.type(text)

    form = reply


def typed(verb: str, options: Mapping[str, str]) -> str:
    """As people type a command where there are no fields for it; prose has no name before it."""
    return " ".join([verb, *(text if name == "text" else f"{name}:{text}" for name, text in options.items())])


TALKS: tuple[type[ConsoleTalk] | type[DiscordTalk] | type[SlackTalk], ...] = (ConsoleTalk, DiscordTalk, SlackTalk)
