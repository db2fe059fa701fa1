"""What the platforms say of our tokens: asked once, by doctor."""

import asyncio
from typing import Any

import aiohttp

from bot.cli.rows import Row, bad, good, note
from bot.config import Settings

SECONDS = 10
# https://discord.com/developers/docs/resources/application#application-object-application-flags
MESSAGE_CONTENT, MEMBERS = (1 << 18) | (1 << 19), (1 << 14) | (1 << 15)
SETTINGS = {"message content": "MESSAGE_CONTENT", "server members": "MEMBERS"}

Answer = tuple[int, dict[str, Any], str]


def discord(settings: Settings) -> list[Row]:
    """Token, and the one intent that is optional. Permissions are told per channel by `/drill schedule` there."""
    if settings.discord_token is None:
        return []
    url = settings.discord_api_url.rstrip("/") + "/oauth2/applications/@me"
    try:
        status, app, _ = asyncio.run(_ask("GET", url, f"Bot {settings.discord_token.get_secret_value()}"))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return [_unreachable("discord", error)]
    if status != 200:
        return [
            bad("discord token", f"Discord answers {status}", "Copy the token again from the app's Bot page into DISCORD_TOKEN.")
        ]
    rows = [good("discord token", f"is the app '{str(app.get('name', '?'))[:40]}'")]
    flags = int(app.get("flags") or 0)
    granted = [name for name, flag in (("message content", MESSAGE_CONTENT), ("server members", MEMBERS)) if flags & flag]
    asked = {"message content": settings.discord_message_content, "server members": settings.discord_members}
    lacking = [name for name, wanted in asked.items() if wanted and name not in granted]
    for name in lacking:
        remedy = f"Switch on {name.title()} Intent on the app's Bot page, or unset DISCORD_{SETTINGS[name]}."
        rows.append(bad("discord intents", f"the {name} intent is not granted", remedy))
    if not lacking:
        rows.append(good("discord intents", ", ".join(granted) or "none that is privileged; none is needed"))
    return rows


def slack(settings: Settings) -> list[Row]:
    """Bot token with its scopes, and the app token."""
    from adapters.slack.manifest import OPTIONAL, missing

    base = settings.slack_api_url.rstrip("/")
    try:
        if settings.slack_bot_token is None:
            return _app_token(settings, base)
        _, who, scopes = asyncio.run(_ask("POST", f"{base}/auth.test", f"Bearer {settings.slack_bot_token.get_secret_value()}"))
        if not who.get("ok"):
            remedy = "Copy the Bot User OAuth Token (xoxb-…) again into SLACK_BOT_TOKEN."
            return [bad("slack bot token", f"Slack says {who.get('error', '?')}", remedy)]
        rows = [good("slack bot token", f"is {who.get('user', 'a bot')} in {who.get('team', 'a workspace')}")]
        lacking = missing(scopes)
        if lacking:
            rows.append(bad("slack scopes", f"missing: {', '.join(lacking)}", "Add them to the app and install it again."))
        elif wanting := sorted(OPTIONAL - set(scopes.split(","))) if scopes else []:
            remedy = "For pictures add it to the app and install it again."
            rows.append(note("slack scopes", f"all that are needed, but not {', '.join(wanting)}", remedy))
        else:
            rows.append(good("slack scopes", "all that are needed") if scopes else note("slack scopes", "Slack did not tell"))
        return rows + _app_token(settings, base)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return [_unreachable("slack", error)]


def _app_token(settings: Settings, base: str) -> list[Row]:
    if settings.slack_app_token is None:
        return []
    _, made, _ = asyncio.run(
        _ask("POST", f"{base}/apps.connections.open", f"Bearer {settings.slack_app_token.get_secret_value()}")
    )
    if made.get("ok"):
        return [good("slack app token", "opens Socket Mode")]
    remedy = "Make an app-level token with connections:write and put it into SLACK_APP_TOKEN; switch on Socket Mode."
    return [bad("slack app token", f"Slack says {made.get('error', '?')}", remedy)]


def _unreachable(platform: str, error: Exception) -> Row:
    return bad(
        f"{platform} token", f"{platform} cannot be reached ({type(error).__name__})", "Check the network and the API URL."
    )


async def _ask(method: str, url: str, authorization: str) -> Answer:
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.request(method, url, headers={"Authorization": authorization}) as response,
    ):
        try:
            body = await response.json(content_type=None)
        except ValueError:
            body = None
        return response.status, body if isinstance(body, dict) else {}, response.headers.get("x-oauth-scopes", "")
