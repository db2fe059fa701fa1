"""settings, init, health: getting a bot to run, and seeing that it does."""

import http.client
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from bot.cli.wiring import settings_for_logs
from bot.commands.words import parse_zone
from bot.config import Settings, load, origins
from bot.errors import StoreError, UserError
from bot.store.engine import parse_url
from bot.store.migrate import HEAD, version
from bot.store.places import MASK, described, existing

USERINFO = re.compile(r"(?<=://)[^/@\s]+@")
# Unquoted, these need no thought in a .env file, whoever reads it.
PLAIN = re.compile(r"[A-Za-z0-9_./:@+=,-]*")
HEALTH_SECONDS = 5

Ask = Callable[[str, str, bool], str]
"""Asks one question, with a default and whether the answer is hidden while typed."""


def settings() -> None:
    """Print the settings in force and where each comes from; secrets are masked."""
    found = load()
    come_from = origins(found)
    table = Table("setting", "value", "from", "meaning", box=None, pad_edge=False)
    for name, field in type(found).model_fields.items():
        table.add_row(name.upper(), shown(name, getattr(found, name)), come_from[name], field.description or "")
    Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 200).print(table)


def shown(name: str, value: object) -> str:
    """A setting as it may be printed."""
    if value is None or value == "":
        return ""
    if name == "database_url" and isinstance(value, SecretStr):
        return described(value.get_secret_value())
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    return USERINFO.sub(f"{MASK}@", str(value))


def init() -> None:
    """Ask for what is needed and write it to .env, readable by you alone."""
    if not _at_terminal():
        raise UserError(
            "drillbot init asks questions and needs a terminal. Without one, copy .env.example to .env and fill it in."
        )
    path = Path(".env")
    if path.exists() and not typer.confirm(f"{path.resolve()} exists. Replace it?", default=False):
        raise UserError("Nothing was changed.")
    write_private(path, env_text(gather(_prompt)))
    typer.echo(f"Wrote {path.resolve()}. Check it with: drillbot doctor")


def gather(ask: Ask) -> dict[str, str]:
    """The settings to write, in order. Raises UserError when the platform is none we know."""
    platform = _one_of(ask("Serve which platform: discord, slack, both or none (the terminal)?", "discord", False))
    made: dict[str, str] = {}
    if platform in ("discord", "both"):
        made["DISCORD_TOKEN"] = ask("Discord bot token (Developer Portal, page Bot)", "", True)
    if platform in ("slack", "both"):
        made["SLACK_BOT_TOKEN"] = ask("Slack bot token, xoxb-… (page OAuth & Permissions)", "", True)
        made["SLACK_APP_TOKEN"] = ask("Slack app token, xapp-… (page Basic Information)", "", True)
    made["ZONE"] = parse_zone(ask("Your time zone, like Europe/Berlin", "UTC", False))
    made["DATABASE_URL"] = ask("Database", "sqlite:///data/drillbot.db", False)
    parse_url(made["DATABASE_URL"])
    return {name: value.strip() for name, value in made.items() if value.strip()}


def env_text(made: dict[str, str]) -> str:
    lines = ["# Written by drillbot init. Every setting there is: .env.example"]
    lines += [f"{name}={_quoted(value)}" for name, value in made.items()]
    return "\n".join(lines) + "\n"


def write_private(path: Path, text: str) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # made with mode 600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(draft, path)
    except OSError as error:
        Path(draft).unlink(missing_ok=True)
        raise UserError(f"{path} cannot be written: {error.strerror}.") from error


def health() -> None:
    """Exit with 0 if the running bot answers, or, without HTTP_PORT, if its database can be read."""
    found = settings_for_logs(quiet=True)
    if found.http_port:
        _ask_process(found)
    else:
        _ask_database(found)
    print("healthy")


def _ask_process(found: Settings) -> None:
    host = "127.0.0.1" if found.http_host in ("", "0.0.0.0", "::") else found.http_host  # noqa: S104 (compared, not bound)
    connection = http.client.HTTPConnection(host, found.http_port, timeout=HEALTH_SECONDS)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        raise UserError(f"Nothing answers on port {found.http_port}. Is the bot running?") from None
    finally:
        connection.close()
    if status != http.client.OK:
        raise UserError(f"The bot on port {found.http_port} answers with status {status}.")


def _ask_database(found: Settings) -> None:
    store = existing(found.database_url.get_secret_value())
    try:
        if version(store) != HEAD:
            raise StoreError("The database is not at this program's version. Run: drillbot db upgrade")
    finally:
        store.close()


def _at_terminal() -> bool:
    return sys.stdin.isatty()


def _prompt(question: str, default: str, hidden: bool) -> str:
    answer: str = typer.prompt(question, default=default, hide_input=hidden, show_default=bool(default))
    return answer


def _one_of(text: str) -> str:
    wanted = text.strip().lower()
    if wanted not in ("discord", "slack", "both", "none"):
        raise UserError("Write discord, slack, both or none.")
    return wanted


def _quoted(value: str) -> str:
    if PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
