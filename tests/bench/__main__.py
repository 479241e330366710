"""`make bench`: all of them, one after the other."""

import sys

from tests.bench import analysis, microdata, report, server, weight

analysis.run()
report.run()
server.run()
missed = microdata.run() + weight.run()
sys.exit(1 if missed else 0)
