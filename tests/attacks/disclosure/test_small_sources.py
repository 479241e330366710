"""A data set is built beside the report of each small source, and together they show no small group."""

import pytest

from analysis.disclosure import ProtectedMicrodata, release
from analysis.disclosure.catalogue import Catalogue
from analysis.disclosure.history import joined_catalogue
from analysis.disclosure.microdata import refusals
from analysis.disclosure.microdata.holding_back import most_held_back
from tests.attacks.disclosure.small_waves import Pair, make_pair
from tests.drills import FIRST_SEED, choose

HELPED = choose((12, 20, 49, 50), (10, 12, 15, 20, 25, 30, 40, 49, 50, 60))
SEEDS = range(FIRST_SEED, FIRST_SEED + choose(1, 8))
FEWEST = 50
SECRET = 10**12


def _release(pair: Pair, seed: int = 0) -> ProtectedMicrodata:
    return release(pair.draft, [pair.report], seed=SECRET + seed)


@pytest.mark.parametrize("even", [True, False])
@pytest.mark.parametrize("helped", HELPED)
def test_file_is_built_beside_a_small_source(helped: int, even: bool) -> None:
    for seed in SEEDS:
        data = _release(make_pair(seed, 150, helped, even=even), seed)
        assert data.document["left_out"]["sources"] == (("assisted",) if helped < FEWEST else ())
        assert data.audit["recovered"] == data.audit["narrow"] == 0


def test_file_says_of_a_left_out_source_that_it_is_small() -> None:
    pair = make_pair(1, 150, 20)
    catalogue = joined_catalogue(Catalogue((), ()), [pair.report])
    ranges = _release(pair).to_release(catalogue).ranges
    assert ranges["source=assisted"] == (0, FEWEST - 1)
    assert ranges["source=assisted, agency=police"] == (0, FEWEST - 1)


def test_more_records_are_held_back_where_a_choice_narrows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reports leave six values for a small group; the first choices would leave five."""
    pair = make_pair(9, 150, 50)
    held_back = _release(pair, 9).document["left_out"]["held_back_at_most"]["address-sample"]
    assert held_back > most_held_back([75, 75])
    monkeypatch.setattr("analysis.disclosure.microdata.publication.MOST_DRAWS", 3)
    with pytest.raises(refusals.GivesAway, match="gender=3"):
        _release(pair, 9)
