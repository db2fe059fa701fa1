"""Messages in channels, threads and private conversations: made once, found again, changed."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

import structlog

from adapters.discord import ids, limits, render
from adapters.discord.budget import Lane
from adapters.discord.refusals import UNKNOWN_CHANNEL
from adapters.discord.render import Page
from adapters.discord.rest import LostError, RefusedError, Rest
from adapters.discord.threads import Threads
from bot.errors import DeliveryError
from bot.protocol import Button, Channel, Mark, Reply

log = structlog.get_logger()

MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = MESSAGES + "/{message_id}"
PAGE = 100
# How far back a post is looked for, and how far forward answers are read.
SEEK_PAGES, READ_PAGES = 3, 20


class Messages:
    """bot: our own user id, '' while not logged in. forbidden: called with a channel where we may make no threads."""

    def __init__(self, rest: Rest, bot: Callable[[], str], forbidden: Callable[[Channel], None]) -> None:
        self._rest = rest
        self._bot = bot
        self._threads = Threads(rest, forbidden)
        self._direct: dict[str, str] = {}

    async def post(self, channel: Channel, reply: Reply, key: str, thread: str = "", spare: Button = render.HELP) -> str:
        """Raises DeliveryError. What does not fit goes on in the thread, or below."""
        if thread:
            return await self._post_below(channel, reply, key, thread)
        container = await self.container(channel)
        first, *more = render.pages(reply, key, spare=spare)
        made = await self.send(container, first, key, Lane.POST)
        below = await self._threads.under(channel, made, reply) if not channel.is_direct else ""
        await self._go_on(below or container, more, key, Lane.POST)
        return ids.name_of(container, made, channel)

    async def edit(self, channel: Channel, name: str, reply: Reply) -> None:
        """Raises DeliveryError. Of a long reply only the first part is replaced: what follows it does not change."""
        container, message = ids.place_of(name, channel)
        body = {name: value for name, value in render.pages(reply)[0].body.items() if name != "content"}
        await self._rest.call(Lane.EDIT, "PATCH", MESSAGE, body, channel_id=container, message_id=message)

    async def find(self, channel: Channel, key: str, thread: str = "") -> str | None:
        """Raises DeliveryError."""
        places = [await self.container(channel)]
        if thread:
            places.insert(0, ids.place_of(thread, channel)[1])
        for container in places:
            found = await self.seek(container, key)
            if found:
                if not thread and not channel.is_direct:
                    await self._threads.mend(channel, found)
                return ids.name_of(container, str(found["id"]), channel)
        return None

    async def send(self, container: str, page: Page, key: str, lane: Lane) -> str:
        """Make one message, once: *key* is its nonce, and a lost answer is looked for before it is sent again."""
        body = page.body | {"nonce": key[: limits.NONCE], "enforce_nonce": True}
        try:
            return await self._create(container, body, page, lane)
        except LostError:
            found = await self._glance(container, key)
            return str(found["id"]) if found else await self._create(container, body, page, lane)

    async def seek(self, container: str, key: str, *, after: str = "", pages: int = SEEK_PAGES) -> dict[str, Any] | None:
        """Our own message under *key*: the newest ones of *container*, or those next after the message *after*."""
        params = {"limit": str(PAGE)} | ({"after": after} if after else {})
        for _ in range(1 if after else pages):
            try:
                rows = await self._rest.records(Lane.POST, "GET", MESSAGES, params=params, channel_id=container)
            except RefusedError as error:
                if error.code == UNKNOWN_CHANNEL:
                    return None
                raise
            for row in rows:
                if str((row.get("author") or {}).get("id")) == self._bot() and ids.carries(row, key):
                    return row
            if len(rows) < PAGE:
                return None
            params["before"] = str(min(int(row["id"]) for row in rows))
        return None

    async def since(self, container: str, mark: datetime) -> AsyncIterator[dict[str, Any]]:
        """What was written after *mark*, oldest first. Raises DeliveryError."""
        after = ids.snowflake(mark)
        for _ in range(READ_PAGES):
            params = {"limit": str(PAGE), "after": str(after)}
            rows = await self._rest.records(Lane.READ, "GET", MESSAGES, params=params, channel_id=container)
            for row in sorted(rows, key=lambda row: int(row["id"])):
                yield row
                after = int(row["id"])
            if len(rows) < PAGE:
                return

    async def react(self, container: str, message: str, mark: Mark) -> None:
        """Raises DeliveryError."""
        path = MESSAGE + "/reactions/{emoji}/@me"
        emoji = quote(render.EMOJI[mark])
        await self._rest.call(Lane.ANSWER, "PUT", path, channel_id=container, message_id=message, emoji=emoji)

    async def container(self, channel: Channel) -> str:
        """The channel's id on Discord; a private conversation is opened first. Raises DeliveryError."""
        if not channel.is_direct:
            return channel.channel_id
        user = channel.channel_id[1:]
        if user not in self._direct:
            made = await self._rest.record(Lane.POST, "POST", "/users/@me/channels", {"recipient_id": user})
            self._direct[user] = str(made["id"])
        return self._direct[user]

    async def _glance(self, container: str, key: str) -> dict[str, Any] | None:
        """seek in the newest messages; where history may not be read, the nonce alone keeps us from sending twice."""
        try:
            return await self.seek(container, key, pages=1)
        except RefusedError:
            return None

    async def _create(self, container: str, body: dict[str, Any], page: Page, lane: Lane) -> str:
        made = await self._rest.record(lane, "POST", MESSAGES, body, files=page.files, channel_id=container)
        return str(made["id"])

    async def _post_below(self, channel: Channel, reply: Reply, key: str, thread: str) -> str:
        """In the thread, which has its post's id; where there is none and none can be made, as a reply to the post."""
        container, post = ids.place_of(thread, channel)
        first, *more = render.pages(reply, key, spare=render.SCORE)
        try:
            made = await self._send_in_thread(channel, post, first, key, reply)
            await self._go_on(post, more, key, Lane.POST)
            return ids.name_of(post, made, channel)
        except RefusedError as error:
            if not error.permanent:
                raise
            log.warning("no thread to post in", channel=str(channel), error=str(error))
        reference = {"message_id": post, "fail_if_not_exists": False}
        first = Page(
            {**render.pages(reply, key, about=post, spare=render.SCORE)[0].body, "message_reference": reference}, first.files
        )
        made = await self.send(container, first, key, Lane.POST)
        await self._go_on(container, more, key, Lane.POST)
        return ids.name_of(container, made, channel)

    async def _send_in_thread(self, channel: Channel, post: str, page: Page, key: str, reply: Reply) -> str:
        try:
            return await self.send(post, page, key, Lane.POST)
        except RefusedError as error:
            if error.code != UNKNOWN_CHANNEL or not await self._threads.make(channel, post, render.thread_name(reply)):
                raise
            return await self.send(post, page, key, Lane.POST)

    async def _go_on(self, container: str, pages: list[Page], key: str, lane: Lane) -> None:
        """The rest of a long reply; its loss is no reason to make the first part again."""
        for number, page in enumerate(pages, start=2):
            try:
                await self.send(container, page, f"{key[: limits.NONCE - 3]}~{number}", lane)
            except DeliveryError as error:
                log.warning("rest of a long message not shown", channel=container, key=key, error=str(error))
                return
