"""What comes in from the gateway: acknowledged in time, made an Event, handed on, and its reply shown."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import IntEnum
from typing import Any

import discord
import structlog

from adapters.discord import events, forms, slash
from adapters.discord.answering import Answering
from adapters.discord.events import Place
from adapters.discord.gateway import Gateway
from adapters.discord.ids import Origin, pressed
from adapters.discord.interactions import ExpiredError, Interactions
from adapters.discord.messages import Messages
from adapters.discord.permissions import NEEDED, THREADS, lacks
from adapters.discord.places import Places
from bot.errors import DeliveryError
from bot.protocol import HINDERED, SAID, WELCOME, Channel, Command, Event, Handler, Learner, Reply, reply_key

log = structlog.get_logger()


class Kind(IntEnum):
    """Discord's numbers for the kinds of interaction."""

    COMMAND = 2
    COMPONENT = 3
    COMPLETION = 4
    FORM = 5


class Inbox:
    def __init__(
        self,
        commands: Sequence[Command],
        gateway: Gateway,
        places: Places,
        messages: Messages,
        interactions: Interactions,
        answering: Answering,
    ) -> None:
        self._commands = {command.name: command for command in commands}
        self._gateway = gateway
        self._places = places
        self._messages = messages
        self._interactions = interactions
        self._answering = answering

    async def interaction(self, data: dict[str, Any], handle: Handler) -> None:
        inner = data.get("data") or {}
        match Kind(data.get("type", 0)):
            case Kind.COMMAND:
                await self._slash(data, inner, handle)
            case Kind.COMPLETION:
                await self._complete(data, inner)
            case Kind.COMPONENT:
                await self._button(data, inner, handle)
            case Kind.FORM:
                await self._form(data, inner, handle)

    async def message(self, data: dict[str, Any], handle: Handler) -> None:
        place = await self._places.of_message(data)
        event = events.said(data, place, self._gateway.bot, tuple(self._commands.values()), admin=self._places.is_admin(data))
        if event is None:
            return
        command = self._commands.get(event.command)
        if command and command.private and event.command != SAID and not event.channel.is_direct:
            await self._answering.point_to(Origin.load(event.origin), command.name, reply_key(event.id))
            return
        await self._hand_on(event, handle)

    async def left(self, data: dict[str, Any], at: datetime, handle: Handler) -> None:
        await self._hand_on(events.left(data, at), handle)

    async def joined(self, guild: discord.Guild, handle: Handler) -> None:
        """Greets once in a server, where it may; a second invitation finds the first greeting."""
        place = _greeting_place(guild)
        if place is None:
            log.warning("nowhere to greet", server=guild.id)
            return
        bits = place.permissions_for(guild.me).value
        channel = Channel("discord", str(guild.id), str(place.id), place.name)
        key = f"hello-{guild.id}"
        event = Event(
            id=f"discord:j:{guild.id}",
            learner=Learner("discord", str(guild.id), str(guild.owner_id or "")),
            channel=channel,
            command=WELCOME,
            at=discord.utils.utcnow(),
            lacks=lacks(bits),
        )

        async def show(reply: Reply) -> None:
            if await self._messages.find(channel, key) is None:
                await self._messages.post(channel, reply, key)

        await handle(event, show)

    async def forbidden(self, channel: Channel, handle: Handler) -> None:
        """We may make no thread there: nobody asked, and nothing is shown."""
        now = discord.utils.utcnow()
        event = Event(
            id=f"discord:f:{channel.channel_id}:{now:%Y%m%d%H%M%S}",
            learner=Learner("discord", channel.workspace, self._gateway.bot),
            channel=channel,
            command=HINDERED,
            at=now,
            addressed=False,
            lacks=(THREADS,),
        )
        await handle(event, _to_nobody)

    async def _slash(self, data: dict[str, Any], inner: Mapping[str, Any], handle: Handler) -> None:
        chosen = slash.chosen(inner)
        if chosen:
            command = self._commands.get(chosen.command)
            await self._answer(data, command or Command(chosen.command, ""), chosen.options, "", handle)

    async def _complete(self, data: dict[str, Any], inner: Mapping[str, Any]) -> None:
        chosen = slash.chosen(inner)
        command = self._commands.get(chosen.command) if chosen else None
        choices = slash.completions(command, chosen) if command and chosen else []
        try:
            await self._interactions.complete(str(data["id"]), str(data["token"]), choices)
        except (ExpiredError, DeliveryError) as error:
            log.info("completion too late", error=str(error))

    async def _button(self, data: dict[str, Any], inner: Mapping[str, Any], handle: Handler) -> None:
        press = pressed(str(inner.get("custom_id") or ""))
        command = self._commands.get(press.command) if press else None
        if press is None or command is None:
            return
        message = data.get("message") or {}
        about = press.about or self._here(data).about
        option = slash.long_option(command)
        if option:
            await self._open_form(data, forms.modal(press, option, forms.question_of(message), about))
        else:
            # A button under a post is pressed by many: what it shows is for each of them alone.
            await self._answer(data, replace(command, private=True), dict(press.options), about, handle)

    async def _form(self, data: dict[str, Any], inner: Mapping[str, Any], handle: Handler) -> None:
        press = pressed(str(inner.get("custom_id") or ""))
        command = self._commands.get(press.command) if press else None
        if press and command:
            await self._answer(data, command, {**dict(press.options), **forms.written(inner)}, press.about, handle)

    async def _open_form(self, data: dict[str, Any], modal: Mapping[str, Any]) -> None:
        try:
            await self._interactions.open_form(str(data["id"]), str(data["token"]), modal)
        except (ExpiredError, DeliveryError) as error:
            log.warning("form not opened", error=str(error))

    async def _answer(
        self, data: dict[str, Any], command: Command, options: Mapping[str, str], about: str, handle: Handler
    ) -> None:
        """Acknowledged before anything else; what was said counts even if that failed."""
        try:
            await self._interactions.defer(str(data["id"]), str(data["token"]), command.private)
        except (ExpiredError, DeliveryError) as error:
            log.warning("interaction not acknowledged", command=command.name, error=str(error))
        event = events.asked(data, await self._place(data), command, options, about)
        if not await self._hand_on(event, handle):
            await self._withdraw(event)

    async def _hand_on(self, event: Event, handle: Handler) -> bool:
        """False when there was nothing to show."""
        if event.channel.is_direct:
            event = replace(event, member_of=await self._places.member_of(event.learner.user_id))
        asked = False

        async def show(reply: Reply) -> None:
            nonlocal asked
            asked = True
            await self._answering.show(Origin.load(event.origin), reply, reply_key(event.id))

        await handle(event, show)
        return asked

    async def _withdraw(self, event: Event) -> None:
        try:
            await self._interactions.withdraw(Origin.load(event.origin))
        except (ExpiredError, DeliveryError) as error:
            log.info("nothing to withdraw", error=str(error))

    def _here(self, data: Mapping[str, Any]) -> Place:
        """Known at once; what takes a call is `_place`, for after the acknowledgement."""
        parent = (data.get("channel") or {}).get("parent_id")
        return events.place_of(data, self._gateway.bot, self._places.name_of(parent) if parent else "")

    async def _place(self, data: Mapping[str, Any]) -> Place:
        place = self._here(data)
        return replace(place, guild=await self._places.home(place.channel[1:])) if place.direct else place


def _greeting_place(guild: discord.Guild) -> discord.TextChannel | None:
    """The server's system channel, or the first where the bot may write."""
    wanted = NEEDED["View Channel"] | NEEDED["Send Messages"]
    candidates = [guild.system_channel, *guild.text_channels]
    return next((c for c in candidates if c and c.permissions_for(guild.me).value & wanted == wanted), None)


async def _to_nobody(_: Reply) -> None: ...
