"""The index values of R; what is estimated from them is compared where estimation is."""

import numpy as np
import pytest

from analysis.index import IndexRecipe, score_items
from tests.analysis.reference.cases import Case, check, load_cases, read_data


@pytest.mark.parametrize("case", load_cases("index", fn="index"))
def test_index_values_agree_with_r(case: Case) -> None:
    call = case["call"]
    recipe = IndexRecipe.of_items(
        call["name"],
        call["items"],
        reversed_items=call["reversed"],
        low=call["low"],
        high=call["high"],
        minimum_answered=call["min_answered"],
    )
    values = score_items(recipe, read_data(case)).values
    known = values[~np.isnan(values)]
    check(
        case,
        {
            "scalars": {
                "n": len(known),
                "missing": len(values) - len(known),
                "sum": known.sum(),
                "sum_squares": known @ known,
            },
            "vectors": {"first20": values[:20]},
        },
    )
    theirs = read_data(case["files"]["index"])[call["name"]]
    np.testing.assert_allclose(values, theirs, rtol=1e-12, atol=1e-12)
