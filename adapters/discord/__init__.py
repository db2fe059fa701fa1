"""Discord, over discord.py: one /drill command group, a post with buttons, a thread and forms.

In:   gateway → dispatch → inbox → places, events (pure) → Event
Out:  Reply → render (pure) → messages → rest, within budget; or answering → interactions, with the interaction's own token
Ids that outlive us: ids. What people write: markup. What they choose: slash, forms. How much fits: limits.
"""

from adapters.discord.adapter import Discord
from adapters.discord.setup import invite_link

__all__ = ["Discord", "invite_link"]
