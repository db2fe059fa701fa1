"""discord invite: setting the bot up on Discord."""

import asyncio

import typer

from bot.cli.wiring import settings_for_logs
from bot.errors import SettingsError

app = typer.Typer(help="Set the bot up on Discord.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Set the bot up on Discord."""


@app.command(epilog="Example: DISCORD_TOKEN=… drillbot discord invite")
def invite() -> None:
    """Print the link that invites the bot to a server, with the least permissions it needs."""
    settings = settings_for_logs(quiet=True)
    if settings.discord_token is None:
        raise SettingsError("DISCORD_TOKEN is not set. Copy it from the Bot page of https://discord.com/developers/applications.")
    from adapters.discord import invite_link

    print(asyncio.run(invite_link(settings.discord_token.get_secret_value(), settings.discord_api_url)))
