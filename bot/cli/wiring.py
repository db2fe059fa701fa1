"""Settings → store, bank, core: shared by the commands."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from bot.bank import LEXICON, Bank, load_bank, load_lexicon
from bot.cli import logs
from bot.config import ROOT, Settings, load
from bot.domain.people import Channel
from bot.errors import UserError
from bot.service.core import Core, utc_now
from bot.store import Store, connect
from bot.store.migrate import prepare


def core_of(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Core:
    """Opens and migrates the database and reads the packs. Raises StoreError, PackError."""
    store = open_store(settings)
    return Core(store, bank_of(settings), clock, settings.zone)


def open_store(settings: Settings) -> Store:
    store = connect(settings.database_url.get_secret_value())
    prepare(store)
    return store


def bank_of(settings: Settings) -> Bank:
    return load_bank(settings.pack_sources, load_lexicon(ROOT / "questions" / LEXICON))


def settings_for_logs(quiet: bool = False) -> Settings:
    """Load the settings and point the log at standard error. quiet: warnings only, for a terminal that people read."""
    settings = load()
    level = max(logs.LEVELS[settings.log_level], logs.LEVELS["warning"] if quiet else 0)
    logs.configure(level)
    return settings


def channel_named(text: str) -> Channel:
    """Raises UserError."""
    try:
        return Channel.parse(text)
    except ValueError as error:
        raise UserError(str(error)) from None


def instant(text: str) -> datetime:
    """An ISO instant; one without a zone is UTC. Raises UserError."""
    try:
        at = datetime.fromisoformat(text.strip())
        if not 1970 <= at.year <= 9000:  # beyond, there is no room for the zones and the years we look ahead
            raise ValueError
    except ValueError:
        raise UserError(f"{text!r} is not an instant. Write it like 2026-03-27T00:00Z.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def local_date(text: str, otherwise: date) -> date:
    """Raises UserError."""
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError:
        raise UserError(f"{text!r} is not a date. Write it like 2026-11-20.") from None


def utc(at: datetime | None) -> str | None:
    """As JSON rows show instants: UTC, with a Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
