"""Contrasts and pairwise gaps against R survey 4.5: linear, by the delta method, raked, and with replicates."""

from typing import Any

import numpy as np
import pytest

from analysis.estimation import mean, total
from analysis.gaps import Gap, Gaps, contrasts, pairwise_gaps
from analysis.intervals.interval import t_interval
from analysis.multiplicity import adjusted_p_values
from tests.analysis.reference.adjustments import make_adjusted_design
from tests.analysis.reference.cases import Case, check, load_cases

STATISTIC = {"mean": mean, "total": total}
METHODS = {
    "bonferroni": "bonferroni",
    "holm": "holm",
    "hochberg": "hochberg",
    "hommel": "hommel",
    "BH": "bh",
    "BY": "by",
}


def to_got(gaps: Gaps, df: float) -> dict[str, Any]:
    return {
        "rows": [to_row(gap) for gap in gaps],
        "scalars": {"df": df},
        "matrices": {"vcov": gaps.covariance.tolist()},
    }


def to_row(gap: Gap) -> dict[str, Any]:
    plain = t_interval(gap.value, gap.se)
    from scipy.special import ndtr

    return {
        "label": {"a": gap.of, "b": gap.against} if gap.against else {"term": gap.of},
        "est": gap.value,
        "se": gap.se,
        "ci_norm": [plain.low, plain.high],
        "ci_df": [gap.interval.low, gap.interval.high],
        "t": gap.statistic,
        "p_value": gap.p_value,
        "p_value_df": gap.p_value,
        "p_value_norm": 2 * float(ndtr(-abs(gap.statistic))),
    }


@pytest.mark.parametrize("case", load_cases("contrasts", fn="contrast"))
def test_contrasts_agree_with_r(case: Case) -> None:
    design, call = make_adjusted_design(case), case["call"]
    of = call["of"]
    estimates = STATISTIC[of["fn"]](design, of["y"], by=of.get("by"))
    wanted = {c["name"]: c.get("linear") or c["expression"] for c in call["contrasts"]}
    check(case, to_got(contrasts(estimates, wanted, df="design"), estimates.df))


PAIRWISE = [*load_cases("contrasts", fn="pairwise"), *load_cases("index", fn="pairwise")]


@pytest.mark.parametrize("case", PAIRWISE)
def test_pairwise_gaps_agree_with_r(case: Case) -> None:
    design, call = make_adjusted_design(case), case["call"]
    estimates = mean(design, call["y"], by=call["by"])
    got = to_got(pairwise_gaps(estimates, df="design"), estimates.df)
    for name, method in METHODS.items():
        for row, gap in zip(got["rows"], pairwise_gaps(estimates, df="design", adjust=method), strict=True):
            row[f"p_{name}"] = gap.p_adjusted
    check(case, got)


@pytest.mark.parametrize("case", load_cases("contrasts", fn="p_adjust"))
def test_adjusted_p_values_agree_with_r(case: Case) -> None:
    p = np.array(case["call"]["p"])
    check(case, {"vectors": {name: adjusted_p_values(p, method) for name, method in METHODS.items()}})
