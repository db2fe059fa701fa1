"""What every use case needs: the database, the questions, the time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.bank import Bank
from bot.store import Store

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Core:
    """zone: where channels without a schedule are."""

    store: Store
    bank: Bank
    clock: Clock = utc_now
    zone: str = "UTC"
