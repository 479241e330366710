"""Share fixtures with all tests: the path of ``../shared``, and a line that counts the reference cases."""

import os
import sys
from pathlib import Path

import hypothesis
import pytest

from tests.programs import describe_skipped, require

# The first example pays for importing scipy: a deadline would measure the machine, not the code.
# One commit has one result: the suite draws the same examples each time. HYPOTHESIS=random searches for new ones.
SEARCHES = os.environ.get("HYPOTHESIS") == "random"
hypothesis.settings.register_profile("here", deadline=None, derandomize=not SEARCHES)
hypothesis.settings.load_profile("here")

# Servers, workers and commands of the tests import the same modules: compiled once, not by each of a hundred processes.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real data and reference values beside the repository."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not beside the repository")
    return SHARED


@pytest.fixture(scope="session")
def noto_fonts() -> None:
    """The fonts of PDF files, or the tests that set one are skipped."""
    require("fonts")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    from tests.analysis.reference.cases import summary

    skipped = terminalreporter.stats.get("skipped", ())
    for line in describe_skipped(str(report.longrepr) for report in skipped):
        terminalreporter.write_line(line, yellow=True)
    outcomes = {
        outcome: [
            report.nodeid.split("[", 1)[1].removesuffix("]")
            for report in terminalreporter.stats.get(outcome, ())
            if "tests/analysis/reference/" in report.nodeid and "[" in report.nodeid
        ]
        for outcome in ("passed", "failed")
    }
    if outcomes["passed"] or outcomes["failed"]:
        terminalreporter.write_line(summary(outcomes["passed"], outcomes["failed"]))
