"""Replies to events: shown where the event was raised, now or later, once."""

from collections.abc import Callable
from datetime import datetime

import structlog

from adapters.discord import render
from adapters.discord.budget import Lane
from adapters.discord.ids import Origin
from adapters.discord.interactions import ExpiredError, Interactions
from adapters.discord.messages import Messages
from adapters.discord.render import Page
from bot.errors import DeliveryError
from bot.protocol import Button, Channel, Reply

log = structlog.get_logger()


class Answering:
    def __init__(self, messages: Messages, interactions: Interactions, clock: Callable[[], datetime]) -> None:
        self._messages = messages
        self._interactions = interactions
        self._clock = clock

    async def show(self, origin: Origin, reply: Reply, key: str, *, again: bool = False) -> None:
        """again: it may have been shown before, by us or by a process that died. Raises DeliveryError."""
        if origin.interaction:
            await self._to_interaction(origin, reply, key)
        elif origin.private:
            await self._in_private(origin, reply, key, origin.message if again else "")
        else:
            await self._in_public(origin, reply, key, again)

    async def point_to(self, origin: Origin, command: str, key: str) -> None:
        """A private command that was written in public: offer it as a button, whose reply only the presser sees."""
        body = render.line("Press the button; only you will see it.", Button(command.capitalize(), command), key, "")
        await self._reply(origin, Page(body), key)

    async def _to_interaction(self, origin: Origin, reply: Reply, key: str) -> None:
        try:
            await self._interactions.show(origin, render.pages(reply), self._clock())
        except ExpiredError as error:
            log.info("interaction expired", interaction=origin.interaction, error=str(error))
            if origin.private:
                await self._in_private(origin, reply, key, origin.interaction)
            else:
                await self._messages.post(Channel("discord", origin.guild, origin.channel), reply, key)

    async def _in_private(self, origin: Origin, reply: Reply, key: str, since: str = "") -> None:
        """In the private conversation with the asker. since: look first whether it stands there, after this id."""
        channel = Channel("discord", origin.guild, f"@{origin.user}")
        if since and await self._messages.seek(await self._messages.container(channel), key, after=since):
            return
        await self._messages.post(channel, reply, key, spare=render.SCORE)

    async def _in_public(self, origin: Origin, reply: Reply, key: str, again: bool) -> None:
        if reply.public or reply.reaction is None:
            await self._line(origin, reply, key, again)
        if reply.reaction is not None:
            try:
                await self._messages.react(origin.channel, origin.message, reply.reaction)
            except DeliveryError as error:
                if not reply.public and not error.permanent:
                    raise
                log.info("no reaction", channel=origin.channel, error=str(error))

    async def _line(self, origin: Origin, reply: Reply, key: str, again: bool) -> None:
        if again and await self._messages.seek(origin.channel, key, after=origin.message):
            return
        if reply.public:
            pages = [Page(render.line(reply.public, render.SCORE, key, origin.about))]
        else:
            pages = render.pages(reply, key, origin.about, render.SCORE)
        await self._reply(origin, pages[0], key)
        for number, page in enumerate(pages[1:], start=2):
            await self._messages.send(origin.channel, page, f"{key[:22]}~{number}", Lane.ANSWER)

    async def _reply(self, origin: Origin, page: Page, key: str) -> None:
        reference = {"message_id": origin.message, "fail_if_not_exists": False}
        await self._messages.send(
            origin.channel, Page({**page.body, "message_reference": reference}, page.files), key, Lane.ANSWER
        )
