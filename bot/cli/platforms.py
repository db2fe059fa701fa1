"""The adapters whose tokens are set. Each SDK is imported only when it is needed: it takes its time."""

from typing import TYPE_CHECKING

from bot.commands import commands
from bot.config import Settings
from bot.errors import SettingsError
from bot.protocol import Adapter
from bot.service.core import Core

if TYPE_CHECKING:
    from aiohttp.web import RouteDef

    from adapters.slack import OAuth

Routes = list["RouteDef"]

SHORTEST_SECRET = 20


def platforms(settings: Settings, core: Core) -> tuple[dict[str, Adapter], Routes]:
    """Adapters by name, and the routes they want served over HTTP. Raises SettingsError, DeliveryError for wrong settings."""
    serving: dict[str, Adapter] = {}
    routes: Routes = []
    if settings.discord_token:
        serving["discord"] = _discord(settings, core, settings.discord_token.get_secret_value())
    if settings.slack_bot_token or settings.slack_client_id:
        serving["slack"] = _slack(settings, core, routes)
    return serving, routes


def _discord(settings: Settings, core: Core, token: str) -> Adapter:
    from adapters.discord import Discord

    return Discord(
        token,
        commands(core.bank),
        api_url=settings.discord_api_url,
        message_content=settings.discord_message_content,
        members=settings.discord_members,
        shards=settings.discord_shards,
        shard_ids=settings.discord_shard_ids,
        clock=core.clock,
    )


def _slack(settings: Settings, core: Core, routes: Routes) -> Adapter:
    from aiohttp import web

    from adapters.slack import Slack

    bot_token, app_token, secret = (
        found.get_secret_value() if found else ""
        for found in (settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
    )
    if not app_token and not (secret and settings.http_port is not None):
        raise SettingsError("Slack needs SLACK_APP_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET and HTTP_PORT (HTTP).")
    slack = Slack(
        bot_token,
        app_token,
        commands(core.bank),
        api_url=settings.slack_api_url,
        signing_secret=secret,
        oauth=_oauth(settings, core) if settings.slack_client_id else None,
        clock=core.clock,
    )
    if not app_token:
        routes.append(web.post("/slack/events", slack.receive))
    if slack.door:
        routes += [web.get("/slack/install", slack.door.install), web.get("/slack/oauth_redirect", slack.door.redirect)]
    return slack


def _oauth(settings: Settings, core: Core) -> "OAuth":
    """Raises SettingsError."""
    from adapters.slack import OAuth
    from bot.store.installations import Installations, States
    from bot.store.vault import Vault

    if settings.slack_bot_token:
        raise SettingsError("SLACK_BOT_TOKEN serves one workspace, SLACK_CLIENT_ID several: unset one of them.")
    if not (settings.slack_client_secret and settings.secret_key and settings.http_port is not None):
        raise SettingsError("SLACK_CLIENT_ID needs SLACK_CLIENT_SECRET, SECRET_KEY and HTTP_PORT.")
    secret = settings.secret_key.get_secret_value()
    if len(secret) < SHORTEST_SECRET:
        raise SettingsError("SECRET_KEY is too short to keep anything secret. Set it to what this prints: openssl rand -hex 32")
    return OAuth(
        settings.slack_client_id,
        settings.slack_client_secret.get_secret_value(),
        Installations(core.store, settings.slack_client_id, Vault(secret)),
        States(core.store, core.clock),
    )
