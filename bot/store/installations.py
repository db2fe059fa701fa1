"""Slack's app in many workspaces: their bot tokens, encrypted, and who is on the way to install it.

slack_sdk's interfaces over our own tables: its SQLAlchemy stores need greenlet for a part that we do not use, keep who installed
the app, and know neither our transactions nor encryption.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk.oauth.installation_store import Bot, Installation, InstallationStore
from slack_sdk.oauth.state_store import OAuthStateStore
from sqlalchemy import ColumnElement, and_, delete, select

from bot.store.engine import Store
from bot.store.upsert import inserting
from bot.store.vault import Vault
from bot.tables import slack_bots, slack_states

# How long somebody may take between our page and Slack's question.
TO_INSTALL = timedelta(minutes=10)


class Installations(InstallationStore):
    """One bot token for each workspace, which is known by its own id, whatever organisation it belongs to.

    Of whoever installed the app nothing is kept. Every method raises StoreError.
    """

    def __init__(self, store: Store, client_id: str, vault: Vault) -> None:
        self._store = store
        self._client_id = client_id
        self._vault = vault

    def save(self, installation: Installation) -> None:
        self.save_bot(installation.to_bot())

    def save_bot(self, bot: Bot) -> None:
        """In place of the one that was there."""
        row = {
            "name": (bot.team_name or "")[:200],
            "bot_id": bot.bot_id,
            "user": bot.bot_user_id,
            "scopes": ",".join(bot.bot_scopes),
            "token": self._vault.seal(bot.bot_token),
            "installed_at": datetime.fromtimestamp(bot.installed_at, UTC),
        }
        with self._store.write() as tx:
            made = inserting(tx.dialect.name, slack_bots).values(client_id=self._client_id, workspace=bot.team_id, **row)
            tx.execute(made.on_conflict_do_update(index_elements=["client_id", "workspace"], set_=row))

    def find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        with self._store.read() as tx:
            row = tx.execute(select(slack_bots).where(self._of(team_id))).first()
        if row is None:
            return None
        token = self._vault.open(row.token)
        return Bot(
            team_id=row.workspace,
            team_name=row.name,
            bot_token=token,
            bot_id=row.bot_id,
            bot_user_id=row.user,
            bot_scopes=row.scopes,
            installed_at=row.installed_at.timestamp(),
        )

    def delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        with self._store.write() as tx:
            tx.execute(delete(slack_bots).where(self._of(team_id)))

    def delete_installation(self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None) -> None:
        """No person's token is kept."""

    def _of(self, team: str | None) -> ColumnElement[bool]:
        return and_(slack_bots.c.client_id == self._client_id, slack_bots.c.workspace == team)


class States(OAuthStateStore):
    """Each is good for one installation within TO_INSTALL. Raises StoreError."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def issue(self, *args: Any, **kwargs: Any) -> str:
        state, now = secrets.token_urlsafe(32), self._clock()
        with self._store.write() as tx:
            tx.execute(delete(slack_states).where(slack_states.c.expires_at <= now))
            tx.execute(slack_states.insert().values(state=state, expires_at=now + TO_INSTALL))
        return state

    def consume(self, state: str) -> bool:
        with self._store.write() as tx:
            mine = slack_states.c.state == state, slack_states.c.expires_at > self._clock()
            return tx.execute(delete(slack_states).where(*mine)).rowcount == 1
