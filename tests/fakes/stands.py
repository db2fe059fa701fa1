"""Faked platforms as the chaos test drives them: channels, people who write below a post, and what stands there in the end."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

from bot.domain.people import Channel
from tests.fakes.discord_server import FakeDiscord
from tests.fakes.discord_world import CHANNEL, GUILD, OTHER
from tests.fakes.slack_server import APP_TOKEN, BOT_TOKEN, FakeSlack
from tests.fakes.slack_state import TEAM


class Stand(Protocol):
    """settings: of a bot process, once started. live: whether one is connected."""

    channels: tuple[Channel, ...]
    learners: tuple[str, ...]

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    @property
    def settings(self) -> Mapping[str, str]: ...

    @property
    def live(self) -> bool: ...

    def lose(self, share: float) -> None:
        """From now on the answers to so many calls are lost."""

    async def say(self, text: str, user: str, channel: str, message: str) -> str:
        """Below the bot's *message*, as the core names it; returns the id of the event that comes of it."""

    def keys(self) -> Counter[str]:
        """How often each key stands on a message of the bot."""


class DiscordStand:
    channels: tuple[Channel, ...] = tuple(Channel("discord", GUILD, name, name) for name in (CHANNEL, OTHER))
    learners: tuple[str, ...] = ("42", "43", "44")

    def __init__(self) -> None:
        self.fake = FakeDiscord(lambda: datetime.now(UTC))
        self.fake.rest.token = "x"

    async def start(self) -> None:
        await self.fake.start()

    async def stop(self) -> None:
        await self.fake.stop()

    @property
    def settings(self) -> Mapping[str, str]:
        return {"DISCORD_TOKEN": "x", "DISCORD_API_URL": self.fake.api}

    @property
    def live(self) -> bool:
        return bool(self.fake.gateway.live)

    def lose(self, share: float) -> None:
        self.fake.rest.share = share

    async def say(self, text: str, user: str, channel: str, message: str) -> str:
        below = message.rpartition(":")[2].rpartition("/")[2]
        return f"discord:m:{await self.fake.people.write(text=text, user=user, channel=channel, reply_to=below)}"

    def keys(self) -> Counter[str]:
        return Counter(message["_key"] for message in self.fake.world.messages.values() if message["_key"])


class SlackStand:
    channels: tuple[Channel, ...] = tuple(Channel("slack", TEAM, name, name) for name in ("C1", "C2"))
    learners: tuple[str, ...] = ("U42", "U43", "UADMIN")

    def __init__(self) -> None:
        self.fake = FakeSlack()
        self.fake.workspace.conversations["C2"].member = True

    async def start(self) -> None:
        await self.fake.start()

    async def stop(self) -> None:
        await self.fake.stop()

    @property
    def settings(self) -> Mapping[str, str]:
        return {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": self.fake.api_url}

    @property
    def live(self) -> bool:
        return bool(self.fake.deliveries.sockets)

    def lose(self, share: float) -> None:
        self.fake.api.lose = share

    async def say(self, text: str, user: str, channel: str, message: str) -> str:
        return f"slack:{TEAM}:{channel}:{self.fake.users.write(text, user, channel, message).ts}"

    def keys(self) -> Counter[str]:
        return Counter(message.key for message in self.fake.workspace.made_by_bot() if message.key)
