"""How a faked Slack lets an app into a workspace: a person says yes, comes back with a code, and the code becomes a token."""

from collections.abc import Mapping
from typing import Any

from adapters.slack.manifest import manifest
from tests.fakes.slack_state import APP, BOT_USER, RefusalError

CLIENT_ID, CLIENT_SECRET = "11.22", "client-secret"


class Install:
    """codes: code → (team, bot token); each works once. scopes: what the person granted."""

    def __init__(self) -> None:
        self.codes: dict[str, tuple[str, str]] = {}
        self.scopes: list[str] = manifest()["oauth_config"]["scopes"]["bot"]

    def access(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """Raises RefusalError."""
        if (args.get("client_id"), args.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            raise RefusalError("bad_client_secret")
        if args.get("code") not in self.codes:
            raise RefusalError("invalid_code")
        team, token = self.codes.pop(args["code"])
        return {
            "ok": True, "access_token": token, "token_type": "bot", "scope": ",".join(self.scopes), "bot_user_id": BOT_USER,
            "app_id": APP, "team": {"id": team, "name": f"Workspace {team}"}, "enterprise": {"id": "E1", "name": "Org"},
            "authed_user": {"id": "UADMIN"}, "is_enterprise_install": False,
        }  # fmt: skip
