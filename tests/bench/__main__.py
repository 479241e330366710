"""`make bench`: all of them, one after the other."""

import sys

from tests.bench import analysis, report, server, weight

analysis.run()
report.run()
server.run()
sys.exit(1 if weight.run() else 0)
