"""What Discord's gateway says → Event. Pure: payloads as Discord sends them, nothing looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.discord.ids import Origin, instant, presses
from adapters.discord.limits import NAME, flat
from adapters.discord.markup import names_bot, read
from adapters.discord.permissions import bits_of, is_admin, lacks
from adapters.discord.slash import long_option
from bot.protocol import ANSWER, LEFT, SAID, Channel, Command, Event, Learner, direct

DIRECT = "@me"
THREADS = (10, 11, 12)
WRITTEN = (0, 19)
# Longer than any verb with its arguments; what is longer is prose that only begins with such a word.
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened. channel: what drills belong to, @user in private; about: the post whose thread it is in.

    guild: in private a server that the user shares with the bot, if that is known.
    thread: somebody else's, which may yet be that of a post: its id would be the post's.
    """

    guild: str
    channel: str
    name: str = ""
    about: str = ""
    thread: str = ""

    @property
    def direct(self) -> bool:
        return self.channel.startswith("@")


def place_of(interaction: Mapping[str, Any], bot: str, parent_name: str = "") -> Place:
    """A thread counts as its parent channel; only a thread that is ours is about a post."""
    channel = interaction.get("channel") or {}
    if not interaction.get("guild_id"):
        return Place(DIRECT, f"@{(interaction.get('user') or {}).get('id')}")
    guild, id = str(interaction["guild_id"]), str(interaction.get("channel_id") or channel.get("id") or "")
    if channel.get("type") in THREADS:
        ours = str(channel.get("owner_id") or bot) == bot
        return Place(guild, str(channel.get("parent_id") or id), parent_name, id if ours else "")
    return Place(guild, id, str(channel.get("name") or ""))


def asked(interaction: Mapping[str, Any], place: Place, command: Command, options: Mapping[str, str], about: str = "") -> Event:
    """A slash command, a button or a form."""
    member = interaction.get("member") or {}
    user = member.get("user") or interaction.get("user") or {}
    id, at = str(interaction["id"]), instant(interaction["id"])
    long = long_option(command)
    origin = Origin(
        guild=place.guild,
        channel=str(interaction.get("channel_id") or place.channel),
        user=str(user["id"]),
        interaction=id,
        token=str(interaction["token"]),
        private=command.private,
    )
    return Event(
        id=f"discord:i:{id}",
        learner=learner(user, member, place.guild),
        channel=_channel(place),
        command=command.name,
        at=at,
        text=read(options.get(long.name, "")) if long else "",
        options={name: value for name, value in options.items() if not (long and name == long.name)},
        admin=not place.direct and is_admin(bits_of(member.get("permissions"))),
        about=about or place.about,
        origin=origin.dump(),
        lacks=() if place.direct else lacks(bits_of(interaction.get("app_permissions"))),
    )


def of_a_person(message: Mapping[str, Any]) -> bool:
    """Whether anybody said anything: most of what the gateway sends are posts of bots, our own among them."""
    return bool(message.get("content")) and not (message.get("author") or {}).get("bot")


def said(message: Mapping[str, Any], place: Place, bot: str, commands: Sequence[Command], *, admin: bool = False) -> Event | None:
    """A message where the bot listens: in a drill's thread, a reply to the bot, naming it, or in private. None for any other."""
    author, content = message.get("author") or {}, str(message.get("content") or "")
    if not of_a_person(message) or message.get("webhook_id") or message.get("type", 0) not in WRITTEN:
        return None
    direct = place.direct
    named = names_bot(content, bot)
    about = place.about or _replied(message, bot) or ("" if named else place.thread)
    if not (direct or named or about):
        return None
    text = read(content, message.get("mentions") or (), bot)
    command, rest = verb(text, commands) if direct or (named and not about) else (SAID, text)
    if command == ANSWER and not direct:
        command = SAID
    id = str(message["id"])
    origin = Origin(
        guild=place.guild,
        channel=str(message["channel_id"]),
        user=str(author["id"]),
        message=id,
        about=about,
        private=direct,
    )
    return Event(
        id=f"discord:m:{id}",
        learner=learner(author, message.get("member") or {}, place.guild),
        channel=_channel(place),
        command=command,
        at=instant(id),
        text=rest,
        admin=admin and not direct,
        about=about,
        addressed=direct or named,
        origin=origin.dump(),
    )


def left(data: Mapping[str, Any], at: datetime) -> Event:
    """Somebody left a server, or was made to."""
    who = learner(data["user"], {}, str(data["guild_id"]))
    id = f"discord:left:{who.workspace}:{who.user_id}:{at.timestamp():.0f}"
    return Event(id=id, learner=who, channel=direct(who), command=LEFT, at=at, addressed=False)


def verb(text: str, commands: Sequence[Command]) -> tuple[str, str]:
    """(command, the rest): '/drill board week', 'board week'. Prose that only begins with such a word is an answer."""
    words = text.removeprefix("/").split()
    if words and words[0].casefold() == "drill":
        words = words[1:]
    first = words[0].casefold().rstrip(":") if words else ""
    command = next((known for known in commands if known.name == first and not known.hidden), None)
    if command is None:
        return ANSWER, text
    if long_option(command):
        head = text.casefold().find(first)
        return command.name, text[head + len(first) :].lstrip(" :\n")
    room = min(len(command.options), MOST_WORDS)
    return (command.name, " ".join(words[1:])) if len(words) - 1 <= room else (ANSWER, text)


def learner(user: Mapping[str, Any], member: Mapping[str, Any], guild: str) -> Learner:
    name = member.get("nick") or user.get("global_name") or user.get("username") or ""
    return Learner("discord", guild, str(user["id"]), flat(str(name), NAME))


def _channel(place: Place) -> Channel:
    return Channel("discord", place.guild, place.channel, place.name)


def _replied(message: Mapping[str, Any], bot: str) -> str:
    """The post that a reply to one of our messages is about: that message, or the one that its buttons are about."""
    original = message.get("referenced_message") or {}
    if str((original.get("author") or {}).get("id")) != bot:
        return ""
    named = [press.about for press in presses(dict(original)) if press.about]
    return named[0] if named else str(original.get("id") or "")
