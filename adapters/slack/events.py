"""What Slack delivers → Event. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from adapters.slack import markup, render
from adapters.slack.origin import Origin, Way
from adapters.slack.people import Person
from bot.protocol import ANSWER, HOME, LEFT, SAID, WELCOME, Channel, Event, Learner

Payload = Mapping[str, Any]

# Messages without one of these subtypes are news about a message or a channel, not somebody speaking.
SPOKEN = ("", "file_share", "thread_broadcast", "me_message")
NAMELESS = ("directmessage", "privategroup")
GREETINGS = {"hi", "hello", "hey", "start", "?"}
SMALL_TALK = {"thanks", "thank you", "thx", "ok", "okay", "cool", "great", "nice"}


@dataclass(frozen=True, slots=True)
class Me:
    """The bot, as auth.test tells."""

    team: str
    user: str
    bot: str


def heard(message: Payload, me: Me) -> bool:
    """Whether somebody spoke where we listen: in a thread that the bot began, to the bot, or naming it."""
    if message.get("subtype", "") not in SPOKEN or message.get("bot_id") or not message.get("user") or message["user"] == me.user:
        return False
    if is_direct(str(message["channel"])) or _named(message, me):
        return True
    return _in_thread(message) and str(message.get("parent_user_id", me.user)) == me.user


def said(message: Payload, me: Me, person: Person, verbs: Collection[str]) -> Event | None:
    """A message. None for small talk to the bot."""
    here, user, at = str(message["channel"]), str(message["user"]), str(message["ts"])
    private, named = is_direct(here), _named(message, me)
    thread = str(message["thread_ts"]) if _in_thread(message) else ""
    text = markup.read(str(message.get("text") or ""), me.user)
    command, rest = SAID, text
    if private or named:
        if not text.strip(" !.?") or text.lower().strip(" !.") in GREETINGS:
            command, rest = "help", ""
        elif private and text.lower().strip(" !.") in SMALL_TALK:
            return None
        else:
            command, rest = _verb(text, verbs)
    way = Way.POST if private else Way.SAID if command in (SAID, ANSWER) else Way.WHISPER
    origin = Origin(way, here, user, thread=thread, message=at, name=person.name, addressed=named)
    return Event(
        id=f"slack:{me.team}:{here}:{at}",
        learner=Learner("slack", me.team, user, person.name),
        channel=channel(me.team, here, user),
        command=command,
        text=rest,
        at=instant(at),
        admin=person.admin,
        about="" if private else thread,
        addressed=private or named,
        origin=str(origin),
    )


def typed(command: Payload, person: Person, at: datetime, public: Collection[str]) -> Event:
    """`/drill …`. public: the verbs whose reply everybody sees."""
    verb, _, rest = str(command.get("text") or "").strip().partition(" ")
    verb = verb.lower().strip("*_`") or "help"
    here, user, team = str(command["channel_id"]), str(command["user_id"]), str(command["team_id"])
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
        origin=str(Origin(way, here, user, url=str(command.get("response_url", "")), name=name, addressed=True)),
    )


def pressed(body: Payload, person: Person) -> Event:
    """A button, on a message or in App Home. Whoever pressed it sees the reply, nobody else."""
    [action, *_] = body["actions"]
    container = body.get("container") or {}
    user, team = str(body["user"]["id"]), str(body["team"]["id"])
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
        origin=str(Origin(way, here, user, thread=thread if thread != message else "", url=url, name=name, addressed=True)),
    )


def submitted(
    body: Payload, pressed_at: Origin, command: str, options: Mapping[str, str], text: str, person: Person, at: datetime
) -> Event:
    """A form, opened by a button or a command."""
    user, team = str(body["user"]["id"]), str(body["team"]["id"])
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
    return _aside(HOME, event, team, id, person, Origin(Way.HOME, str(event["user"]), str(event["user"])))


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
        origin=str(Origin(Way.POST, here, by)),
    )


def left(event: Payload, team: str, id: str) -> Event:
    user = str(event["user"]["id"])
    return _aside(LEFT, {"user": user, "event_ts": event.get("event_ts", "0")}, team, id, Person(), Origin(Way.POST, user, user))


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


def _in_thread(message: Payload) -> bool:
    return str(message.get("thread_ts", message["ts"])) != str(message["ts"])


def _named(message: Payload, me: Me) -> bool:
    return f"<@{me.user}" in str(message.get("text") or "")


def _verb(text: str, verbs: Collection[str]) -> tuple[str, str]:
    """A verb that stands alone is a command, with more behind it only where no answer begins so ('skip connections …')."""
    words = text.removeprefix("/drill").split(maxsplit=1)
    verb = words[0].lower().strip(".!:") if words else "help"
    rest = words[1] if len(words) > 1 else ""
    if verb in verbs and (not rest or text.startswith("/drill") or verb in (ANSWER, "board")):
        return verb, rest
    return SAID, text
