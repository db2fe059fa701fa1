"""How fast Slack may be called: one message a second in a channel, so many calls a minute of each kind."""

import asyncio
import time
from dataclasses import dataclass
from typing import Protocol

# Calls a minute that Slack allows for each workspace, by method: its tiers 2, 3 and 4.
TIERS = {
    "apps.connections.open": 20,
    "chat.postEphemeral": 100,
    "chat.update": 50,
    "conversations.history": 50,
    "conversations.info": 50,
    "conversations.open": 50,
    "conversations.replies": 50,
    "files.getUploadURLExternal": 100,
    "reactions.add": 50,
    "users.info": 100,
    "views.open": 100,
    "views.publish": 100,
}
OTHERS = 50
# These show a message in a channel.
POSTS = {"chat.postMessage", "files.completeUploadExternal"}
# Slack lets short bursts pass that keep to one message a second over time.
BURST = 3
FULLEST = 10_000


class Time(Protocol):
    """What passes while we wait; tests have their own."""

    def monotonic(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class WallTime:
    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@dataclass(slots=True)
class Bucket:
    """tokens: calls that may be made at once, as of *at*; below zero, calls that wait already."""

    most: float
    rate: float
    tokens: float
    at: float
    closed_until: float = 0.0

    def wait(self, now: float) -> float:
        self.tokens = min(self.most, self.tokens + (now - self.at) * self.rate)
        self.at = now
        return max(0.0, (1 - self.tokens) / self.rate, self.closed_until - now)


class Pace:
    """Buckets by method and by channel; *now* is a monotonic time in seconds."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}

    def wait(self, method: str, channel: str, now: float) -> float:
        """How long a call made now would have to wait."""
        return max(bucket.wait(now) for bucket in self._for(method, channel, now))

    def take(self, method: str, channel: str, now: float) -> None:
        for bucket in self._for(method, channel, now):
            bucket.tokens -= 1

    def close(self, method: str, channel: str, now: float, seconds: float) -> None:
        """Slack told us to wait."""
        for bucket in self._for(method, channel, now):
            bucket.closed_until = max(bucket.closed_until, now + seconds)

    def _for(self, method: str, channel: str, now: float) -> list[Bucket]:
        if method in POSTS:
            return [self._bucket(f"post {channel}", BURST, 1.0, now)]
        tier = TIERS.get(method, OTHERS)
        # A fifth may come at once, the rest spread over the minute: never more than the tier in any minute.
        return [self._bucket(method, tier / 5, tier * 0.8 / 60, now)]

    def _bucket(self, name: str, most: float, rate: float, now: float) -> Bucket:
        if name not in self._buckets:
            if len(self._buckets) > FULLEST:
                self._buckets = {key: one for key, one in self._buckets.items() if one.wait(now) > 0 or one.tokens < one.most}
            self._buckets[name] = Bucket(most, rate, most, now)
        return self._buckets[name]
