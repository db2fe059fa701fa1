"""Those who answer: press the button, fill in the form that opens, wait for the verdict."""

import asyncio
import random
import time
from collections.abc import Callable

from bench.fake_discord import Servers
from bench.load.bots import PATIENCE
from bench.load.figures import Said

# Between opening a form and sending it: discord.py knows its own form only once it has read Discord's answer to opening it.
WRITING = 0.25

Progress = Callable[[float], None]


class People:
    """posts, texts: channel → the post to answer, and what to say there."""

    def __init__(self, fake: Servers, posts: dict[str, str], texts: dict[str, str]) -> None:
        self.fake = fake
        self.posts = posts
        self.texts = texts
        self._channels = list(posts)
        self._numbers = iter(range(1 << 40))

    async def steady(self, count: int, rate: float, progress: Progress) -> list[Said]:
        """So many answers at random moments, so many a second, whether or not earlier ones have their verdicts.

        Each learner answers twice in one channel and twice in another, with the time of everybody else's answer between.
        """
        chance = random.Random(count)
        learners = -(-count // 4)
        first = self._first()
        running: list[asyncio.Task[Said]] = []
        due = time.perf_counter()
        for number in range(count):
            progress(number)
            due += chance.expovariate(rate)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            rounds, learner = divmod(number, learners)
            channel = self._channels[(learner + rounds // 2) % len(self._channels)]
            running.append(asyncio.create_task(self._answer(first + learner, channel, Said())))
        said = await asyncio.gather(*running)
        progress(count)
        return said

    async def full(self, crowd: int, seconds: float, progress: Progress) -> list[Said]:
        """As fast as *crowd* people get their verdicts."""
        first = self._first()
        begin = time.perf_counter()
        said: list[Said] = []

        async def one() -> None:
            while (passed := time.perf_counter() - begin) < seconds:
                progress(passed)
                said.append(Said())
                await self._answer(first + len(said), self._channels[len(said) % len(self._channels)], said[-1])

        await asyncio.gather(*(one() for _ in range(crowd)))
        return said

    def _first(self) -> int:
        """Above it, a million people who were never here."""
        return next(self._numbers) * 1_000_000

    async def _answer(self, learner: int, channel: str, made: Said) -> Said:
        user = str(10_000_000 + learner)
        text = f"{self.texts[channel]}\nThis is what I think, number {next(self._numbers)}."
        try:
            async with asyncio.timeout(PATIENCE):
                start = time.perf_counter()
                form = await self.fake.watched.forms[await self.fake.people.press(self.posts[channel], "Answer", user=user)]
                made.form = (time.perf_counter() - start) * 1000
                await asyncio.sleep(WRITING)
                filled = time.perf_counter()
                made.event = await self.fake.people.fill(form, text, user, channel)
                made.verdict = (await self.fake.watched.replies[made.event] - filled) * 1000
        except TimeoutError:
            return made
        return made
