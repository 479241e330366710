"""Count intervals and Korn-Graubard against base R."""

import pytest

from analysis.intervals import COUNT_METHODS, adjusted_effective_n, count_interval, share_interval
from tests.analysis.reference.cases import Case, check, load_cases


@pytest.mark.parametrize("case", load_cases("intervals", fn="binomial_interval"))
def test_count_intervals_agree_with_r(case: Case) -> None:
    call = case["call"]
    intervals = {m: count_interval(m, call["x"], call["n"], call["level"]) for m in COUNT_METHODS}
    check(case, {"vectors": {method: [i.low, i.high] for method, i in intervals.items()}})


@pytest.mark.parametrize("case", load_cases("intervals", fn="korn_graubard"))
def test_korn_graubard_from_summary_numbers_agrees_with_r(case: Case) -> None:
    numbers = {name: case["call"][name] for name in ("p", "variance", "df", "n", "level")}
    interval = share_interval("korn_graubard", **numbers)
    check(
        case,
        {
            "scalars": {"n_eff": adjusted_effective_n(**numbers)},
            "vectors": {"interval": [interval.low, interval.high]},
        },
    )
