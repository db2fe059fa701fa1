"""What is kept of an installation, and the settings that keeping it needs."""

import pytest
from pydantic import SecretStr
from slack_sdk.oauth.installation_store import Bot
from sqlalchemy import text

from bot.cli.platforms import platforms
from bot.config import Settings
from bot.errors import SettingsError, StoreError
from bot.service.core import Core
from bot.store.installations import Installations, States
from bot.store.vault import Vault
from tests.builders import Clock
from tests.fakes.slack_install import CLIENT_ID, CLIENT_SECRET
from tests.fakes.slack_server import APP_TOKEN

SECRET = "a key that is long enough"


def test_states_are_good_once_and_for_ten_minutes(core: Core, clock: Clock) -> None:
    states = States(core.store, clock)
    late = states.issue()
    clock.pass_(minutes=5)
    state = states.issue()
    clock.pass_(minutes=6)
    assert not states.consume(late)
    assert not states.consume("made up")
    assert states.consume(state)
    assert not states.consume(state)
    states.issue()
    with core.store.read() as tx:
        assert len(tx.execute(text("SELECT state FROM slack_states")).all()) == 1  # what expired is gone


def test_of_a_workspace_the_latest_token_is_kept_whatever_its_organisation(core: Core) -> None:
    kept = Installations(core.store, CLIENT_ID, Vault(SECRET))
    for at, organisation in ((1.0, None), (2.0, "E1")):
        token = f"xoxb-{at}"
        kept.save_bot(
            Bot(
                app_id="A1",
                enterprise_id=organisation,
                team_id="T2",
                bot_token=token,
                bot_id="B",
                bot_user_id="U",
                installed_at=at,
            )
        )
    found = kept.find_bot(enterprise_id=None, team_id="T2")
    assert found is not None
    assert found.bot_token == "xoxb-2.0"
    with pytest.raises(StoreError, match="SECRET_KEY is not the one"):
        Installations(core.store, CLIENT_ID, Vault("x" * 20)).find_bot(enterprise_id=None, team_id="T2")
    assert Installations(core.store, "another app", Vault(SECRET)).find_bot(enterprise_id=None, team_id="T2") is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"secret_key": None}, "needs SLACK_CLIENT_SECRET, SECRET_KEY and HTTP_PORT"),
        ({"secret_key": SecretStr("short")}, "openssl rand"),
        ({"http_port": None}, "HTTP_PORT"),
        ({"slack_bot_token": SecretStr("xoxb-1")}, "unset one of them"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(core: Core, changed: dict[str, object], said: str) -> None:
    given = {
        "slack_client_id": CLIENT_ID, "slack_client_secret": SecretStr(CLIENT_SECRET), "secret_key": SecretStr(SECRET),
        "slack_app_token": SecretStr(APP_TOKEN), "http_port": 0,
    }  # fmt: skip
    with pytest.raises(SettingsError, match=said):
        platforms(Settings.model_validate({**given, **changed}), core)
