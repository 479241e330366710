"""The reading and comparing of reference cases, which all other reference tests stand on."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.analysis.reference import cases
from tests.analysis.reference.skips import SKIPPED

OWN_GROUPS = cases.groups(cases.OWN)


def make_case(expected: dict[str, Any], rel: float = 1e-9) -> dict[str, Any]:
    return {"id": "made", "expected": expected, "tolerance": {"rel": rel, "abs": 1e-12}}


def test_every_case_is_read_by_a_test() -> None:
    assert cases.case_ids() - cases.read_ids() == set()


def test_the_shared_cases_are_614(shared: Path) -> None:
    assert shared.is_dir()
    assert len(cases.case_ids()) == 614


def test_every_skip_names_a_case_and_there_are_few(shared: Path) -> None:
    assert shared.is_dir()
    assert set(SKIPPED) <= cases.case_ids()
    assert len(SKIPPED) <= 6


def test_a_group_that_no_test_reads_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {"id": "made.case", "group": "made", "call": {"fn": "mean"}}
    monkeypatch.setattr(cases, "groups", lambda folder: ["made"])
    monkeypatch.setattr(cases, "read_group", lambda group: [made])
    assert cases.case_ids() - cases.read_ids() == {"made.case"}
    assert cases.summary(["other"], []).startswith("reference cases: 0 of 1 read: 0 passed")


def test_every_case_has_an_id_of_its_own() -> None:
    ids = [case["id"] for group in OWN_GROUPS for case in cases.read_group(group)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("group", OWN_GROUPS)
def test_our_copy_of_a_group_is_the_shared_one(group: str, shared: Path) -> None:
    theirs = {case["id"]: case for case in cases._read_cases(cases.SHARED / "cases" / f"{group}.json")}
    for case in cases._read_cases(cases.OWN / f"{group}.json"):
        assert theirs[case["id"]] == case


def test_our_copy_holds_only_data_that_is_ours() -> None:
    prefixes = ("trust_a", "pair_a", "lonely_a", "edge_a", "rep_rtrust", "rep_rpair", "rep_pair")
    assert all(path.name.startswith(prefixes) for path in (cases.OWN / "data").glob("*.csv"))


def test_factors_have_levels_and_numbers_are_numeric() -> None:
    data = cases.read_data("trust_a.csv")
    assert data.levels["age6"] == ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
    assert set(data["age6"]) <= set(data.levels["age6"]) | {None}
    assert data["w"].dtype == np.float64
    assert np.isnan(data["q1"]).any()


def test_a_condition_on_a_missing_value_is_missing() -> None:
    data = {"x": np.array([1.0, 3.0, np.nan]), "g": np.array(["a", None, "b"], dtype=object)}
    np.testing.assert_array_equal(cases.holds(data, [{"var": "x", "op": ">", "value": 2}]), [0, 1, np.nan])
    both = [{"var": "x", "op": "<", "value": 2}, {"var": "g", "op": "in", "value": ["a", "b"]}]
    np.testing.assert_array_equal(cases.holds(data, both), [1, np.nan, np.nan])


ROW = {"label": {"g": 1}, "est": 2.0, "se": 0.5, "p_value": 1e-20}


def test_rows_match_by_label_in_any_order_and_type() -> None:
    other = {**ROW, "label": {"g": "b"}}
    case = make_case({"rows": [ROW, other]})
    cases.check(case, {"rows": [other, {**ROW, "label": {"g": "1"}, "p_value": 1e-11}]})


@pytest.mark.parametrize(
    "got",
    [
        [],
        [ROW | {"est": 2.0 + 1e-8}],
        [ROW | {"se": None}],
        [ROW | {"p_value": 1e-3}],
        [ROW, {**ROW, "label": {"g": 2}}],
        [ROW, ROW],
        [{"label": {"g": 1}, "est": 2.0}],
    ],
    ids=["no row", "value off", "missing", "p-value", "row too many", "label twice", "no se"],
)
def test_row_that_differs_is_reported(got: list[dict[str, Any]]) -> None:
    with pytest.raises(AssertionError, match="made: "):
        cases.check(make_case({"rows": [ROW]}), {"rows": got})


def test_zero_standard_error_has_a_tolerance() -> None:
    row = {"label": {}, "est": 100.0, "se": 0, "ci_df": [100.0, 100.0]}
    case = make_case({"rows": [row], "matrices": {"vcov": [[0]]}})
    near = {"rows": [row | {"se": 9e-7, "ci_df": [100 - 2e-6, 100 + 2e-6]}], "matrices": {"vcov": [[8e-13]]}}
    cases.check(case, near)
    with pytest.raises(AssertionError, match="se expected 0"):
        cases.check(case, {**near, "rows": [row | {"se": 2e-6}]})


def test_missing_and_infinite_values_are_compared_as_such() -> None:
    case = make_case({"scalars": {"df": "Infinity", "low": None}, "vectors": {"x": [1, None]}})
    cases.check(case, {"scalars": {"df": np.inf, "low": np.nan}, "vectors": {"x": np.array([1, np.nan])}})
    with pytest.raises(AssertionError, match=r"scalars\.low expected None, got 0"):
        cases.check(case, {"scalars": {"df": np.inf, "low": 0}, "vectors": {"x": [1, None]}})


def test_missing_expected_value_is_reported() -> None:
    case = make_case({"scalars": {"df": 3}, "matrices": {"vcov": [[1, 0], [0, 1]]}})
    with pytest.raises(AssertionError, match=r"scalars\.df expected, not given.*vcov expected, not given"):
        cases.check(case, {})
    with pytest.raises(AssertionError, match=r"vcov\[0\]\[1\] expected 0, got 0\.1"):
        cases.check(case, {"scalars": {"df": 3}, "matrices": {"vcov": np.array([[1, 0.1], [0, 1]])}})
