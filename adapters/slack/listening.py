"""The bolt app: what Slack delivers, over either transport, becomes events for the inbox."""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from adapters.slack import events, forms, render, rights, spoken
from adapters.slack.events import Me
from adapters.slack.inbox import Inbox
from adapters.slack.origin import Origin, Way
from adapters.slack.people import People
from adapters.slack.showing import Showing
from adapters.slack.web import Web
from adapters.slack.windows import Windows
from bot.protocol import HOME, Command

Body = dict[str, Any]
# Bolt wants a token for the client it offers to listeners; ours use their own.
UNUSED = "-"


class Listening:
    """Every listener returns when its event is recorded: only then does bolt acknowledge."""

    def __init__(
        self,
        web: Web,
        me: Me,
        commands: Sequence[Command],
        inbox: Inbox,
        showing: Showing,
        people: People,
        clock: Callable[[], datetime],
    ) -> None:
        self._web = web
        self._me = me
        self._commands = {command.name: command for command in commands}
        self._offered = {command.name for command in commands if not command.hidden}
        self._public = {command.name for command in commands if not command.private}
        self._with_form = forms.verbs_with_form(commands)
        self._inbox = inbox
        self._windows = Windows(web, showing)
        self._clock = clock
        self._people = people

    def app(self, signing_secret: str) -> AsyncApp:
        """signing_secret: '' where the transport itself is authenticated."""

        async def authorize(**_: Any) -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=None, team_id=self._me.team, bot_token=UNUSED, bot_id=self._me.bot, bot_user_id=self._me.user
            )

        app = AsyncApp(
            signing_secret=signing_secret or None,
            request_verification_enabled=bool(signing_secret),
            authorize=authorize,
            process_before_response=True,
            logger=_bolts_log(),
        )
        everything = re.compile("")
        app.command("/drill")(self._typed)
        app.action(everything)(self._pressed)
        app.view(re.compile("^drill:"))(self._submitted)
        app.options(re.compile(f"^{forms.SEARCH}:"))(self._searched)
        app.event("message")(self._said)
        app.event("app_home_opened")(self._home_opened)
        app.event("member_joined_channel")(self._joined)
        app.event("user_change")(self._person_changed)
        app.event("tokens_revoked")(self._revoked)
        app.event("app_uninstalled")(self._revoked)
        app.event(everything)(self._unheard)
        return app

    async def _said(self, body: Body, req: Any) -> None:
        message = body["event"]
        if not spoken.heard(message, self._me):
            return
        person = await self._people.get(message["user"])
        event = spoken.said(message, self._me, person, self._offered)
        if event:
            if event.command in self._public:
                event = replace(
                    event, origin=str(replace(Origin.parse(event.origin), way=Way.POST, thread=event.about or message["ts"]))
                )
            await self._inbox.take(event, self._windows.shows(event, again=_again(req)))

    async def _typed(self, ack: Any, command: Body) -> None:
        """What can be filled in better than typed opens a form, within the 3 seconds that a trigger lives."""
        person = await self._people.get(command["user_id"], command.get("user_name", ""))
        event = events.typed(command, self._me.team, person, self._clock(), self._public)
        trigger = command["trigger_id"]
        known = self._commands.get(event.command)
        if known and forms.long_option(known) and not event.text:
            await ack()
            self._inbox.spawn(self._windows.open_form(trigger, event, known, ""))
            return
        if known and known.name in self._with_form:
            event = replace(event, lacks=await rights.lacks(self._web, event.channel))
        show = self._windows.shows(event)
        if known and known.name in self._with_form and not event.text:
            show = self._windows.shows_form(trigger, event, known, person, show)
        await self._inbox.take(event, show)
        await ack()

    async def _pressed(self, ack: Any, body: Body) -> None:
        action = body["actions"][0]
        if not str(action.get("action_id", "")).startswith("drill:"):
            await ack()
            return
        person = await self._people.get(body["user"]["id"], body["user"].get("name", ""))
        event = events.pressed(body, self._me.team, person)
        known = self._commands.get(event.command)
        if known and forms.long_option(known):
            shown = (body.get("message") or body.get("view") or {}).get("blocks") or []
            self._inbox.spawn(
                self._windows.open_form(body["trigger_id"], event, known, render.lead_above(shown, action.get("block_id", "")))
            )
        elif (body.get("container") or {}).get("type") == "view":
            await self._inbox.take(event, self._windows.shows_modal(body["trigger_id"], event))
        else:
            await self._inbox.take(event, self._windows.shows(event))
        await ack()

    async def _submitted(self, ack: Any, body: Body) -> None:
        command, origin, options = forms.context(body["view"])
        filled = forms.filled(body["view"])
        person = await self._people.get(body["user"]["id"], body["user"].get("name", ""))
        known = self._commands.get(command)
        long = forms.long_option(known) if known else None
        text = filled.pop(long.name, "") if long else ""
        event = events.submitted(body, self._me.team, origin, command, {**options, **filled}, text, person, self._clock())
        if command in self._with_form:
            event = replace(event, lacks=await rights.lacks(self._web, event.channel))
        await self._inbox.take(event, self._windows.shows(event))
        await ack()

    async def _searched(self, ack: Any, body: Body) -> None:
        _, verb, option = str(body["action_id"]).split(":", 2)
        command = self._commands.get(verb)
        await ack(options=forms.suggestions(command, option, str(body.get("value") or "")) if command else [])

    async def _home_opened(self, body: Body) -> None:
        opened = body["event"]
        if opened.get("tab") == "home" and HOME in self._commands:
            person = await self._people.get(opened["user"])
            event = events.opened_home(opened, self._me.team, f"slack:{body['event_id']}", person)
            await self._inbox.take(event, self._windows.shows(event))

    async def _joined(self, body: Body, req: Any) -> None:
        if body["event"]["user"] == self._me.user:
            event = events.welcomed(body["event"], self._me.team, f"slack:{body['event_id']}", str(body["event_time"]))
            await self._inbox.take(event, self._windows.shows(event, again=_again(req)))

    async def _person_changed(self, body: Body) -> None:
        user = body["event"]["user"]
        self._people.learn(user)
        if user.get("deleted"):
            event = events.left(body["event"], self._me.team, f"slack:{body['event_id']}")
            await self._inbox.take(event, self._windows.shows(event))

    async def _revoked(self, body: Body) -> None:
        revoked = body["event"]
        if revoked["type"] == "app_uninstalled" or (revoked.get("tokens") or {}).get("bot"):
            self._web.end(f"access was taken away ({revoked['type']})")

    async def _unheard(self) -> None:
        """Acknowledged, so that Slack does not count it as a failure."""


def _bolts_log() -> logging.Logger:
    """Bolt's own remarks, failures only: it warns of settings in the environment that it does not use."""
    made = logging.getLogger("drillbot.slack")
    made.setLevel(logging.ERROR)
    return made


def _again(req: Any) -> bool:
    """Whether Slack delivers for a second time."""
    [number, *_] = req.headers.get("x-slack-retry-num") or ["0"]
    return str(number) != "0"
