"""A bot on a platform that can be as stubborn as a test needs, as a process of its own: `python -m tests.fakes.stubborn HOW`.

    tidy        an event is in hand when the signal comes; its reply is shown before the process ends
    deaf        close() never returns
    stuck       a worker thread is busy for good
    unkillable  a task swallows its cancellation

Prints what happens, a word a line.
"""

import asyncio
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.app import App
from bot.cli import logs, serve
from bot.protocol import CONSOLE, Adapter, Channel, Event, Handler, Learner, Reply
from bot.reconcile import Reconciler
from bot.service.core import Core
from bot.store import connect
from bot.store.migrate import prepare
from tests.builders import bank

EVENT = Event(
    id="stubborn:1",
    learner=Learner("console", "local", "ada"),
    channel=CONSOLE,
    command="help",
    at=datetime(2026, 11, 20, tzinfo=UTC),
)


class Stubborn:
    """Raises one event at once, and shows its reply only after it was told to close."""

    name = "console"
    connected = True

    def __init__(self, how: str) -> None:
        self.returned = asyncio.Event()
        self._how = how
        self._closed = asyncio.Event()

    async def run(self, handle: Handler) -> None:
        self.returned.set()
        in_hand = asyncio.ensure_future(handle(EVENT, self._show))
        if self._how == "stuck":
            asyncio.get_running_loop().run_in_executor(None, threading.Event().wait)
        if self._how == "unkillable":
            self._task = asyncio.create_task(_unkillable())
        await in_hand
        await self._closed.wait()
        say("ended")

    async def _show(self, reply: Reply) -> None:
        say("ready")
        await self._closed.wait()
        say("shown")

    async def close(self) -> None:
        say("closing")
        if self._how == "deaf":
            await asyncio.Event().wait()
        self._closed.set()

    async def post(self, channel: Channel, reply: Reply, *, key: str, thread: str = "") -> str:
        return key

    async def edit(self, channel: Channel, message: str, reply: Reply) -> None: ...

    async def find(self, channel: Channel, key: str, *, thread: str = "") -> str | None:
        return None

    async def tell(self, origin: str, reply: Reply, *, key: str) -> None: ...

    async def answers_since(self, channel: Channel, message: str, mark: datetime) -> Sequence[Event]:
        return ()


async def _unkillable() -> None:
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            continue


def say(word: str) -> None:
    print(word, flush=True)


async def _served(app: App, adapters: dict[str, Adapter]) -> bool:
    return await serve._serve(app, adapters, Reconciler(app, adapters), timedelta(seconds=5))


def main() -> None:
    how, url, *seconds = sys.argv[1:]
    if seconds:
        serve.GRACE, serve.LAST = float(seconds[0]), float(seconds[1])
    logs.configure(logs.LEVELS["info"])  # to standard error, as a real one does
    store = connect(url)
    prepare(store)
    failed = asyncio.run(_served(App(Core(store, bank())), {"console": Stubborn(how)}))
    store.close()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
