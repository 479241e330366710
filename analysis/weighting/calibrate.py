"""Calibration: weights that meet population totals of categories and of numeric columns, within bounds if wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.design import CellAdjustment, Design, LazyDesign
from analysis.frames import Cells, combined
from analysis.weighting.distances import Distance, DistanceName, distance_of, find_factors
from analysis.weighting.goals import Goals, reachable_totals
from analysis.weighting.greg import greg
from analysis.weighting.margins import (
    BoundMargin,
    MissingMarginValue,
    bind_margin,
    check_levels_have_respondents,
    columns_of,
    sums_by,
)
from analysis.weighting.record import make_step
from analysis.weighting.targets import Margin, NoTargets, PopulationTargets

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Amount:
    """Population total of a numeric column; without a column, the size of the population."""

    total: float
    column: str | None = None

    @property
    def name(self) -> str:
        """The column, as a person reads it."""
        return self.column or "population size"


Auxiliary = Margin | Amount


def calibrate(
    design: Design,
    auxiliaries: Sequence[Auxiliary],
    *,
    distance: DistanceName = "linear",
    bounds: tuple[float, float] | None = None,
    within_psu: bool = False,
    tolerance: float = 1e-8,
) -> Design:
    r"""Calibrate weights to the totals of margins and numeric columns.

    .. math:: w_i' = w_i F(x_i' \lambda), \quad \sum_i w_i' x_i = T

    F is 1 + u (``linear``, the regression estimator), exp(u) (``raking``) or the bounded logistic curve (``logit``).
    The variance takes the residual of the regression on the auxiliaries, weighted by the weights from before.

    Parameters
    ----------
    design
        The sample.
    auxiliaries
        `Margin` for a categorical column or a crossing, `Amount` for a numeric column or the population size.
    distance
        ``linear``, ``raking`` or ``logit``.
    bounds
        Smallest and largest w'/w; needed by ``logit``. Without bounds, linear weights may become negative; the record
        shows it.
    within_psu
        Whether all rows of a PSU get one factor.
    tolerance
        Largest accepted miss of a total, as a part of it.

    Raises
    ------
    MissingMarginValue, LevelWithoutTarget, LevelWithoutRespondents, MarginsDisagree, BadBounds
        When the targets or bounds make no sense.
    MarginNotMet
        When the totals cannot be met (within the bounds); it names the worst one and what was reached.

    References
    ----------
    Deville and Särndal (1992), JASA 87, 376-382; Särndal, Swensson and Wretman (1992), section 6.4.

    Examples
    --------
    >>> design = Design.of({"age": [20.0, 40.0, 60.0], "w": [10, 10, 10]}, weights="w")
    >>> calibrate(design, [Amount(30), Amount(1260, "age")]).weights
    array([ 8.5, 10. , 11.5])
    """
    if not auxiliaries:
        raise NoTargets()
    if isinstance(design, LazyDesign) and not within_psu and not any(_column_of(a) for a in auxiliaries):
        columns = columns_of([a for a in auxiliaries if isinstance(a, Margin)])
        options: dict[str, Any] = {"distance": distance, "bounds": bounds, "tolerance": tolerance}
        return design.weighted(columns, lambda own: calibrate(own, auxiliaries, **options))
    curve = distance_of(distance, bounds)
    bound = _bind(design, auxiliaries, within_psu, tolerance)

    def factors(sums: Floats) -> Floats:
        return np.stack([_fitted(bound, curve, column, tolerance, bounds) for column in sums.T], axis=1)

    sums = sums_by(bound.cells.codes, design.weights, bound.cells.count)
    weights = design.weights * factors(sums[:, None])[bound.cells.codes, 0]
    projection = greg(design.weights, weights, bound.matrix, sums)
    adjustment = CellAdjustment(bound.cells.codes, bound.cells.count, factors, projection)
    detail = f"{', '.join(a.name for a in auxiliaries)}; {_stated(distance, bounds)}; tolerance {tolerance:g}"
    return design.adjusted(weights, adjustment, make_step("calibrate", detail, weights))


@dataclass(frozen=True, eq=False, slots=True)
class _Bound:
    """Auxiliaries on cells: (C, p) values, which columns form a margin, and the (p,) totals."""

    cells: Cells
    matrix: sparse.csr_array
    margins: tuple[slice, ...]
    names: tuple[tuple[str, str], ...]
    totals: Floats


def _fitted(
    bound: _Bound, curve: Distance, sums: Floats, tolerance: float, bounds: tuple[float, float] | None
) -> Floats:
    """(C,) factors for one set of cell sums, or the refusal."""
    totals, held = bound.totals.copy(), bound.matrix.T @ sums
    for place in bound.margins:
        totals[place] = reachable_totals(totals[place], held[place][:, None])[:, 0]
    factors = find_factors(curve, bound.matrix, sums, totals, min(tolerance, 1e-9) / 1000)
    goals, reached = Goals(bound.names, totals[:, None]), (bound.matrix.T @ (sums * factors))[:, None]
    if goals.met(reached, tolerance):
        return factors
    advice = "merge levels or drop a total" if bounds is None else "widen the bounds, merge levels or drop a total"
    raise goals.not_met(reached, f"with {_stated(None, bounds)}; {advice}")


def _stated(distance: str | None, bounds: tuple[float, float] | None) -> str:
    ratio = "any weight ratio" if bounds is None else f"weight ratios from {bounds[0]:g} to {bounds[1]:g}"
    return f"{distance}, {ratio}" if distance else ratio


def _bind(design: Design, auxiliaries: Sequence[Auxiliary], within_psu: bool, tolerance: float) -> _Bound:
    margins = tuple(a for a in auxiliaries if isinstance(a, Margin))
    amounts = tuple(a for a in auxiliaries if isinstance(a, Amount))
    size = next((amount.total for amount in amounts if amount.column is None), None)
    targets = PopulationTargets(margins, size)
    targets.check_margins_agree(tolerance)
    population = targets.population(float(design.weights.sum()))
    by_row = [bind_margin(design, margin, population) for margin in margins]
    columns = [_values(design, amount) for amount in amounts]
    cells = _cells(design, by_row, any(amount.column for amount in amounts), within_psu)
    parts = [_of_margin(design, m, cells, within_psu) for m in by_row]
    parts += [_of_amount(design, x, cells, within_psu) for x in columns]
    ends = np.cumsum([len(m.levels) for m in by_row])
    names = [(m.name, level) for m in by_row for level in m.levels] + [(a.name, "") for a in amounts]
    return _Bound(
        cells,
        sparse.csr_array(sparse.hstack(parts)),
        tuple(slice(int(end) - len(m.levels), int(end)) for m, end in zip(by_row, ends, strict=True)),
        tuple(names),
        np.concatenate([*(m.totals for m in by_row), np.array([a.total for a in amounts])]),
    )


def _column_of(auxiliary: Auxiliary) -> str | None:
    """The column of an amount; None for margins and for the number of people."""
    return auxiliary.column if isinstance(auxiliary, Amount) else None


def _values(design: Design, amount: Amount) -> Floats:
    """(n,) values of a numeric column; those of rows without a weight do not matter."""
    if amount.column is None:
        return np.ones(design.rows)
    values = design.table.numbers(amount.column)
    missing = np.isnan(values)
    if not missing.any():
        return values
    if (design.weights != 0)[missing].any():
        raise MissingMarginValue(amount.column, int((missing & (design.weights != 0)).sum()))
    return np.where(missing, 0.0, values)


def _cells(design: Design, margins: Sequence[BoundMargin], numeric: bool, within_psu: bool) -> Cells:
    """PSUs, rows, or the crossing of the margins: whatever shares one factor."""
    if within_psu:
        return combined([design.psu], [design.psus])
    if numeric or not margins:
        return Cells(np.arange(design.rows), np.arange(design.rows))
    return combined([m.codes for m in margins], [len(m.levels) for m in margins])


def _of_margin(design: Design, margin: BoundMargin, cells: Cells, within_psu: bool) -> sparse.csr_array:
    """(C, L) the margin's indicators by cell; within PSUs their weighted means."""
    width = len(margin.levels)
    held = sums_by(margin.codes, np.abs(design.weights), width)
    check_levels_have_respondents(margin, held)
    if not within_psu:
        codes = margin.codes[cells.rows]
        return sparse.csr_array((np.ones(cells.count), (np.arange(cells.count), codes)), shape=(cells.count, width))
    sums = sparse.csr_array((design.weights, (cells.codes, margin.codes)), shape=(cells.count, width))
    return sparse.csr_array(sparse.diags_array(1 / _held(design, cells)) @ sums)


def _of_amount(design: Design, values: Floats, cells: Cells, within_psu: bool) -> sparse.csr_array:
    """(C, 1) the column by cell; within PSUs its weighted mean."""
    if not within_psu:
        return sparse.csr_array(values[cells.rows][:, None])
    sums = sums_by(cells.codes, design.weights * values, cells.count)
    return sparse.csr_array((sums / _held(design, cells))[:, None])


def _held(design: Design, cells: Cells) -> Floats:
    sums = sums_by(cells.codes, design.weights, cells.count)
    return np.where(sums != 0, sums, 1.0)
