"""Tests of hypotheses in a plan: one row of a table for each kind, with its keys and the function that it calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from analysis.errors import listed
from analysis.frames.conditions import rows_where
from analysis.hypotheses import Test, goodness_of_fit, independence, rank_test, t_test
from analysis.hypotheses.correlation import correlation
from analysis.plan.conditions import condition
from analysis.plan.nodes import Node, Reader, by_name, choice, fields, level, number, several, text, texts
from analysis.plan.plan import TestPlan
from analysis.plan.sample import PlanSample

STATISTICS = ("F", "chi_square", "exact", "saddlepoint", "wald", "adjusted_wald")
RANKS = ("wilcoxon", "kruskal_wallis", "median", "van_der_waerden")


@dataclass(frozen=True, slots=True)
class TestKind:
    """Define one kind of test.

    Parameters
    ----------
    columns
        Number of columns that its name takes.
    options
        Its further keys.
    required
        Its required keys.
    run
        The function: design, columns, options, filter.
    labeled
        Whether its columns show labels instead of codes.
    """

    __test__ = False  # no test case, whatever its name says

    columns: int
    options: Mapping[str, Reader]
    required: tuple[str, ...]
    run: Callable[..., Test]
    labeled: bool = False


KINDS: Mapping[str, TestKind] = MappingProxyType(
    {
        "independence": TestKind(
            2,
            {"statistic": choice(*STATISTICS)},
            (),
            lambda design, columns, where, **more: independence(design, *columns, where=where, **more),
            labeled=True,
        ),
        "fit": TestKind(
            1,
            {"shares": by_name(number), "method": choice("satterthwaite", "saddlepoint", "exact")},
            ("shares",),
            lambda design, columns, where, **more: goodness_of_fit(design, *columns, where=where, **more),
            labeled=True,
        ),
        "difference": TestKind(
            1,
            {"between": text, "against": number, "level": level},
            (),
            lambda design, columns, where, between=None, **more: t_test(
                design, columns[0], between, where=where, **more
            ),
        ),
        "ranks": TestKind(
            1,
            {"between": text, "test": choice(*RANKS)},
            ("between",),
            lambda design, columns, where, between, **more: rank_test(design, columns[0], between, where=where, **more),
        ),
        "correlation": TestKind(
            2,
            {"level": level},
            (),
            lambda design, columns, where, **more: correlation(design, *columns, where=where, **more),
        ),
    }
)


def hypothesis(node: Node) -> TestPlan | None:
    """One test, such as ``{independence: [sex, voted]}`` or ``{ranks: trust, between: age}``."""
    named = [kind for kind in KINDS if kind in node.names()]
    if len(named) != 1:
        node.refuse(f"one test, one of {listed(KINDS)}, such as {{independence: [sex, voted]}}")
        return None
    before, kind = len(node.problems), KINDS[named[0]]
    readers = {named[0]: texts, "where": several(condition), "title": text, **kind.options}
    found = fields(node, readers, kind.required)
    columns = found.pop(named[0], ())
    if len(columns) != kind.columns:
        node.child(named[0]).refuse("two columns" if kind.columns == 2 else "one column")
    if len(node.problems) > before:
        return None
    where = tuple(x for x in found.pop("where", ()) if x is not None)
    return TestPlan(named[0], columns, found, where, found.pop("title", "") or "")


def answer_test(sample: PlanSample, wanted: TestPlan) -> Test:
    """Carry out a test; groups carry labels instead of codes."""
    kind = KINDS[wanted.kind]
    groups = [wanted.options["between"]] if "between" in wanted.options else []
    design = sample.labelled((*groups, *(wanted.columns if kind.labeled else ())))
    where = rows_where(sample.design.table, sample.conditions(wanted.where))
    return kind.run(design, wanted.columns, where, **wanted.options)
