"""Sums of a sample with one step of weighting, small although its margins cross PSUs and groups in very many cells.

Three sums are enough: A, the weights of each PSU times the variables of the fit (or of each PSU and margin cell); B,
the weighted values of each PSU and group; and C, the values of each margin cell and group, from which the regression on
the margins is fitted. They stand as rows below each other. Only B carries weight; A says how much of the fit each PSU
takes, C what is fitted.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.design.adjustments import CellAdjustment
from analysis.design.design import Design
from analysis.design.summed import Summed
from analysis.frames import Factor, Table

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_CELLS = 5_000  # of the margins; each is a branch of one expression
WEIGHT, FITTED, AFTER = "sum of weights", "weights of the fit", "weights of the unit"
PLACE = "variable of the fit"
MOST_VARIABLES = 200  # of a fit, beyond which sums by PSU and margin cell are fewer


def factor_expression(cells: Design, before: Floats, margins: Sequence[str]) -> Any:
    """The factor of a row's margin cell, as nested conditions on its columns."""
    return cell_expression(
        cells, np.divide(cells.weights, before, out=np.ones_like(before), where=before != 0), margins
    )


def cell_expression(cells: Design, values: Floats, margins: Sequence[str]) -> Any:
    """A value (n,) of a row's margin cell, as nested conditions on its columns; 1 where there is no cell."""
    factors = [cells.table.factor(name) for name in margins]
    for name, factor in zip(margins, factors, strict=True):
        if (lone := _of_one_margin(factor.codes, values)) is not None:
            return _branch((name,), (factor,), values, lone)
    return _branch(margins, factors, values, np.arange(len(values)))


def _of_one_margin(codes: Ints, values: Floats) -> Ints | None:
    """The first row of each level, where values follow from the level alone; else None."""
    levels, first, places = np.unique(codes, return_index=True, return_inverse=True)
    return first if len(levels) and (values == values[first][places]).all() else None


def fit_variables(cells: Design) -> Floats:
    """(n, p) the variables of the fit at each margin cell."""
    adjustment = cells.adjustments[0]
    assert isinstance(adjustment, CellAdjustment)
    assert adjustment.projection is not None
    return np.asarray(adjustment.projection.basis[adjustment.codes].toarray())


def spread_units(units: Table, sums: Floats, design: Sequence[str]) -> Table:
    """One row for each unit and variable of the fit, from sums (units, p) of the weights times the variables."""
    rows, places = np.nonzero(sums)
    columns: dict[str, Any] = {}
    for name in design:
        factor = units.factor(name)
        columns[name] = replace(factor, codes=factor.codes[rows])
    return Table({**columns, AFTER: sums[rows, places], PLACE: places.astype(np.float64)})


def _branch(margins: Sequence[str], factors: Sequence[Factor], ratio: Floats, rows: Ints) -> Any:
    import narwhals as nw

    if not margins:
        return nw.lit(float(ratio[rows[0]]))
    codes = factors[0].codes[rows]
    found: Any = nw.lit(1.0)  # rows without a level have no weight
    for code in np.unique(codes[codes >= 0]).tolist():
        own = _branch(margins[1:], factors[1:], ratio, rows[codes == code])
        found = nw.when(nw.col(margins[0]) == factors[0].levels[code]).then(own).otherwise(found)
    return found


def stacked(
    cells: Design, margins: Sequence[str], a: Table, b: Table, c: Table, keys: Sequence[str], design: Sequence[str]
) -> tuple[Table, CellAdjustment, Floats]:
    """Return the rows of B, A and C below each other, the adjustment on them, and the weights (n,) of the fit.

    `keys` stand in B and C, the columns of the `design` in B and A; C takes any unit.
    """
    adjustment = cells.adjustments[0]
    assert isinstance(adjustment, CellAdjustment)
    assert adjustment.projection is not None
    sizes = (b.rows, a.rows, c.rows)
    columns: dict[str, Any] = {}
    for name in dict.fromkeys((*design, *keys)):
        parts = (b, a if name in design else None, c if name in keys else None)
        columns[name] = _below(name, parts, sizes, anything=name in design)
    adjustment, of_units = _codes_of_units(cells, adjustment, margins, a)
    codes = [np.zeros(b.rows, np.int64), of_units, _codes(cells, adjustment, margins, c)]
    after = np.concatenate([np.zeros(b.rows), a.numbers(AFTER), np.zeros(c.rows)])
    fitted = np.concatenate([np.zeros(b.rows + a.rows), c.numbers(WEIGHT)])
    assert adjustment.projection is not None
    projection = replace(adjustment.projection, share=after, after=after)
    return Table(columns), replace(adjustment, codes=np.concatenate(codes), projection=projection), fitted


def _codes_of_units(
    cells: Design, adjustment: CellAdjustment, margins: Sequence[str], a: Table
) -> tuple[CellAdjustment, Ints]:
    """The cell of each row of A; variables of the fit are further cells, each with that variable alone."""
    if PLACE not in a:
        return adjustment, _codes(cells, adjustment, margins, a)
    assert adjustment.projection is not None
    p, moves = adjustment.projection.basis.shape[1], adjustment.target_moves
    basis = sparse.csr_array(sparse.vstack([adjustment.projection.basis, sparse.eye_array(p)]))
    wider = replace(
        adjustment,
        cells=adjustment.cells + p,
        projection=replace(adjustment.projection, basis=basis),
        target_moves=None if moves is None else np.concatenate([moves, np.zeros((p, moves.shape[1]))]),
    )
    return wider, adjustment.cells + a.numbers(PLACE).astype(np.int64)


def _below(
    name: str, parts: tuple[Table, Table | None, Table | None], sizes: tuple[int, ...], anything: bool
) -> Factor:
    """One column of the three tables; a table that lacks it gets the first level, or none."""
    first = parts[0]
    assert first is not None
    own = first.factor(name)
    place = {level: k for k, level in enumerate(own.levels)}
    codes = []
    for part, size in zip(parts, sizes, strict=True):
        if part is None:
            codes.append(np.full(size, own.codes[0] if anything else -1))
            continue
        factor = part.factor(name)
        codes.append(np.array([*(place.get(level, -1) for level in factor.levels), -1], np.int64)[factor.codes])
    return replace(own, codes=np.concatenate(codes))


def _codes(cells: Design, adjustment: CellAdjustment, margins: Sequence[str], part: Table) -> Ints:
    """(n,) the margin cell of each row of a part; the first cell where there is none, which has no weight then."""
    width, own, other = 1, np.zeros(cells.rows, np.int64), np.zeros(part.rows, np.int64)
    for name in margins:
        known, asked = cells.table.factor(name), part.factor(name)
        place = {level: k for k, level in enumerate(known.levels)}
        recode = np.array([*(place.get(level, -1) for level in asked.levels), -1], np.int64)
        own, other = own + (known.codes + 1) * width, other + (recode[asked.codes] + 1) * width
        width *= len(known.levels) + 1
    found = np.zeros(width, np.int64)
    found[own] = adjustment.codes
    return found[other]


def with_stack(design: Design, table: Table, adjustment: CellAdjustment, fitted: Floats, counted: Summed) -> Design:
    """The design of the stacked rows."""
    return replace(
        design, table=table, adjustments=(adjustment,), base=design.weights, summed=replace(counted, fitted=fitted)
    )
