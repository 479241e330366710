"""Units drawn with unequal probabilities against R survey 4.5, and small samples worked out by hand."""

import numpy as np
import pytest

from analysis import AnalysisError, Design, mean, total
from tests.analysis.reference.cases import Case, check, load_cases, read_data
from tests.analysis.reference.designs import labels_of, make_design, make_table, to_got

METHODS = {"joint_horvitz_thompson": ("joint", "horvitz_thompson"), "joint_yates_grundy": ("joint", "yates_grundy")}


def make_pps_design(case: Case) -> Design:
    spec = case["design"]
    if not spec.get("pps"):
        return make_design(case)
    method, form = METHODS.get(spec["pps"], (spec["pps"], "horvitz_thompson"))
    joint = None
    if spec.get("pps_file"):
        joint = np.stack([*read_data(spec["pps_file"]).values()], axis=1)
    return Design.of(make_table(read_data(case))).with_inclusion(
        spec["fpc"][0], method, joint=joint, population_squares=spec.get("pps_sum_p2_over_n"), form=form
    )


@pytest.mark.parametrize("case", load_cases("pps"))
def test_totals_of_unequal_probabilities_agree_with_r(case: Case) -> None:
    result = total(make_pps_design(case), case["call"]["y"])
    check(case, to_got(result, labels_of(result, case["call"])))


FRAME = {"y": [4.0, 9.0, 2.0, 7.0], "p": [0.4, 0.6, 0.3, 0.7]}


def test_equal_joint_probabilities_give_the_simple_random_sample() -> None:
    n, size = 4, 10
    frame = {"y": FRAME["y"], "p": [n / size] * n, "N": [size] * n}
    joint = np.full((n, n), n * (n - 1) / (size * (size - 1)))
    np.fill_diagonal(joint, n / size)
    expected = total(Design.of(frame, fpc="N"), "y")[0].se
    for form in ("horvitz_thompson", "yates_grundy"):
        design = Design.of(frame).with_inclusion("p", "joint", joint=joint, form=form)
        assert total(design, "y")[0].se == pytest.approx(expected)
    assert total(Design.of(frame).with_inclusion("p", "brewer"), "y")[0].se == pytest.approx(expected)


@pytest.mark.parametrize("method", ["brewer", "overton", "hartley_rao", "joint"])
def test_the_order_of_units_does_not_matter(method: str) -> None:
    p = np.array(FRAME["p"])
    joint = np.outer(p, p) * 0.9
    np.fill_diagonal(joint, p)
    order = np.array([2, 0, 3, 1])
    options = {"population_squares": 0.3} if method == "hartley_rao" else {}
    found = []
    for rows in (np.arange(4), order):
        frame = {name: np.array(values)[rows] for name, values in FRAME.items()} | {
            "unit": np.array(list("dacb"))[rows]
        }
        given = {"joint": joint[np.ix_(rows, rows)]} if method == "joint" else options
        found.append(mean(Design.of(frame, psu="unit").with_inclusion("p", method, **given), "y")[0])
    assert (found[0].value, found[0].se) == pytest.approx((found[1].value, found[1].se))


@pytest.mark.parametrize(
    ("frame", "method", "options", "words"),
    [
        ({**FRAME, "p": [0.4, 0.6, 0.3, 1.2]}, "brewer", {}, "above 0 and up to 1, but got 1.2"),
        (FRAME, "bogus", {}, "to be one of 'brewer'"),
        (FRAME, "joint", {}, "joint probabilities as `joint`, but got none"),
        (FRAME, "joint", {"joint": np.ones((2, 2))}, "of 4 x 4 units, but got an array of shape"),
        (FRAME, "hartley_rao", {}, "`population_squares`, but got None"),
        (FRAME, "overton", {"form": "bogus"}, "to be one of 'horvitz_thompson', 'yates_grundy'"),
    ],
)
def test_inclusion_that_cannot_be_is_refused(frame: dict, method: str, options: dict, words: str) -> None:
    with pytest.raises(AnalysisError, match=words):
        Design.of(frame).with_inclusion("p", method, **options)
