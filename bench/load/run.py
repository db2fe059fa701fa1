"""One kind of bot from its start to its end, under both loads."""

import asyncio
import gc
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from bench.fake_discord import Servers
from bench.load.bots import PATIENCE, Bots, machine, opened
from bench.load.figures import Found, Load, Said, Setup
from bench.load.people import People
from bot.bank import Bank
from bot.domain.drill import State
from bot.tables import attempts, channels, drills
from tests.fakes.discord_world import BOT, visible

RATE = 50
# One of a shard each for three replicas; the same for one process, so that all do the same.
SERVERS, CHANNELS_EACH = 3, 4
# Rubrics are compiled and connections opened before anything is measured.
WARM = 100
# At full load, people send the next answer as soon as they have their verdict, for a share of the time.
SHARE = 0.25

Watch = Callable[[str, float, float], None]
"""Is told what is going on, how much of it is done, and of how much."""


class Run:
    def __init__(self, setup: Setup, url: str, folder: Path, bank: Bank, watch: Watch) -> None:
        self.setup = setup
        self.url = url
        self.bank = bank
        self.watch = watch
        self.fake = Servers(SERVERS, CHANNELS_EACH)
        self.fake.watched.echoing = not setup.database
        self.bots = Bots(setup, url, folder, self.fake)

    async def measured(self, seconds: float) -> Found:
        await self.fake.start()
        async with self.bots.served():
            people = await self._crowd()
            await people.steady(WARM, RATE, lambda done: self.watch("warming up", done, WARM))
            early = self._broken()
            with _without_collections():
                rss: list[float] = []
                steady = await self._timed(lambda: self._steady(people, seconds, rss))
                full = await self._timed(lambda: self._full(people, seconds * SHARE))
            await asyncio.sleep(1.0)  # verdicts are marked as told after they are shown
            found = self._checked(steady, full, (rss[0], rss[1], rss[2]))
            late = self._broken()
        found.complaints += [f"{what}: {early[what]} times before the load, {late[what]} times under it" for what in early | late]
        found.complaints += self.bots.complaints()
        await self.fake.stop()
        return found

    async def _steady(self, people: People, seconds: float, rss: list[float]) -> list[Said]:
        count = round(RATE * seconds)

        def progress(done: float) -> None:
            if done in (0, count // 2, count):
                rss.append(self.bots.rss())
            self.watch(f"{RATE} a second", done, count)

        return await people.steady(count, RATE, progress)

    async def _full(self, people: People, seconds: float) -> list[Said]:
        return await people.full(self.setup.crowd, seconds, lambda done: self.watch("as fast as it goes", done, seconds))

    async def _timed(self, load: Callable[[], Awaitable[list[Said]]]) -> Load:
        bots, fake, everybody, begin = self.bots.cpu(), time.process_time(), machine(), time.perf_counter()
        said = await load()
        seconds = time.perf_counter() - begin
        bots, fake = self.bots.cpu() - bots, time.process_time() - fake
        return Load(said, seconds, bots, fake, max(0.0, machine() - everybody - bots - fake))

    async def _crowd(self) -> People:
        """People who know what every channel was asked."""
        texts: dict[str, str] = {}
        try:
            async with asyncio.timeout(PATIENCE):
                while len(self.fake.gateway.live) < self.setup.replicas or len(texts) < len(self.fake.homes):
                    await asyncio.sleep(0.2)
                    posts = self._posts()
                    texts = self._texts() if len(posts) == len(self.fake.homes) else {}
        except TimeoutError:
            raise SystemExit(f"{self.setup.name} was too slow to ask:\n{self.bots.log()[-2000:]}") from None
        return People(self.fake, posts, texts)

    def _posts(self) -> dict[str, str]:
        return {
            message["channel_id"]: message["id"]
            for message in self.fake.world.messages.values()
            if any(button["label"] == "Answer" for row in message["components"] for button in row["components"])
        }

    def _texts(self) -> dict[str, str]:
        """Channel → a good answer."""
        if not self.setup.database:
            return {id: self.bank.questions[number].model_answer for number, id in enumerate(self.fake.homes)}
        asked = select(channels.c.channel, drills.c.question).where(
            drills.c.channel_id == channels.c.id, drills.c.state == State.OPEN
        )
        with opened(self.url) as store, store.read() as tx:
            found = {channel: self.bank.get(id) for channel, id in tx.execute(asked)}
        return {channel: question.model_answer for channel, question in found.items() if question}

    def _broken(self) -> Counter[str]:
        """The rules that the bots broke since it was last asked."""
        broken = Counter(self.fake.world.broken)
        self.fake.world.broken.clear()
        return broken

    def _checked(self, steady: Load, full: Load, rss: tuple[float, float, float]) -> Found:
        world = self.fake.world
        said = [one for load in (steady, full) for one in load.said]
        counts = self._recorded(said)
        originals = {known.id: known.original for known in world.interactions.values()}
        shown = [world.messages.get(originals.get(one.event, "")) for one in said]
        expected = "/ 100" if self.setup.database else "This is what I think"
        private = sum(bool(message["_private_to"]) for message in world.messages.values() if message["author"]["id"] == BOT)
        return Found(
            steady,
            full,
            rss,
            unrecorded=sum(count != 1 for count, _ in counts),
            untold=sum(told != 1 for _, told in counts),
            unshown=sum(message is None for message in shown),
            wrong=sum(message is not None and expected not in visible(message) for message in shown),
            twice=sum(message["_edits"] for message in shown if message) + private - sum(map(bool, originals.values())),
        )

    def _recorded(self, said: list[Said]) -> list[tuple[int, int]]:
        """How often each answer is recorded, and marked as told; nothing where there is no database."""
        if not self.setup.database:
            return []
        with opened(self.url) as store, store.read() as tx:
            rows = tx.execute(select(attempts.c.event_id, func.count(), func.count(attempts.c.told_at)).group_by("event_id"))
            recorded = {str(id): (int(count), int(told)) for id, count, told in rows}
        return [recorded.get(f"discord:i:{one.event}", (0, 0)) for one in said]


@contextmanager
def _without_collections() -> Iterator[None]:
    """The fake forgets nothing: looking through all of it for garbage would be taken for slowness of the bot."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
