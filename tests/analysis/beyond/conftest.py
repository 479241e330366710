"""Count the cases beyond estimation after a run."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    from tests.analysis.beyond.cases import summary

    ids = {
        outcome: {
            report.nodeid.split("[", 1)[1].removesuffix("]")
            for report in terminalreporter.stats.get(outcome, ())
            if "tests/analysis/beyond/test_cases.py" in report.nodeid and "[" in report.nodeid
        }
        for outcome in ("passed", "failed")
    }
    if ids["passed"] or ids["failed"]:
        terminalreporter.write_line(summary(ids["passed"], ids["failed"]))
