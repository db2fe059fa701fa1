"""slack manifest: the app's description for Slack's 'Create from a manifest'."""

import json
from typing import Annotated

import typer

app = typer.Typer(help="Set Slack up.", no_args_is_help=True)


@app.callback()
def slack() -> None:
    """Set Slack up."""


@app.command(epilog="Example: drillbot slack manifest > manifest.json")
def manifest(
    http: Annotated[str, typer.Option(help="this bot's public https address, for HTTP instead of Socket Mode")] = "",
    oauth: Annotated[str, typer.Option(help="the same address, for installing the app in several workspaces")] = "",
) -> None:
    """Print the app manifest: paste it at api.slack.com/apps, Create New App, From a manifest."""
    from adapters.slack.manifest import manifest as described

    print(json.dumps(described(http, oauth), indent=2))
