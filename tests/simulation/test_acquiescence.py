"""Yes-saying makes a gap between groups with the same trust in version 1.0, and hardly one in 1.1."""

from tests.drills import choose
from tests.simulation.acquiescence import NEW, OLD, simulate_gap

ROUNDS = choose(8, 200)


def test_new_items_cut_the_gap_of_yes_saying_to_a_fifth() -> None:
    old, new = (simulate_gap(name, ROUNDS, 7) for name in (OLD, NEW))
    assert 5 < old.gap < 15
    assert 0 < new.gap < old.gap / 4
    assert abs(old.reliability - new.reliability) < 0.02


def test_without_any_yes_saying_left_the_new_index_has_no_gap() -> None:
    found = simulate_gap(NEW, ROUNDS, 8, left=0.0)
    assert abs(found.gap) < 4 * found.noise / ROUNDS**0.5


def test_short_form_gives_the_index_with_less_reliability() -> None:
    full, short = (simulate_gap(NEW, ROUNDS, 9, short=short) for short in (False, True))
    assert full.reliability - 0.1 < short.reliability < full.reliability
