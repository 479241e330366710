"""Reliability, invariance and unequal probabilities in a plan: the figures of the functions, and refusals."""

import json
from typing import Any

import numpy as np
import pytest

from analysis import Design, total
from analysis.reliability import hierarchical_omega, invariance, omega, ordinal_alpha, reliability
from tests.analysis.command.plans import Desk

CHANCE = np.random.default_rng(8)
ROWS = 160
FACETS = CHANCE.normal(size=(ROWS, 1)) + 0.9 * np.repeat(CHANCE.normal(size=(ROWS, 3)), 2, axis=1)
ITEMS = np.clip(np.rint(3 + FACETS + 0.6 * CHANCE.normal(size=(ROWS, 6))), 1, 5)
ITEMS[3, 1] = 9
ITEMS[:, 2] = 6 - ITEMS[:, 2]
WEIGHTS = CHANCE.integers(1, 9, ROWS).astype(float)
LANGUAGES = np.array([None if k == 5 else "en" if k % 2 else "es" for k in range(ROWS)], object)
TURNED = np.where(ITEMS == 9, np.nan, ITEMS)
TURNED[:, 2] = 6 - TURNED[:, 2]
PLAN = """\
data: answers.csv
design: {weights: w}
index: {name: trust, facets: {fair: {items: [i0, i1, i2], reversed: [i2], low: 1, high: 5, missing: [9]},
                              able: {items: [i3, i4, i5], low: 1, high: 5}}}
"""


def rows_of(desk: Desk, entry: str) -> list[dict[str, Any]]:
    lines = [",".join([*(f"i{k}" for k in range(6)), "w", "lang"])]
    lines += [
        ",".join([*(f"{x:g}" for x in row), f"{w:g}", lang or ""])
        for row, w, lang in zip(ITEMS, WEIGHTS, LANGUAGES, strict=True)
    ]
    desk.write("answers.csv", "\n".join(lines) + "\n")
    desk.write("plan.yaml", f"{PLAN}reliability: [{entry}]\n")
    status, out, err = desk.run("reliability", "--format", "json")
    assert status == 0, err
    return next(s["rows"] for s in json.loads(out)["sections"] if s["title"])


EXPECTED: dict[str, Any] = {
    "{alpha: trust}": lambda: {"alpha": reliability(TURNED).alpha, "n": ROWS - 1},
    "{alpha: [i0, i1], weighted: true}": lambda: {"alpha": reliability(TURNED[:, :2], weights=WEIGHTS).alpha},
    "{alpha: able, where: w > 4}": lambda: {"alpha": reliability(TURNED[WEIGHTS > 4][:, 3:]).alpha},
    "{ordinal_alpha: fair}": lambda: {"ordinal_alpha": ordinal_alpha(TURNED[:, :3]).alpha},
    "{omega: trust, weighted: true}": lambda: {"omega": omega(TURNED, WEIGHTS).omega, "df": 9},
    "{hierarchical_omega: trust}": lambda: {"omega_hierarchical": hierarchical_omega(TURNED).hierarchical},
    "{invariance: [fair], between: lang}": lambda: {
        "chi_square": invariance(TURNED[:, :3], LANGUAGES, [[0, 1, 2]]).levels[0].chi_square
    },
}


@pytest.mark.parametrize("entry", EXPECTED)
def test_reliability_of_a_plan_equals_the_function(desk: Desk, entry: str) -> None:
    expected = EXPECTED[entry]()
    row = rows_of(desk, entry)[0]
    assert {name: row[name] for name in expected} == pytest.approx(expected)


@pytest.mark.parametrize(
    "groups", [LANGUAGES.tolist(), [x or float("nan") for x in LANGUAGES], [x or "" for x in LANGUAGES]]
)
def test_invariance_leaves_out_people_without_a_group(groups: list[Any]) -> None:
    assert sum(invariance(TURNED[:, :3], groups, [[0, 1, 2]]).n) == ROWS - 2


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("reliability: [{alpha: a1, beta: 2}]", "the unknown key 'beta'"),
        ("reliability: [{gamma: a1}]", "expected one kind of reliability, one of 'alpha', 'ordinal_alpha'"),
        ("reliability: [{alpha: [a1, district]}]", "expected numbers in column 'district', but row 1 holds 'north'"),
        ("reliability: [{alpha: a1}]", "expected"),
        ("reliability: [{invariance: [a1, a2]}]", "expected the key 'between'"),
        ("design: {inclusion: {probabilities: p, method: joint}}", "expected the columns 'joint' with 'method: joint'"),
        ("design: {inclusion: {probabilities: id, method: brewer}}", "above 0 and up to 1, but got"),
    ],
)
def test_scales_and_probabilities_that_cannot_be_are_refused(desk: Desk, section: str, expected: str) -> None:
    rest = "" if section.startswith("rel") else "reliability: [{alpha: [a1, a2]}]\n"
    desk.write("plan.yaml", f"data: answers.csv\n{section}\n{rest}")
    assert expected in desk.refusal("reliability")


@pytest.mark.parametrize(
    ("written", "options"),
    [
        ("method: brewer", {"method": "brewer"}),
        ("method: overton, form: yates_grundy", {"method": "overton", "form": "yates_grundy"}),
        ("method: hartley_rao, population_squares: 0.4", {"method": "hartley_rao", "population_squares": 0.4}),
        ("method: joint, joint: pi_*", {"method": "joint"}),
    ],
)
def test_unequal_probabilities_of_a_plan_equal_the_design(desk: Desk, written: str, options: dict[str, Any]) -> None:
    p = np.array([0.4, 0.6, 0.3, 0.7])
    joint = np.outer(p, p) * 0.9
    np.fill_diagonal(joint, p)
    y = np.array([4.0, 9.0, 2.0, 7.0])
    given = {"joint": joint} if options["method"] == "joint" else {}
    expected = total(Design.of({"y": y, "p": p}).with_inclusion("p", **options, **given), "y")[0]
    lines = ["y,p,pi_1,pi_2,pi_3,pi_4", *(",".join(map(str, [y[k], p[k], *joint[k]])) for k in range(4))]
    desk.write("answers.csv", "\n".join(lines) + "\n")
    inclusion = f"design: {{inclusion: {{probabilities: p, {written}}}}}"
    desk.write("plan.yaml", f"data: answers.csv\n{inclusion}\nestimates: [{{total: y}}]\n")
    row = json.loads(desk.run("estimate", "--format", "json")[1])["sections"][-1]["rows"][0]
    assert (row["estimate"], row["se"]) == pytest.approx((expected.value, expected.se))
