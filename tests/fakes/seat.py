"""Somebody at a terminal in a channel: what is typed goes through the real console adapter, what it prints can be read."""

import asyncio
import io
from collections.abc import AsyncIterator

from rich.console import Console as Terminal

from adapters.console import Console
from bot.domain.people import Channel
from bot.protocol import Handler, Reply
from tests.builders import Clock


class Seat:
    def __init__(self, channel: Channel, clock: Clock, handle: Handler) -> None:
        self.channel = channel
        self._handle = handle
        self._typed: asyncio.Queue[str] = asyncio.Queue()
        self._free = asyncio.Event()
        self._out = io.StringIO()
        self._console = Console(self._lines(), Terminal(file=self._out, width=200, no_color=True, highlight=False), clock)
        self._running: asyncio.Task[None] | None = None

    async def types(self, line: str) -> list[list[str]]:
        """The words of every line that is printed in answer."""
        if self._running is None:
            await self._console.post(self.channel, Reply("Good morning"), key="begin")  # else it asks for today's drill
            self._running = asyncio.create_task(self._console.run(self._handle))
            await self._answered()
        begin = self._out.tell()
        self._free.clear()
        self._typed.put_nowait(line)
        await self._answered()
        return [printed.split() for printed in self._out.getvalue()[begin:].splitlines()]

    async def _answered(self) -> None:
        assert self._running
        free = asyncio.create_task(self._free.wait())
        await asyncio.wait({free, self._running}, return_when=asyncio.FIRST_COMPLETED)
        free.cancel()
        if self._running.done():
            self._running.result()

    async def _lines(self) -> AsyncIterator[str]:
        while True:
            self._free.set()
            yield await self._typed.get()
