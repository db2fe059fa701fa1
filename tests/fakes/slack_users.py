"""What people do in a faked Slack: type, press, fill in, open App Home."""

import json
from typing import Any

from tests.fakes.slack_delivery import Deliveries, Delivery
from tests.fakes.slack_state import APP, BOT_ID, BOT_USER, Message, Workspace

KINDS = {"channel": "channel", "group": "group", "im": "im"}


class Users:
    """base: the fake's own address, for response_urls."""

    def __init__(self, workspace: Workspace, deliveries: Deliveries) -> None:
        self.workspace = workspace
        self.deliveries = deliveries
        self.base = ""

    def command(self, text: str, user: str = "U42", channel: str = "C1") -> Delivery:
        """`/drill text`. Slack offers no commands inside threads."""
        place, team = self.workspace.channel(channel), self.workspace.team
        payload = {
            "team_id": team, "channel_id": place.id, "channel_name": place.name or "directmessage", "user_id": user,
            "command": "/drill", "user_name": self.workspace.users[user]["name"], "text": text,
            "trigger_id": self.workspace.trigger(),
            "response_url": self._response_url(place.id, user), "api_app_id": APP, "is_enterprise_install": "false",
        }  # fmt: skip
        return self.deliveries.send("slash_commands", payload)

    def write(self, text: str, user: str = "U42", channel: str = "C1", thread: str = "", **extra: Any) -> Message:
        """A message, in mrkdwn as Slack would send it; below *thread* if given. Delivered if the bot is there."""
        place = self.workspace.channel(channel)
        made = self.workspace.add(Message(self.workspace.stamp(), place.id, user, text, thread_ts=thread))
        self.echo(made, **extra)
        return made

    def echo(self, message: Message, **extra: Any) -> Delivery | None:
        """The message event; the bot's own messages come back to it too."""
        place = self.workspace.conversations[message.channel]
        if not place.member:
            return None
        event = {**message.raw(), "channel": place.id, "channel_type": KINDS[place.kind], "event_ts": message.ts, **extra}
        if message.thread_ts in place.messages:
            event["parent_user_id"] = place.messages[message.thread_ts].user
        return self.event(event)

    def event(self, event: dict[str, Any]) -> Delivery:
        number, team = self.workspace.number(), self.workspace.team
        payload = {
            "type": "event_callback", "team_id": team, "api_app_id": APP, "event": event, "event_id": f"Ev{number}",
            "event_time": int(self.workspace.now.timestamp()),
            "authorizations": [{"team_id": team, "user_id": BOT_USER, "is_bot": True}],
        }  # fmt: skip
        return self.deliveries.send("events_api", payload)

    def press(self, label: str, user: str = "U42", on: Message | None = None) -> Delivery:
        """A button by its label, on a message or, without one, on the person's App Home."""
        blocks = on.blocks if on else self.workspace.homes[user]["blocks"]
        block, button = find_button(blocks, label)
        action = {
            "type": "button", "action_id": button["action_id"], "block_id": block["block_id"], "value": button.get("value", ""),
            "action_ts": self.workspace.stamp(),
        }  # fmt: skip
        payload: dict[str, Any] = {
            "type": "block_actions",
            "actions": [action],
            "trigger_id": self.workspace.trigger(),
            **self._who(user),
        }
        if on is None:
            payload |= {
                "container": {"type": "view", "view_id": "VHOME"},
                "view": {"id": "VHOME", "type": "home", "blocks": blocks},
            }
            return self.deliveries.send("interactive", payload)
        container = {"type": "message", "message_ts": on.ts, "channel_id": on.channel, "is_ephemeral": bool(on.to)}
        if on.thread_ts:
            container["thread_ts"] = on.thread_ts
        payload |= {"container": container, "response_url": self._response_url(on.channel, user)}
        payload |= {} if on.to else {"message": on.raw()}
        return self.deliveries.send("interactive", payload)

    def submit(self, view: dict[str, Any], values: dict[str, Any], user: str = "U42") -> Delivery:
        """A form: text, a choice, or a list of choices, by block_id; the rest stays as it was first."""
        state = {
            block["block_id"]: _field(block["element"], values.get(block["block_id"]))
            for block in view["blocks"]
            if block["type"] == "input"
        }
        payload = {"type": "view_submission", "view": {**view, "state": {"values": state}}, **self._who(user)}
        return self.deliveries.send("interactive", payload)

    def search(self, view: dict[str, Any], block_id: str, typed: str, user: str = "U42") -> Delivery:
        """Typing into a search field."""
        [element] = [block["element"] for block in view["blocks"] if block.get("block_id") == block_id]
        payload = {
            "type": "block_suggestion",
            "action_id": element["action_id"],
            "block_id": block_id,
            "value": typed,
            "view": view,
        }
        return self.deliveries.send("interactive", {**payload, **self._who(user)})

    def open_home(self, user: str = "U42", tab: str = "home") -> Delivery:
        place = self.workspace.direct(user)
        return self.event(
            {"type": "app_home_opened", "user": user, "tab": tab, "channel": place.id, "event_ts": self.workspace.stamp()}
        )

    def invite(self, channel: str, by: str = "UADMIN") -> Delivery:
        self.workspace.conversations[channel].member = True
        stamp = self.workspace.stamp()
        return self.event(
            {"type": "member_joined_channel", "user": BOT_USER, "channel": channel, "inviter": by, "event_ts": stamp}
        )

    def leave(self, user: str) -> Delivery:
        person = {**self.workspace.users[user], "deleted": True}
        return self.event({"type": "user_change", "user": person, "event_ts": self.workspace.stamp()})

    def respond(self, id: str, body: dict[str, Any]) -> str:
        """What a response_url does; '' or an error."""
        known = self.workspace.response_urls.get(id)
        if known is None or self.workspace.seconds() - known["at"] > 1800:
            return "expired_url"
        if known["uses"] >= 5:
            return "used_url"
        known["uses"] += 1
        private = body.get("response_type", "ephemeral") == "ephemeral"
        made = Message(self.workspace.stamp(), known["channel"], BOT_USER, body["text"], body.get("blocks", []), bot_id=BOT_ID)
        if private:
            made.to = known["user"]
            self.workspace.ephemerals.append(made)
        else:
            self.workspace.add(made)
        self.workspace.show(made.seen, private=private)
        return ""

    def _response_url(self, channel: str, user: str) -> str:
        id = f"response-{self.workspace.number()}"
        self.workspace.response_urls[id] = {"channel": channel, "user": user, "uses": 0, "at": self.workspace.seconds()}
        return f"{self.base}/response/{id}"

    def _who(self, user: str) -> dict[str, Any]:
        name = self.workspace.users[user]["name"]
        return {
            "user": {"id": user, "username": name, "name": name, "team_id": self.workspace.team},
            "team": {"id": self.workspace.team, "domain": "t"},
            "api_app_id": APP,
        }


def find_button(blocks: list[dict[str, Any]], label: str) -> tuple[dict[str, Any], dict[str, Any]]:
    for block in blocks:
        for element in block.get("elements", ()) if block["type"] == "actions" else ():
            if element["text"]["text"] == label:
                return block, element
    raise LookupError(f"no button {label!r} in {json.dumps(blocks)[:500]}")


def _field(element: dict[str, Any], given: Any) -> dict[str, Any]:
    """One field as Slack submits it."""
    kind = element["type"]
    match kind:
        case "plain_text_input":
            field: dict[str, Any] = {"value": given}
        case "timepicker":
            field = {"selected_time": given or element.get("initial_time")}
        case "checkboxes" | "multi_static_select":
            chosen = [{"value": one} for one in given] if given is not None else element.get("initial_options", [])
            field = {"selected_options": chosen}
        case _:
            field = {"selected_option": {"value": given} if given else element.get("initial_option")}
    return {element["action_id"]: {"type": kind, **field}}
