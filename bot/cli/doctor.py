"""doctor: what is right and what is not, as a table, with a remedy for each red row."""

import importlib.metadata
import platform as machine
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from zoneinfo import TZPATH, ZoneInfo, available_timezones

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.bank import Bank
from bot.cli import tokens
from bot.cli.rows import Check, Row, State, bad, good, note
from bot.cli.wiring import bank_of, settings_for_logs
from bot.config import Settings
from bot.domain.drill import SCARCE
from bot.errors import PackError, SettingsError, StoreError
from bot.service import drills, schedules
from bot.service.core import Core, utc_now
from bot.store import Store, health
from bot.store.migrate import HEAD
from bot.store.places import described, existing, is_there
from bot.store.schedules import Plan

OLDEST_PYTHON = (3, 11)
COLOURS = {State.GOOD: "green", State.NOTE: "yellow", State.BAD: "bold red"}
SHOWN_CHANNELS = 5
# Nothing of ours is older than this: a clock before it was never set.
FIRST_RELEASE = datetime(2026, 11, 1, tzinfo=UTC)
SKEW = timedelta(seconds=5)
OVERDUE = timedelta(minutes=15)


def _discord(settings: Settings) -> list[Row]:
    from bot.cli import access  # aiohttp takes its time, and only doctor asks

    return access.discord(settings)


def _slack(settings: Settings) -> list[Row]:
    from bot.cli import access

    return access.slack(settings)


PLATFORMS: dict[str, Check] = {"discord": _discord, "slack": _slack}
"""Platform → what it says of its own token, intents and scopes."""


def doctor() -> None:
    """Check everything and say how to mend what is wrong; exit with 1 if anything is."""
    rows = examined()
    table = Table("check", "", "found", "remedy", box=None, pad_edge=False)
    for row in rows:
        table.add_row(row.name, Text(row.state, COLOURS[row.state]), row.found, row.remedy)
    Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 220).print(table)
    wrong = sum(row.state is State.BAD for row in rows)
    if wrong:
        print(f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong", file=sys.stderr)
        raise typer.Exit(1)


def examined() -> list[Row]:
    rows = [_python()]
    try:
        settings = settings_for_logs(quiet=True)
    except SettingsError as error:
        remedy = "Mend it in the environment or in .env; see .env.example."
        return [*rows, *(bad("settings", line, remedy) for line in str(error).split("\n"))]
    rows += [good("settings", "can be read"), *tokens.checked(settings)]
    for check in PLATFORMS.values():
        rows += check(settings)
    return [*rows, *_zones(settings), *_with_database(settings)]


def _python() -> Row:
    if sys.version_info < OLDEST_PYTHON:
        return bad("python", machine.python_version(), "drillbot needs Python 3.11 or newer.")
    return good("python", machine.python_version())


def _zones(settings: Settings) -> list[Row]:
    count = len(available_timezones())
    try:
        ZoneInfo("Europe/Berlin")
    except (KeyError, OSError):
        return [bad("zones", "time zones are missing", "Install the package tzdata into this Python.")]
    try:
        data = f"tzdata {importlib.metadata.version('tzdata')}"
    except importlib.metadata.PackageNotFoundError:
        data = f"the system's, in {TZPATH[0] if TZPATH else 'no folder'}"
    return [good("zones", f"{count} zones ({data}); channels without a schedule are in {settings.zone}")]


def _with_database(settings: Settings) -> list[Row]:
    url = settings.database_url.get_secret_value()
    now = utc_now()
    try:
        bank: Bank | None = bank_of(settings)
        stock = [good("questions", f"{len(bank)} in {len(bank.packs)} packs")] if bank else []
    except PackError as error:
        bank = None
        stock = [bad("questions", fault, "Mend the pack, then run: drillbot questions check") for fault in error.faults]
    try:
        if not is_there(url):
            return [_not_there_yet(url), _clock(now, None), *stock]
        with closing(existing(url)) as store:
            found = health.look(store)
            rows = [*_database(url, found), *_write_access(store, found), _clock(now, found), *stock]
            return [*rows, *_channels(Core(store, bank, lambda: now, settings.zone))] if bank and found.current else rows
    except StoreError as error:
        return [_broken("database", error), _clock(now, None), *stock]


def _not_there_yet(url: str) -> Row:
    """An embedded database makes itself, if it may."""
    reason = health.cannot_make(url)
    if reason:
        return bad("database", reason, "Give this user the right to write there, or set DATABASE_URL.")
    return note("database", f"{described(url)} is not there yet; the first run makes it")


def _database(url: str, found: health.Health) -> list[Row]:
    name = f"{described(url)} ({found.server})"
    if found.current:
        return [good("database", f"{name}, version {found.version}")]
    if found.version and found.version > HEAD:
        return [bad("database", f"{name}: version {found.version} is newer than this program ({HEAD})", "Update drillbot.")]
    return [bad("database", f"{name}: version {found.version or 'none'}, not {HEAD}", "Run: drillbot db upgrade")]


def _write_access(store: Store, found: health.Health) -> list[Row]:
    if not found.current:
        return []
    try:
        health.try_writing(store)
    except StoreError as error:
        return [_broken("write access", error)]
    return [good("write access", "can write")]


def _broken(name: str, error: StoreError) -> Row:
    """The last sentence of a StoreError tells what to do."""
    found, _, remedy = str(error).rstrip(".").rpartition(". ")
    return bad(name, found or remedy, f"{remedy}.")


def _clock(now: datetime, found: health.Health | None) -> Row:
    remedy = "Set this machine's clock; let it follow a time server."
    if now < FIRST_RELEASE:
        return bad("clock", f"{now:%Y-%m-%d %H:%M} UTC is before drillbot was written", remedy)
    if found and found.now and abs(found.now - now) > SKEW:
        return bad("clock", f"the database's differs by {abs(found.now - now).total_seconds():.0f} s", remedy)
    if found and found.latest and found.latest > now + SKEW:
        return bad("clock", f"{now:%Y-%m-%d %H:%M} UTC is before the last drill ({found.latest:%Y-%m-%d %H:%M})", remedy)
    return good("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")


def _channels(core: Core) -> list[Row]:
    try:
        plans = schedules.listed(core)
    except StoreError as error:
        return [_broken("schedules", error)]
    if not plans:
        return [note("schedules", "no channel has one", "In a channel: /drill schedule 9:00 Europe/Berlin")]
    running = sorted(
        (plan for plan in plans if plan.paused is None), key=lambda plan: (plan.next_at is None, plan.next_at or FIRST_RELEASE)
    )
    rows = [_opening(core, plan) for plan in running[:SHOWN_CHANNELS]]
    if len(running) > SHOWN_CHANNELS:
        rows.append(good("next opening", f"and {len(running) - SHOWN_CHANNELS} more: drillbot schedule list"))
    rows += [_paused(plan) for plan in plans if plan.paused is not None]
    return [*rows, *_stock(core, plans)]


def _paused(plan: Plan) -> Row:
    found = f"{plan.channel}: {plan.paused}"
    if plan.zone_unknown:
        return bad("zones", found, "Update the package tzdata.")
    return note("paused", found, "There: /drill resume")


def _opening(core: Core, plan: Plan) -> Row:
    if plan.next_at is None:
        return note("next opening", f"{plan.channel}: none, its days are over", "There: /drill schedule")
    local = f"{plan.next_at.astimezone(ZoneInfo(plan.schedule.zone)):%a %Y-%m-%d %H:%M} {plan.schedule.zone}"
    if core.clock() - plan.next_at > OVERDUE:
        return note("next opening", f"{plan.channel}: {local}, overdue", "Is the bot running? Start it with: drillbot run")
    return good("next opening", f"{plan.channel}: {local}")


def _stock(core: Core, plans: Sequence[Plan]) -> list[Row]:
    remedy = "Add packs (DRILLBOT_PACKS) or widen its filters: /drill schedule"
    rows = []
    for plan in plans:
        if not drills.stock(core, plan):
            rows.append(bad("stock", f"{plan.channel}: no question fits its filters", remedy))
        elif (left := schedules.stock(core, plan.channel).left) < SCARCE:
            rows.append(note("stock", f"{plan.channel}: {left} unasked questions left; then they come again", remedy))
    return rows or [good("stock", f"{SCARCE} or more unasked questions left in each of {len(plans)} channels")]
