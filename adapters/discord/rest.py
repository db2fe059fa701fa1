"""Calls of Discord's REST API in the bot's name: within the budget, every failure a DeliveryError."""

import asyncio
import json
import mimetypes
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient, Route

from adapters.discord.budget import RATE, Budget, Fuse, Lane
from adapters.discord.refusals import PASSING, PASSING_CODES, sentence
from bot.errors import DeliveryError

# Less than the reconciler waits for a call.
SECONDS = 25.0
BANNED_WAIT = 60.0
JSON = "application/json"
MORE_TRIES = 2


class LostError(DeliveryError):
    """No answer came: the request may have been done or not."""

    def __init__(self, what: str) -> None:
        super().__init__(what, permanent=False)


class RefusedError(DeliveryError):
    """Discord said no. code: its own number for why."""

    def __init__(self, status: int, code: int, text: str, retry_after: float | None = None) -> None:
        permanent = 400 <= status < 500 and status not in PASSING and code not in PASSING_CODES
        super().__init__(text or f"Discord answered {status}", permanent=permanent, retry_after=retry_after)
        self.status = status
        self.code = code


class Rest:
    """http: gives discord.py's client for the buckets of each route, None while we are not logged in.

    revoked: called when Discord does not know the token any more.
    """

    def __init__(self, http: Callable[[], HTTPClient | None], revoked: Callable[[], None], rate: int = RATE) -> None:
        self._http = http
        self._revoked = revoked
        self.budget = Budget(rate)
        self._fuse = Fuse()

    async def call(
        self,
        lane: Lane,
        method: str,
        path: str,
        body: Any = None,
        *,
        params: Mapping[str, str] | None = None,
        files: Sequence[tuple[str, bytes]] = (),
        **parts: str,
    ) -> Any:
        """The answer as JSON. Raises LostError, RefusedError or another DeliveryError.

        What can be done twice to the same effect is tried again when its answer is lost; a POST is its caller's affair.
        """
        try:
            async with asyncio.timeout(SECONDS):
                for _ in range(0 if method == "POST" else MORE_TRIES):
                    try:
                        return await self._once(lane, Route(method, path, **parts), _content(body, params, files))
                    except LostError:
                        continue
                return await self._once(lane, Route(method, path, **parts), _content(body, params, files))
        except TimeoutError as error:
            raise LostError("no answer from Discord in time") from error

    async def _once(self, lane: Lane, route: Route, content: dict[str, Any]) -> Any:
        self._fuse.check()
        try:
            await self.budget.take(lane)
            http = self._http()
            if http is None:
                raise DeliveryError("Discord is not connected", permanent=False)
            return await http.request(route, **content)
        except discord.RateLimited as error:
            raise DeliveryError("Discord asks to wait", permanent=False, retry_after=error.retry_after) from error
        except discord.HTTPException as error:
            raise self._refusal(error) from error
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            # discord.py raises RuntimeError for a session that was closed under the call
            raise LostError(f"no answer from Discord ({type(error).__name__})") from error

    async def record(self, lane: Lane, method: str, path: str, body: Any = None, **rest: Any) -> dict[str, Any]:
        """call, where the answer is one object."""
        made = await self.call(lane, method, path, body, **rest)
        if not isinstance(made, dict):
            raise LostError("Discord's answer cannot be read")
        return made

    async def records(self, lane: Lane, method: str, path: str, **rest: Any) -> list[dict[str, Any]]:
        """call, where the answer is a list of objects."""
        made = await self.call(lane, method, path, **rest)
        if not isinstance(made, list):
            raise LostError("Discord's answer cannot be read")
        return [row for row in made if isinstance(row, dict)]

    def _refusal(self, error: discord.HTTPException) -> DeliveryError:
        self._fuse.count(error.status)
        if error.status != 429 and error.response.headers.get("Content-Type") != JSON:
            # What stands before Discord, or is taken for it, knows nothing of our channels.
            return DeliveryError(f"no answer from Discord itself ({error.status})", permanent=False)
        if error.status == 401:
            self._revoked()
            return RefusedError(401, error.code, "Discord does not accept the token any more")
        wait = None
        if error.status == 429:
            wait = _seconds(error.response.headers.get("Retry-After")) or BANNED_WAIT
        return RefusedError(error.status, error.code, sentence(error.status, error.code, error.text), wait)


def form(body: Any, files: Sequence[tuple[str, bytes]]) -> list[dict[str, Any]]:
    """The parts of a multipart body with attachments."""
    parts: list[dict[str, Any]] = [{"name": "payload_json", "value": json.dumps(body), "content_type": "application/json"}]
    for number, (name, content) in enumerate(files):
        kind, _ = mimetypes.guess_type(name)
        content_type = kind or "application/octet-stream"
        parts.append({"name": f"files[{number}]", "value": content, "filename": name, "content_type": content_type})
    return parts


def _content(body: Any, params: Mapping[str, str] | None, files: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    made: dict[str, Any] = {"params": dict(params)} if params else {}
    if files:
        made["form"] = form(body, files)
    elif body is not None:
        made["json"] = body
    return made


def _seconds(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
