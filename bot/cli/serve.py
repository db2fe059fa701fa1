"""run, chat, tick: the bot as a process."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer

from bot import housekeeping
from bot.app import App, settle
from bot.cli.platforms import Routes, platforms
from bot.cli.wiring import core_of, instant, settings_for_logs
from bot.config import Settings
from bot.domain.people import CONSOLE
from bot.errors import DeliveryError
from bot.protocol import Adapter, Event, Show
from bot.reconcile import Reconciler
from bot.service import drills
from bot.service.core import Core
from bot.store.places import described

log = structlog.get_logger()

# How long what is in hand may take when we are told to stop, and when we end whatever is still going on.
GRACE = 8.0
LAST = 10.0
# A tick for cron does not wait for ever for a platform that is away: the next one comes.
TICK_WAIT = 60.0


def run() -> None:
    """Serve every platform whose token is set; without one, open the console chat."""
    settings = settings_for_logs()
    if not (settings.discord_token or settings.slack_bot_token or settings.slack_client_id):
        chat()
        return
    core = core_of(settings)
    adapters, routes = platforms(settings, core)
    settle()
    failed = asyncio.run(_run(App(core), settings, adapters, routes))
    raise typer.Exit(1 if failed else 0)


def chat() -> None:
    """Open the console chat: try the bot without a token."""
    settings = settings_for_logs(quiet=True)
    core = core_of(settings)
    asyncio.run(_chat(core, Path("data")))


def tick(
    at: Annotated[str, typer.Option(help="the instant to act at, like 2026-11-20T08:00Z; now if not given")] = "",
) -> None:
    """Open, post, count and close what is due, once, and exit: for cron and for tests."""
    settings = settings_for_logs()
    moment = instant(at) if at else None
    core = core_of(settings, (lambda: moment)) if moment else core_of(settings)
    adapters, _ = platforms(settings, core)
    if not asyncio.run(_tick(App(core), adapters)):
        raise typer.Exit(1)


async def _chat(core: Core, data: Path) -> None:
    app = App(core)
    console = _console(core, data)
    reconciler = Reconciler(app, {"console": console})
    await reconciler.tick()
    await asyncio.to_thread(drills.open_today, core, CONSOLE)
    await reconciler.tick()

    async def handle(event: Event, show: Show) -> None:
        await app.handle(event, show)
        await reconciler.tick()

    await console.run(handle)


def _console(core: Core, data: Path | None = None) -> Adapter:
    from rich.console import Console as Terminal

    from adapters.console import Console, lines_of, prompt_lines

    interactive = data is not None and sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    # Piped text is for programs: as wide as it is, in one line a paragraph.
    terminal = Terminal(highlight=False) if interactive else Terminal(highlight=False, no_color=True, width=4000)
    if interactive and data:
        data.mkdir(exist_ok=True)
        return Console(prompt_lines(str(data / "history")), terminal, core.clock)
    typed = sys.stdin.fileno() if sys.stdin else os.open(os.devnull, os.O_RDONLY)  # it may be closed
    return Console(lines_of(typed), terminal, core.clock)


async def _run(app: App, settings: Settings, adapters: Mapping[str, Adapter], routes: Routes) -> bool:
    """Serve, with the HTTP server beside it if there is a port for it."""
    every = timedelta(seconds=settings.tick_seconds)

    def daily() -> None:
        housekeeping.tidy(app.core, settings.backup_days, settings.answer_days)

    reconciler = Reconciler(app, adapters, daily)
    log.info("serving", platforms=list(adapters), database=described(settings.database_url.get_secret_value()))
    if settings.http_port is None:
        return await _serve(app, adapters, reconciler, every)
    from bot.cli.http import HttpServer  # aiohttp takes its time, and few commands need it

    ready = {name: lambda adapter=adapter: adapter.connected for name, adapter in adapters.items()}
    http = HttpServer(settings.http_host, settings.http_port, app.core.store, ready, routes)
    await http.start()
    try:
        return await _serve(app, adapters, reconciler, every)
    finally:
        await http.stop()


async def _serve(app: App, adapters: Mapping[str, Adapter], reconciler: Reconciler, every: timedelta) -> bool:
    """Until every platform has ended or a signal comes; True when no platform was left to serve."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, _stop_or_die, stop)
    reconciling = asyncio.create_task(reconciler.run(every))
    serving = [asyncio.create_task(_supervised(adapter, app)) for adapter in adapters.values()]
    stopping = asyncio.create_task(stop.wait())
    everything = asyncio.gather(*serving)
    watched: list[asyncio.Future[Any]] = [everything, stopping, reconciling]
    await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
    failed = not stop.is_set()
    if reconciling.done() and not reconciling.cancelled() and reconciling.exception():
        log.error("reconciler ended", exc_info=reconciling.exception())
    closing = asyncio.gather(*(adapter.close() for adapter in adapters.values()), everything, return_exceptions=True)
    await asyncio.wait([closing], timeout=GRACE)
    for task in (reconciling, stopping, closing, everything):
        task.cancel()
    await asyncio.gather(reconciling, stopping, closing, everything, return_exceptions=True)
    return failed


async def _supervised(adapter: Adapter, app: App) -> None:
    """One platform's end must not be the others'."""
    try:
        await adapter.run(app.handle)
    except DeliveryError as error:
        log.error("platform ended", platform=adapter.name, error=str(error))


async def _tick(app: App, adapters: Mapping[str, Adapter]) -> bool:
    """False when a platform did not come up, or something could not be done."""
    if not adapters:
        return await Reconciler(app, {"console": _console(app.core)}).tick()
    serving = [asyncio.create_task(_supervised(adapter, app)) for adapter in adapters.values()]
    for adapter, ending in zip(adapters.values(), serving, strict=True):
        ready = asyncio.create_task(adapter.returned.wait())
        await asyncio.wait([ready, ending], timeout=TICK_WAIT, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
    up = {name: adapter for name, adapter in adapters.items() if adapter.returned.is_set()}
    for name in adapters.keys() - up.keys():
        log.error("platform is away", platform=name)
    done = await Reconciler(app, up).tick()
    await asyncio.gather(*(adapter.close() for adapter in adapters.values()))
    await asyncio.wait(serving, timeout=GRACE)
    return done and len(up) == len(adapters)


def _stop_or_die(stop: asyncio.Event) -> None:
    """The second signal ends us at once: what is in hand are leased rows, which the next process takes up."""
    if stop.is_set():
        os._exit(130)
    log.info("stopping")
    stop.set()
    _end_at_last()


def _end_at_last() -> None:
    """A worker thread that waits for a database, or a task that will not be cancelled, must not keep the process alive."""

    def end() -> None:
        log.warning("stopped before everything was finished")
        os._exit(0)

    watchdog = threading.Timer(LAST, end)
    watchdog.daemon = True
    watchdog.start()
