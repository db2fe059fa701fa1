"""The database, in transactions. The modules beside this one hold the queries, one module per noun.

with store.write() as tx:
    drills.close(tx, drill.id, at)
"""

from bot.store.engine import Store, connect

__all__ = ["Store", "connect"]
