"""What Slack delivers → Event. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from adapters.slack import markup, render
from adapters.slack.origin import Origin, Way
from adapters.slack.people import Person
from bot.protocol import ANSWER, HOME, LEFT, WELCOME, Channel, Event, Learner

Payload = Mapping[str, Any]

NAMELESS = ("directmessage", "privategroup")


@dataclass(frozen=True, slots=True)
class Me:
    """The bot, as auth.test tells."""

    team: str
    user: str
    bot: str


def typed(command: Payload, team: str, person: Person, at: datetime, public: Collection[str]) -> Event:
    """`/drill …`. public: the verbs whose reply everybody sees."""
    verb, rest, *_ = (*str(command.get("text") or "").split(maxsplit=1), "", "")
    verb = verb.lower().strip("*_`") or "help"
    here, user = str(command["channel_id"]), str(command["user_id"])
    name = person.name or str(command.get("user_name", ""))
    way = Way.POST if verb in public else Way.WHISPER
    return Event(
        id=f"slack:{team}:{command['trigger_id']}",
        learner=Learner("slack", team, user, name),
        channel=channel(team, here, user, str(command.get("channel_name", ""))),
        command=verb,
        text=markup.read(rest) if verb == ANSWER else markup.read_arguments(rest),
        at=at,
        admin=person.admin,
        origin=str(Origin(way, here, user, team, url=str(command.get("response_url", "")), name=name, addressed=True)),
    )


def pressed(body: Payload, team: str, person: Person) -> Event:
    """A button, on a message or in App Home. Whoever pressed it sees the reply, nobody else."""
    [action, *_] = body["actions"]
    container = body.get("container") or {}
    user = str(body["user"]["id"])
    name = person.name or str(body["user"].get("name", ""))
    here = str(container.get("channel_id") or user)
    message = "" if container.get("is_ephemeral") else str(container.get("message_ts") or "")
    thread = str(container.get("thread_ts") or "")
    at_home = container.get("type") == "view"
    way = Way.POST if at_home or is_direct(here) else Way.WHISPER
    url = "" if thread or way is Way.POST else str(body.get("response_url") or "")
    return Event(
        id=f"slack:{team}:{user}:{action['action_ts']}:{action['action_id']}"[:160],
        learner=Learner("slack", team, user, name),
        channel=channel(team, here, user),
        command=str(action["action_id"]).split(":")[1],
        options=render.action(str(action.get("value") or "")),
        at=instant(str(action["action_ts"])),
        admin=person.admin,
        about=thread or message,
        origin=str(Origin(way, here, user, team, thread if thread != message else "", url=url, name=name, addressed=True)),
    )


def submitted(
    body: Payload,
    team: str,
    pressed_at: Origin,
    command: str,
    options: Mapping[str, str],
    text: str,
    person: Person,
    at: datetime,
) -> Event:
    """A form, opened by a button or a command."""
    user = str(body["user"]["id"])
    name = person.name or str(body["user"].get("name", ""))
    return Event(
        id=f"slack:{team}:{body['view']['id']}",
        learner=Learner("slack", team, user, name),
        channel=channel(team, pressed_at.channel, user),
        command=command,
        text=text,
        options=options,
        at=at,
        admin=person.admin,
        origin=str(replace(pressed_at, user=user, name=name, url="", addressed=True)),
    )


def opened_home(event: Payload, team: str, id: str, person: Person) -> Event:
    return _aside(HOME, event, team, id, person, Origin(Way.HOME, str(event["user"]), str(event["user"]), team))


def welcomed(event: Payload, team: str, id: str, at: str) -> Event:
    """The bot was invited to a channel."""
    here = str(event["channel"])
    by = str(event.get("inviter") or event["user"])
    return Event(
        id=id,
        learner=Learner("slack", team, by),
        channel=channel(team, here, by),
        command=WELCOME,
        at=instant(at),
        origin=str(Origin(Way.POST, here, by, team)),
    )


def left(event: Payload, team: str, id: str) -> Event:
    user = str(event["user"]["id"])
    return _aside(
        LEFT, {"user": user, "event_ts": event.get("event_ts", "0")}, team, id, Person(), Origin(Way.POST, user, user, team)
    )


def _aside(command: str, event: Payload, team: str, id: str, person: Person, origin: Origin) -> Event:
    user = str(event["user"])
    return Event(
        id=id,
        learner=Learner("slack", team, user, person.name),
        channel=Channel("slack", team, f"@{user}", person.name),
        command=command,
        at=instant(str(event["event_ts"])),
        admin=person.admin,
        addressed=False,
        origin=str(origin),
    )


def channel(team: str, here: str, user: str, name: str = "") -> Channel:
    """A conversation of two is named by the person in it."""
    if is_direct(here) or here == user:
        return Channel("slack", team, f"@{user}")
    return Channel("slack", team, here, "" if name in NAMELESS or name.startswith("mpdm-") else name)


def is_direct(here: str) -> bool:
    return here.startswith("D")


def instant(ts: str) -> datetime:
    """Slack's own clock, in seconds since 1970."""
    return datetime.fromtimestamp(float(ts), UTC)


def stamp(at: datetime) -> str:
    return f"{at.timestamp():.6f}"
