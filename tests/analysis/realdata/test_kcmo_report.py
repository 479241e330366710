"""A city's own file becomes a whole report, in which its small groups cannot be found."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.disclosure import PublishedReport, publish
from analysis.report import draft_report
from analysis.report.file_maps import MappedWave, load_map

MAP = Path(__file__).parents[3] / "surveys" / "examples" / "kcmo-report.yaml"
EARLIER, LATER = "1QSEP2021", "3QMAR2022"


@pytest.fixture(scope="module")
def waves(shared: Path) -> dict[str, MappedWave]:
    return load_map(MAP)


@pytest.fixture(scope="module")
def reports(waves: dict[str, MappedWave]) -> dict[str, PublishedReport]:
    earlier, later = waves[EARLIER], waves[LATER]
    return {
        EARLIER: publish(draft_report([earlier.sample], earlier.plan, data=EARLIER), []),
        LATER: publish(draft_report([later.sample], later.plan, data=LATER, before=[earlier.sample]), []),
    }


def rows(report: PublishedReport) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    document = json.loads(report.content)
    for section in document["sections"]:
        for table in section["tables"]:
            yield from ((table, row) for row in table["rows"])


def group_of(row: dict[str, Any]) -> str:
    return row["domain"].removeprefix("source=address-sample, ").removeprefix("agency=kcpd, ")


def test_the_index_of_each_wave_is_that_of_the_file(reports: dict[str, PublishedReport]) -> None:
    index = {
        wave: next(row for table, row in rows(report) if table["id"].endswith(".index"))
        for wave, report in reports.items()
    }
    assert {wave: row["cell"]["value"] for wave, row in index.items()} == {EARLIER: 52.3, LATER: 50.3}


def test_the_change_between_the_waves_holds_zero(reports: dict[str, PublishedReport]) -> None:
    cell = next(row["cell"] for table, row in rows(reports[LATER]) if table["id"].endswith(".changes"))
    assert cell["value"] == -2.0
    assert cell["low"] < 0 < cell["high"]


def test_no_group_under_ten_is_shown(waves: dict[str, MappedWave], reports: dict[str, PublishedReport]) -> None:
    small = 0
    for wave, report in reports.items():
        table = waves[wave].sample.table
        for group, levels in waves[wave].plan.groups.items():
            counts = np.bincount(table.factor(group).codes + 1, minlength=len(levels) + 1)[1:]
            hidden = {f"{group}={level}" for level, n in zip(levels, counts, strict=True) if n < 10}
            small += len(hidden)
            assert not [row for _, row in rows(report) if group_of(row) in hidden and row["cell"]["shown"]]
    assert small >= 2  # the file has such groups: seven American Indians, a few of another gender


def test_no_hidden_group_follows_by_subtraction(reports: dict[str, PublishedReport]) -> None:
    attacked = 0
    for report in reports.values():
        for (low, high), hidden in hidden_sums(report):
            attacked += 1
            assert high - low >= 5, hidden
    assert attacked >= 4


def hidden_sums(report: PublishedReport) -> Iterator[tuple[tuple[int, int], list[str]]]:
    """Yield the range that everyone's rounded n, less the shown levels, leaves for the hidden levels of a group."""
    by_base: dict[str, dict[str, dict[str, Any]]] = {}
    for table, row in rows(report):
        if table["kind"] == "index":
            by_base.setdefault(row["base"], {})[group_of(row)] = row["cell"]
    for cells in by_base.values():
        whole = cells.get("agency=kcpd")
        for family in {name.split("=")[0] for name in cells if "=" in name and name != "agency=kcpd"}:
            levels = {name: cell for name, cell in cells.items() if name.startswith(f"{family}=")}
            hidden = [name for name, cell in levels.items() if not cell["shown"]]
            if whole and hidden:
                shown = [cell["n"] for cell in levels.values() if cell["shown"]]
                yield (
                    (whole["n"] - sum(shown) - 2 - 2 * len(shown), whole["n"] - sum(shown) + 2 + 2 * len(shown)),
                    hidden,
                )
