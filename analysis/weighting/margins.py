"""Targets bound to a sample: which level of each margin a row belongs to, and what stands in their way."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.design import Design
from analysis.errors import AnalysisError, listed
from analysis.frames import Cells, Factor, combined, crossed
from analysis.weighting.goals import Goals
from analysis.weighting.targets import Margin, NoTargets, PopulationTargets, level_name

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class MissingMarginValue(AnalysisError):
    """Rows that cannot be weighted because their level is unknown."""

    def __init__(self, column: str, rows: int) -> None:
        self.column, self.rows = column, rows
        super().__init__(
            f"expected a value in column '{column}' for each row with a weight, but {rows} "
            f"row{'s' if rows != 1 else ''} lack one"
        )


class LevelWithoutTarget(AnalysisError):
    """The sample has levels that the targets do not name."""

    def __init__(self, margin: str, levels: Sequence[str]) -> None:
        self.margin, self.levels = margin, tuple(levels)
        super().__init__(f"expected a target for each level of '{margin}', but {listed(levels)} has none")


class LevelWithoutRespondents(AnalysisError):
    """The targets name a level that no row with a weight has."""

    def __init__(self, margin: str, level: str, target: float) -> None:
        self.margin, self.level, self.target = margin, level, target
        super().__init__(
            f"expected respondents in '{margin}' = {level}, whose target is {target:.10g}, but found none; "
            "merge it with another level"
        )


@dataclass(frozen=True, eq=False, slots=True)
class BoundMargin:
    """A margin in the terms of a sample.

    Parameters
    ----------
    name
        Its columns.
    levels
        Names of its levels.
    codes
        (n,) or (C,) the level of each row or cell.
    totals
        (L,) population totals.
    """

    name: str
    levels: tuple[str, ...]
    codes: Ints
    totals: Floats

    @property
    def indicator(self) -> sparse.csr_array:
        """(L, C) which cells belong to a level; times cell sums it gives the margin's sums."""
        count = len(self.codes)
        places = (self.codes, np.arange(count))
        return sparse.csr_array((np.ones(count), places), shape=(len(self.levels), count))


@dataclass(frozen=True, eq=False, slots=True)
class BoundTargets:
    """Margins on the cells of their crossing.

    Parameters
    ----------
    cells
        The crossing of all margins.
    margins
        The margins, with the level of each cell.
    sums
        (C,) sums of the present weights.
    """

    cells: Cells
    margins: tuple[BoundMargin, ...]
    sums: Floats


class NotTargets(AnalysisError):
    """A population that does not say whether its numbers are totals or shares."""

    def __init__(self, found: object) -> None:
        super().__init__(
            f"expected targets that say what they are, such as PopulationTargets.of_totals(...) or "
            f"PopulationTargets.of_shares(...), but got {type(found).__name__}"
        )


def bind_targets(design: Design, targets: object, tolerance: float) -> BoundTargets:
    """Bind targets to a sample, or refuse by name what cannot be met."""
    if not isinstance(targets, PopulationTargets):
        raise NotTargets(targets)
    if not targets.margins:
        raise NoTargets()
    targets.check_margins_agree(tolerance)
    population = targets.population(float(design.weights.sum()))
    by_row = [bind_margin(design, margin, population) for margin in targets.margins]
    cells = combined([m.codes for m in by_row], [len(m.levels) for m in by_row])
    margins = tuple(BoundMargin(m.name, m.levels, m.codes[cells.rows], m.totals) for m in by_row)
    sums = sums_by(cells.codes, design.weights, cells.count)
    for margin in margins:
        check_levels_have_respondents(margin, margin.indicator @ np.abs(sums))
    return BoundTargets(cells, margins, sums)


def bind_margin(design: Design, margin: Margin, population: float) -> BoundMargin:
    """The level of each row (that of rows without a weight does not matter) and the totals to be met."""
    factor = _factor(design, margin)
    lookup = _places_in_targets(margin, factor)
    codes = factor.codes if np.array_equal(lookup, np.arange(len(lookup))) else np.append(lookup, -1)[factor.codes]
    if codes.min(initial=0) < 0:
        _check_rows_with_weight(design, margin, factor, codes)
        codes = np.maximum(codes, 0)
    totals = np.array(margin.values) * (population if margin.shares else 1.0)
    return BoundMargin(margin.name, tuple(map(level_name, margin.levels)), codes, totals)


def check_levels_have_respondents(margin: BoundMargin, held: Floats) -> None:
    """Refuse a level with a target and without a weight to carry it."""
    empty = (held <= 0) & (margin.totals > 0)
    if empty.any():
        level = int(np.argmax(empty))
        raise LevelWithoutRespondents(margin.name, margin.levels[level], float(margin.totals[level]))


def sums_by(codes: Ints, values: Floats, count: int) -> Floats:
    """(count,) sums of (n,) values by code."""
    return np.asarray(np.bincount(codes, weights=values, minlength=count), np.float64)


def goals_of(margins: Sequence[BoundMargin], totals: Sequence[Floats]) -> Goals:
    """All levels of all margins as goals, given the totals (L, R) of each."""
    return Goals(tuple((margin.name, level) for margin in margins for level in margin.levels), np.vstack(totals))


def indicators(margins: Sequence[BoundMargin]) -> sparse.csr_array:
    """(C, p) one column of ones for each level of each margin."""
    return sparse.csr_array(sparse.vstack([margin.indicator for margin in margins]).T)


def columns_of(margins: Sequence[Margin]) -> tuple[str, ...]:
    """The columns of some margins."""
    return tuple(dict.fromkeys(column for margin in margins for column in margin.columns))


def _factor(design: Design, margin: Margin) -> Factor:
    factors = [design.table.factor(name) for name in margin.columns]
    if len(factors) > 1:
        return crossed(factors)
    return Factor(factors[0].codes, tuple((level,) for level in factors[0].levels))


def _places_in_targets(margin: Margin, factor: Factor) -> Ints:
    """For each level of the sample its place in the targets, or -1. ``1``, ``1.0`` and ``"1"`` are one level."""
    exact = {level: k for k, level in enumerate(margin.levels)}
    loose = {tuple(map(_text, level)): k for level, k in exact.items()}
    found = [exact.get(level, loose.get(tuple(map(_text, level)), -1)) for level in factor.levels]
    return np.array(found, np.int64)


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _check_rows_with_weight(design: Design, margin: Margin, factor: Factor, codes: Ints) -> None:
    weighted = design.weights != 0
    missing = int((factor.missing & weighted).sum())
    if missing:
        raise MissingMarginValue(margin.name, missing)
    astray = np.unique(factor.codes[(codes < 0) & weighted])
    if len(astray):
        raise LevelWithoutTarget(margin.name, [level_name(factor.levels[k]) for k in astray])
