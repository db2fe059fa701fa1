"""What goes away and comes back: a platform's server that refuses connections, a database that cannot be reached."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from aiohttp import web
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from bot.store import Store

Outage = Callable[[], AbstractContextManager[None]]
Listed = Callable[[], dict[str, str]]
"""`drillbot schedule list`: each channel's line."""


class Line:
    """The one address that *runner* listens on."""

    def __init__(self, runner: web.AppRunner) -> None:
        self._runner = runner
        self._port: int = runner.addresses[0][1]

    async def cut(self) -> None:
        """Connections are refused, and those that stand break off."""
        for site in list(self._runner.sites):
            await site.stop()
        assert self._runner.server
        for connection in self._runner.server.connections:
            connection.force_close()

    async def mend(self) -> None:
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()


def refusing(store: Store) -> Outage:
    """While it lasts every transaction fails when it begins, as if its file were on a disk that went away."""
    away = False

    @event.listens_for(store.engine, "begin")
    def begin(_: Connection) -> None:
        if away:
            raise OperationalError("BEGIN", {}, Exception("unable to open database file"))

    @contextmanager
    def outage() -> Iterator[None]:
        nonlocal away
        away = True
        yield
        away = False

    return outage


@contextmanager
def stopped(server: Any) -> Iterator[None]:
    """A PostgreSQL server is stopped, and started again."""
    server.stop()
    try:
        yield
    finally:
        server.ensure_postgres_running()
