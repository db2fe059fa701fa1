"""python -m bench.load"""

import sys

from bench.load import SECONDS, main

main(float(sys.argv[1]) if sys.argv[1:] else SECONDS, *sys.argv[2:3])
