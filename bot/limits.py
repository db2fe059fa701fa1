"""How much one person may ask of us. Token buckets in memory, timed by when things were said: catching up is no offence."""

from datetime import datetime

from bot.domain.people import CONSOLE
from bot.protocol import ANSWER, HINDERED, LEFT, SAID, WELCOME, Event

PER_MINUTE = {"commands": 20.0, "answers": 10.0, "messages": 30.0}
"""Full buckets, which also fill again within a minute. Messages are talk, mostly: they are graded, so they cost us something."""

MOST_BUCKETS = 20_000
MINUTE = 60.0


class Limits:
    """Per learner and kind. Not shared between replicas: each lets this much through, which bounds the sum as well."""

    def __init__(self, most: int = MOST_BUCKETS) -> None:
        self._most = most
        self._buckets: dict[tuple[str, ...], tuple[float, datetime]] = {}

    def exceeded(self, event: Event) -> str:
        """The kind of which *event* is one too many; '' if it may pass."""
        kind = _kind(event)
        if kind is None:
            return ""
        key = event.learner.platform, event.learner.workspace, event.learner.user_id, kind
        left, since = self._buckets.pop(key, (PER_MINUTE[kind], event.at))
        elapsed = max(0.0, (event.at - since).total_seconds())
        left = min(PER_MINUTE[kind], left + elapsed / MINUTE * PER_MINUTE[kind])
        # Taken out and put in again, a bucket moves to the end: the first one is the one that rested longest.
        self._buckets[key] = (max(left - 1, 0.0) if left >= 1 else left, max(event.at, since))
        while len(self._buckets) > self._most:
            del self._buckets[next(iter(self._buckets))]
        return "" if left >= 1 else kind


def sentence(kind: str) -> str:
    wait = "Nothing was counted; please wait a minute."
    return f"That was a lot at once: I take {PER_MINUTE[kind]:.0f} {kind} a minute from each person. {wait}"


def _kind(event: Event) -> str | None:
    """None for what people do not do on purpose, and for whoever sits at the bot's own terminal."""
    if event.learner.platform == CONSOLE.platform or event.command in (WELCOME, LEFT, HINDERED):
        return None
    return {ANSWER: "answers", SAID: "messages"}.get(event.command, "commands")
