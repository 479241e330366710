"""Results: what they show, and how they leave as frames when a group is named like a figure."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analysis import Design, mean, rake, regress, share
from analysis.gaps import Gaps
from analysis.hypotheses import Test
from analysis.models import Regression
from analysis.reliability import Invariance
from analysis.results import Estimates, Tabular
from analysis.weighting import PopulationTargets

COLLIDING = ("n", "se", "estimate", "term", "low", "df", "notes", "deff", "interval", "level")


def estimates(**groups: list[object]) -> Estimates:
    return mean(Design.of({"y": [1.0, 2.0, 3.0, 6.0], **groups}), "y", by=list(groups))


@pytest.mark.parametrize("name", COLLIDING)
@pytest.mark.parametrize("make", ["to_pandas", "to_polars", "to_arrow"])
def test_a_group_named_like_a_figure_keeps_both(name: str, make: str) -> None:
    found = estimates(**{name: ["a", "b", "a", "b"]})
    frame = getattr(found, make)()
    assert list(frame[f"by_{name}"].to_numpy()) == ["a", "b"]
    if name == "estimate":
        assert frame["estimate"].to_numpy().tolist() == [2.0, 4.0]
    assert found.to_pandas()["estimate"].tolist() == [2.0, 4.0]
    assert found.to_pandas()["n"].tolist() == [2, 2]


def test_two_groups_never_share_a_name() -> None:
    row = estimates(n=["a"] * 4, by_n=["b"] * 4)[0]
    assert row.to_row()["by_n"] == "b"
    assert row.to_row()["by_by_n"] == "a"
    assert estimates(term=["a"] * 4)[0].label == {"by_term": "a", "term": "y"}


@pytest.mark.parametrize(
    "levels",
    [[1, "a", 1, "a"], [0.5, 1, 0.5, 1], list(pd.cut([1, 2, 1, 2], 2)), [dt.date(2024, 1, 1), dt.date(2024, 1, 2)] * 2],
    ids=["mixed", "numbers", "intervals", "dates"],
)
def test_levels_of_any_type_leave_as_frames(levels: list[object]) -> None:
    found = estimates(g=levels)
    assert found.to_polars()["estimate"].to_list() == [2.0, 4.0]
    assert found.to_arrow()["estimate"].to_pylist() == [2.0, 4.0]
    assert [str(x) for x in found.to_polars()["g"]] == [str(x) for x in found.to_pandas()["g"]]


def test_estimates_show_as_a_short_table() -> None:
    assert repr(estimates(g=["a", "b", "a", "b"])).splitlines() == [
        "mean: 2 estimates, 95 % intervals (t), design df 3",
        "g  term  estimate        se       low     high  df  n  n_effective",
        "a  y            2  0.816497  -8.37457  12.3746   1  2            2",
        "b  y            4   1.63299  -16.7491  24.7491   1  2            2",
    ]


def test_an_estimate_shows_in_one_line() -> None:
    assert repr(estimates(g=["a"] * 4)[0]) == "<Estimate y g=a: 3, se 1.08012, -0.437435 to 6.43743, n 4>"


def test_html_output_escapes_text_of_people() -> None:
    html = estimates(g=["<b>", "&", "<b>", "&"])._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
    assert html.count("<tr>") == 3


def test_long_results_show_their_beginning() -> None:
    found = share(Design.of({"x": range(100)}), "x")
    assert repr(found).splitlines()[0].startswith("share: 100 estimates")
    assert repr(found).splitlines()[-1] == "and 70 more rows"
    assert len(repr(found).splitlines()) == 33


def test_a_design_shows_how_it_was_drawn_and_weighted() -> None:
    columns = {"h": ["a", "a", "b", "b"], "w": [1.0, 2.0, 1.0, 2.0], "N": [10, 10, 20, 20]}
    design = Design.of(columns, weights="w", strata="h", fpc="N")
    assert repr(design).splitlines() == [
        "Design of 4 rows, df 2",
        "what       how",
        "stage 1    4 rows in 2 strata, drawn without replacement",
        "variances  linearization, lonely PSUs: error",
        "weights    1 to 2, sum 6",
    ]
    raked = rake(design, PopulationTargets.of_totals({"h": {"a": 5.0, "b": 15.0}}))
    assert "rake" in repr(raked)
    assert "sum 20" in raked._repr_html_()


def test_missing_error_shows_as_no_interval() -> None:
    lonely = mean(Design.of({"y": [1.0, np.nan], "g": ["a", "b"]}), "y", by="g")
    assert "nan" not in repr(lonely)
    assert "no interval" in repr(lonely[1])


def test_every_result_with_rows_shows_as_a_short_table() -> None:
    kinds = Tabular.__subclasses__()
    assert {Estimates, Gaps, Invariance, Regression, Test} <= {*kinds}
    assert {kind.__repr__.__qualname__ for kind in kinds} == {"Tabular.__repr__", "Estimates.__repr__"}
    found = regress(Design.of({"y": [1.0, 3.0, 2.0, 7.0], "x": [0.0, 1.0, 2.0, 4.0]}), "y", "x")
    assert repr(found).splitlines()[:2] == [
        "regression: 2 estimates, 95 % intervals (t), df 2",
        "term         estimate        se       low     high  df  n  n_effective        t          p",
    ]
