"""What a faked Discord's REST calls do, and what they refuse."""

from typing import Any

from tests.fakes import discord_rules as rules
from tests.fakes.discord_gateway import FakeGateway, thread_body
from tests.fakes.discord_world import ACKNOWLEDGE, APPLICATION, BOT, GUILD, TOKEN_LIFE, Body, Interaction, World, public


class ApiError(Exception):
    def __init__(self, status: int, code: int, text: str, **more: Any) -> None:
        super().__init__(text)
        self.status, self.code, self.text, self.more = status, code, text, more


class FakeApi:
    """open_threads: whether more threads may be active. edits_left: of old messages."""

    def __init__(self, world: World, gateway: FakeGateway) -> None:
        self.world = world
        self.gateway = gateway
        self.open_threads = True
        self.edits_left = 1 << 30

    def sync(self, body: list[Body]) -> Any:
        self._check(rules.command_faults(body))
        self.world.syncs += 1
        more = {"application_id": APPLICATION, "version": "1", "default_member_permissions": None, "nsfw": False}
        self.world.commands = [{**pruned(command), "id": str(number + 1), **more} for number, command in enumerate(body)]
        return self.world.commands

    def channel(self, id: str, *needs: str) -> Body:
        channel = self.world.channels.get(id)
        if channel is None:
            raise ApiError(404, 10003, "Unknown Channel")
        for need in ("view", *needs):
            if not self.world.may(id, need):
                raise ApiError(
                    403, 50001 if need == "view" else 50013, "Missing Access" if need == "view" else "Missing Permissions"
                )
        return channel

    def history(self, id: str, query: Any) -> list[Body]:
        self.channel(id, "history")
        limit, after, before = int(query.get("limit", 50)), int(query.get("after", 0)), int(query.get("before", 1 << 63))
        rows = [m for m in self.world.messages.values() if m["channel_id"] == id and not m["_private_to"]]
        found = sorted((m for m in rows if after < int(m["id"]) < before), key=lambda m: int(m["id"]))
        part = found[:limit] if "after" in query else found[-limit:]
        return [self.readable(message, id) for message in reversed(part)]

    def readable(self, message: Body, channel: str) -> Body:
        """Without the intent the content of others' messages is hidden here too."""
        mentions_bot = any(user["id"] == BOT for user in message["mentions"]) or message["author"]["id"] == BOT
        private = self.world.channels[channel]["type"] == 1
        intents = any(session.intents & 1 << 15 for session in self.gateway.sessions.values())
        return public(message) if mentions_bot or private or intents else public(message) | {"content": ""}

    async def post(self, id: str, body: Body) -> Body:
        channel = self.channel(id, "send in threads" if self.world.channels.get(id, {}).get("type") == 11 else "send")
        if channel["type"] == 1 and self.world.removed:
            raise ApiError(403, 50007, "Cannot send messages to this user")
        self._check(rules.message_faults(body))
        if channel.get("thread_metadata", {}).get("locked"):
            raise ApiError(400, 50083, "Thread is archived")
        reference = (body.get("message_reference") or {}).get("message_id", "")
        known = self.world.by_nonce(id, str(body.get("nonce") or "-")) if body.get("enforce_nonce") else None
        made = known or self.world.write(id, BOT, body, reply_to=reference)
        if not known:
            if channel["type"] == 11:
                channel["thread_metadata"]["archived"] = False
            await self.gateway.message(public(made), channel["type"] != 1, self.world.member(BOT))
        return public(made)

    def edit(self, channel: str, id: str, body: Body) -> Body:
        self.channel(channel)
        self._check(rules.message_faults(body))
        if not self.edits_left:
            raise ApiError(429, 30046, "Maximum number of edits to messages older than 1 hour reached.", retry_after=60)
        self.edits_left -= 1
        message = self.world.messages[self._known(self.world.messages, id, 10008)]
        self.world.change(message, body)
        return public(message)

    async def thread(self, channel: str, message: str, body: Body) -> Body:
        self.channel(channel, "threads")
        self._known(self.world.messages, message, 10008)
        self._check(rules.thread_faults(body))
        if not self.open_threads:
            raise ApiError(400, 160006, "Maximum number of active threads reached")
        if message in self.world.channels:
            raise ApiError(400, 160004, "A thread has already been created for this message")
        made = thread_body(self.world, message, channel, body["name"])
        self.world.channels[message] = made
        self.world.messages[message]["thread"] = made
        await self.gateway.dispatch("THREAD_CREATE", made | {"newly_created": True})
        return made

    def react(self, channel: str, id: str, emoji: str) -> None:
        self.channel(channel, "react")
        message = self.world.messages[self._known(self.world.messages, id, 10008)]
        message["reactions"].append(emoji)

    def callback(self, id: str, token: str, body: Body) -> None:
        interaction = self.world.interactions.get(token)
        late = interaction is None or self.world.now - interaction.at > ACKNOWLEDGE
        if interaction is None or interaction.id != id or late:
            raise ApiError(404, 10062, "Unknown interaction")
        if interaction.acknowledged:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        match body["type"], interaction.kind:
            case 5, 2 | 3 | 5:
                interaction.private = bool(body.get("data", {}).get("flags", 0) & 64)
            case 9, 2 | 3:
                self._check(rules.modal_faults(body["data"]))
                self.world.modals.append(body["data"])
            case 8, 4:
                self._check(["at most 25 choices"] if len(body["data"]["choices"]) > 25 else [])
                self.world.completions.append([choice["value"] for choice in body["data"]["choices"]])
            case kind, _:
                self._check([f"callback {kind} does not answer an interaction of type {interaction.kind}"])
        interaction.acknowledged = True

    def original(self, token: str, body: Body) -> Body:
        interaction = self._token(token)
        self._check(rules.message_faults(body, interaction=True))
        if interaction.original:
            message = self.world.messages[interaction.original]
            self.world.change(message, body)
        else:
            message = self._interaction_message(interaction, body, interaction.private)
            interaction.original = message["id"]
        return public(message)

    def withdraw(self, token: str) -> None:
        self.world.messages.pop(self._token(token).original, None)

    def member(self, user: str) -> Body:
        return self.world.member(self._known(self.world.users, user, 10007))

    def follow_up(self, token: str, body: Body) -> Body:
        interaction = self._token(token)
        self._check(rules.message_faults(body, interaction=True))
        # a message of its own: only the one that stands for 'thinking …' has its privacy fixed
        return public(self._interaction_message(interaction, body, bool(body.get("flags", 0) & 64)))

    def _interaction_message(self, interaction: Interaction, body: Body, private: bool) -> Body:
        return self.world.write(interaction.channel, BOT, body, private_to=interaction.user if private else "")

    def _token(self, token: str) -> Interaction:
        interaction = self.world.interactions.get(token)
        if interaction is None or not interaction.acknowledged:
            raise ApiError(404, 10015, "Unknown Webhook")
        if self.world.now - interaction.at > TOKEN_LIFE:
            raise ApiError(401, 50027, "Invalid Webhook Token")
        return interaction

    def _check(self, faults: list[str]) -> None:
        if faults:
            self.world.broken += faults
            raise ApiError(400, 50035, "Invalid Form Body: " + "; ".join(faults))

    def _known(self, where: dict[str, Any], id: str, code: int) -> str:
        if id not in where:
            raise ApiError(404, code, "Unknown")
        return id


def application() -> Body:
    owner = {"id": "1", "username": "owner", "discriminator": "0", "avatar": None}
    return {
        "id": APPLICATION, "name": "drillbot", "description": "", "icon": None, "bot_public": True, "team": None, "owner": owner,
        "bot_require_code_grant": False, "verify_key": "0", "flags": 0, "rpc_origins": [], "summary": "", "guild_id": GUILD,
    }  # fmt: skip


def pruned(body: Any) -> Any:
    """As Discord stores it: what is false or empty is left out."""
    if isinstance(body, dict):
        return {name: pruned(value) for name, value in body.items() if value not in (False, [], None, "")}
    return [pruned(value) for value in body] if isinstance(body, list) else body
