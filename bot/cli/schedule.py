"""schedule preview, set, list, remove: schedules on the command line."""

import json
import re
import sys
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.boards import AsJson, ChannelName
from bot.cli.wiring import channel_named, core_of, instant, settings_for_logs, utc
from bot.commands.planning import changed
from bot.commands.words import parse_days, parse_skips, parse_time, parse_zone
from bot.domain.calendar import Opening, Schedule
from bot.domain.people import Channel
from bot.errors import UserError
from bot.present import pages
from bot.service import schedules
from bot.service.core import utc_now

app = typer.Typer(help="See and set when channels are asked.", no_args_is_help=True)

ANYTHING = re.compile(r".*")
IDS = {
    "discord": (
        re.compile(r"[0-9]+"),
        "Discord's ids are numbers: switch on developer mode, then right-click the server and the channel: Copy ID.",
    ),
    "slack": (
        re.compile(r"[A-Z0-9]+"),
        "Slack's ids look like T012AB3CD and C012AB3CD: they stand in the address of the channel in a browser.",
    ),
}

At = Annotated[str, typer.Option("--at", help="local time, like 9:00, 9am or 21:30")]
Zone = Annotated[str, typer.Option(help="IANA zone, like Europe/Berlin")]
Days = Annotated[str, typer.Option(help="like mon-fri or mon,wed,fri")]
Skip = Annotated[str, typer.Option(help="dates without a drill, like 2026-12-24..2026-12-31")]


@app.command(epilog="Example: drillbot schedule preview --at 09:00 --zone Europe/Berlin --from 2026-03-27T00:00Z --count 5")
def preview(
    at: At = "09:00",
    zone: Zone = "UTC",
    days: Days = "mon-fri",
    skip: Skip = "",
    start: Annotated[str, typer.Option("--from", help="the instant to look from; now if not given")] = "",
    count: Annotated[int, typer.Option(min=1, max=1000, help="how many openings")] = 5,
    as_json: AsJson = False,
) -> None:
    """Print the next openings of a schedule and note clock changes."""
    schedule = _schedule(at, zone, days, skip)
    found = schedules.openings(schedule, instant(start) if start else utc_now(), count)
    if as_json:
        print(json.dumps([{"day": o.day.isoformat(), "opens_at": utc(o.at), "note": o.note} for o in found], indent=1))
        return
    table = Table("day", "local", "UTC", "note", box=None, pad_edge=False)
    for opening in found:
        table.add_row(str(opening.day), _local(opening, schedule.zone), utc(opening.at), opening.note)
    Console(highlight=False).print(table)


@app.command("set", epilog="Example: drillbot schedule set discord:1:2 --at 9:00 --zone Europe/Berlin --days mon-fri")
def set_(
    channel: ChannelName,
    at: Annotated[str | None, typer.Option("--at", help="local time, like 9:00, 9am or 21:30")] = None,
    zone: Annotated[str | None, typer.Option(help="IANA zone, like Europe/Berlin")] = None,
    days: Annotated[str | None, typer.Option(help="like mon-fri or mon,wed,fri")] = None,
    skip: Annotated[str | None, typer.Option(help="dates without a drill, like 2026-12-24..2026-12-31, or none")] = None,
    topics: Annotated[str | None, typer.Option(help="only these, separated by commas, or any")] = None,
    packs: Annotated[str | None, typer.Option(help="only these, separated by commas, or any")] = None,
    level: Annotated[str | None, typer.Option(help="foundation, intermediate, advanced or any")] = None,
) -> None:
    """Set when a channel is asked, also after a pause. What is not given stays; at first it is 9:00, Monday to Friday."""
    place = channel_named(channel)
    _check_ids(place)
    core = core_of(settings_for_logs(quiet=True))
    options = {"time": at, "zone": zone, "days": days, "skip": skip, "topics": topics, "packs": packs, "level": level}
    given = {name: value for name, value in options.items() if value is not None}
    seen = schedules.save(core, changed(schedules.outlook(core, place).plan, given, core.bank))
    print(pages.plan_line(seen.plan))
    for opening in seen.openings:
        print(f"  {pages.opening_line(opening, seen.plan.schedule.zone)}")


@app.command("list", epilog="Example: drillbot schedule list")
def list_() -> None:
    """List every channel with its schedule, and why it is paused if it is."""
    plans = schedules.listed(core_of(settings_for_logs(quiet=True)))
    if not plans:
        print("No channel is scheduled. See: drillbot schedule set -h", file=sys.stderr)
        return
    table = Table("channel", "schedule", "next (UTC)", "paused", box=None, pad_edge=False)
    for plan in plans:
        running = plan.paused is None
        line = pages.plan_line(plan).partition(" · paused")[0]
        table.add_row(str(plan.channel), line, utc(plan.next_at) if running else "", plan.paused)
    Console(highlight=False, markup=False, emoji=False, width=200).print(table)


@app.command(epilog="Example: drillbot schedule remove discord:1:2")
def remove(channel: ChannelName) -> None:
    """Remove a channel's schedule; its drills and points stay."""
    if not schedules.remove(core_of(settings_for_logs(quiet=True)), channel_named(channel)):
        raise UserError(f"There is no schedule for {channel}. See: drillbot schedule list")


def _schedule(at: str, zone: str, days: str, skip: str) -> Schedule:
    return Schedule(parse_time(at), parse_zone(zone), parse_days(days), parse_skips(skip))


def _check_ids(channel: Channel) -> None:
    """A name would be taken, and no drill would ever come. Raises UserError."""
    known, hint = IDS.get(channel.platform, (ANYTHING, ""))
    if not (known.fullmatch(channel.workspace) and known.fullmatch(channel.channel_id)):
        raise UserError(f"{channel} names something instead of telling its id. {hint}")


def _local(opening: Opening, zone: str) -> str:
    from zoneinfo import ZoneInfo

    local: datetime = opening.at.astimezone(ZoneInfo(zone))
    return f"{local:%a %H:%M}"
