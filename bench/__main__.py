"""`make bench`: every table, one after the other; `python -m bench grading` for one of them."""

import importlib
import sys

ALL = ("grading", "fanout", "posting", "memory", "standings", "load")

for name in sys.argv[1:] or ALL:
    importlib.import_module(f"bench.{name}").main()
