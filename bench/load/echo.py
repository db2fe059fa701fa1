"""The bare bot: a button, a form, and what was written comes back. Run by its path, without a line of ours."""

import sys
from typing import Any

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

QUIET = discord.AllowedMentions.none()


class Form(discord.ui.Modal, title="Answer"):
    text: Any = discord.ui.TextInput(label="Your answer", style=discord.TextStyle.paragraph, max_length=4000)

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        embed = discord.Embed(title="You wrote", description=str(self.text))
        await interaction.edit_original_response(embed=embed, allowed_mentions=QUIET)


class Post(discord.ui.View):
    @discord.ui.button(label="Answer", custom_id="answer")
    async def answer(self, interaction: discord.Interaction[Any], button: Any) -> None:
        await interaction.response.send_modal(Form())


def main(api: str, gateway: str, *channels: str) -> None:
    Route.BASE = api
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
    client = discord.Client(intents=discord.Intents(guilds=True), max_messages=None)

    @client.event
    async def on_ready() -> None:
        for id in channels:
            await client.get_partial_messageable(int(id)).send(
                "What do you think?", view=Post(timeout=None), allowed_mentions=QUIET
            )

    client.run("x", log_level=30)


if __name__ == "__main__":
    main(*sys.argv[1:])
