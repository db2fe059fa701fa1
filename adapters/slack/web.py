"""Slack's Web API: paced, never sent twice by itself, every refusal a DeliveryError."""

import http
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.manifest import OPTIONAL
from adapters.slack.pace import Pace, Time
from adapters.slack.refusals import PERMANENT, REVOKED, RefusalError
from bot.errors import DeliveryError

Lost = Callable[[str, str], None]

# These take no JSON.
READS = {
    "conversations.history",
    "conversations.info",
    "conversations.replies",
    "files.getUploadURLExternal",
    "users.conversations",
    "users.info",
}
# Longer waits are left to whoever called: they hold no connection meanwhile.
LONGEST_WAIT = 15.0
SECONDS = aiohttp.ClientTimeout(total=20, sock_connect=5)


@dataclass
class Connection:
    """What the clients of all workspaces share. api_url: ends with a slash."""

    api_url: str
    time: Time
    session: aiohttp.ClientSession | None = None
    closed: bool = False

    def __post_init__(self) -> None:
        self.api_url = self.api_url.rstrip("/") + "/"
        self._owned = self.session is None

    def client_session(self) -> aiohttp.ClientSession:
        """Raises DeliveryError."""
        if self.closed:
            raise DeliveryError("Slack is being left", permanent=False)
        if self.session is None:
            self.session = aiohttp.ClientSession(timeout=SECONDS)
        return self.session

    async def close(self) -> None:
        self.closed = True
        if self.session and self._owned:
            await self.session.close()


class Web:
    """One token's calls. kind: of the token, as it is named to people. lost: told when access is gone: why, and Slack's code."""

    def __init__(self, token: str, connection: Connection, lost: Lost, kind: str = "bot") -> None:
        self._token = token
        self._connection = connection
        self._lost = lost
        self._kind = kind
        self._pace = Pace()

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """What Slack answers. Raises DeliveryError."""
        return (await self.request(method, arguments))[0]

    async def request(self, method: str, arguments: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The answer and its headers. Raises DeliveryError."""
        channel = str(arguments.get("channel") or arguments.get("channel_id") or "")
        for last in (False, False, True):
            await self._turn(method, channel)
            try:
                response = await self._send(method, arguments)
            except (aiohttp.ClientError, OSError, TimeoutError, SlackClientError, ValueError) as error:
                failure = self._failure(method, channel, error)
                if last or failure.retry_after is None:
                    raise failure from error
                continue
            headers = {name.lower(): value for name, value in response.headers.items()}
            return dict(response.data) if isinstance(response.data, dict) else {}, headers
        raise AssertionError("the last try returns or raises")

    async def respond(self, url: str, message: dict[str, Any], *, private: bool) -> None:
        """Answer a command or a press at its response_url. Raises DeliveryError."""
        kind = "ephemeral" if private else "in_channel"
        body = {"response_type": kind, "replace_original": False, **message}
        try:
            async with self._connection.client_session().post(url, json=body) as answer:
                text = await answer.text()
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise DeliveryError(f"no answer from Slack ({type(error).__name__})", permanent=False) from error
        if answer.status >= 500 or answer.status == 429:
            raise RefusalError("", f"Slack answers {answer.status}", permanent=False, retry_after=_seconds(dict(answer.headers)))
        if answer.status >= 400:
            raise RefusalError(_code(text) or "expired_url", "the answer came too late", permanent=True)

    async def upload(self, url: str, data: bytes) -> None:
        """To an address that Slack gave us for it. Raises DeliveryError."""
        try:
            async with self._connection.client_session().post(url, data=data) as answer:
                status = answer.status
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise DeliveryError(f"no answer from Slack ({type(error).__name__})", permanent=False) from error
        if status != http.HTTPStatus.OK:
            raise DeliveryError(f"Slack answers {status}", permanent=False)

    async def _turn(self, method: str, channel: str) -> None:
        """Wait until a call may be made."""
        while (wait := self._pace.wait(method, channel, self._connection.time.monotonic())) > 0:
            if wait > LONGEST_WAIT:
                raise RefusalError("ratelimited", "Slack asks to wait", permanent=False, retry_after=wait)
            await self._connection.time.sleep(wait)
        self._pace.take(method, channel, self._connection.time.monotonic())

    async def _send(self, method: str, arguments: dict[str, Any]) -> AsyncSlackResponse:
        api_url, session = self._connection.api_url, self._connection.client_session()
        client = AsyncWebClient(token=self._token, base_url=api_url, session=session, retry_handlers=[])
        if method in READS:
            return await client.api_call(method, http_verb="GET", params=arguments)
        return await client.api_call(method, json=arguments)

    def _failure(self, method: str, channel: str, error: Exception) -> DeliveryError:
        response = error.response if isinstance(error, SlackApiError) else None
        code = str(response.data.get("error", "")) if response is not None and isinstance(response.data, dict) else ""
        if response is None or not (code or response.status_code == 429):
            return DeliveryError(f"no answer from Slack ({type(error).__name__})", permanent=False)
        headers = {name.lower(): value for name, value in response.headers.items()}
        if code in ("ratelimited", "rate_limited", "message_limit_exceeded") or response.status_code == 429:
            seconds = _seconds(headers)
            self._pace.close(method, channel, self._connection.time.monotonic(), seconds)
            return RefusalError(code, "Slack asks to wait", permanent=False, retry_after=seconds)
        if code == "missing_scope":
            told = f"the scope {response.get('needed')} is missing ({method}); add it to the app and install it again"
            if response.get("needed") not in OPTIONAL:
                self._lost(told, code)
            return RefusalError(code, told, permanent=False)
        if code in REVOKED:
            self._lost(f"{self._kind} token: {REVOKED[code]} ({code})", code)
        return RefusalError(code, PERMANENT.get(code, f"Slack says {code}"), permanent=code in PERMANENT)


def _seconds(headers: dict[str, str]) -> float:
    told = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(told) if told.replace(".", "", 1).isdigit() else 1.0


def _code(text: str) -> str:
    try:
        return str(json.loads(text).get("error", ""))
    except (ValueError, AttributeError):
        return ""
