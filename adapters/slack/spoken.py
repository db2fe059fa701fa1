"""Messages → Event: which of them are meant for us, and what they say. Pure."""

from collections.abc import Collection

from adapters.slack import markup
from adapters.slack.events import Me, Payload, channel, instant, is_direct
from adapters.slack.origin import Origin, Way
from adapters.slack.people import Person
from bot.protocol import ANSWER, SAID, Event, Learner

# Messages without one of these subtypes are news about a message or a channel, not somebody speaking.
SPOKEN = ("", "file_share", "thread_broadcast", "me_message")
GREETINGS = {"hi", "hello", "hey", "start", "?"}
SMALL_TALK = {"thanks", "thank you", "thx", "ok", "okay", "cool", "great", "nice"}


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
    origin = Origin(way, here, user, me.team, thread, message=at, name=person.name, addressed=named)
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
