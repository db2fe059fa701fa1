"""All that an adapter knows: an Event comes in, a Reply goes out, and the Adapter carries them.

A Reply is plain text in a closed union of blocks. Escaping, limits, mentions and looks belong to the adapter; render blocks with
`match` and `assert_never`, so that a new kind of block makes the type checker point at every renderer.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.blocks import (
    Block,
    Button,
    Buttons,
    Checklist,
    Code,
    File,
    Image,
    Item,
    Mark,
    Reply,
    Table,
    Text,
    Tone,
)  # fmt: skip
from bot.domain.people import CONSOLE, Channel, Learner, direct

__all__ = [
    "ANSWER",
    "CONSOLE",
    "HINDERED",
    "HOME",
    "LEFT",
    "SAID",
    "WELCOME",
    "Adapter",
    "Block",
    "Button",
    "Buttons",
    "Channel",
    "Checklist",
    "Code",
    "Command",
    "Event",
    "File",
    "Handler",
    "Image",
    "Item",
    "Learner",
    "Mark",
    "Option",
    "Reply",
    "Show",
    "Table",
    "Text",
    "Tone",
    "direct",
    "reply_key",
]  # fmt: skip

ANSWER = "answer"
SAID = "said"
"""The command of a message without a verb, in a drill's thread or as a reply to its post: it may be an answer."""


WELCOME = "welcome"
"""The command an adapter raises when the bot is invited somewhere: it greets once."""

HOME = "home"
"""The command an adapter raises when somebody opens the bot's own page, where the platform has one."""

LEFT = "left"
"""The command an adapter raises when a learner left the workspace."""


HINDERED = "hindered"
"""The command an adapter raises when a permission is missing for what it does by the way; `lacks` names it."""


@dataclass(frozen=True, slots=True)
class Option:
    """One argument of a command.

    choices: every value there is; with `open` they are suggestions (complete them while typing, accept others).
    long: the value is prose of up to 4,000 characters. A button whose command requires such an option opens a form for it.
    """

    name: str
    help: str
    required: bool = False
    choices: tuple[str, ...] = ()
    open: bool = False
    long: bool = False

    def matching(self, typed: str, most: int = 25) -> tuple[str, ...]:
        """The choices that fit what was typed so far: those that begin with it first, then those that contain it."""
        wanted = typed.casefold().strip().replace(" ", "_")
        folded = [(choice, choice.casefold()) for choice in self.choices]
        begin = [choice for choice, low in folded if low.startswith(wanted)]
        contain = [choice for choice, low in folded if wanted in low and not low.startswith(wanted)]
        return tuple((begin + contain)[:most])


@dataclass(frozen=True, slots=True)
class Command:
    """A verb, as data. private: only the asker sees the reply; known before the core answers, because Discord fixes it then.

    hidden: offered to nobody, only raised by adapters (a message in a thread, a welcome).
    """

    name: str
    help: str
    options: tuple[Option, ...] = ()
    admin: bool = False
    private: bool = True
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Somebody asked the bot for something, or said something where it listens.

    id: stable, from the platform's own ids, the same when the platform delivers it again.
    at: when it was said, by the platform's clock, in UTC.
    about: the platform's id of the message it replies to or whose thread it stands in; '' if none.
    addressed: the bot was named, or a form or command was used: it always gets a reply.
    origin: the adapter's own address for answering it later with `tell`; opaque to the core.
    lacks: names of the permissions that the bot needs in the channel and has not, as far as the platform told.
    member_of: ids of the channels that the learner is in; told with what is asked in private, None where the platform cannot.
    """

    id: str
    learner: Learner
    channel: Channel
    command: str
    at: datetime
    text: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    admin: bool = False
    about: str = ""
    addressed: bool = True
    origin: str = ""
    lacks: tuple[str, ...] = ()
    member_of: tuple[str, ...] | None = None


Show = Callable[[Reply], Awaitable[None]]
"""Shows a reply to whoever raised the event. Raises DeliveryError."""

Handler = Callable[[Event, Show], Awaitable[None]]
"""Takes an event in, stores what it changes, then shows the reply, if there is one: talk gets none.

It raises StoreError when what was said in public could not be stored: deliver it again.
"""


def reply_key(event_id: str) -> str:
    """The key under which the reply to an event is shown in public: the same whoever shows it, and whenever."""
    return "re-" + hashlib.sha256(event_id.encode()).hexdigest()[:20]


class Adapter(Protocol):
    """One platform. Every method raises DeliveryError and nothing else for what the platform refuses or loses.

    A message is named by the string that `post` returned: opaque to the core, stored by it, never parsed.
    returned: set by the adapter each time it is connected after having been away, the first time too; the core then asks
    `answers_since`, and acts on the platform from then on.
    """

    name: str
    returned: asyncio.Event

    @property
    def connected(self) -> bool:
        """Whether events can reach us now."""

    async def run(self, handle: Handler) -> None:
        """Connect, pass every event to *handle*, return when closed. Raises DeliveryError(permanent) when access is revoked."""

    async def post(self, channel: Channel, reply: Reply, *, key: str, thread: str = "") -> str:
        """Show *reply* in *channel*, or in the thread of the message *thread*; returns the new message.

        key: at most 25 characters, the same for the same post: with it a post is made once, or found again.
        """

    async def edit(self, channel: Channel, message: str, reply: Reply) -> None:
        """Replace what *message* shows."""

    async def find(self, channel: Channel, key: str, *, thread: str = "") -> str | None:
        """The message posted under *key*, if it was made before we died or the answer was lost."""

    async def tell(self, origin: str, reply: Reply, *, key: str) -> None:
        """Show *reply* to whoever raised the event with that origin, later; once, where the platform can tell by *key*."""

    async def answers_since(self, channel: Channel, message: str, mark: datetime) -> Sequence[Event]:
        """What was said below *message* after *mark*, oldest first: what we missed while away."""

    async def close(self) -> None:
        """Stop listening and let `run` return."""
