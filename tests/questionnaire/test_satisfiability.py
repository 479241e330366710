"""The proof that a rule can hold agrees with trying every possible form."""

from itertools import chain, combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.questionnaire.definition import Item, Option
from app.questionnaire.kinds import KINDS
from app.questionnaire.rules import AllOf, AnyOf, Atom, Not, evaluate
from app.questionnaire.satisfiability import TooEntangled, can_hold

ITEMS = {
    "A": Item("A", KINDS["single"], "", "s", tuple(Option(code, "") for code in (1, 2, 3)), dont_know=True),
    "M": Item(
        "M", KINDS["multiple"], "", "s", (*(Option(code, "") for code in (1, 2, 3)), Option(4, "", exclusive=True))
    ),
}
SETS = [*chain.from_iterable(combinations((1, 2, 3), size) for size in range(4)), (4,)]
FORMS = [{"A": a, "M": m} for a, m in product([(), 1, 2, 3, -8], SETS)]


def atoms_on(item, codes):
    return st.builds(
        lambda chosen, at_least: Atom("in", item, tuple(chosen), tuple(chosen), min(at_least, len(chosen))),
        st.lists(st.sampled_from(codes), min_size=1, max_size=3, unique=True),
        st.integers(1, 2),
    )


RULES = st.recursive(
    st.one_of(atoms_on("A", [1, 2, 3, -8]), atoms_on("M", [1, 2, 3, 4])),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda rules: AllOf(tuple(rules))),
        st.lists(inner, min_size=1, max_size=3).map(lambda rules: AnyOf(tuple(rules))),
        inner.map(Not),
    ),
    max_leaves=8,
)


@given(RULES)
def test_a_rule_can_hold_exactly_when_some_form_makes_it_hold(rule):
    assert can_hold(rule, ITEMS) is any(evaluate(rule, form) for form in FORMS)


@pytest.mark.slow
def test_a_rule_beyond_proof_says_so():
    """Eight pigeons in seven holes: true of no answers, and dear to prove."""
    holes = tuple(Option(code, "") for code in range(7))
    items = {f"P{n}": Item(f"P{n}", KINDS["single"], "", "s", holes) for n in range(8)}
    somewhere = [Atom("answered", code, (), tuple(range(7))) for code in items]
    apart = [
        Not(AllOf((Atom("equal", a, (hole,), (hole,)), Atom("equal", b, (hole,), (hole,)))))
        for a, b in combinations(items, 2)
        for hole in range(7)
    ]
    with pytest.raises(TooEntangled):
        can_hold(AllOf((*somewhere, *apart)), items)
