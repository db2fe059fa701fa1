"""What the process tells over HTTP: /healthz, /readyz, /metrics, and the routes that a platform brings along."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

import structlog
from aiohttp import web

from bot import metrics
from bot.errors import SettingsError
from bot.store import Store
from bot.store.health import reachable

log = structlog.get_logger()

# An orchestrator asks every few seconds and waits about one.
DATABASE_SECONDS = 3.0
# How long answers in hand may take when the server stops.
SHUTDOWN_SECONDS = 5.0
LARGEST_BODY = 1024 * 1024

Ready = Mapping[str, Callable[[], bool]]
"""Platform → whether it is connected now."""


class HttpServer:
    """port: 0 takes a free one; after `start` it is the one that was taken. routes: of the platforms, like Slack's POST."""

    def __init__(self, host: str, port: int, store: Store, ready: Ready, routes: Sequence[web.AbstractRouteDef] = ()) -> None:
        self.host = host
        self.port = port
        self._store = store
        self._ready = ready
        app = web.Application(client_max_size=LARGEST_BODY)
        app.add_routes([web.get("/healthz", _healthz), web.get("/readyz", self._readyz), web.get("/metrics", self._metrics)])
        app.add_routes(routes)
        # Every line of an access log would hold an address, and /healthz comes twice a minute.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)

    async def start(self) -> None:
        """Raises SettingsError when the port cannot be had."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self.host, self.port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise SettingsError(f"HTTP_PORT: {self.host}:{self.port} cannot be opened: {error.strerror or error}.") from error
        self.port = self._runner.addresses[0][1]
        log.info("http", host=self.host, port=self.port)

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _readyz(self, _request: web.Request) -> web.Response:
        down = [name for name, up in self._platforms().items() if not up]
        if not await self._database():
            down.insert(0, "database")
        if down:
            return web.json_response({"ready": False, "down": down}, status=503)
        return web.json_response({"ready": True, "down": []})

    async def _metrics(self, _request: web.Request) -> web.Response:
        for name, up in self._platforms().items():
            metrics.GATEWAYS.labels(name).set(up)
        return web.Response(body=metrics.page(), headers={"Content-Type": metrics.CONTENT_TYPE})

    def _platforms(self) -> dict[str, bool]:
        return {name: ready() for name, ready in self._ready.items()}

    async def _database(self) -> bool:
        try:
            async with asyncio.timeout(DATABASE_SECONDS):
                return await asyncio.to_thread(reachable, self._store)
        except TimeoutError:
            return False


async def _healthz(_request: web.Request) -> web.Response:
    """The process lives and its loop turns."""
    return web.Response(text="ok\n")
