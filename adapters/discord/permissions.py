"""What the bot may do and who is an admin, from Discord's permission bits. Pure."""

from collections.abc import Iterable
from urllib.parse import urlencode

ADMINISTRATOR = 1 << 3
MANAGE_SERVER = 1 << 5
THREADS = "Create Public Threads"
NEEDED = {
    "View Channel": 1 << 10,
    "Send Messages": 1 << 11,
    "Embed Links": 1 << 14,
    "Attach Files": 1 << 15,
    "Read Message History": 1 << 16,
    "Add Reactions": 1 << 6,
    THREADS: 1 << 35,
    "Send Messages in Threads": 1 << 38,
}
LEAST = sum(NEEDED.values())
SCOPES = "bot applications.commands"


def lacks(bits: int) -> tuple[str, ...]:
    """Names of what the bot needs and *bits* do not give."""
    return () if bits & ADMINISTRATOR else tuple(name for name, bit in NEEDED.items() if not bits & bit)


def is_admin(bits: int) -> bool:
    return bool(bits & (ADMINISTRATOR | MANAGE_SERVER))


def bits_of(text: object) -> int:
    """Discord writes permissions as text; what is no number gives none."""
    return int(text) if isinstance(text, str | int) and str(text).isdigit() else 0


def union(roles: Iterable[int]) -> int:
    bits = 0
    for role in roles:
        bits |= role
    return bits


def invite(application: str) -> str:
    """The link that adds the bot to a server, asking for the least it needs."""
    asked = urlencode({"client_id": application, "permissions": LEAST, "scope": SCOPES})
    return f"https://discord.com/oauth2/authorize?{asked}"
