"""Names, rights and time zones of people, as Slack has them; asked once in a while."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from adapters.slack.web import Web
from bot.errors import DeliveryError

log = structlog.get_logger()

# user_change tells of changes meanwhile.
FRESH = 3600.0
# An acknowledgement is due after 3 seconds: a name may not use them up.
PATIENCE = 1.5
MOST = 20_000
# Whoever leaves a channel is told of its question for so long at most.
SHARED_FRESH = 600.0
SHARED = "public_channel,private_channel"
SHARED_PAGE, SHARED_PAGES = 200, 10


@dataclass(frozen=True, slots=True)
class Person:
    name: str = ""
    admin: bool = False
    zone: str = ""


class People:
    def __init__(self, web: Web) -> None:
        self._web = web
        self._known: OrderedDict[str, tuple[float, Person]] = OrderedDict()

    async def get(self, user: str, name: str = "") -> Person:
        """Whoever *user* is; when Slack does not tell in time, only *name* and no rights."""
        asked, known = self._known.get(user, (0.0, None))
        if known and time.monotonic() - asked < FRESH:
            return known
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._web.call("users.info", user=user)
        except (DeliveryError, TimeoutError) as error:
            log.warning("person unknown", user=user, error=str(error) or "no answer in time")
            return known or Person(name)
        return self.learn(answer.get("user") or {})

    def learn(self, user: Mapping[str, Any]) -> Person:
        """Keep what Slack tells about somebody."""
        person = person_of(user)
        self._known[str(user.get("id", ""))] = (time.monotonic(), person)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return person


def person_of(user: Mapping[str, Any]) -> Person:
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    return Person(
        name=next((str(name) for name in names if name), ""),
        admin=any(user.get(right) for right in ("is_admin", "is_owner", "is_primary_owner")),
        zone=str(user.get("tz") or ""),
    )


class Members:
    """Which channels somebody shares with the bot: what is asked in private is offered from these."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._known: OrderedDict[str, tuple[float, tuple[str, ...]]] = OrderedDict()

    async def channels_of(self, user: str) -> tuple[str, ...]:
        """Their ids. Raises DeliveryError when Slack does not tell in time: offering nothing would lose an answer."""
        asked, known = self._known.get(user, (0.0, ()))
        if user in self._known and time.monotonic() - asked < SHARED_FRESH:
            return known
        try:
            async with asyncio.timeout(PATIENCE):
                found = tuple([channel async for channel in self._channels(user)])
        except TimeoutError as error:
            raise DeliveryError("Slack does not tell who is in which channel", permanent=False) from error
        except DeliveryError as error:
            if not error.permanent:
                raise
            found = ()  # a guest of another organisation, say: nobody whose channels we may know
        self._known[user] = (time.monotonic(), found)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return found

    def forget(self, user: str) -> None:
        """They joined a channel."""
        self._known.pop(user, None)

    async def _channels(self, user: str) -> AsyncIterator[str]:
        cursor: dict[str, str] = {}
        for _ in range(SHARED_PAGES):
            answer = await self._web.call(
                "users.conversations", user=user, types=SHARED, exclude_archived="true", limit=SHARED_PAGE, **cursor
            )
            for channel in answer.get("channels") or ():
                yield str(channel["id"])
            following = (answer.get("response_metadata") or {}).get("next_cursor")
            if not following:
                return
            cursor = {"cursor": following}
