"""The gap between a weighted sample share and a known population share, against R."""

import pytest

from analysis.estimation import share
from analysis.representation import Shares, representation
from tests.analysis.reference.cases import Case, check, load_cases
from tests.analysis.reference.designs import make_design


@pytest.mark.parametrize("case", load_cases("contrasts", fn="representation_gap"))
def test_representation_gaps_agree_with_r(case: Case) -> None:
    sample = share(make_design(case), case["call"]["y"])
    levels = [row.term.split("=", 1)[1] for row in sample]
    respondents = Shares.of_percent(
        dict(zip(levels, 100 * sample.values, strict=True)), covariance=1e4 * sample.covariance
    )
    target = [100 * share for share in case["call"]["target"]]
    population = Shares.of_percent(dict(zip(levels, target, strict=True)))
    rows = []
    for gap in representation(respondents, population, df=sample.df).gaps:
        assert gap.parity.ratio is not None
        rows.append(
            {
                "label": {"level": gap.group},
                "share": gap.staff / 100,
                "target": gap.residents / 100,
                "gap": gap.gap.value / 100,
                "se": gap.gap.se / 100,
                "t": gap.statistic,
                "p_value": gap.p_value,
                "ratio": gap.parity.ratio.value,
                "ci_df": [gap.gap.interval.low / 100, gap.gap.interval.high / 100],
            }
        )
    check(case, {"rows": rows, "scalars": {"df": sample.df}})
