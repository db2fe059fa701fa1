"""What can be said of tokens without asking the network."""

import re

from pydantic import SecretStr

from bot.cli.rows import Row, bad, good, note
from bot.config import Settings

# Three parts, the first of which is the bot's id in base64: what else is pasted (a client secret, a public key) looks different.
DISCORD = re.compile(r"[\w-]{20,}\.[\w-]{5,}\.[\w-]{20,}")


def checked(settings: Settings) -> list[Row]:
    rows = [*_discord(settings), *_slack(settings)]
    return rows or [note("tokens", "none is set: only the terminal is served", "Run: drillbot init")]


def _discord(settings: Settings) -> list[Row]:
    token = _plain(settings.discord_token)
    if not token:
        return []
    if not DISCORD.fullmatch(token):
        return [bad("DISCORD_TOKEN", "does not look like a bot token", "Copy the token of page Bot in the Developer Portal.")]
    return [good("DISCORD_TOKEN", "is set")]


def _slack(settings: Settings) -> list[Row]:
    bot, app, signing = (
        _plain(secret) for secret in (settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
    )
    if not (bot or app or signing or settings.slack_client_id):
        return []
    return [*_slack_bot(bot, settings), *_slack_way_in(app, signing, settings), *_slack_oauth(settings)]


def _slack_bot(token: str, settings: Settings) -> list[Row]:
    if not token:
        if settings.slack_client_id:
            return []
        return [bad("SLACK_BOT_TOKEN", "is not set, other Slack settings are", "Copy it from page OAuth & Permissions.")]
    if not token.startswith("xoxb-"):
        return [bad("SLACK_BOT_TOKEN", "does not begin with xoxb-", "Copy the Bot User OAuth Token of page OAuth & Permissions.")]
    return [good("SLACK_BOT_TOKEN", "is set")]


def _slack_way_in(app: str, signing: str, settings: Settings) -> list[Row]:
    if app and not app.startswith("xapp-"):
        return [bad("SLACK_APP_TOKEN", "does not begin with xapp-", "Make an app-level token with the scope connections:write.")]
    if app:
        return [good("SLACK_APP_TOKEN", "is set: Socket Mode")]
    if not signing:
        remedy = "Set SLACK_APP_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET and HTTP_PORT."
        return [bad("SLACK_APP_TOKEN", "is not set: no event can arrive", remedy)]
    if settings.http_port is None:
        return [bad("HTTP_PORT", "is not set, and Slack's HTTP mode needs it", "Set HTTP_PORT, for example to 8080.")]
    return [good("SLACK_SIGNING_SECRET", f"is set: HTTP on port {settings.http_port}")]


def _slack_oauth(settings: Settings) -> list[Row]:
    if not settings.slack_client_id:
        return []
    needed = {"SLACK_CLIENT_SECRET": settings.slack_client_secret, "SECRET_KEY": settings.secret_key}
    missing = [name for name, secret in needed.items() if not _plain(secret)]
    missing += ["HTTP_PORT"] if settings.http_port is None else []
    if missing:
        return [bad("SLACK_CLIENT_ID", f"is set without {' and '.join(missing)}", "Several workspaces need all of them.")]
    if _plain(settings.slack_bot_token):
        return [bad("SLACK_CLIENT_ID", "is set, and so is SLACK_BOT_TOKEN", "Unset SLACK_BOT_TOKEN to serve several workspaces.")]
    return [good("SLACK_CLIENT_ID", "is set: several workspaces")]


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value().strip() if secret else ""
