"""An Adapter that keeps in memory what it is asked to show, and fails or loses answers when told to."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from bot.errors import DeliveryError
from bot.protocol import Buttons, Channel, Checklist, Code, Event, File, Handler, Image, Reply, Table, Text

GONE = DeliveryError("no such channel", permanent=True)
BUSY = DeliveryError("the platform is busy", permanent=False)


@dataclass
class Posted:
    channel: Channel
    key: str
    thread: str
    reply: Reply


@dataclass
class Shared:
    """What the platform itself knows, whoever talks to it."""

    posts: list[Posted] = field(default_factory=list)
    edits: list[tuple[str, Reply]] = field(default_factory=list)
    told: list[tuple[str, Reply]] = field(default_factory=list)
    grew: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def add(self, post: Posted) -> None:
        async with self.grew:
            self.posts.append(post)
            self.grew.notify_all()

    async def until(self, count: int) -> None:
        """Until so many posts were made."""
        async with self.grew:
            await self.grew.wait_for(lambda: len(self.posts) >= count)


@dataclass
class Recorder:
    """failing: by channel id, what every call about it raises. losing: so many posts are made and their answers lost.

    hanging: by channel id, posts wait for this. said: by message, what was said below it while we were away.
    tried: how many calls were made.
    """

    platform: Shared = field(default_factory=Shared)
    name: str = "console"
    connected = True
    failing: dict[str, Exception] = field(default_factory=dict)
    hanging: dict[str, asyncio.Event] = field(default_factory=dict)
    said: dict[str, list[Event]] = field(default_factory=dict)
    losing: int = 0
    tried: int = 0
    telling: Exception | None = None
    editing: Exception | None = None

    def __post_init__(self) -> None:
        self.returned = asyncio.Event()

    async def run(self, handle: Handler) -> None:
        self.returned.set()

    async def post(self, channel: Channel, reply: Reply, *, key: str, thread: str = "") -> str:
        self._fail(channel)
        if channel.channel_id in self.hanging:
            await self.hanging[channel.channel_id].wait()
        await self.platform.add(Posted(channel, key, thread, reply))
        if self.losing:
            self.losing -= 1
            raise DeliveryError("no answer", permanent=False)
        return f"message-{key}"

    async def edit(self, channel: Channel, message: str, reply: Reply) -> None:
        self._fail(channel)
        if self.editing:
            raise self.editing
        self.platform.edits.append((message, reply))

    async def find(self, channel: Channel, key: str, *, thread: str = "") -> str | None:
        self._fail(channel)
        found = any((post.channel, post.key, post.thread) == (channel, key, thread) for post in self.platform.posts)
        return f"message-{key}" if found else None

    async def tell(self, origin: str, reply: Reply, *, key: str) -> None:
        if self.telling:
            raise self.telling
        self.platform.told.append((origin, reply))

    async def answers_since(self, channel: Channel, message: str, mark: datetime) -> Sequence[Event]:
        self._fail(channel)
        return [event for event in self.said.get(message, []) if event.at > mark]

    async def close(self) -> None: ...

    def _fail(self, channel: Channel) -> None:
        self.tried += 1
        if channel.channel_id in self.failing:
            raise self.failing[channel.channel_id]


def text_of(reply: Reply) -> str:
    """All words of a reply, buttons as [label]."""
    lines = [reply.title]
    for block in reply.blocks:
        match block:
            case Text(text, _):
                lines.append(text)
            case Checklist(items):
                lines += [f"{item.mark} {item.text}" for item in items]
            case Table(header, rows, _):
                lines += [" | ".join(row) for row in (header, *rows)]
            case Buttons(buttons):
                lines.append(" ".join(f"[{button.label}]" for button in buttons))
            case Code(text) | File(text=text):
                lines.append(text)
            case Image(_, alt):
                lines.append(alt)
            case _:
                assert_never(block)
    return "\n".join(lines)
