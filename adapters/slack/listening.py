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
from adapters.slack.inbox import Inbox
from adapters.slack.origin import Origin, Way
from adapters.slack.workspaces import Workspace, Workspaces
from bot.errors import DeliveryError
from bot.protocol import HOME, Command, Event, Show

Body = dict[str, Any]
# Bolt wants a token for the client it offers to listeners; ours use their own.
UNUSED = "-"
# Of the three seconds in which Slack wants to be answered; the rest is for looking people up.
LONGEST_TAKING = 1.5


class Listening:
    """Every listener returns when its event is recorded: only then does bolt acknowledge."""

    def __init__(self, workspaces: Workspaces, commands: Sequence[Command], inbox: Inbox, clock: Callable[[], datetime]) -> None:
        self._workspaces = workspaces
        self._commands = {command.name: command for command in commands}
        self._offered = {command.name for command in commands if not command.hidden}
        self._public = {command.name for command in commands if not command.private}
        self._with_form = forms.verbs_with_form(commands)
        self._inbox = inbox
        self._clock = clock

    def app(self, signing_secret: str) -> AsyncApp:
        """signing_secret: '' where the transport itself is authenticated."""

        async def authorize(team_id: str | None) -> Any:
            return await self._authorized(team_id or "")

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

    async def _authorized(self, team: str) -> AuthorizeResult | None:
        """None where the app is not installed: Slack may deliver the last events after it was removed."""
        try:
            me = (await self._workspaces.get(team)).me
        except DeliveryError as error:
            if not error.permanent:
                raise
            return None
        return AuthorizeResult(enterprise_id=None, team_id=me.team, bot_token=UNUSED, bot_id=me.bot, bot_user_id=me.user)

    async def _said(self, body: Body, req: Any, context: Any) -> None:
        message, here = body["event"], await self._workspaces.get(context.team_id or "")
        if not spoken.heard(message, here.me):
            return
        event = spoken.said(message, here.me, await here.people.get(message["user"]), self._offered)
        if event:
            if event.command in self._public:
                event = replace(
                    event, origin=str(replace(Origin.parse(event.origin), way=Way.POST, thread=event.about or message["ts"]))
                )
            await self._inbox.take(await here.placed(event), here.windows.shows(event, again=_again(req)))

    async def _typed(self, ack: Any, command: Body, context: Any) -> None:
        """What can be filled in better than typed opens a form, within the 3 seconds that a trigger lives."""
        here = await self._workspaces.get(context.team_id or "")
        person = await here.people.get(command["user_id"], command.get("user_name", ""))
        event = events.typed(command, here.me.team, person, self._clock(), self._public)
        trigger = command["trigger_id"]
        known = self._commands.get(event.command)
        if known and forms.long_option(known) and not event.text:
            await ack()
            self._inbox.spawn(here.windows.open_form(trigger, event, known, ""))
            return
        if known and known.name in self._with_form:
            event = replace(event, lacks=await rights.lacks(here.web, event.channel))
        show = here.windows.shows(event)
        if known and known.name in self._with_form and not event.text:
            show = here.windows.shows_form(trigger, event, known, person, show)
        await self._take(here, event, show)
        await ack()

    async def _pressed(self, ack: Any, body: Body, context: Any) -> None:
        action = body["actions"][0]
        if not str(action.get("action_id", "")).startswith("drill:"):
            await ack()
            return
        here = await self._workspaces.get(context.team_id or "")
        person = await here.people.get(body["user"]["id"], body["user"].get("name", ""))
        event = events.pressed(body, here.me.team, person)
        known = self._commands.get(event.command)
        if known and forms.long_option(known):
            shown = (body.get("message") or body.get("view") or {}).get("blocks") or []
            lead = render.lead_above(shown, action.get("block_id", ""))
            self._inbox.spawn(here.windows.open_form(body["trigger_id"], event, known, lead))
        elif (body.get("container") or {}).get("type") == "view":
            await self._take(here, event, here.windows.shows_modal(body["trigger_id"], event))
        else:
            await self._take(here, event, here.windows.shows(event))
        await ack()

    async def _submitted(self, ack: Any, body: Body, context: Any) -> None:
        here = await self._workspaces.get(context.team_id or "")
        command, origin, options = forms.context(body["view"])
        filled = forms.filled(body["view"])
        person = await here.people.get(body["user"]["id"], body["user"].get("name", ""))
        known = self._commands.get(command)
        long = forms.long_option(known) if known else None
        text = filled.pop(long.name, "") if long else ""
        event = events.submitted(body, here.me.team, origin, command, {**options, **filled}, text, person, self._clock())
        if command in self._with_form:
            event = replace(event, lacks=await rights.lacks(here.web, event.channel))
        await self._take(here, event, here.windows.shows(event))
        await ack()

    async def _searched(self, ack: Any, body: Body) -> None:
        _, verb, option = str(body["action_id"]).split(":", 2)
        command = self._commands.get(verb)
        await ack(options=forms.suggestions(command, option, str(body.get("value") or "")) if command else [])

    async def _home_opened(self, body: Body, context: Any) -> None:
        opened = body["event"]
        if opened.get("tab") == "home" and HOME in self._commands:
            here = await self._workspaces.get(context.team_id or "")
            person = await here.people.get(opened["user"])
            event = events.opened_home(opened, here.me.team, f"slack:{body['event_id']}", person)
            await self._inbox.take(await here.placed(event), here.windows.shows(event))

    async def _joined(self, body: Body, req: Any, context: Any) -> None:
        here = await self._workspaces.get(context.team_id or "")
        here.members.forget(body["event"]["user"])
        if body["event"]["user"] == here.me.user:
            event = events.welcomed(body["event"], here.me.team, f"slack:{body['event_id']}", str(body["event_time"]))
            await self._inbox.take(event, here.windows.shows(event, again=_again(req)))

    async def _person_changed(self, body: Body, context: Any) -> None:
        here, user = await self._workspaces.get(context.team_id or ""), body["event"]["user"]
        here.people.learn(user)
        if user.get("deleted"):
            event = events.left(body["event"], here.me.team, f"slack:{body['event_id']}")
            await self._inbox.take(event, here.windows.shows(event))

    async def _revoked(self, body: Body, context: Any) -> None:
        revoked = body["event"]
        if revoked["type"] == "app_uninstalled" or (revoked.get("tokens") or {}).get("bot"):
            await self._workspaces.removed(context.team_id or "", revoked["type"], events.instant(str(body["event_time"])))

    async def _unheard(self) -> None:
        """Acknowledged, so that Slack does not count it as a failure."""

    async def _take(self, here: Workspace, event: Event, show: Show) -> None:
        """Commands, buttons and forms: nobody brings them again, and Slack calls it a failure when a picture takes its time."""
        await self._inbox.take(await here.placed(event), show, at_most=LONGEST_TAKING)


def _bolts_log() -> logging.Logger:
    """Bolt's own remarks, failures only: it warns of settings in the environment that it does not use."""
    made = logging.getLogger("drillbot.slack")
    made.setLevel(logging.ERROR)
    return made


def _again(req: Any) -> bool:
    """Whether Slack delivers for a second time."""
    [number, *_] = req.headers.get("x-slack-retry-num") or ["0"]
    return str(number) != "0"
