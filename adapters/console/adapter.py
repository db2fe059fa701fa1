"""Lines in, pages out."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime

from rich.console import Console as Terminal

from adapters.console import events, render
from bot.protocol import Channel, Event, Handler, Learner, Reply

# An answer is graded up to 4,000 characters; what is longer than this is not even read.
LONGEST_LINE = 200_000
HELP = "Type an answer, /drill help, /as NAME to be somebody else, or /quit."


class Console:
    """lines: what is typed, without line ends. terminal: where pages are printed. clock: the time, in UTC."""

    name = "console"

    def __init__(
        self,
        lines: AsyncIterator[str],
        terminal: Terminal,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.returned = asyncio.Event()
        self._lines = lines
        self._terminal = terminal
        self._clock = clock
        self._learner: Learner = events.YOU
        self._posted = False
        self._reading: asyncio.Future[None] | None = None

    @property
    def connected(self) -> bool:
        return self._reading is not None and not self._reading.done()

    async def run(self, handle: Handler) -> None:
        self.returned.set()
        self._reading = asyncio.ensure_future(self._read(handle))
        await asyncio.wait([self._reading])
        if not self._reading.cancelled():
            self._reading.result()

    async def post(self, channel: Channel, reply: Reply, *, key: str, thread: str = "") -> str:
        self._posted = self._posted or not thread
        self._print(reply)
        return key

    async def edit(self, channel: Channel, message: str, reply: Reply) -> None:
        """What scrolled by stays as it was."""

    async def find(self, channel: Channel, key: str, *, thread: str = "") -> str | None:
        return None

    async def tell(self, origin: str, reply: Reply, *, key: str) -> None:
        self._print(reply)

    async def answers_since(self, channel: Channel, message: str, mark: datetime) -> Sequence[Event]:
        return ()

    async def close(self) -> None:
        if self._reading:
            self._reading.cancel()

    async def _read(self, handle: Handler) -> None:
        if not self._posted:
            await self._say("/drill today", handle)
        async for line in self._lines:
            if not await self._say(line, handle):
                return

    async def _say(self, line: str, handle: Handler) -> bool:
        """False after `/quit`."""
        match events.parse(line, self._learner, self._clock()):
            case events.Quit():
                return False
            case events.Become(learner):
                self._learner = learner
                self._print(Reply(f"You are {learner.name} now."))
            case events.Unknown(word):
                self._print(Reply(f"There is no {word} here. {HELP}"))
            case Event() as event:
                await handle(event, self._show)
        return True

    async def _show(self, reply: Reply) -> None:
        self._print(reply)

    def _print(self, reply: Reply) -> None:
        try:
            self._terminal.print(render.page(reply))
            self._terminal.print()
        except SystemExit as error:  # rich's way to say that nobody reads any more
            raise BrokenPipeError from error


def lines_of(stream: int) -> AsyncIterator[str]:
    """The lines of an open file descriptor, whatever bytes they hold.

    Read in a daemon thread: a reader that waits for input must not keep the program from ending.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def pump() -> None:
        with open(stream, "rb", closefd=False) as source:
            while line := source.readline(LONGEST_LINE):
                rest = line
                while rest and not rest.endswith(b"\n"):  # the rest of an endless line is thrown away
                    rest = source.readline(LONGEST_LINE)
                loop.call_soon_threadsafe(queue.put_nowait, line.decode("utf-8", "replace").rstrip("\r\n"))
        loop.call_soon_threadsafe(queue.put_nowait, None)

    threading.Thread(target=pump, daemon=True, name="stdin").start()

    async def lines() -> AsyncIterator[str]:
        while (line := await queue.get()) is not None:
            yield line

    return lines()


async def prompt_lines(history: str) -> AsyncIterator[str]:
    """What is typed at a terminal, with editing and history kept in the file *history*."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory
    from prompt_toolkit.patch_stdout import patch_stdout

    session: PromptSession[str] = PromptSession("> ", history=FileHistory(history))
    while True:
        try:
            with patch_stdout(raw=True):
                yield await session.prompt_async()
        except (EOFError, KeyboardInterrupt):
            return
