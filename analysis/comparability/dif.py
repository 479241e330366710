"""Differential item functioning (DIF): whether people of equal standing answer one item differently by group."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.errors import AnalysisError, UnknownChoice
from analysis.models.ordinal import CumulativeModel, regress_ordinal
from analysis.models.regression import Regression, WaldTest
from analysis.results import Tabular

Floats = NDArray[np.float64]
MATCHES = ("rest", "total")


class BadItems(AnalysisError):
    """Items that allow no comparison of groups."""

    def __init__(self, expected: str, arrived: object) -> None:
        self.arrived = arrived
        super().__init__(f"expected {expected}, but got {arrived}")


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class ItemDif(Tabular):
    """Hold the DIF of one item.

    Parameters
    ----------
    item
        The item.
    uniform, non_uniform
        Models with score and group, and with their product too.
    uniform_test, non_uniform_test, total_test
        Wald tests of the group in the first, of the product in the second, of both in the second.
    loglik
        Log likelihoods of the models without columns, with the score, with the group, with the product; weights with
        mean 1.
    n
        Rows.
    """

    item: str
    uniform: Regression
    non_uniform: Regression
    uniform_test: WaldTest
    non_uniform_test: WaldTest
    total_test: WaldTest
    loglik: tuple[float, float, float, float]
    n: int

    @property
    def mcfadden(self) -> tuple[float, float, float]:
        """McFadden's 1 - ll/ll0 of the three models."""
        one, two, three = (1 - ll / self.loglik[0] for ll in self.loglik[1:])
        return one, two, three

    @property
    def nagelkerke(self) -> tuple[float, float, float]:
        """Nagelkerke's share of variation of the three models."""
        most = 1 - np.exp(2 * self.loglik[0] / self.n)
        one, two, three = (float((1 - np.exp(2 * (self.loglik[0] - ll) / self.n)) / most) for ll in self.loglik[1:])
        return one, two, three

    def title(self) -> str:
        """The item, and the change of Nagelkerke's share that group and product add."""
        return f"DIF of {self.item}: group and product add {self.nagelkerke[2] - self.nagelkerke[0]:.3f} (Nagelkerke)"

    def to_rows(self) -> list[dict[str, Any]]:
        """One record for each test."""
        tests = {"uniform": self.uniform_test, "non_uniform": self.non_uniform_test, "total": self.total_test}
        return [
            {"item": self.item, "test": name, "f": t.f, "df": t.df, "df_residual": t.df_residual, "p": t.p_value}
            for name, t in tests.items()
        ]


def item_dif(
    design: Design, item: str, items: Sequence[str], groups: str, *, match: str = "rest", where: Any = None
) -> ItemDif:
    """Test one item for DIF by ordinal regression on the score of the items and the group.

    Three proportional odds models: score; score + group (uniform DIF); score + group + their product (non-uniform DIF).

    Parameters
    ----------
    design
        The sample.
    item, items
        The item, and all items of its index, reversed ones turned round. Rows with a missing item are left out.
    groups
        Column of groups or languages; its first level is the base.
    match
        ``rest``: the score is the sum of the other items; ``total``: the sum of all.
    where
        Filter, as for `analysis.mean`.

    Raises
    ------
    BadItems, UnknownChoice, NoFit, UnknownColumn

    References
    ----------
    Zumbo (1999), A Handbook on the Theory and Methods of Differential Item Functioning; Crane and others (2006),
    Medical Care 44.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> level, lang = rng.normal(size=600), np.repeat(["en", "es"], 300)
    >>> shift = {"a": 0.0, "b": 0.0, "c": 1.0}
    >>> rows = {k: np.digitize(level + s * (lang == "es") + rng.normal(size=600), [-1, 0, 1]) for k, s in shift.items()}
    >>> found = item_dif(Design.of({**rows, "lang": lang}), "c", ["a", "b", "c"], "lang")
    >>> found.uniform_test.p_value < 0.001
    True
    """
    if match not in MATCHES:
        raise UnknownChoice("the match of a DIF test", MATCHES, match)
    if item not in items or len(items) < 2:
        raise BadItems(f"two or more items with '{item}' among them", list(items))
    summed = [name for name in items if match == "total" or name != item]
    score = np.sum([design.table.numbers(name) for name in summed], axis=0)
    score[np.isnan(design.table.numbers(item))] = np.nan
    scored = design.with_columns({"score": score})
    first, uniform, crossed = (
        regress_ordinal(scored, item, terms, factors=(groups,), where=where)
        for terms in (["score"], ["score", groups], ["score", groups, f"score:{groups}"])
    )
    product = f"score:{groups}"
    n = crossed.coefficients[0].n
    one, two, three = (-model.deviance / 2 for model in (first, uniform, crossed))
    return ItemDif(
        item,
        uniform,
        crossed,
        uniform.term_test(groups),
        crossed.term_test(product),
        crossed.term_test([groups, product]),
        (_null_loglik(scored, item, crossed), one, two, three),
        n,
    )


def _null_loglik(design: Design, item: str, model: Regression) -> float:
    """Return the log likelihood without columns, on the rows of a model, with weights of mean 1."""
    used = ~np.isnan(model.fitted)
    codes = np.unique(design.table.numbers(item)[used], return_inverse=True)[1]
    weights = design.weights[used] / design.weights[used].mean()
    null = CumulativeModel(codes, np.zeros((int(used.sum()), 0)), weights, int(codes.max()) + 1)
    return null.loglik(null.start())
