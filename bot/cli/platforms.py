"""The adapters whose tokens are set. Each SDK is imported only when it is needed: it takes its time."""

from typing import TYPE_CHECKING

from bot.commands import commands
from bot.config import Settings
from bot.errors import SettingsError
from bot.protocol import Adapter
from bot.service.core import Core

if TYPE_CHECKING:
    from aiohttp.web import RouteDef

Routes = list["RouteDef"]


def platforms(settings: Settings, core: Core) -> tuple[dict[str, Adapter], Routes]:
    """Adapters by name, and the routes they want served over HTTP. Raises SettingsError, DeliveryError for wrong settings."""
    serving: dict[str, Adapter] = {}
    routes: Routes = []
    if settings.discord_token:
        serving["discord"] = _discord(settings, core, settings.discord_token.get_secret_value())
    if settings.slack_bot_token:
        serving["slack"] = _slack(settings, core, settings.slack_bot_token.get_secret_value(), routes)
    return serving, routes


def _discord(settings: Settings, core: Core, token: str) -> Adapter:
    from adapters.discord import Discord

    return Discord(
        token,
        commands(core.bank),
        api_url=settings.discord_api_url,
        message_content=settings.discord_message_content,
        shards=settings.discord_shards,
        shard_ids=settings.discord_shard_ids,
        clock=core.clock,
    )


def _slack(settings: Settings, core: Core, token: str, routes: Routes) -> Adapter:
    from adapters.slack import Slack

    app_token, secret = settings.slack_app_token, settings.slack_signing_secret
    if not app_token and not (secret and settings.http_port is not None):
        raise SettingsError("SLACK_BOT_TOKEN needs SLACK_APP_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET and HTTP_PORT (HTTP).")
    slack = Slack(
        token,
        app_token.get_secret_value() if app_token else "",
        commands(core.bank),
        api_url=settings.slack_api_url,
        signing_secret=secret.get_secret_value() if secret else "",
        clock=core.clock,
    )
    if not app_token:
        from aiohttp import web

        routes.append(web.post("/slack/events", slack.receive))
    return slack
