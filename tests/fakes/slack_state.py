"""What a faked Slack workspace holds: people, channels, messages, views; and what it refuses to hold."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from tests.fakes.platform import Shown

TEAM, BOT_USER, BOT_ID, APP = "T1", "UBOT", "B1", "A1"
# About what Slack takes over all blocks of a message, undocumented.
TOTAL = 13_200


class RefusalError(Exception):
    """ok: false, with this error."""


class VirtualTime:
    """Passes only when somebody waits for it or says so."""

    def __init__(self) -> None:
        self.passed = 0.0

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.passed += seconds
        await asyncio.sleep(0)


@dataclass
class Message:
    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    thread_ts: str = ""
    bot_id: str = ""
    to: str = ""
    edits: int = 0
    reactions: list[str] = field(default_factory=list)
    file: str = ""

    @property
    def seen(self) -> str:
        """All text that a person sees."""
        return "\n".join(texts(self.blocks)) if self.blocks else self.text

    @property
    def key(self) -> str:
        return str(((self.metadata or {}).get("event_payload") or {}).get("key", ""))

    def raw(self, metadata: bool = False) -> dict[str, Any]:
        """As conversations.history and events show it."""
        made: dict[str, Any] = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        optional = {"blocks": self.blocks, "thread_ts": self.thread_ts, "bot_id": self.bot_id}
        made |= {name: value for name, value in optional.items() if value}
        return made | ({"metadata": self.metadata} if metadata and self.metadata else {})


@dataclass
class Conversation:
    """restricted: what posts are refused with, '' where everybody may post."""

    id: str
    name: str = ""
    member: bool = True
    archived: bool = False
    restricted: str = ""
    people: set[str] = field(default_factory=set)
    messages: dict[str, Message] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return {"C": "channel", "G": "group", "D": "im"}[self.id[0]]


class Workspace:
    """team: its id. base: where the fake is. ephemerals: whispers, oldest first.

    screen: everything shown, in order, for tests to wait for.
    """

    def __init__(self, now: datetime | None = None, team: str = TEAM) -> None:
        self.team = team
        self.base = ""
        self._now = now
        self._count = 0
        self.time = VirtualTime()
        self.users: dict[str, dict[str, Any]] = {}
        self.conversations = {"C1": Conversation("C1", "ml-interviews"), "C2": Conversation("C2", "elsewhere", member=False)}
        self.ephemerals: list[Message] = []
        self.homes: dict[str, dict[str, Any]] = {}
        self.views: dict[str, dict[str, Any]] = {}
        self.triggers: dict[str, float] = {}
        self.response_urls: dict[str, dict[str, Any]] = {}
        self.screen: asyncio.Queue[Shown] = asyncio.Queue()
        self.opened: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        for id, name, admin in (("U42", "ada", False), ("U43", "grace", False), ("UADMIN", "alan", True)):
            self.add_user(id, name, admin)

    @property
    def now(self) -> datetime:
        return (self._now or datetime.now().astimezone()) + timedelta(seconds=self.time.passed if self._now else 0)

    def set_clock(self, now: datetime) -> None:
        self._now = now - timedelta(seconds=self.time.passed)

    def seconds(self) -> float:
        """For what expires: triggers, response_urls, tiers."""
        return self.time.passed if self._now else self.now.timestamp()

    def number(self) -> int:
        self._count += 1
        return self._count

    def stamp(self) -> str:
        return f"{int(self.now.timestamp())}.{self.number():06d}"

    def add_user(self, id: str, name: str, admin: bool = False) -> None:
        profile = {"display_name": name.capitalize()}
        self.users[id] = {"id": id, "name": name, "is_admin": admin, "is_owner": False, "tz": "Europe/Berlin", "profile": profile}
        for conversation in self.conversations.values():
            conversation.people.add(id)

    def direct(self, user: str) -> Conversation:
        id = f"D{user}"
        return self.conversations.setdefault(id, Conversation(id, people={user}))

    def channel(self, id: str) -> Conversation:
        """Raises RefusalError."""
        found = self.direct(id) if id in self.users else self.conversations.get(id)
        if found is None or (found.kind == "group" and not found.member):
            raise RefusalError("channel_not_found")
        return found

    def add(self, message: Message) -> Message:
        self.conversations[message.channel].messages[message.ts] = message
        return message

    def trigger(self) -> str:
        made = f"trigger.{self.number()}"
        self.triggers[made] = self.seconds()
        return made

    def take_trigger(self, trigger: str) -> None:
        """Works once, for three seconds. Raises RefusalError."""
        if trigger not in self.triggers:
            raise RefusalError("exchanged_trigger_id")
        if self.seconds() - self.triggers.pop(trigger) > 3:
            raise RefusalError("expired_trigger_id")

    def show(self, text: str, *, private: bool) -> None:
        self.screen.put_nowait(Shown(text, private))

    def made_by_bot(self) -> list[Message]:
        """What the bot posted, oldest first."""
        every = [one for place in self.conversations.values() for one in place.messages.values() if one.bot_id == BOT_ID]
        return sorted(every, key=lambda one: one.ts)


def texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        for value in part.values():
            yield from texts(value)
    elif isinstance(part, list):
        for one in part:
            yield from texts(one)


def check_blocks(blocks: list[dict[str, Any]], most: int) -> None:
    """slack_sdk's own models, and what they do not know. Raises RefusalError."""
    if len(blocks) > most or sum(map(len, texts(blocks))) > TOTAL:
        raise RefusalError("msg_blocks_too_long")
    named = [block["block_id"] for block in blocks if "block_id" in block]
    if len(set(named)) < len(named):
        raise RefusalError("invalid_blocks")
    for block in blocks:
        parsed = Block.parse(block)
        try:
            if parsed is None:
                raise RefusalError("invalid_blocks")
            parsed.validate_json()
        except SlackObjectFormationError as error:
            raise RefusalError("invalid_blocks") from error
        _check_elements(block)


def _check_elements(block: dict[str, Any]) -> None:
    elements = [*block.get("elements", ()), *([block["element"]] if "element" in block else [])]
    actions = [element["action_id"] for element in elements if "action_id" in element]
    buttons = [element for element in elements if element["type"] == "button"]
    texts_of = (
        [block["text"]] if "text" in block else [element for element in elements if element["type"] in ("mrkdwn", "plain_text")]
    )
    limit = 150 if block["type"] == "header" else 3000
    if (
        len(set(actions)) < len(actions)
        or any(not 0 < len(one["text"]) <= limit for one in texts_of)
        or any(not 0 < len(one["text"]["text"]) <= 75 or len(one.get("value", "")) > 2000 for one in buttons)
        or len(block.get("block_id", "")) > 255
        or any(len(element.get("options", ())) > 100 for element in elements)
    ):
        raise RefusalError("invalid_blocks")
