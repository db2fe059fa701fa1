"""Replies to where they were asked for: whispered, under a message, in a conversation, in App Home."""

from collections.abc import Mapping
from typing import Any

import structlog

from adapters.slack import cutting, render
from adapters.slack.origin import Origin, Way
from adapters.slack.pictures import Pictures
from adapters.slack.refusals import RefusalError
from adapters.slack.web import Web
from bot.errors import DeliveryError
from bot.protocol import Image, Reply

log = structlog.get_logger()

# A response_url takes five answers.
MOST_RESPONSES = 5
# Where a whisper cannot be heard, the person's own conversation with the bot still can.
UNHEARD = {
    "channel_not_found",
    "is_archived",
    "not_in_channel",
    "user_not_in_channel",
    "thread_not_found",
    "expired_url",
    "used_url",
}
# How far back a message is looked for.
PAGES = 10
PER_PAGE = 200


class Showing:
    """me: the bot's own bot id, whose messages count."""

    def __init__(self, web: Web, me: str) -> None:
        self._web = web
        self._me = me
        self._pictures = Pictures(web)
        self._conversations: dict[str, str] = {}

    async def show(self, origin: Origin, reply: Reply, key: str, *, again: bool) -> None:
        """again: it may have been shown before; what is public is then looked for first. Raises DeliveryError."""
        match origin.way:
            case Way.SAID:
                await self._answer(origin, reply, key, again)
            case Way.WHISPER:
                await self._whisper(origin, reply, key)
            case Way.HOME:
                view = {"type": "home", "blocks": cutting.view(render.blocks(reply))}
                await self._web.call("views.publish", user_id=origin.user, view=view)
            case Way.POST if origin.url:
                # A refusal is one sentence: it need not be everybody's.
                await self._respond(origin.url, reply, private=not reply.blocks)
            case Way.POST:
                here = await self.place(origin.channel)
                if not (again and await self.find(here, key, origin.thread)):
                    await self.post(here, reply, key, origin.thread)

    async def post(self, here: str, reply: Reply, key: str, thread: str = "") -> str:
        """Its ts. What does not fit into one message goes on in its thread. Raises DeliveryError."""
        first, *more = render.messages(reply)
        made = await self._send(here, first, key, thread)
        for number, part in enumerate(more, start=2):
            try:
                await self._send(here, part, f"{key}+{number}", thread or made)
            except DeliveryError as error:
                log.warning("rest of a message not shown", channel=here, key=key, part=number, error=str(error))
                break
        await self._pictures.share(reply, here, thread or ("" if here.startswith("D") else made))
        return made

    async def find(self, here: str, key: str, thread: str = "") -> str | None:
        """The ts of our message under *key*. Raises DeliveryError."""
        async for message in self.history(here, thread, newest_first=not thread):
            if message.get("bot_id") == self._me and render.key_of(message) == key:
                return str(message["ts"])
        return None

    async def history(self, here: str, thread: str = "", oldest: str = "0", newest_first: bool = False) -> Any:
        """The messages of a channel, newest first, or of a thread, oldest first. Raises DeliveryError."""
        where = {"channel": here, "limit": PER_PAGE, "include_all_metadata": "true", "oldest": oldest}
        method = "conversations.replies" if thread else "conversations.history"
        cursor: Mapping[str, str] = {}
        for _ in range(PAGES):
            answer = await self._web.call(method, **where, **({"ts": thread} if thread else {}), **cursor)
            for message in answer.get("messages") or ():
                yield message
            following = (answer.get("response_metadata") or {}).get("next_cursor")
            if not following:
                return
            cursor = {"cursor": following}

    async def place(self, channel: str) -> str:
        """Slack's id for *channel*; a person's is that of their conversation with the bot. Raises DeliveryError."""
        user = channel.removeprefix("@")
        if channel[:1] not in ("@", "U", "W"):
            return channel
        if user not in self._conversations:
            answer = await self._web.call("conversations.open", users=user)
            self._conversations[user] = str(answer["channel"]["id"])
        return self._conversations[user]

    async def _answer(self, origin: Origin, reply: Reply, key: str, again: bool) -> None:
        """A line for all, findings for one. The line comes first: it can be found again, a whisper cannot."""
        thread = origin.thread or origin.message
        if reply.public and not (again and await self.find(origin.channel, key, thread)):
            await self._send(origin.channel, render.line(reply.public, origin.name), key, thread)
        if reply.reaction:
            await self._react(origin, render.REACTIONS.get(reply.reaction, ""))
        await self._whisper(origin, reply, key)

    async def _react(self, origin: Origin, emoji: str) -> None:
        """A mark is a courtesy: without it the verdict still stands."""
        if not emoji:
            return
        try:
            await self._web.call("reactions.add", channel=origin.channel, timestamp=origin.message, name=emoji)
        except DeliveryError as error:
            if not (isinstance(error, RefusalError) and error.code == "already_reacted"):
                log.warning("no reaction", channel=origin.channel, message=origin.message, error=str(error))

    async def _whisper(self, origin: Origin, reply: Reply, key: str) -> None:
        """A picture that is for one person goes to their conversation with the bot."""
        if await self._whispered(origin, reply, key) and any(isinstance(block, Image) for block in reply.blocks):
            await self._pictures.share(reply, await self.place(origin.user))

    async def _whispered(self, origin: Origin, reply: Reply, key: str) -> bool:
        """False when it went to the person's own conversation, pictures and all."""
        try:
            if origin.url:
                await self._respond(origin.url, reply, private=True)
                return True
        except RefusalError as error:
            if error.code not in UNHEARD:
                raise
        try:
            where = {"channel": origin.channel, "user": origin.user, **({"thread_ts": origin.thread} if origin.thread else {})}
            for part in render.messages(reply):
                await self._web.call("chat.postEphemeral", **where, **part)
            return True
        except RefusalError as error:
            if error.code not in UNHEARD:
                raise
            here = await self.place(origin.user)
            if not await self.find(here, key):
                await self.post(here, reply, key)
            return False

    async def _respond(self, url: str, reply: Reply, *, private: bool) -> None:
        for part in render.messages(reply)[:MOST_RESPONSES]:
            await self._web.respond(url, part, private=private)

    async def _send(self, here: str, message: Mapping[str, Any], key: str, thread: str) -> str:
        below = {"thread_ts": thread} if thread else {}
        quiet = {"unfurl_links": False, "unfurl_media": False}
        answer = await self._web.call(
            "chat.postMessage", channel=here, metadata=render.metadata(key), **below, **quiet, **message
        )
        return str(answer["ts"])
