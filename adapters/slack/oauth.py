"""Installing the app in several workspaces: Slack's OAuth, through bolt's own flow."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import aiohttp
import structlog
from aiohttp import web as http
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import InstallationStore
from slack_sdk.oauth.state_store import OAuthStateStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.manifest import manifest
from adapters.slack.web import Connection
from adapters.slack.workspaces import Installed
from bot.errors import DeliveryError, StoreError

log = structlog.get_logger()


@dataclass(frozen=True)
class OAuth:
    """What several workspaces need. The stores are slack_sdk's, over whatever keeps them; their methods may block."""

    client_id: str
    client_secret: str
    installations: InstallationStore
    states: OAuthStateStore


class Door:
    """The two addresses that somebody who installs the app comes by: GET /slack/install, then GET /slack/oauth_redirect."""

    def __init__(self, oauth: OAuth, installed: Installed, connection: Connection) -> None:
        self._oauth = oauth
        self._installed = installed
        self._connection = connection

    async def install(self, request: http.Request) -> http.Response:
        """On to Slack, which asks the person."""
        return await self._answer(request, self._flow().handle_installation)

    async def redirect(self, request: http.Request) -> http.Response:
        """Back from Slack: its code becomes a bot token, which is kept."""
        return await self._answer(request, self._flow().handle_callback)

    async def _answer(self, request: http.Request, handle: Any) -> http.Response:
        try:
            return await to_aiohttp_response(await handle(await to_bolt_request(request)))
        except (aiohttp.ClientError, OSError, TimeoutError, StoreError, DeliveryError) as error:
            log.error("not installed", error=f"{type(error).__name__}: {error}")
            return http.Response(status=503, text="Slack or the database did not answer. Please try again in a minute.\n")

    def _flow(self) -> AsyncOAuthFlow:
        api_url, session = self._connection.api_url, self._connection.client_session()
        settings = AsyncOAuthSettings(
            client_id=self._oauth.client_id,
            client_secret=self._oauth.client_secret,
            scopes=manifest()["oauth_config"]["scopes"]["bot"],
            user_scopes=[],
            authorization_url=urljoin(api_url, "/oauth/v2/authorize"),
            install_page_rendering_enabled=False,
            installation_store=self._installed,
            state_store=_States(self._oauth.states),
        )
        return AsyncOAuthFlow(settings=settings, client=_Client(base_url=api_url, session=session, retry_handlers=[]))


class _Client(AsyncWebClient):
    async def oauth_v2_access(  # type: ignore[override]
        self, *, client_id: str, client_secret: str, code: str, redirect_uri: str | None = None
    ) -> AsyncSlackResponse:
        """With the secret as an argument: slack_sdk's own sends it by a way that aiohttp warns of."""
        given = {"client_id": client_id, "client_secret": client_secret, "code": code}
        return await self.api_call("oauth.v2.access", data=given)


class _States(AsyncOAuthStateStore):
    """Whoever comes back from Slack is the one whom we sent there."""

    def __init__(self, kept: OAuthStateStore) -> None:
        self._kept = kept

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        return await asyncio.to_thread(self._kept.issue)

    async def async_consume(self, state: str) -> bool:
        return await asyncio.to_thread(self._kept.consume, state)
