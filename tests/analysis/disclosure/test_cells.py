"""Each cell by itself."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import DraftTable, Rules, Shown, Withheld
from analysis.disclosure.cells import (
    count_cell,
    range_of_rounded,
    rounded_count,
    share_ends,
    shown_count,
    to_cell,
    total_step,
)
from analysis.disclosure.rules import BadRules
from analysis.disclosure.tables import protect
from tests.analysis.disclosure.drafts import make_estimates, make_score_table, make_share_table

RULES = Rules()


@given(n=st.integers(0, 100_000), base=st.integers(1, 50))
def test_rounded_count_gives_a_range_with_the_true_count(n: int, base: int) -> None:
    low, high = range_of_rounded(rounded_count(n, base), base)
    assert low <= n <= high
    assert high - low <= base - 1


@given(n=st.integers(0, 10_000))
def test_rounding_twice_changes_nothing(n: int) -> None:
    once = shown_count(n, RULES)
    assert once is None or shown_count(once, RULES) == once


@pytest.mark.parametrize(("n", "shown"), [(0, None), (9, None), (10, 10), (12, 10), (13, 15), (1003, 1005)])
def test_counts_follow_the_ten_five_rule(n: int, shown: int | None) -> None:
    cell = count_cell(n, RULES)
    assert (cell.n if isinstance(cell, Shown) else None) == shown


def test_a_zero_is_shown_only_when_it_is_structural() -> None:
    assert count_cell(0, RULES) == Withheld("too_few")
    assert count_cell(0, RULES, structural=True) == Shown(0.0, None, None, None, 0, None, ("structural",), 5.0)
    assert count_cell(3, RULES, structural=True) == Withheld("too_few")


@given(share=st.floats(0, 100), step=st.sampled_from([1.0, 5.0, 10.0, 20.0]))
def test_no_share_is_ever_0_or_100(share: float, step: float) -> None:
    value, flags = share_ends(share, step, 5)
    assert max(5, step) <= value <= 100 - max(5, step)
    assert flags or abs(value - share) <= step / 2 + 1e-9


@pytest.mark.parametrize(
    ("n", "flags"), [(29, None), (30, ("few_answers",)), (49, ("few_answers",)), (50, ()), (500, ())]
)
def test_an_index_is_shown_from_thirty_and_flagged_below_fifty(n: int, flags: tuple[str, ...] | None) -> None:
    cell = protect([make_score_table({"everyone": n})], RULES)[0].rows[0].cell
    assert cell == Withheld("too_few") if flags is None else isinstance(cell, Shown) and cell.flags == flags


def test_an_index_is_rounded_in_all_its_parts() -> None:
    table = make_score_table({"everyone": 123}, {"everyone": 52.2649})
    assert protect([table], RULES)[0].rows[0].cell == Shown(52.3, 48.3, 56.3, 2.0, 125, 125, (), 0.1)


def test_one_person_may_not_hold_a_quarter_of_the_weight() -> None:
    table = make_score_table({"everyone": 100}, heaviest=(0.26,))
    assert protect([table], RULES)[0].rows[0].cell == Withheld("one_dominates")


def test_a_figure_that_could_not_be_estimated_is_withheld() -> None:
    table = make_score_table({"everyone": 100}, {"everyone": math.nan})
    assert protect([table], RULES)[0].rows[0].cell == Withheld("not_estimable")


def test_sensitive_shares_have_steps_worth_five_people() -> None:
    answers = {"yes": 0.27, "no": 0.73}
    steps = [
        cell.step
        for n in (35, 60, 200, 800)
        for cell in [protect([make_share_table("everyone", n, answers, sensitive=True)], RULES)[0].rows[0].cell]
        if isinstance(cell, Shown)
    ]
    assert steps == [20.0, 10.0, 5.0, 1.0]


def test_coarse_share_interval_reveals_no_more_than_the_share() -> None:
    tables = [make_share_table("everyone", 60, {"yes": yes, "no": 1 - yes}, sensitive=True) for yes in (0.26, 0.34)]
    first, second = (table.rows[0].cell for table in protect(tables, RULES))
    assert first == second


@pytest.mark.parametrize("total", [80.0, 1_234.5, 250_000.0])
def test_weighted_totals_are_rounded_to_a_hundred_or_a_hundredth(total: float) -> None:
    assert total_step(total, RULES) >= max(100, total / 100)
    estimates = make_estimates({"everyone": 60}, {"everyone": total}, statistic="total")
    cell = protect([DraftTable("t", "People", "figure", (60,), estimates, unit="people")], RULES)[0].rows[0].cell
    assert isinstance(cell, Shown)
    assert cell.value % 100 == 0


def test_a_cell_comes_back_from_its_document() -> None:
    for cell in (Shown(52.3, 48.3, None, 2.0, 125, 120, ("wide",), 0.1), Withheld("protects_another")):
        assert to_cell(cell.to_document()) == cell


def test_laxer_rules_are_named_and_stricter_ones_are_not() -> None:
    assert Rules(count_threshold=20, score_minimum=40, heaviest_weight=0.2).lowered == ()
    assert Rules(count_threshold=5, heaviest_weight=0.5).lowered == ("count_threshold", "heaviest_weight")


@pytest.mark.parametrize(
    "settings", [{"rounding_base": 0}, {"share_end": 60}, {"heaviest_weight": 0}, {"score_minimum": 60}]
)
def test_rules_without_meaning_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(BadRules, match="expected rule"):
        Rules(**settings)  # type: ignore[arg-type]
