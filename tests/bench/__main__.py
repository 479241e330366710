"""`make bench`: all of them, one after the other."""

import sys

from tests.bench import (
    analysis,
    first_view,
    measures,
    microdata,
    packages,
    report,
    server,
    survey,
    tokens,
    weight,
    workers,
)

analysis.run()
survey.run()
report.run()
server.run()
workers.run()
measures.run()
missed = tokens.run() + microdata.run() + packages.run() + weight.run() + first_view.run()
sys.exit(1 if missed else 0)
