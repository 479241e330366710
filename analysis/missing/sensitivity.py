"""The mean of an index under three treatments of missing answers, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.estimation import mean
from analysis.frames import Table
from analysis.frames.conditions import rows_where
from analysis.index import IndexRecipe, score_items
from analysis.missing.items import impute_items
from analysis.missing.rubin import Pooled, pool_imputations
from analysis.results import Estimates, Tabular

Floats = NDArray[np.float64]
SCORE = "index score"


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class IndexSensitivity(Tabular):
    """Hold the mean of an index with scores of answered items, with complete answers only, and with imputed answers."""

    prorated: Estimates
    complete: Estimates
    imputed: Pooled
    notes: tuple[str, ...]

    def title(self) -> str:
        """The number of estimates."""
        return f"index under three treatments of missing answers: {self.prorated.title()}"

    def to_rows(self) -> list[dict[str, Any]]:
        """One record for each treatment and estimate."""
        found = {"prorated": self.prorated, "complete answers": self.complete, "imputed": self.imputed}
        return [{"missing answers": name, **row} for name, each in found.items() for row in each.to_rows()]


def index_sensitivity(
    design: Design,
    recipe: IndexRecipe,
    *,
    by: str | Sequence[str] = (),
    where: Any = None,
    imputations: int = 20,
    seed: int = 1,
    level: float = 0.95,
) -> IndexSensitivity:
    """Compare the mean of an index by prorating, by complete answers and by multiple imputation.

    Parameters
    ----------
    design
        The sample, with the items as columns.
    recipe
        The index. Imputation uses its items and the groups of `by`.
    by, where, level
        As for `analysis.mean`.
    imputations, seed
        As for `impute_items`.

    Raises
    ------
    BadImputations, OffScale, UnknownColumn

    References
    ----------
    Rubin (1987), Multiple Imputation for Nonresponse in Surveys; Mazza, Enders and Ruehlman (2015), Multivariate
    Behavioral Research 50.

    Examples
    --------
    >>> recipe = IndexRecipe.of_items("trust", ["a", "b", "c"])
    >>> level = np.arange(60.0) % 5 + 1
    >>> rows = {"a": level, "b": level, "c": np.where(np.arange(60) % 7 == 0, -9, level)}
    >>> found = index_sensitivity(Design.of(rows), recipe, imputations=5)
    >>> round(found.imputed.estimates[0].value - found.prorated[0].value, 1)
    0.0
    """
    groups = (by,) if isinstance(by, str) else tuple(by)
    answers = np.column_stack(
        [_answers(design.table, recipe, item) for item in recipe.items],
    )
    scores = score_items(recipe, design.table)
    keep = rows_where(design.table, where)
    scored = design.with_columns({SCORE: scores.values})
    complete = scores.complete if keep is None else scores.complete & keep
    options: dict[str, Any] = {"by": groups, "level": level}
    prorated = mean(scored, SCORE, where=keep, **options)
    whole = mean(scored, SCORE, where=complete, **options)
    files = [
        mean(_scored(design, recipe, filled), SCORE, where=keep, **options)
        for filled in impute_items(answers, imputations, seed=seed, groups=_dummies(design.table, groups))
    ]
    notes = (
        f"{imputations} imputations of the items by predictive mean matching, pooled by Rubin's rules",
        f"{int(np.isnan(answers).all(axis=1).sum())} people answered nothing and have no score",
    )
    return IndexSensitivity(_named(prorated, recipe), _named(whole, recipe), _pooled(files, recipe, level), notes)


def _answers(table: Table, recipe: IndexRecipe, item: str) -> Floats:
    facet = next(each for each in recipe.facets if item in each.items)
    values = table.numbers(item)
    return np.where(np.isin(values, facet.codes), np.nan, values)


def _scored(design: Design, recipe: IndexRecipe, filled: Floats) -> Design:
    items = dict(zip(recipe.items, filled.T, strict=True))
    return design.with_columns({SCORE: score_items(recipe, items).values})


def _dummies(table: Table, groups: Sequence[str]) -> Floats:
    """(n, p) a column of 0 and 1 for each level but the first; people without a group have 0 in all."""
    columns = [np.zeros((table.rows, 0))]
    for name in groups:
        factor = table.factor(name).dense()
        columns.append((factor.codes[:, None] == np.arange(1, len(factor.levels))).astype(np.float64))
    return np.concatenate(columns, axis=1)


def _named(found: Estimates, recipe: IndexRecipe) -> Estimates:
    return replace(found, rows=tuple(replace(row, term=recipe.name) for row in found))


def _pooled(files: list[Estimates], recipe: IndexRecipe, level: float) -> Pooled:
    found = pool_imputations(files, level=level)
    return replace(found, estimates=_named(found.estimates, recipe))
