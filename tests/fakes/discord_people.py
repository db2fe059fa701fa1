"""What people do on a faked Discord: type commands, press buttons, fill in forms, write messages."""

from datetime import timedelta
from typing import Any

from tests.fakes.discord_gateway import FakeGateway
from tests.fakes.discord_world import APPLICATION, CHANNEL, GUILD, Body, Interaction, World, public


class FakePeople:
    """Users 42 (ada) and 43 (grace) are members, 44 is an admin. A channel '@42' is the private conversation with 42."""

    def __init__(self, world: World, gateway: FakeGateway) -> None:
        self.world = world
        self.gateway = gateway

    async def slash(
        self, command: str, options: dict[str, str] | None = None, *, user: str = "42", channel: str = CHANNEL, typing: str = ""
    ) -> str:
        """typing: the option that is being completed. Returns the interaction's id."""
        given = [{"type": 3, "name": name, "value": value, "focused": name == typing} for name, value in (options or {}).items()]
        sub: Body = {"type": 1, "name": command, "options": given}
        data = {"id": "1", "name": "drill", "type": 1, "options": [sub]}
        return await self._interact(4 if typing else 2, data, user, channel)

    async def press(self, message: str, label: str, *, user: str = "42") -> str:
        """A button by its label; raises KeyError when *message* has no such button."""
        posted = self.world.messages[message]
        buttons = {button["label"]: button for row in posted["components"] for button in row["components"]}
        data = {"custom_id": buttons[label]["custom_id"], "component_type": 2}
        return await self._interact(3, data, user, posted["channel_id"], message=public(posted))

    async def submit(self, text: str, *, user: str = "42", channel: str = CHANNEL) -> str:
        """Fill in the form that was opened last."""
        modal = self.world.modals[-1]
        field = modal["components"][0]["components"][0]
        rows = [{"type": 1, "components": [{"type": 4, "custom_id": field["custom_id"], "value": text}]}]
        return await self._interact(5, {"custom_id": modal["custom_id"], "components": rows}, user, channel)

    async def write(self, text: str, *, user: str = "42", channel: str = CHANNEL, reply_to: str = "", ping: bool = True) -> str:
        """Returns the message's id. ping: whether the reply notifies, as it does unless switched off."""
        self.world.meet(user)
        direct = channel.startswith("@")
        place = self.world.direct_channel(channel[1:]) if direct else channel
        made = self.world.write(place, user, {"content": text, "ping": ping}, reply_to=reply_to)
        await self.gateway.message(public(made), not direct, None if direct else self.world.member(user))
        return str(made["id"])

    async def removed(self) -> None:
        """The bot is thrown out of its server."""
        self.world.removed = True
        await self.gateway.dispatch("GUILD_DELETE", {"id": GUILD})

    async def joined(self) -> None:
        """The bot is invited to a server of which READY said nothing."""
        self.world.removed = False
        guild = self.world.guild()
        del guild["unavailable"]
        await self.gateway.dispatch("GUILD_CREATE", guild)

    async def _interact(self, kind: int, data: Body, user: str, channel: str, **more: Any) -> str:
        self.world.meet(user)
        direct = channel.startswith("@")
        place = self.world.direct_channel(channel[1:]) if direct else channel
        id = self.world.new_id()
        token = f"token-{id}"
        self.world.interactions[token] = Interaction(
            id, token, self.world.now - timedelta(seconds=self.world.lateness), place, user, kind
        )
        member = self.world.member(user) | {"permissions": self.world.user_bits(user)}
        who: Body = {"user": self.world.users[user]} if direct else {"guild_id": GUILD, "member": member}
        payload = {
            "id": id, "application_id": APPLICATION, "type": kind, "token": token, "version": 1, "data": data,
            "channel_id": place, "channel": self.world.channels[place], "app_permissions": self.world.bits(place),
            "locale": "en-US", "entitlements": [], "authorizing_integration_owners": {}, "context": 1 if direct else 0,
            "attachment_size_limit": 1, **who, **more,
        }  # fmt: skip
        await self.gateway.dispatch("INTERACTION_CREATE", payload, guild=not direct)
        return id
