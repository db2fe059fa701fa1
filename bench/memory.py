"""Memory of the Discord adapter with a thousand servers: what their caches cost."""

import asyncio

from rich.console import Console
from rich.table import Table

from tests.fakes.discord_memory import megabytes


def main() -> None:
    table = Table("what", "MB", title="Discord caches")
    table.add_row("1,000 servers, 50 channels and about 27 roles each", f"{asyncio.run(megabytes()):.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
