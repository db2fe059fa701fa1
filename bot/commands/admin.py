"""The verbs of those who run a channel."""

from collections.abc import Callable
from dataclasses import replace

from bot.commands.planning import changed
from bot.domain.drill import Feedback
from bot.errors import UserError
from bot.present import drills as show
from bot.present import pages
from bot.protocol import Event, Reply, Text
from bot.service import drills, schedules
from bot.service.core import Core

Args = dict[str, str]
MOST_ATTEMPTS = 10
MOST_HOURS = 14 * 24


def _now(core: Core, event: Event, args: Args) -> Reply:
    drill = drills.open_extra(core, event.channel, event.id, args.get("topic", ""), args.get("level", ""))
    question = drills.question_of(core, drill)
    return Reply("An extra drill is on its way", (Text(f"{show.topic(question.topic)} · {question.level}"),))


def _schedule(core: Core, event: Event, args: Args) -> Reply:
    seen = schedules.outlook(core, event.channel)
    if not args:
        return pages.outlook(seen, lacks=event.lacks)
    plan = changed(replace(seen.plan, channel=event.channel), args, core.bank)
    return pages.outlook(schedules.save(core, plan, event.learner), "Schedule set", event.lacks)


def _pause(core: Core, event: Event, _: Args) -> Reply:
    schedules.pause(core, event.channel, "by an admin")
    return Reply("Paused", (Text("No drills here until /drill resume. An open drill stays open; streaks do not break."),))


def _resume(core: Core, event: Event, _: Args) -> Reply:
    return pages.outlook(schedules.resume(core, event.channel), "Going on")


def _skip(core: Core, event: Event, _: Args) -> Reply:
    day = drills.skip_today(core, event.channel)
    return Reply("Skipped", (Text(f"{show.day(day)} counts no points, and no streak breaks."),))


def _replace(core: Core, event: Event, _: Args) -> Reply:
    drills.replace_today(core, event.channel, event.id)
    return Reply("Replaced", (Text("Another question is on its way. Attempts at the old one count no points."),))


def _settings(core: Core, event: Event, args: Args) -> Reply:
    if "name" not in args:
        return pages.settings(schedules.settings(core, event.channel))
    name, value = args["name"], args.get("value", "")
    change = SETTERS[name](value.strip())
    return pages.settings(schedules.change_settings(core, event.channel, **change), name)


def _questions(core: Core, event: Event, _: Args) -> Reply:
    return pages.stock(schedules.stock(core, event.channel))


def _attempts(value: str) -> dict[str, object]:
    return {"attempts": _number(value, MOST_ATTEMPTS, "attempts")}


def _closing(value: str) -> dict[str, object]:
    if value.lower() in ("next", "opening", "next opening", "default"):
        return {"close_after": None}
    return {"close_after": _number(value.lower().removesuffix("hours").removesuffix("h").strip(), MOST_HOURS, "hours, or next")}


def _feedback(value: str) -> dict[str, object]:
    try:
        return {"feedback": Feedback(value.lower())}
    except ValueError:
        raise UserError("feedback is score (a short public line) or reaction (only a mark).") from None


def _ping(value: str) -> dict[str, object]:
    role = value.strip("<@&!>^").removeprefix("subteam^")
    if value.lower() in ("nobody", "none", "off"):
        return {"ping": ""}
    if not (role.isascii() and role.isalnum() and len(role) <= 40):
        raise UserError("ping is one role (mention it), or nobody.")
    return {"ping": role}


def _recap(value: str) -> dict[str, object]:
    if value.lower() not in ("on", "off"):
        raise UserError("recap is on or off.")
    return {"recap": value.lower() == "on"}


SETTERS: dict[str, Callable[[str], dict[str, object]]] = {
    "attempts": _attempts,
    "closing": _closing,
    "feedback": _feedback,
    "ping": _ping,
    "recap": _recap,
}


def _number(value: str, most: int, what: str) -> int:
    if value.isascii() and value.isdigit() and len(value) < 6 and 1 <= int(value) <= most:
        return int(value)
    raise UserError(f"Write a whole number from 1 to {most} ({what}).")


ACTS: dict[str, Callable[[Core, Event, Args], Reply]] = {
    "now": _now,
    "schedule": _schedule,
    "pause": _pause,
    "resume": _resume,
    "skip": _skip,
    "replace": _replace,
    "settings": _settings,
    "questions": _questions,
}
