"""The workspaces we serve: one by its own token, or every one that installed the app."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol

import structlog
from slack_sdk.oauth.installation_store import Bot, Installation, InstallationStore
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore

from adapters.slack import manifest
from adapters.slack.events import Me
from adapters.slack.people import Members, People
from adapters.slack.refusals import DEAD
from adapters.slack.showing import Showing
from adapters.slack.web import Connection, Web
from adapters.slack.windows import Windows
from bot.errors import DeliveryError, StoreError
from bot.protocol import Event

log = structlog.get_logger()

LONGEST_PAUSE = 30.0
# Slack tells whole seconds, and our clock is not its own.
SKEW = 5.0


@dataclass(frozen=True, slots=True)
class Workspace:
    """Who we are there, what we may call, whom we know."""

    me: Me
    web: Web
    people: People
    members: Members
    showing: Showing
    windows: Windows

    @classmethod
    def of(cls, me: Me, web: Web) -> "Workspace":
        showing = Showing(web, me.bot)
        return cls(me, web, People(web), Members(web), showing, Windows(web, showing))

    async def placed(self, event: Event) -> Event:
        """What is asked in private is about the channels that the person is in. Raises DeliveryError."""
        if not event.channel.is_direct:
            return event
        return replace(event, member_of=await self.members.channels_of(event.learner.user_id))


class Workspaces(Protocol):
    async def get(self, team: str) -> Workspace:
        """Raises DeliveryError."""

    async def removed(self, team: str, reason: str, at: datetime) -> None:
        """The app was removed there."""


class Access:
    """ended: set when access to Slack is gone; reason: why, in one line."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self.reason = ""

    def lose(self, reason: str, _code: str = "") -> None:
        self.reason = self.reason or reason
        self.ended.set()


class One:
    """The workspace of a token: without it there is nothing to serve. pause: before the first new try; it doubles."""

    def __init__(self, token: str, connection: Connection, access: Access, pause: float) -> None:
        self._web = Web(token, connection, access.lose)
        self._time = connection.time
        self._access = access
        self._pause = pause
        self._known: Workspace | None = None

    async def get(self, team: str = "") -> Workspace:
        """Asks Slack who we are, and whether we may do what we need to. Raises DeliveryError."""
        if self._known is None:
            answer, headers = await self._web.request("auth.test", {})
            if lacking := manifest.missing(headers.get("x-oauth-scopes", "")):
                self._access.lose(f"the app lacks the scope {', '.join(lacking)}; add it and install the app again")
                raise DeliveryError(self._access.reason, permanent=False)
            me = Me(str(answer["team_id"]), str(answer["user_id"]), str(answer.get("bot_id", "")))
            self._known = self._known or Workspace.of(me, self._web)
        return self._known

    async def wait(self) -> None:
        """Until Slack is there. Raises DeliveryError when access is gone."""
        pause = self._pause
        while True:
            try:
                await self.get()
                return
            except DeliveryError as error:
                if self._access.ended.is_set():
                    raise
                log.warning("Slack is away", error=str(error))
            await self._time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def removed(self, team: str, reason: str, at: datetime) -> None:
        self._access.lose(f"access was taken away ({reason})")


class Installed(AsyncInstallationStore):
    """Every workspace that *store* holds a bot token of; what ends in one of them does not concern the others."""

    def __init__(self, store: InstallationStore, connection: Connection) -> None:
        self._store = store
        self._connection = connection
        self._known: dict[str, Workspace] = {}
        self._dead: dict[str, str] = {}

    async def get(self, team: str) -> Workspace:
        if team not in self._known:
            bot = await self._bot(team)
            if lacking := manifest.missing(",".join(bot.bot_scopes)):
                log.error("scope missing", team=team, scopes=lacking)
                raise DeliveryError(f"the app lacks the scope {', '.join(lacking)}; install it again", permanent=False)
            web = Web(bot.bot_token, self._connection, partial(self._lost, team, bot.bot_token))
            self._known[team] = Workspace.of(Me(team, bot.bot_user_id, bot.bot_id), web)
        return self._known[team]

    async def removed(self, team: str, reason: str, at: datetime) -> None:
        """Slack may tell it again when the app is back already: that token stays."""
        bot = await asyncio.to_thread(self._store.find_bot, enterprise_id=None, team_id=team)
        if bot and bot.installed_at < at.timestamp() + SKEW:
            await self._forget(team, reason)

    async def async_save(self, installation: Installation) -> None:
        await asyncio.to_thread(self._store.save, installation)
        self._known.pop(str(installation.team_id), None)
        log.info("app installed", team=installation.team_id)

    async def _bot(self, team: str) -> Bot:
        try:
            bot: Any = await asyncio.to_thread(self._store.find_bot, enterprise_id=None, team_id=team)
            if bot and bot.bot_token == self._dead.pop(team, None):
                await self._forget(team, "its token is dead")
                bot = None
        except StoreError as error:
            raise DeliveryError("the installations cannot be read", permanent=False) from error
        if bot is None:
            raise DeliveryError("the app is not installed in this workspace", permanent=True)
        found: Bot = bot
        return found

    async def _forget(self, team: str, reason: str) -> None:
        self._known.pop(team, None)
        await asyncio.to_thread(self._store.delete_all, enterprise_id=None, team_id=team)
        log.info("app removed", team=team, reason=reason)

    def _lost(self, team: str, token: str, reason: str, code: str) -> None:
        log.error("access to a workspace lost", team=team, error=reason)
        self._known.pop(team, None)
        if code in DEAD:
            self._dead[team] = token
