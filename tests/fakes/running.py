"""A bot beside its faked platform, from start to stop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar


class Startable(Protocol):
    fake: Any

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


Bot = TypeVar("Bot", bound=Startable)


@asynccontextmanager
async def running(bot: Bot) -> AsyncIterator[Bot]:
    """The platform is there before the bot, and after it."""
    await bot.fake.start()
    await bot.start()
    yield bot
    await bot.stop()
    await bot.fake.stop()
