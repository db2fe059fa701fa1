"""Answers to interactions: with their own token instead of the bot's, outside every budget: Discord waits 3 seconds only."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import structlog

from adapters.discord.ids import Origin, instant
from adapters.discord.refusals import ACKNOWLEDGED
from adapters.discord.render import Page
from adapters.discord.rest import LostError, RefusedError, form

log = structlog.get_logger()

LIFE = timedelta(minutes=15)
# A callback is tried again only while it could still be in time.
TRIES = 3
SECONDS = 5.0
MODAL, DEFERRED, COMPLETION = 9, 5, 8
EPHEMERAL = 1 << 6
EXPIRED = 401, 404


class ExpiredError(Exception):
    """The interaction's token is no longer good: nothing can be shown with it."""


@dataclass
class Interactions:
    """api: the address of the REST API. application: the bot's, known once it is logged in."""

    api: str
    application: str = ""
    _session: aiohttp.ClientSession | None = None

    async def defer(self, id: str, token: str, private: bool) -> None:
        """'Thinking …': fixes whether the reply will be private."""
        await self._callback(id, token, {"type": DEFERRED, "data": {"flags": EPHEMERAL if private else 0}})

    async def open_form(self, id: str, token: str, modal: Mapping[str, Any]) -> None:
        await self._callback(id, token, {"type": MODAL, "data": modal})

    async def complete(self, id: str, token: str, choices: Sequence[Mapping[str, str]]) -> None:
        await self._callback(id, token, {"type": COMPLETION, "data": {"choices": list(choices)}})

    async def show(self, origin: Origin, pages: Sequence[Page], now: datetime) -> None:
        """The first page takes the place of 'thinking …', the others follow. Raises ExpiredError, DeliveryError."""
        if now - instant(origin.interaction) > LIFE:
            raise ExpiredError
        hook = f"/webhooks/{self.application}/{origin.token}"
        first, *more = pages
        # A body that says what it has no more of replaces the whole message, also one that was shown before.
        await self._send("PATCH", f"{hook}/messages/@original", {"attachments": [], **first.body}, first.files)
        for page in more:
            await self._send("POST", hook, {**page.body, "flags": EPHEMERAL if origin.private else 0}, page.files, tries=1)

    async def withdraw(self, origin: Origin) -> None:
        """Take 'thinking …' away where nothing is to be said."""
        await self._send("DELETE", f"/webhooks/{self.application}/{origin.token}/messages/@original", None)

    async def gateway(self) -> str:
        """The gateway's address as this API gives it. Raises LostError."""
        found = await self._send("GET", "/gateway", None)
        if not isinstance(found, dict) or not isinstance(found.get("url"), str):
            raise LostError("GET /gateway gave no address")
        return str(found["url"])

    async def close(self) -> None:
        if self._session:
            await self._session.close()
            self._session = None

    async def _callback(self, id: str, token: str, body: Mapping[str, Any]) -> None:
        try:
            await self._send("POST", f"/interactions/{id}/{token}/callback", body)
        except RefusedError as error:
            if error.code != ACKNOWLEDGED:  # our first try arrived, only its answer was lost
                raise ExpiredError from error

    async def _send(self, method: str, path: str, body: Any, files: Sequence[tuple[str, bytes]] = (), tries: int = TRIES) -> Any:
        """Raises ExpiredError, LostError, RefusedError."""
        for left in reversed(range(tries)):
            try:
                async with self._open().request(method, self.api + path, **_content(body, files)) as response:
                    wait = await self._read(response, left)
                    if wait is None:
                        return await response.json(content_type=None) if response.status != 204 else None
                await asyncio.sleep(wait)
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
                if not left:
                    raise LostError(f"no answer from Discord ({type(error).__name__})") from error
        raise LostError("no answer from Discord")

    async def _read(self, response: aiohttp.ClientResponse, left: int) -> float | None:
        """None for a good answer, else how long to wait before the next try. Raises ExpiredError, RefusedError."""
        if response.status < 300:
            return None
        try:
            said = await response.json(content_type=None)
        except ValueError:
            said = {}
        said = said if isinstance(said, dict) else {}
        code, text = int(said.get("code") or 0), str(said.get("message") or "")
        if left and response.status == 429:
            return min(float(said.get("retry_after") or 1), SECONDS)
        if left and response.status >= 500:
            return 0.1 * (TRIES - left)
        if response.status in EXPIRED and response.method != "GET":
            raise ExpiredError(f"{text} ({response.status}, code {code})")
        raise RefusedError(response.status, code, f"{text} ({response.status}, code {code})")

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS))
        return self._session


def _content(body: Any, files: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    if not files:
        return {} if body is None else {"json": body}
    data = aiohttp.FormData(quote_fields=False)
    for part in form(body, files):
        name, value = part.pop("name"), part.pop("value")
        data.add_field(name, value, **part)
    return {"data": data}
