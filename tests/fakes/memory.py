"""A platform that only remembers, and a bank that grades by what an answer says of itself: for tests of standings and recaps."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.bank import Bank
from bot.domain.grading import Finding, Grade, Hit
from bot.domain.question import KeyPoint, Pack, Question
from bot.errors import DeliveryError
from bot.protocol import Channel, Event, Reply


@dataclass(frozen=True)
class Post:
    channel: Channel
    reply: Reply
    key: str
    thread: str


@dataclass
class Memory:
    """refuse: raised instead of posting. lose: the next post is made, but we are not told so."""

    name: str = "console"
    connected = True
    posts: dict[str, Post] = field(default_factory=dict)
    returned: asyncio.Event = field(default_factory=asyncio.Event)
    refuse: DeliveryError | None = None
    lose: bool = False
    found: list[str] = field(default_factory=list)

    def keys(self, prefix: str) -> list[str]:
        return [post.key for post in self.posts.values() if post.key.startswith(prefix)]

    def replies(self, prefix: str) -> list[Reply]:
        return [post.reply for post in self.posts.values() if post.key.startswith(prefix)]

    async def run(self, handle: object) -> None:
        self.returned.set()

    async def post(self, channel: Channel, reply: Reply, *, key: str, thread: str = "") -> str:
        if self.refuse and key.startswith("recap-"):
            raise self.refuse
        message = f"m{len(self.posts) + 1}"
        self.posts[message] = Post(channel, reply, key, thread)
        if self.lose and key.startswith("recap-"):
            self.lose = False
            raise DeliveryError("connection lost", permanent=False)
        return message

    async def edit(self, channel: Channel, message: str, reply: Reply) -> None:
        self.posts[message] = replace(self.posts[message], reply=reply)

    async def find(self, channel: Channel, key: str, *, thread: str = "") -> str | None:
        self.found.append(key)
        return next((message for message, post in self.posts.items() if post.key == key and post.channel == channel), None)

    async def tell(self, origin: str, reply: Reply, *, key: str) -> None: ...

    async def answers_since(self, channel: Channel, message: str, mark: datetime) -> Sequence[Event]:
        return ()

    async def close(self) -> None: ...


class PlainBank(Bank):
    """'72 share' is worth 72 and hits the key point 'share': what is counted must not depend on how we grade."""

    def grade(self, id: str, answer: str) -> Grade:
        score, *hit = answer.split()
        question = self.get(id)
        assert question
        findings = tuple(
            Finding(point.id, point.label, 1, Hit.FULL if point.id in hit else Hit.MISSED, float(point.id in hit))
            for point in question.key_points
        )
        return Grade(float(score), findings)


def plain(id: str, topic: str = "general") -> Question:
    """A question of two key points, 'one' and 'two'."""
    points = (KeyPoint("one", f"The first of {id}", ("one",)), KeyPoint("two", f"The second of {id}", ("two",)))
    return Question(id, f"What is {id}?", f"It is {id}.", points, title=id.title(), topic=topic)


def plain_bank(*ids: str) -> PlainBank:
    return PlainBank([Pack("plain", "Plain", tuple(plain(id, topic=f"about-{id}") for id in ids))])
