"""Planning, drawing, models, measurement, imputation, open-link data and small areas against other programs."""

import importlib
from pathlib import Path

import pytest

from tests.analysis.beyond import cases
from tests.analysis.beyond.cases import RUNNERS, Case, check, kind_of, read_cases
from tests.analysis.beyond.uncovered import DIFFERENT, UNCOVERED

for path in sorted(Path(__file__).parent.glob("run_*.py")):
    importlib.import_module(f"tests.analysis.beyond.{path.stem}")

CASES = [pytest.param(case, id=case["id"]) for case in read_cases() if kind_of(case) in RUNNERS]
SAME = [case for case in CASES if case.id not in DIFFERENT]
OTHER = [case for case in CASES if case.id in DIFFERENT]


@pytest.mark.parametrize("case", SAME)
def test_result_agrees_with_other_program(case: Case) -> None:
    check(case, RUNNERS[kind_of(case)](case))


@pytest.mark.parametrize("case", OTHER)
def test_result_with_a_reason_still_differs(case: Case) -> None:
    with pytest.raises(AssertionError, match="expected"):
        check(case, RUNNERS[kind_of(case)](case))


def test_reasons_are_few() -> None:
    assert set(DIFFERENT) <= {case["id"] for case in read_cases()}
    assert len(DIFFERENT) <= 0.03 * len(read_cases())


def test_every_kind_has_a_runner_or_a_reason() -> None:
    kinds = {kind_of(case) for case in read_cases()}
    assert kinds - set(RUNNERS) == set(UNCOVERED)
    assert all(UNCOVERED.values())


def test_every_case_has_an_id_of_its_own() -> None:
    ids = [case["id"] for case in read_cases()]
    assert len(ids) == len(set(ids)) >= 167


def test_our_copy_is_the_shared_one(shared: Path) -> None:
    folder = shared / "reference" / "beyond"
    theirs = {path.name: path.read_bytes() for path in (folder / "cases").glob("*.json")}
    assert theirs == {path.name: path.read_bytes() for path in cases.OWN.glob("*.json")}
    data = {path.name: path.read_bytes() for path in (folder / "data").iterdir()}
    assert data == {name: (cases.OWN / "data" / name).read_bytes() for name in data}


MADE: Case = {
    "id": "made",
    "tolerance": {"rel": 1e-9, "abs": 1e-12},
    "expected": {"rows": [{"label": {"g": 1}, "est": 2.0, "df": "Infinity", "low": None}], "vectors": {"x": ["a", 0]}},
}
GOOD = {"rows": [{"label": {"g": "1"}, "est": 2.0, "df": float("inf"), "low": None}], "vectors": {"x": ["a", 1e-9]}}


def test_equal_values_agree_across_types() -> None:
    check(MADE, GOOD)


@pytest.mark.parametrize(
    "fault",
    [
        {"rows": []},
        {"rows": [{**GOOD["rows"][0], "est": 2.0 + 1e-8}]},
        {"rows": [{**GOOD["rows"][0], "low": 0.0}]},
        {"rows": [*GOOD["rows"], {"label": {"g": 2}, "est": 1.0}]},
        {"vectors": {"x": ["b", 0]}},
        {"vectors": {"x": ["a"]}},
        {"vectors": {}},
    ],
)
def test_value_that_differs_is_reported(fault: dict[str, object]) -> None:
    with pytest.raises(AssertionError, match="made: "):
        check(MADE, {**GOOD, **fault})
