"""A few seeded rounds of the simulated city; `make truth` runs hundreds."""

import pytest

from tests.truth.city import GAPS, NOTHING
from tests.truth.rounds import PLANTED, Claim, run_letters, run_volunteers

ROUNDS = 3


@pytest.fixture(scope="module")
def null() -> list[tuple[Claim, ...]]:
    return [run_letters(NOTHING, seed) for seed in range(ROUNDS)]


def test_report_claims_nothing_when_nothing_differs(null: list[tuple[Claim, ...]]) -> None:
    # With a false claim in 10 % of reports, two or more of three would hold one in 2.8 % of runs.
    assert sum(any(claim.is_false for claim in each) for each in null) <= 1
    assert min(map(len, null)) > 50


def test_planted_gaps_are_never_called_the_opposite() -> None:
    claims = [claim for seed in range(2) for claim in run_letters(GAPS, seed)]
    assert any(claim.is_clear and abs(claim.truth) >= PLANTED for claim in claims)
    assert not any(claim.has_wrong_sign for claim in claims)


def test_open_link_makes_no_claims() -> None:
    assert run_volunteers(0) == ()
