"""db upgrade: the database on the command line."""

import typer

from bot.cli.wiring import settings_for_logs
from bot.store import connect
from bot.store.migrate import HEAD
from bot.store.migrate import upgrade as migrate

app = typer.Typer(help="Look after the database.", no_args_is_help=True)


@app.command(epilog="Example: drillbot db upgrade")
def upgrade() -> None:
    """Bring the database to this program's version."""
    store = connect(settings_for_logs().database_url.get_secret_value())
    migrate(store)
    print(f"The database is at version {HEAD}.")
