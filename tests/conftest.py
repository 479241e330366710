"""Share fixtures with all tests: the path of ``../shared``, and a line that counts the reference cases."""

import os
import sys
from pathlib import Path

import hypothesis
import pytest

from tests.ordering import choose_quick, order_by_length
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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="one case of each test, or test of each file")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False  # xdist would begin with the files of most tests, not of the longest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--quick"):
        items[:], others = choose_quick(items)
        config.hook.pytest_deselected(items=others)
    items[:] = order_by_length(items)


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
