"""Verdicts: one family by source, joint intervals by question, nothing about what is hidden."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import Claims, Judgement
from analysis.disclosure.cells import Shown, Withheld
from analysis.disclosure.judging import denies, with_verdicts
from analysis.disclosure.rules import Rules
from analysis.disclosure.tables import ProtectedRow, ProtectedTable
from analysis.report.claims import Question, SourceClaims
from analysis.simultaneous import critical_value, largest_p_value

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def make_question(t: list[float], name: str = "q", correlation: float = 0.0) -> Question:
    size = len(t)
    covariance = np.full((size, size), correlation) + (1 - correlation) * np.eye(size)
    places = tuple((name, k) for k in range(size))
    return Question(name, places, np.array(t), np.ones(size), np.full(size, 200.0), covariance)


def judged(*questions: Question, may_claim: bool = True) -> dict[tuple[str, int], Judgement]:
    shown = frozenset(place for each in questions for place in each.places)
    return SourceClaims("s", questions, may_claim).judged(shown)


def verdicts(*questions: Question) -> list[str | None]:
    return [each.verdict for each in judged(*questions).values()]


def test_critical_value_of_one_is_student() -> None:
    assert critical_value(np.eye(1), 30.0) == pytest.approx(2.0423, abs=1e-4)


def test_critical_value_holds_for_independent_t() -> None:
    # The Studentized maximum modulus of three.
    assert critical_value(np.eye(3), 1e6) == pytest.approx(2.3877, abs=0.01)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_critical_value_of_copies_is_that_of_one(sign: float) -> None:
    correlation = np.array([[1.0, sign], [sign, 1.0]])
    assert critical_value(correlation, 50.0) == pytest.approx(critical_value(np.eye(1), 50.0), abs=1e-3)


def test_critical_value_without_covariance_is_bonferroni() -> None:
    unknown = np.array([[1.0, np.nan], [np.nan, 1.0]])
    assert critical_value(unknown, 1e6) == pytest.approx(2.2414, abs=1e-3)


def test_overall_test_ignores_a_copy() -> None:
    found = largest_p_value(np.array([2.0, -2.0]), np.array([[1.0, -1.0], [-1.0, 1.0]]), 100.0)
    assert found == pytest.approx(0.0482, abs=1e-4)


def test_overall_test_agrees_with_critical_value() -> None:
    correlation = 0.4 * np.ones((5, 5)) + 0.6 * np.eye(5)
    limit = critical_value(correlation, 80.0, 0.999)
    assert largest_p_value(np.array([limit, 0, 0, 0, 0]), correlation, 80.0) == pytest.approx(0.001, rel=0.01)


def test_single_gap_is_clear_alone_and_not_among_many() -> None:
    assert verdicts(make_question([2.5])) == ["higher"]
    many = [make_question([0.1], f"q{k}") for k in range(40)]
    assert set(verdicts(make_question([2.5]), *many)) == {"unclear"}


def test_clear_claims_have_wider_intervals() -> None:
    alone = judged(make_question([6.0]))["q", 0]
    among = judged(make_question([6.0]), *(make_question([0.0], f"q{k}") for k in range(40)))["q", 0]
    assert among.verdict == "higher"
    assert among.high - among.low > alone.high - alone.low


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.floats(-6, 6), min_size=1, max_size=4), min_size=1, max_size=6))
def test_verdict_agrees_with_interval_always(t: list[list[float]]) -> None:
    for found in judged(*(make_question(each, f"q{k}") for k, each in enumerate(t))).values():
        if found.verdict == "higher":
            assert found.low > 0
        if found.verdict == "lower":
            assert found.high < 0


def test_selected_question_has_a_clear_claim() -> None:
    found = verdicts(make_question([3.2, 0.5, 3.0], correlation=0.3))
    assert found[0] == "higher"


def test_source_without_draw_makes_no_claims() -> None:
    found = judged(make_question([9.0, -9.0]), may_claim=False)
    assert [each.verdict for each in found.values()] == [None, None]


def test_hidden_claims_take_no_part() -> None:
    small, large = make_question([2.5], "a"), [make_question([9.0], f"q{k}") for k in range(20)]
    source = SourceClaims("s", (small, *large), True)
    assert source.judged(frozenset(small.places)) == SourceClaims("s", (small,), True).judged(frozenset(small.places))


def make_table(*cells: Shown | Withheld) -> ProtectedTable:
    rows = tuple(ProtectedRow(f"age={k}", "CTI", "CTI", None, cell) for k, cell in enumerate(cells))
    return ProtectedTable("t", "t", "gap", "points", False, rows)


def test_verdict_of_withheld_row_is_withheld() -> None:
    table = make_table(Shown(3.0, 1.0, 5.0, 1.0, 100, 80, (), 0.1), Withheld("too_few"))
    places = frozenset({("t", 0), ("t", 1)})
    claims = Claims(places, lambda shown: {place: Judgement("higher", 0.9, 5.1) for place in places})
    rows = with_verdicts((table,), claims, Rules())[0].rows
    assert [row.verdict for row in rows] == ["higher", None]
    assert rows[1].to_document()["verdict"] is None


def test_verdict_at_rounded_zero_is_unclear() -> None:
    table = make_table(Shown(3.0, 1.0, 5.0, 1.0, 100, 80, (), 0.1))
    claims = Claims(frozenset({("t", 0)}), lambda shown: {("t", 0): Judgement("higher", 0.02, 6.0)})
    assert with_verdicts((table,), claims, Rules())[0].rows[0].verdict == "unclear"


def test_gate_refuses_verdict_that_interval_denies() -> None:
    row = make_table(Shown(3.0, -1.0, 5.0, 1.0, 100, 80, (), 0.1)).rows[0]
    assert denies(ProtectedRow(row.domain, "CTI", "CTI", None, row.cell, "higher", True))
    assert not denies(ProtectedRow(row.domain, "CTI", "CTI", None, row.cell, "unclear", True))
