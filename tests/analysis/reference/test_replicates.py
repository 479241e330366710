"""Replicate weights against R survey 4.5: read from a file, adjusted again, and made."""

from typing import Any

import numpy as np
import pytest

from analysis.design import Design
from analysis.estimation import ratio, share
from analysis.replication import jk1, jkn
from tests.analysis.reference.adjustments import make_adjusted_design
from tests.analysis.reference.cases import Case, check, load_cases, read_data
from tests.analysis.reference.designs import make_design, to_got
from tests.analysis.reference.test_estimates import in_order, level_labels, linear


@pytest.mark.parametrize("case", load_cases("replicates", fn=("mean", "total")))
def test_means_and_totals_with_replicates_agree_with_r(case: Case) -> None:
    check(case, linear(make_adjusted_design(case), case))


@pytest.mark.parametrize("case", load_cases("replicates", fn="ratio"))
def test_ratios_with_replicates_agree_with_r(case: Case) -> None:
    result = ratio(make_adjusted_design(case), case["call"]["num"], case["call"]["den"])
    check(case, to_got(result, [{"term": "ratio"}]))


@pytest.mark.parametrize("case", load_cases("replicates", fn="prop"))
def test_shares_with_replicates_agree_with_r(case: Case) -> None:
    result = share(make_adjusted_design(case), case["call"]["y"])
    check(case, in_order(to_got(result, level_labels(result, case["call"], read_data(case))), case))


@pytest.mark.parametrize("case", load_cases("replicates", fn="make_replicates"))
def test_jackknife_weights_agree_with_r(case: Case) -> None:
    make = {"JK1": jk1, "JKn": jkn}[case["call"]["kind"]]
    design = make(make_design(case))
    replicates = design.replicates
    assert replicates is not None
    weights = in_order_of_appearance(design)
    constants = list(dict.fromkeys(np.round(replicates.rscales[order_of_appearance(design)], 14).tolist()))
    got: dict[str, Any] = {
        "scalars": {"n_replicates": replicates.count, "scale": replicates.scale, "degf": replicates.df},
        "vectors": {"column_sums": weights.sum(axis=0), "column_sum_squares": (weights**2).sum(axis=0)},
        "rows": [{"label": {"rscale": k + 1}, "value": value} for k, value in enumerate(constants)],
    }
    check(case, got)
    expected = np.stack([*read_data(case["design"]["replicates"]["file"]).values()], axis=1)
    np.testing.assert_allclose(weights, expected, rtol=1e-12)


def order_of_appearance(design: Design) -> Any:
    """PSUs as they appear in the file, stratum by stratum."""
    first = np.full(design.psus, design.rows)
    np.minimum.at(first, design.psu, np.arange(design.rows))
    stratum = design.stages[0].stratum
    first_of_stratum = np.full(stratum.max() + 1, design.rows)
    np.minimum.at(first_of_stratum, stratum, first)
    return np.lexsort((first, first_of_stratum[stratum]))


def in_order_of_appearance(design: Design) -> Any:
    """(n, R) replicate weights, columns in the order in which the PSUs appear."""
    assert design.replicates is not None
    weights = np.concatenate(list(design.replicates.blocks(design.base_weights)), axis=1)
    return weights[:, order_of_appearance(design)]
