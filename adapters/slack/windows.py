"""How the reply to an event is shown: where it was asked, in a form to fill in, or in a window of its own."""

import structlog

from adapters.slack import forms
from adapters.slack.origin import Origin
from adapters.slack.people import Person
from adapters.slack.showing import Showing
from adapters.slack.web import Web
from bot.errors import DeliveryError
from bot.protocol import Command, Event, Reply, Show, reply_key

log = structlog.get_logger()


class Windows:
    def __init__(self, web: Web, showing: Showing) -> None:
        self._web = web
        self._showing = showing

    def shows(self, event: Event, *, again: bool = False) -> Show:
        async def show(reply: Reply) -> None:
            await self._showing.show(Origin.parse(event.origin), reply, reply_key(event.id), again=again)

        return show

    def shows_modal(self, trigger: str, event: Event) -> Show:
        """In App Home nothing can be whispered: a window, or else the conversation with the bot."""

        async def show(reply: Reply) -> None:
            try:
                await self._web.call("views.open", trigger_id=trigger, view=forms.shown(reply))
            except DeliveryError:
                await self.shows(event)(reply)

        return show

    def shows_form(self, trigger: str, event: Event, command: Command, person: Person, whisper: Show) -> Show:
        """What is set now, with fields to change it. A refusal has no blocks, and needs no form."""

        async def show(reply: Reply) -> None:
            if not reply.blocks:
                await whisper(reply)
                return
            try:
                view = forms.settings(command, Origin.parse(event.origin), reply, person.zone)
                await self._web.call("views.open", trigger_id=trigger, view=view)
            except DeliveryError as error:
                log.warning("no form", command=command.name, error=str(error))
                await whisper(reply)

        return show

    async def open_form(self, trigger: str, event: Event, command: Command, lead: str) -> None:
        origin = Origin.parse(event.origin)
        try:
            view = forms.answer(command, origin, event.options, lead)
            await self._web.call("views.open", trigger_id=trigger, view=view)
        except DeliveryError as error:
            log.warning("no form", command=command.name, error=str(error))
            sorry = Reply("The form did not open in time. Please press once more, or reply to the question.")
            try:
                await self._showing.show(origin, sorry, reply_key(event.id), again=False)
            except DeliveryError:
                log.warning("form not excused", channel=origin.channel)
