"""The app's description, which Slack's 'Create from a manifest' takes in one paste."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("manifest.json")
PATH = "/slack/events"
REDIRECT = "/slack/oauth_redirect"
# Without it there are no pictures, and whoever installed the app before there were any need not do it again.
OPTIONAL = {"files:write"}


def manifest(http: str = "", oauth: str = "") -> dict[str, Any]:
    """For Socket Mode; with *http*, our public address, for HTTP; with *oauth*, the same, for several workspaces."""
    made: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    if oauth:
        made["oauth_config"]["redirect_urls"] = [oauth.rstrip("/").removesuffix(REDIRECT) + REDIRECT]
    return over_http(made, http.rstrip("/").removesuffix(PATH) + PATH) if http else made


def over_http(app: dict[str, Any], url: str) -> dict[str, Any]:
    made = deepcopy(app)
    made["settings"]["socket_mode_enabled"] = False
    made["settings"]["event_subscriptions"]["request_url"] = url
    made["settings"]["interactivity"] |= {"request_url": url, "message_menu_options_url": url}
    for command in made["features"]["slash_commands"]:
        command["url"] = url
    return made


def missing(granted: str) -> list[str]:
    """Scopes that we need and that are not among *granted*, as Slack lists them; none when it does not tell."""
    have = {scope.strip() for scope in granted.split(",") if scope.strip()}
    needed = [scope for scope in manifest()["oauth_config"]["scopes"]["bot"] if scope not in OPTIONAL]
    return [scope for scope in needed if scope not in have] if have else []
