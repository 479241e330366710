"""Alpha, its relatives and omega against R (base, psych, lavaan)."""

import numpy as np
import pytest

from analysis.reliability import hierarchical_omega, invariance, omega, ordinal_alpha, reliability
from analysis.reliability.covariance import Floats
from tests.analysis.reference.cases import Case, check, load_cases, read_data


def read_answers(case: Case) -> tuple[Floats, Floats | None]:
    """Items after reversing (low + high - x), and the weights the case asks for."""
    call, data = case["call"], read_data(case)
    columns = [
        call["low"] + call["high"] - data[item] if item in call["reversed"] else data[item] for item in call["items"]
    ]
    weighted = call.get("weights") or ("w" if call.get("weighted") else None)
    return np.column_stack(columns).astype(np.float64), data[weighted] if weighted else None


@pytest.mark.parametrize("case", load_cases("reliability", fn=("alpha", "reliability", "reliability_psych")))
def test_reliability_agrees_with_r(case: Case) -> None:
    answers, weights = read_answers(case)
    got = reliability(answers, weights=weights, missing=case["call"]["missing"], names=case["call"]["items"])
    scalars = {
        "n": got.n,
        "alpha": got.alpha,
        "raw_alpha": got.alpha,
        "std_alpha": got.standardised_alpha,
        "average_r": got.average_r,
        "lambda2": got.lambda2,
        "lambda6": got.lambda6,
        "G6": got.lambda6,
        "ase": got.alpha_se,
        "feldt_ci": [got.interval.low, got.interval.high],
    }
    vectors = {
        "alpha_if_dropped": [item.alpha_if_dropped for item in got.items],
        "item_total_r": [item.item_total_r for item in got.items],
        "item_rest_r": [item.item_rest_r for item in got.items],
    }
    check(case, {"scalars": scalars, "vectors": vectors})


@pytest.mark.parametrize("case", load_cases("reliability", fn="omega"))
def test_omega_agrees_with_lavaan(case: Case) -> None:
    got = omega(*read_answers(case))
    scalars = {name: getattr(got, name) for name in ("n", "omega", "df", "cfi", "tli", "rmsea", "srmr")}
    check(
        case,
        {
            "scalars": {**scalars, "chisq": got.chi_square},
            "vectors": {"loadings": got.loadings, "residuals": got.residuals},
        },
    )


@pytest.mark.parametrize("case", load_cases("reliability", fn="polychoric"))
def test_polychoric_correlations_agree_with_r(case: Case) -> None:
    got = ordinal_alpha(*read_answers(case))
    check(case, {"scalars": {"ordinal_alpha": got.alpha}, "matrices": {"polychoric": got.correlations.tolist()}})


@pytest.mark.parametrize("case", load_cases("reliability", fn="omega_schmid_leiman"))
def test_hierarchical_omega_agrees_with_psych(case: Case) -> None:
    got = hierarchical_omega(read_answers(case)[0], case["call"]["factors"], missing="pairwise")
    check(case, {"scalars": {"omega_h": got.hierarchical, "omega_total": got.total}})


@pytest.mark.parametrize("case", load_cases("reliability", fn="invariance"))
def test_invariance_agrees_with_lavaan(case: Case) -> None:
    call = case["call"]
    facets = [
        [call["items"].index(item.strip()) for item in part.split("=~")[1].split("+")]
        for part in call["model"].split(";")
    ]
    found = invariance(read_answers(case)[0], read_data(case)[call["group"]], facets)
    rows = [
        {
            "label": {"level": level.level},
            "chisq": level.chi_square,
            "df": level.df,
            "cfi": level.cfi,
            "rmsea": level.rmsea,
            "srmr": level.srmr,
            "bic": level.bic,
            "delta_chisq": level.delta_chi_square,
            "delta_df": level.delta_df,
            "p_value": level.p_value,
            "delta_cfi": level.delta_cfi,
        }
        for level in found.levels
    ]
    check(case, {"rows": rows})
