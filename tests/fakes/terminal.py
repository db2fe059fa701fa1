"""A terminal, faked: a queue of typed lines and what was printed."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

from rich.console import Console as Terminal

from adapters.console import Console
from bot.domain.people import CONSOLE
from bot.protocol import Command
from tests.fakes.platform import Shown


class Screen(io.StringIO):
    """grew: set by whatever is printed; who waits for it leaves the processor to who draws."""

    def __init__(self) -> None:
        super().__init__()
        self.grew = asyncio.Event()

    def write(self, text: str) -> int:
        self.grew.set()
        return super().write(text)


class FakeTerminal:
    """A platform without privacy, edits, history or other people."""

    name = "console"
    channel = CONSOLE
    live_mention = ""
    can_edit = False
    can_find = False
    can_fail = False

    def __init__(self, now: datetime | Callable[[], datetime]) -> None:
        self._clock = now if callable(now) else lambda: now
        self._typed: asyncio.Queue[str | None] = asyncio.Queue()
        self._out = Screen()
        self._read = 0

    async def start(self) -> None: ...

    def adapter(self, commands: Sequence[Command]) -> Console:
        return Console(self._lines(), Terminal(file=self._out, width=200, no_color=True, highlight=False), self._clock)

    async def stop(self) -> None:
        self._typed.put_nowait(None)

    async def say(self, command: str, text: str = "") -> None:
        self.type(f"/drill {command} {text}")

    def type(self, line: str) -> None:
        self._typed.put_nowait(line)

    async def shown(self) -> Shown:
        async with asyncio.timeout(30):
            while "\n\n" not in self._out.getvalue()[self._read :]:
                self._out.grew.clear()
                await self._out.grew.wait()
        page, _, _ = self._out.getvalue()[self._read :].partition("\n\n")
        self._read += len(page) + 2
        return Shown(page, private=True)

    async def _lines(self) -> AsyncIterator[str]:
        while (line := await self._typed.get()) is not None:
            yield line
