"""What a faked Discord knows: its clock, people, channels, messages, interactions, and what everybody sees."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.platform import Shown

Body = dict[str, Any]
EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
BOT, APPLICATION, GUILD, CHANNEL, OTHER = "1000", "1001", "2000", "3000", "3001"
MEMBER_ROLE, ADMIN_ROLE, PING_ROLE = GUILD, "2001", "2002"
EVERYTHING = (1 << 50) - 1 - (1 << 3)
BITS = {"view": 1 << 10, "send": 1 << 11, "history": 1 << 16, "react": 1 << 6, "threads": 1 << 35, "send in threads": 1 << 38}
# How long Discord remembers a nonce: 'a few minutes'.
NONCE_LIFE = timedelta(minutes=5)
ACKNOWLEDGE, TOKEN_LIFE = timedelta(seconds=3), timedelta(minutes=15)
ESCAPED = re.compile(r"\\([^a-zA-Z0-9\s])")


@dataclass
class Interaction:
    """private is fixed when it is first answered; original: the message that stands for 'thinking …'."""

    id: str
    token: str
    at: datetime
    channel: str
    user: str
    kind: int
    acknowledged: bool = False
    private: bool = False
    original: str = ""


@dataclass
class World:
    """now: the clock; shown: what was shown, in order; broken: every limit that a request broke.

    lateness: seconds that an interaction has waited already when it reaches the bot. removed: the bot is not in the server.
    """

    clock: Callable[[], datetime]
    passed: timedelta = timedelta()
    messages: dict[str, Body] = field(default_factory=dict)
    channels: dict[str, Body] = field(default_factory=dict)
    users: dict[str, Body] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    commands: list[Body] = field(default_factory=list)
    syncs: int = 0
    modals: list[Body] = field(default_factory=list)
    completions: list[list[str]] = field(default_factory=list)
    denied: set[tuple[str, str]] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    lateness: float = 0
    removed: bool = False
    shown: asyncio.Queue[Shown] = field(default_factory=asyncio.Queue)
    _count: int = 0
    _last: int = 0
    _direct: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.users[BOT] = user(BOT, "drillbot", bot=True)
        for id, name in (("42", "ada"), ("43", "grace"), ("44", "admin")):
            self.users[id] = user(id, name)
        for id, name in ((CHANNEL, "ml-interviews"), (OTHER, "other")):
            self.channels[id] = {"id": id, "type": 0, "name": name, "position": 0, "guild_id": GUILD, "permission_overwrites": []}

    @property
    def now(self) -> datetime:
        return self.clock() + self.passed

    def new_id(self) -> str:
        """A snowflake of now, each higher than the one before."""
        moment = ((self.now - EPOCH) // timedelta(milliseconds=1)) << 22
        self._last = max(moment, self._last + 1)
        return str(self._last)

    def may(self, channel: str, what: str) -> bool:
        parent = self.channels.get(channel, {}).get("parent_id") or channel
        return (parent, what) not in self.denied and not (self.removed and self.channels[channel]["type"] != 1)

    def bits(self, channel: str) -> str:
        """The bot's permissions there."""
        return str(EVERYTHING & ~sum(bit for what, bit in BITS.items() if not self.may(channel, what)))

    def meet(self, id: str) -> None:
        """Whoever does something is a member of the server."""
        self.users.setdefault(id, user(id, f"user{id}"))

    def member(self, user: str) -> Body:
        roles = [ADMIN_ROLE] if user == "44" else []
        return {"user": self.users[user], "roles": roles, "joined_at": stamp(self.now), "deaf": False, "mute": False, "flags": 0}

    def user_bits(self, user: str) -> str:
        return str(EVERYTHING if user == "44" else EVERYTHING & ~(1 << 5))

    def direct_channel(self, user: str) -> str:
        if user not in self._direct:
            id = self.new_id()
            self._direct[user] = id
            self.channels[id] = {"id": id, "type": 1, "recipients": [self.users[user]]}
        return self._direct[user]

    def guild(self) -> Body:
        roles = [(MEMBER_ROLE, "@everyone", EVERYTHING & ~(1 << 5)), (ADMIN_ROLE, "admins", EVERYTHING), (PING_ROLE, "drill", 0)]
        return {
            "id": GUILD, "name": "Interviews", "owner_id": "1", "unavailable": False, "member_count": 4,
            "system_channel_id": CHANNEL, "afk_timeout": 0, "large": False, "joined_at": stamp(self.now),
            "roles": [role(*given) for given in roles],
            "channels": [channel for channel in self.channels.values() if channel["type"] == 0],
            "threads": [channel for channel in self.channels.values() if channel["type"] == 11],
            "members": [self.member(BOT)],
            "presences": [], "emojis": [], "stickers": [], "voice_states": [],
        }  # fmt: skip

    def by_nonce(self, channel: str, nonce: str) -> Body | None:
        for made in self.messages.values():
            recent = self.now - made["_at"] < NONCE_LIFE
            if recent and made["channel_id"] == channel and made["_key"] == nonce and made["author"]["id"] == BOT:
                return made
        return None

    def write(self, channel: str, author: str, body: Body, *, private_to: str = "", reply_to: str = "") -> Body:
        """A new message. What begins with an underscore is for the fake's own use and leaves it never."""
        id = self.new_id()
        original = self.messages.get(reply_to)
        content = body.get("content") or ""
        mentioned = [self.users[found] for found in re.findall(r"<@!?(\d+)>", content) if found in self.users]
        if original and body.get("ping", True) and original["author"] not in mentioned and author != BOT:
            mentioned.append(original["author"])
        made: Body = {
            "id": id, "channel_id": channel, "author": self.users[author], "content": content, "timestamp": stamp(self.now),
            "edited_timestamp": None, "tts": False, "mention_everyone": False, "mentions": mentioned, "mention_roles": [],
            "attachments": self._attachments(body), "embeds": body.get("embeds") or [],
            "components": body.get("components") or [],
            "pinned": False, "type": 19 if original else 0, "flags": 64 if private_to else 0, "reactions": [],
            "_at": self.now, "_key": str(body.get("nonce") or ""), "_edits": 0, "_private_to": private_to,
            "_pings": (body.get("allowed_mentions") or {}).get("roles") or [],
        }  # fmt: skip
        if original:
            made["message_reference"] = {"message_id": reply_to, "channel_id": original["channel_id"]}
            made["referenced_message"] = public(original)
        self.messages[id] = made
        if author == BOT:
            self.show(made)
        return made

    def change(self, message: Body, body: Body) -> None:
        for name in ("content", "embeds", "components"):
            if name in body:
                message[name] = body[name] or ("" if name == "content" else [])
        if "attachments" in body:
            message["attachments"] = self._attachments(body)
        message["_edits"] += 1
        message["edited_timestamp"] = stamp(self.now)
        self.show(message)

    def show(self, message: Body) -> None:
        self.shown.put_nowait(Shown(visible(message), bool(message["_private_to"])))

    def _attachments(self, body: Body) -> list[Body]:
        made = []
        for number, given in enumerate(body.get("attachments") or []):
            made.append({**given, "id": str(number), "size": 1, "url": "http://cdn/x.png", "proxy_url": "http://cdn/x.png"})
        return made


def visible(message: Body) -> str:
    """Everything a person can read of a message, without its escapes."""
    parts = [message["content"]]
    for embed in message["embeds"]:
        parts += [embed.get("title", ""), embed.get("description", ""), (embed.get("footer") or {}).get("text", "")]
    parts += [attachment.get("description", "") for attachment in message["attachments"]]
    texts = ("text/plain", "application/json")
    parts += [file["_content"].decode() for file in message["attachments"] if file.get("content_type") in texts]
    parts += [f"[{button['label']}]" for row in message["components"] for button in row["components"]]
    return ESCAPED.sub(r"\1", "\n".join(part for part in parts if part))


def public(message: Body) -> Body:
    """A message as Discord's API tells it."""
    told = {name: value for name, value in message.items() if not name.startswith("_")}
    return {**told, "attachments": [public(file) for file in told["attachments"]]} if told.get("attachments") else told


def user(id: str, name: str, bot: bool = False) -> Body:
    return {"id": id, "username": name, "discriminator": "0", "avatar": None, "global_name": name.title(), "bot": bot}


def role(id: str, name: str, bits: int) -> Body:
    return {
        "id": id, "name": name, "permissions": str(bits), "position": 0, "color": 0, "colors": {"primary_color": 0},
        "hoist": False, "managed": False, "mentionable": True, "flags": 0,
    }  # fmt: skip


def stamp(at: datetime) -> str:
    return at.isoformat()
