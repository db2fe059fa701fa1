"""run, chat, tick: the bot as a process."""

import asyncio
import signal
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer

from bot.app import App
from bot.cli.wiring import core_of, instant, settings_for_logs
from bot.commands import commands
from bot.config import Settings
from bot.domain.people import CONSOLE
from bot.errors import DeliveryError
from bot.protocol import Adapter, Event, Show
from bot.reconcile import Reconciler
from bot.service import drills
from bot.service.core import Core

log = structlog.get_logger()

# How long what is in hand may take when we are told to stop.
GRACE = 10.0


def run() -> None:
    """Serve every platform whose token is set; without one, open the console chat."""
    settings = settings_for_logs()
    if not (settings.discord_token or settings.slack_bot_token):
        chat()
        return
    core = core_of(settings)
    app = App(core)
    failed = asyncio.run(_serve(app, platforms(settings, core), timedelta(seconds=settings.tick_seconds)))
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
    adapters = platforms(settings, core)
    asyncio.run(_tick(App(core), adapters or {"console": _console(core)}))


def platforms(settings: Settings, core: Core) -> dict[str, Adapter]:
    """The adapters whose tokens are set, by name. Imported only then: each SDK takes its time."""
    offered = commands(core.bank)
    serving: dict[str, Adapter] = {}
    if settings.discord_token:
        from adapters.discord import Discord

        serving["discord"] = Discord(
            settings.discord_token.get_secret_value(),
            offered,
            api_url=settings.discord_api_url,
            message_content=settings.discord_message_content,
            shards=settings.discord_shards,
            shard_ids=settings.discord_shard_ids,
            clock=core.clock,
        )
    return serving


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

    interactive = data is not None and sys.stdin.isatty() and sys.stdout.isatty()
    # Piped text is for programs: as wide as it is, in one line a paragraph.
    terminal = Terminal(highlight=False) if interactive else Terminal(highlight=False, no_color=True, width=4000)
    if interactive and data:
        data.mkdir(exist_ok=True)
        return Console(prompt_lines(str(data / "history")), terminal, core.clock)
    return Console(lines_of(sys.stdin.fileno()), terminal, core.clock)


async def _serve(app: App, adapters: Mapping[str, Adapter], every: timedelta) -> bool:
    """Until every platform has ended or a signal comes; True when no platform was left to serve."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, _stop_or_die, stop)
    reconciling = asyncio.create_task(Reconciler(app, adapters).run(every))
    serving = [asyncio.create_task(_supervised(adapter, app)) for adapter in adapters.values()]
    stopping = asyncio.create_task(stop.wait())
    everything = asyncio.gather(*serving)
    watched: list[asyncio.Future[Any]] = [everything, stopping, reconciling]
    await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
    failed = everything.done() and not stop.is_set()
    await asyncio.gather(*(adapter.close() for adapter in adapters.values()), return_exceptions=True)
    await asyncio.wait([everything], timeout=GRACE)
    for task in (reconciling, stopping, everything):
        task.cancel()
    await asyncio.gather(reconciling, stopping, everything, return_exceptions=True)
    return failed


async def _supervised(adapter: Adapter, app: App) -> None:
    """One platform's end must not be the others'."""
    try:
        await adapter.run(app.handle)
    except DeliveryError as error:
        log.error("platform ended", platform=adapter.name, error=str(error))


async def _tick(app: App, adapters: Mapping[str, Adapter]) -> None:
    serving = [asyncio.create_task(_supervised(adapter, app)) for adapter in adapters.values() if adapter.name != "console"]
    await asyncio.gather(*(adapter.returned.wait() for adapter in adapters.values() if adapter.name != "console"))
    await Reconciler(app, adapters).tick()
    await asyncio.gather(*(adapter.close() for adapter in adapters.values()))
    await asyncio.gather(*serving)


def _stop_or_die(stop: asyncio.Event) -> None:
    if stop.is_set():
        sys.exit(130)
    stop.set()
