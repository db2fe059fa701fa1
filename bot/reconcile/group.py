"""Many small writes in one transaction: a post that is made waits for a pen, not for a transaction of its own."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Row = TypeVar("Row")


class Group(Generic[Row]):
    """write: stores some rows at once, called in a worker thread. Who comes while it writes is of the next group."""

    def __init__(self, write: Callable[[Sequence[Row]], None]) -> None:
        self._write = write
        self._waiting: list[tuple[Row, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, row: Row) -> None:
        """Returns when *row* is stored. Raises what writing its group raised."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, stored))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        await stored

    async def _write_all(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            failure: Exception | None = None
            try:
                await asyncio.to_thread(self._write, [row for row, _ in group])
            except Exception as error:
                failure = error
            for _, stored in group:
                if stored.done():  # whoever waited was cancelled
                    continue
                if failure:
                    stored.set_exception(failure)
                else:
                    stored.set_result(None)
