"""Names, rights and time zones of people, as Slack has them; asked once in a while."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
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
