"""A group without an answer has no total, and a group of one row no test."""

import numpy as np
import pytest

from analysis import Design, rank_test, t_test, total
from analysis.hypotheses.means import OneRowGroup

ROWS = {
    "y": [3.0, 5.0, 4.0, 8.0, None, None],
    "group": ["a", "a", "a", "b", "c", "c"],
    "w": [1.0, 2.0, 1.0, 3.0, 1.0, 1.0],
}


def test_total_of_a_group_without_answers_is_unknown() -> None:
    found = {dict(row.group)["group"]: row for row in total(Design.of(ROWS, weights="w"), "y", by="group")}
    assert (found["a"].value, found["b"].value) == (17.0, 24.0)
    assert np.isnan([found["c"].value, found["c"].se, found["c"].interval.low]).all()
    assert found["c"].n == 0


def test_zero_answers_have_a_total_of_zero() -> None:
    found = total(Design.of({"y": [0.0, 0.0, 0.0], "w": [1.0, 2.0, 3.0]}, weights="w"), "y")[0]
    assert (found.value, found.se) == (0.0, 0.0)


@pytest.mark.parametrize("test", [t_test, rank_test])
def test_a_group_of_one_row_has_no_test(test) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(OneRowGroup, match="'b' has one; leave it out"):
        test(Design.of(ROWS, weights="w"), "y", "group")
