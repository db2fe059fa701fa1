"""Settings from the environment, a .env file, and NAME_FILE for secrets. Read here only, for the composition root only."""

import os
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
SECRETS = (
    "DISCORD_TOKEN",
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_CLIENT_SECRET",
    "SECRET_KEY",
    "DATABASE_URL",
)


class Settings(BaseSettings):
    """Every setting, with its default. Names are the environment's, in lower case."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True)

    database_url: SecretStr = Field(
        SecretStr("sqlite:///data/drillbot.db"), description="sqlite:///path, or postgresql://user:password@host/name"
    )
    drillbot_packs: str = Field("", description="more question packs: files or folders, separated by colons")
    zone: str = Field("UTC", description="IANA zone of channels that have no schedule")
    log_level: str = Field("info", description="debug, info, warning or error")
    tick_seconds: float = Field(5, ge=0.1, le=300, description="how often the schedule is looked at")
    discord_token: SecretStr | None = Field(None, description="the bot's token; set it to serve Discord")
    discord_message_content: bool = Field(
        False, description="1 if the app has the message content intent: every message in a drill's thread counts"
    )
    discord_members: bool = Field(
        False, description="1 if the app has the server members intent: who leaves is hidden from present standings"
    )
    discord_shards: str = Field("", description="auto or a number, for thousands of servers")
    discord_shard_ids: str = Field("", description="the shards of this process, like 0,1")
    discord_api_url: str = Field("https://discord.com/api/v10", description="for REST proxies and compatible servers")
    slack_bot_token: SecretStr | None = Field(None, description="xoxb-…; set it to serve Slack")
    slack_app_token: SecretStr | None = Field(None, description="xapp-…; for Socket Mode, which needs no public address")
    slack_signing_secret: SecretStr | None = Field(None, description="for HTTP instead of Socket Mode")
    slack_client_id: str = Field(
        "", description="instead of SLACK_BOT_TOKEN, for several workspaces: they install at /slack/install"
    )
    slack_client_secret: SecretStr | None = Field(None, description="goes with SLACK_CLIENT_ID")
    slack_api_url: str = Field("https://slack.com/api/", description="for compatible servers")
    secret_key: SecretStr | None = Field(None, description="encrypts the tokens of several Slack workspaces in the database")
    http_port: int | None = Field(None, ge=0, le=65535, description="serve /healthz, /readyz, /metrics and Slack over HTTP here")
    http_host: str = Field("127.0.0.1", description="the address HTTP_PORT is opened on; in a container 0.0.0.0")
    backup_days: int = Field(
        7, ge=0, le=3650, description="days that daily backups of the SQLite database are kept; 0 makes none"
    )
    answer_days: int = Field(90, ge=0, le=3650, description="days after which the text of answers is erased; 0 keeps it")

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("is not an IANA zone like Europe/Berlin") from None
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("must read sqlite:///path/to/file.db or postgresql://user:password@host/name")
        return value

    @field_validator("discord_shards")
    @classmethod
    def _some_shards(cls, value: str) -> str:
        if not re.fullmatch(r"|auto|[1-9]\d*", value.strip(), re.ASCII | re.IGNORECASE):
            raise ValueError("must be auto or a number")
        return value

    @field_validator("discord_shard_ids")
    @classmethod
    def _numbers(cls, value: str) -> str:
        if not re.fullmatch(r"[\d, ]*", value, re.ASCII):
            raise ValueError("must be numbers, like 0,1")
        return value

    @field_validator("discord_api_url", "slack_api_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if not re.fullmatch(r"https?://[^/\s]+\S*", value):
            raise ValueError("must be an address that begins with https://")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.lower() not in ("debug", "info", "warning", "error"):
            raise ValueError("must be debug, info, warning or error")
        return value.lower()

    @property
    def pack_sources(self) -> list[Path]:
        """The shipped packs, then those of DRILLBOT_PACKS."""
        return [ROOT / "questions", *(Path(part) for part in self.drillbot_packs.split(os.pathsep) if part.strip())]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, _FromFiles(settings_cls), env_settings, dotenv_settings


class _FromFiles(PydanticBaseSettingsSource):
    """NAME_FILE holds the path of a file that holds the secret NAME."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        return {name.lower(): text for name, text in _secrets().items() if text is not None}


def _secrets() -> dict[str, str | None]:
    """What the files of NAME_FILE hold; None for one that cannot be read."""
    found: dict[str, str | None] = {}
    for name in SECRETS:
        path = os.environ.get(f"{name}_FILE")
        if path:
            try:
                found[name] = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                found[name] = None
    return found


def load() -> Settings:
    """Raises SettingsError that names every wrong setting without showing what it holds."""
    lines = [f"{name}_FILE: the file it names cannot be read." for name, text in _secrets().items() if text is None]
    try:
        settings = Settings()
    except ValidationError as error:
        lines += [f"{str(fault['loc'][0]).upper()}: {_sentence(fault['msg'])}" for fault in error.errors()]
    except UnicodeDecodeError:
        lines.append(".env: is not UTF-8 text.")
    if lines:
        raise SettingsError("\n".join(lines)) from None
    return settings


def origins(settings: Settings) -> dict[str, str]:
    """Setting → where its value comes from: NAME_FILE, environment, .env or default; the first of them wins."""
    kind = type(settings)
    layers = {
        ".env": DotEnvSettingsSource(kind)(),
        "environment": EnvSettingsSource(kind)(),
    }
    found = dict.fromkeys(kind.model_fields, "default")
    for origin, values in layers.items():
        found |= {name: origin for name in values if name in found}
    return found | {name.lower(): f"{name}_FILE" for name in SECRETS if os.environ.get(f"{name}_FILE")}


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ").replace("Input should be", "must be")
