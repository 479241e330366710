"""The words of a report about a share are true of the share, and of residents with the interval beside it."""

import numpy as np

from analysis.disclosure import Rules
from analysis.disclosure.cells import rounded_count, share_ends
from analysis.disclosure.draft import DraftFact
from analysis.disclosure.wording import published_value, rate_step
from app.web.reports.published_document import Cell
from tests.drills import choose

SHARES = choose(5_000, 200_000)


def test_limit_of_answers_has_an_interval_for_residents() -> None:
    chance = np.random.default_rng(11)
    missed = ends = 0
    for true in chance.uniform(0.0, 0.12, SHARES).tolist():
        n = int(chance.integers(30, 1500))
        value, flags = share_ends(100 * chance.binomial(n, true) / n, 1.0, 5)
        if flags:
            cell = Cell(shown=True, value=value, n=n, n_effective=rounded_count(n, 5), flags=flags)
            assert cell.interval is not None
            ends += 1
            missed += not cell.interval[0] <= 100 * true <= cell.interval[1]
    assert ends > SHARES / 5
    assert missed <= 0.03 * ends


def test_interval_of_limit_holds_the_limit() -> None:
    for n in (30, 50, 100, 1000):
        low, high = Cell(shown=True, value=95.0, n=n, n_effective=n, flags=("at_least",)).interval or (0, 0)
        assert low < 95 < high == 100


def test_rate_of_rounded_counts_is_true_to_one_step() -> None:
    chance, rules = np.random.default_rng(12), Rules()
    for whole in chance.integers(40, 5000, SHARES).tolist():
        part = int(chance.integers(10, whole + 1))
        found = published_value(DraftFact("rate", (part, whole), "rate"), rules)
        step = rate_step(found["whole"], rules)
        assert abs(found["percent"] - 100 * part / whole) <= step + 1e-9, (part, whole, found)
