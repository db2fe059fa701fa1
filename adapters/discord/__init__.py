"""Discord, over discord.py: one /drill command group, a post with buttons, a thread and forms. Read adapter.py first."""

from adapters.discord.adapter import Discord
from adapters.discord.permissions import invite

__all__ = ["Discord", "invite"]
