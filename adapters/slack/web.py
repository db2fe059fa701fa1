"""Slack's Web API: paced, never sent twice by itself, every refusal a DeliveryError."""

import asyncio
import json
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.pace import Pace, Time
from bot.errors import DeliveryError

# These take no JSON.
READS = {"conversations.history", "conversations.info", "conversations.replies", "users.info"}
# The access itself is gone: nothing can be sent until an operator acts, and no channel is to blame.
REVOKED = {
    "account_inactive": "the app was removed or deactivated",
    "app_uninstalled": "the app was uninstalled",
    "invalid_auth": "the token is not valid",
    "no_permission": "the token has not the permission",
    "not_allowed_token_type": "this is the wrong kind of token",
    "not_authed": "no token was given",
    "team_access_not_granted": "the workspace did not grant access",
    "token_expired": "the token expired",
    "token_revoked": "the token was revoked",
}
PERMANENT = {
    "cannot_dm_bot": "a bot takes no messages",
    "cant_update_message": "the message is not mine to change",
    "channel_not_found": "the channel is gone, or I was not invited to it",
    "edit_window_closed": "the message is too old to be changed",
    "expired_trigger_id": "the form came too late",
    "trigger_expired": "the form came too late",
    "exchanged_trigger_id": "the form was opened already",
    "invalid_blocks": "Slack does not take what I wanted to show",
    "is_archived": "the channel is archived",
    "message_not_found": "the message is gone",
    "messages_tab_disabled": "direct messages to me are switched off",
    "msg_blocks_too_long": "the message is too long",
    "msg_too_long": "the message is too long",
    "no_text": "the message is empty",
    "not_in_channel": "I was not invited to the channel",
    "restricted_action": "an admin does not let me post there",
    "restricted_action_read_only_channel": "the channel is read-only",
    "restricted_action_thread_only_channel": "the channel takes threads only",
    "restricted_action_non_threadable_channel": "the channel takes no threads",
    "thread_not_found": "the thread is gone",
    "user_disabled": "the person left",
    "user_not_found": "the person left",
    "user_not_in_channel": "the person is not in the channel",
    "not_found": "the view is gone",
    "expired_url": "the answer came too late",
    "used_url": "the answer came too late",
}
# Longer waits are left to whoever called: they hold no connection meanwhile.
LONGEST_WAIT = 15.0
SECONDS = aiohttp.ClientTimeout(total=20, sock_connect=5)


class RefusalError(DeliveryError):
    """code: Slack's own name of the refusal."""

    def __init__(self, code: str, message: str, *, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(message, permanent=permanent, retry_after=retry_after)
        self.code = code


class Web:
    """ended: set when access is gone; reason: why, in one line."""

    def __init__(
        self,
        token: str,
        api_url: str,
        time: Time,
        session: aiohttp.ClientSession | None = None,
    ) -> None:
        self.ended = asyncio.Event()
        self.reason = ""
        self._token = token
        self._api_url = api_url.rstrip("/") + "/"
        self._time = time
        self._session = session
        self._owned = session is None
        self._pace = Pace()
        self._closed = False

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """What Slack answers. Raises DeliveryError."""
        return (await self.request(method, arguments))[0]

    async def request(self, method: str, arguments: dict[str, Any], token: str = "") -> tuple[dict[str, Any], dict[str, str]]:
        """The answer and its headers. Raises DeliveryError."""
        channel = str(arguments.get("channel", ""))
        for last in (False, False, True):
            await self._turn(method, channel)
            try:
                response = await self._send(method, arguments, token)
            except (aiohttp.ClientError, OSError, TimeoutError, SlackClientError, ValueError) as error:
                failure = self._failure(method, channel, error, "app" if token else "bot")
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
            async with self._client_session().post(url, json=body) as answer:
                text = await answer.text()
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise DeliveryError(f"no answer from Slack ({type(error).__name__})", permanent=False) from error
        if answer.status >= 500 or answer.status == 429:
            raise RefusalError("", f"Slack answers {answer.status}", permanent=False, retry_after=_seconds(dict(answer.headers)))
        if answer.status >= 400:
            raise RefusalError(_code(text) or "expired_url", "the answer came too late", permanent=True)

    def end(self, reason: str) -> None:
        self.reason = self.reason or reason
        self.ended.set()

    async def close(self) -> None:
        self._closed = True
        if self._session and self._owned:
            await self._session.close()

    async def _turn(self, method: str, channel: str) -> None:
        """Wait until a call may be made."""
        while (wait := self._pace.wait(method, channel, self._time.monotonic())) > 0:
            if wait > LONGEST_WAIT:
                raise RefusalError("ratelimited", "Slack asks to wait", permanent=False, retry_after=wait)
            await self._time.sleep(wait)
        self._pace.take(method, channel, self._time.monotonic())

    async def _send(self, method: str, arguments: dict[str, Any], token: str) -> AsyncSlackResponse:
        client = AsyncWebClient(
            token=token or self._token, base_url=self._api_url, session=self._client_session(), retry_handlers=[]
        )
        if method in READS:
            return await client.api_call(method, http_verb="GET", params=arguments)
        return await client.api_call(method, json=arguments)

    def _client_session(self) -> aiohttp.ClientSession:
        if self._closed:
            raise DeliveryError("Slack is being left", permanent=False)
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=SECONDS)
        return self._session

    def _failure(self, method: str, channel: str, error: Exception, token: str) -> DeliveryError:
        response = error.response if isinstance(error, SlackApiError) else None
        code = str(response.data.get("error", "")) if response is not None and isinstance(response.data, dict) else ""
        if response is None or not (code or response.status_code == 429):
            return DeliveryError(f"no answer from Slack ({type(error).__name__})", permanent=False)
        headers = {name.lower(): value for name, value in response.headers.items()}
        if code in ("ratelimited", "rate_limited", "message_limit_exceeded") or response.status_code == 429:
            seconds = _seconds(headers)
            self._pace.close(method, channel, self._time.monotonic(), seconds)
            return RefusalError(code, "Slack asks to wait", permanent=False, retry_after=seconds)
        if code == "missing_scope":
            self.end(f"the scope {response.get('needed')} is missing ({method}); add it to the app and install it again")
        elif code in REVOKED:
            self.end(f"{token} token: {REVOKED[code]} ({code})")
        return RefusalError(code, PERMANENT.get(code, f"Slack says {code}"), permanent=code in PERMANENT)


def _seconds(headers: dict[str, str]) -> float:
    told = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(told) if told.replace(".", "", 1).isdigit() else 1.0


def _code(text: str) -> str:
    try:
        return str(json.loads(text).get("error", ""))
    except (ValueError, AttributeError):
        return ""
