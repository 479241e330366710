r"""A sample whose rows stay in the engine that holds them: estimates come from sums that one `group by` returns.

Means, totals, shares and ratios are linear in the rows, and so are their linearized scores. One row for each PSU, group
and cell of the weighting margins, with the sum of weights and the weighted means, therefore gives the same estimates
and the same variances as the rows themselves.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design.design import Design
from analysis.design.replicates import Replicates
from analysis.design.stacked import (
    AFTER,
    MOST_CELLS,
    MOST_VARIABLES,
    PLACE,
    cell_expression,
    factor_expression,
    fit_variables,
    spread_units,
    stacked,
    with_stack,
)
from analysis.design.summed import Summed
from analysis.errors import AnalysisError, BadWeights, EmptyGroup, MissingDesignValue
from analysis.frames import Condition, Table
from analysis.frames.lazy import COUNT, LazySource
from analysis.frames.table import columns_named
from analysis.showing import counted

Floats = NDArray[np.float64]
FACTOR = "factor of the cell"
MOST_ROWS = 5_000_000  # that a function without sums of its own may bring into memory
INSIDE, KNOWN, WEIGHT, SQUARE, GAPS = "row inside", "row known", "sum of weights", "sum of squared weights", "weighed"


class TooManyRows(AnalysisError):
    """Refuse to bring the rows of a large source into memory."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        super().__init__(
            f"expected at most {MOST_ROWS:,} rows for what sums by PSU do not answer, but the source has {rows:,}; see "
            "docs/scale.md for what they answer"
        )


@dataclass(frozen=True, slots=True)
class Weighing:
    """A step of weighting to come: the columns of its margins, and the function from a design to the weighted one."""

    columns: tuple[str, ...]
    run: Callable[[Design], Design]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the sample was drawn: what `Design.of` takes."""

    weights: str | None
    strata: tuple[str, ...]
    psu: tuple[str, ...]
    fpc: tuple[str, ...]
    options: Mapping[str, Any]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that name units and strata."""
        return tuple(dict.fromkeys((*self.strata, *self.psu, *self.fpc)))


class LazyDesign(Design):
    """Hold a sample whose rows are a query; `Design.of` makes one from a lazy frame.

    `mean`, `total`, `share`, `count`, `ratio`, `quantile`, gaps, replicates, `poststratify`, `rake` and `calibrate` to
    margins take sums by PSU from the engine. Everything else brings the rows into memory, and is refused for more than
    five million.
    """

    source: LazySource
    sampling: Sampling
    steps: tuple[Weighing, ...]
    repeated: Replicates | None

    def __init__(
        self,
        source: LazySource,
        sampling: Sampling,
        steps: tuple[Weighing, ...] = (),
        repeated: Replicates | None = None,
    ) -> None:
        for name, value in (("source", source), ("sampling", sampling), ("steps", steps), ("repeated", repeated)):
            object.__setattr__(self, name, value)
        source.check([*sampling.columns, *([sampling.weights] if sampling.weights else [])])

    def weighted(self, columns: Iterable[str], run: Callable[[Design], Design]) -> "LazyDesign":
        """The sample with a further step of weighting, which is tried at once."""
        found = LazyDesign(self.source, self.sampling, (*self.steps, Weighing(tuple(columns), run)), self.repeated)
        _ = found.margin_cells  # refuses targets that cannot be met
        return found

    def scored(self, columns: Mapping[str, Any]) -> "LazyDesign":
        """The sample with further columns, from expressions of narwhals."""
        return LazyDesign(self.source.with_columns(columns), self.sampling, self.steps, self.repeated)

    def cells(self, numbers: Sequence[str], keys: Sequence[str]) -> Design:
        """One row for each PSU, group of `keys` and cell of the margins, with the weighted means of `numbers`."""
        self.source.check([*numbers, *keys])
        return self._summed(tuple(numbers), tuple(keys), None)

    def gathered(self, numbers: Sequence[str], keys: Sequence[str], where: Any) -> tuple[Design, Any] | None:
        """The sums for an estimate as a design of few rows, and its filter; None where it takes all rows.

        Parameters
        ----------
        numbers
            Columns whose sums are needed, among rows that have all of them.
        keys
            Columns whose groups are needed.
        where
            None, a condition, or several.
        """
        return self._gathered(numbers, keys, where) if self.sampling.psu else None

    def distribution(self, y: str, keys: Sequence[str], where: Any) -> tuple[Design, Any] | None:
        """The weight of each value of a column in each group, as a design of few rows, and its filter; None as above.

        Replicates need the values of each PSU; else all PSUs count together.
        """
        if self.repeated is not None:
            return self.gathered((y,), (y, *keys), where)
        without_units = replace(self.sampling, strata=(), psu=(), fpc=())
        return LazyDesign(self.source, without_units, self.steps)._gathered((y,), (y, *keys), where)

    def _gathered(self, numbers: Sequence[str], keys: Sequence[str], where: Any) -> tuple[Design, Any] | None:
        conditions = [where] if isinstance(where, Condition) else list(where) if isinstance(where, list | tuple) else []
        self.source.check([*numbers, *keys])
        if (where is not None and not conditions) or not all(isinstance(each, Condition) for each in conditions):
            return None
        if not all(map(self.source.is_number, numbers)):
            return None
        inside = self.source.meeting(conditions) if conditions else None
        if conditions and inside is None:
            return None
        design = self._summed(tuple(numbers), tuple(keys), inside)
        mask = design.table.numbers(INSIDE) == 1
        if conditions and not mask.any():
            raise EmptyGroup("the rows that meet the filter")
        return design, mask if conditions else None

    @cached_property
    def margin_cells(self) -> Design:
        """One row for each cell of the weighting margins, with the weights of all its rows after weighting."""
        without_units = replace(self.sampling, strata=(), psu=(), fpc=())
        return LazyDesign(self.source, without_units, self.steps)._summed((), (), None)

    @cached_property
    def units(self) -> Design:
        """One row for each PSU."""
        return LazyDesign(self.source, self.sampling)._summed((), (), None) if self.sampling.psu else self.whole

    @cached_property
    def whole(self) -> Design:
        """The sample in memory."""
        if self.rows > MOST_ROWS:
            raise TooManyRows(self.rows)
        design = self._repeated(_bound(self.source.whole(), self.sampling, self.sampling.weights))
        for step in self.steps:
            design = step.run(design)
        return design

    @property
    def sampled(self) -> Design:
        """One row for each PSU, from which replicates are made; the sample in memory where it has no PSUs."""
        return self.units

    def _repeated(self, design: Design) -> Design:
        """A design of rows or sums with the replicates, before all steps of weighting; they are made again in each."""
        if self.repeated is None:
            return design
        return design.with_replicates(replace(self.repeated, psu=design.psu, adjustments=()))

    def _summed(self, numbers: tuple[str, ...], keys: tuple[str, ...], inside: Any) -> Design:
        margins = tuple(dict.fromkeys(column for step in self.steps for column in step.columns))
        if len(self.steps) == 1 and self.sampling.psu and self.repeated is None and self._is_regression:
            return self._stacked(numbers, keys, inside, margins)
        source, sums = _expressions(self.source, self.sampling.weights, numbers, inside)
        found = self._found(source, (*self.sampling.columns, *margins, *keys), sums)
        design, counted = self._design_of(_with_means(found, numbers, (*margins, *keys)))
        design = self._repeated(replace(design, summed=counted))
        for step in self.steps:
            design = step.run(design)
        return design

    def _stacked(
        self, numbers: tuple[str, ...], keys: tuple[str, ...], inside: Any, margins: tuple[str, ...]
    ) -> Design:
        """The same for one step of weighting, without the crossing of PSUs, margins and groups."""
        units, groups = self.sampling.columns, (*keys, INSIDE, KNOWN)
        source, sums = _expressions(self.source, self.sampling.weights, numbers, inside)
        c = _with_means(self._found(source, (*margins, *keys), sums), numbers, (*margins, *keys))
        weighed = self._with_factor(source, margins)
        b = _with_means(self._found(weighed, (*units, *keys), sums), numbers, keys)
        values = tuple(name for name in numbers if name not in keys)
        table, adjustment, fitted = stacked(self.margin_cells, margins, self._unit_cells, b, c, groups, units)
        rest = np.zeros(table.rows - b.rows)
        parts = {name: [b.numbers(name), np.full(self._unit_cells.rows, np.nan), c.numbers(name)] for name in values}
        whole = {name: np.concatenate([b.numbers(name), rest]) for name in (WEIGHT, SQUARE, COUNT)}
        design, counted = self._design_of(
            table.with_columns({**whole, **{name: np.concatenate(part) for name, part in parts.items()}})
        )
        return with_stack(design, design.table, adjustment, fitted, counted)

    @cached_property
    def _is_regression(self) -> bool:
        """Whether the step of weighting is a regression on few cells, so that sums of its parts are enough."""
        cells = self.margin_cells
        return cells.rows <= MOST_CELLS and cells.explains and len(cells.adjustments) == 1

    def _with_factor(self, source: LazySource, margins: tuple[str, ...]) -> LazySource:
        """The query with weights after weighting; each margin cell finds its factor once, and rows join it."""
        import narwhals as nw

        factor = factor_expression(self.margin_cells, self.margin_cells.base_weights, margins)
        cells = self.source.frame.select(*margins).unique().with_columns(**{FACTOR: factor})
        joined = source.frame.join(cells, on=list(margins), how="left")
        return LazySource(joined, source.types).with_columns({WEIGHT: nw.col(WEIGHT) * nw.col(FACTOR).fill_null(1.0)})

    @cached_property
    def _unit_cells(self) -> Table:
        """The weights of each PSU and margin cell after weighting, or of each PSU times the variables of the fit."""
        import narwhals as nw

        margins = tuple(dict.fromkeys(column for step in self.steps for column in step.columns))
        source, _ = _expressions(self.source, self.sampling.weights, (), None)
        keys = tuple(dict.fromkeys((*self.sampling.columns, *margins)))
        weighed, after = self._with_factor(source, margins), nw.col(WEIGHT).sum()
        variables = fit_variables(self.margin_cells)
        if variables.shape[1] > MOST_VARIABLES:
            return weighed.summed(keys, {AFTER: after})
        names = [f"{PLACE} {k}" for k in range(variables.shape[1])]
        parts = {
            name: cell_expression(self.margin_cells, column, margins)
            for name, column in zip(names, variables.T, strict=True)
        }
        cells = self.source.frame.select(*margins).unique().with_columns(**parts)
        crossed = weighed.frame.group_by(*keys).agg(**{AFTER: after}).join(cells, on=list(margins), how="left")
        sums = {name: (nw.col(AFTER) * nw.col(name).fill_null(0.0)).sum() for name in names}
        units = LazySource(crossed, self.source.types).summed(self.sampling.columns, sums)
        return spread_units(units, np.column_stack([units.numbers(name) for name in names]), self.sampling.columns)

    def _found(self, source: LazySource, keys: Sequence[str], sums: Mapping[str, Any]) -> Table:
        import narwhals as nw

        flags = [name for name in (INSIDE, KNOWN) if name in source.types]
        found = source.summed(tuple(dict.fromkeys((*keys, *flags))), {**sums, GAPS: (~nw.col(WEIGHT).is_null()).sum()})
        _check(found, self.sampling)
        return found.with_columns({name: np.ones(found.rows) for name in (INSIDE, KNOWN) if name not in flags})

    def _design_of(self, table: Table) -> tuple[Design, Summed]:
        weights = table.numbers(WEIGHT)
        counted = Summed(table.numbers(COUNT), _part(table.numbers(SQUARE), weights**2))
        return _bound(table, self.sampling, WEIGHT), counted

    # Answers that need the rows themselves, and facts about them.

    @cached_property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.source.summed((), {}).numbers(COUNT)[0])

    @property
    def psus(self) -> int:
        """Number of primary sampling units."""
        return self.units.psus

    @cached_property
    def df(self) -> int:
        """Degrees of freedom."""
        return self.units.df

    @cached_property
    def rows_and_squares(self) -> tuple[int, float, float]:
        """Rows with a weight, the sum of weights after weighting, and the sum of their squares."""
        cells = self.margin_cells
        assert cells.summed is not None
        own, held = cells.weights, cells.weights != 0
        squares = float((own**2 * cells.summed.squares).sum())
        return int(cells.summed.counts[held].sum()), float(own.sum()), squares

    def _title(self) -> str:
        return f"Design of {counted(self.rows, 'row')}, which stay where they are"

    def _facts(self) -> list[dict[str, str]]:
        named = {"weights": (self.sampling.weights or "",), "strata": self.sampling.strata, "psu": self.sampling.psu}
        steps = {f"step {k}": step.columns for k, step in enumerate(self.steps, 1)}
        return [{"what": what, "how": ", ".join(columns)} for what, columns in {**named, **steps}.items() if columns]

    def with_replicates(self, replicates: Replicates) -> Design:
        """The sample with replicates of its PSUs; in memory with replicate weights of rows."""
        if replicates.ready or not self.sampling.psu or len(replicates.multipliers) != self.units.psus:
            return self.whole.with_replicates(replicates)
        return LazyDesign(self.source, self.sampling, self.steps, replicates)

    def with_columns(self, columns: Any) -> Design:
        """The sample in memory with further columns."""
        return self.whole.with_columns(columns)

    def with_leverage(self) -> Design:
        """The sample in memory, with residuals corrected for leverage."""
        return self.whole.with_leverage()

    def with_inclusion(self, *values: Any, **options: Any) -> Design:
        """The sample in memory, with unequal probabilities of inclusion."""
        return self.whole.with_inclusion(*values, **options)

    def adjusted(self, *values: Any) -> Design:
        """The sample in memory, with other weights."""
        return self.whole.adjusted(*values)


def _of_query(
    frame: Any,
    weights: str | None,
    strata: tuple[str, ...],
    psu: tuple[str, ...],
    fpc: tuple[str, ...],
    **options: Any,
) -> LazyDesign:
    return LazyDesign(LazySource.of(frame), Sampling(weights, strata, psu, fpc, options))


Design.of_query = staticmethod(_of_query)


def _of_whole(name: str) -> property:
    return property(lambda self: getattr(self.whole, name))


def _of_options(name: str) -> property:
    return property(lambda self: self.sampling.options[name])


for _name in ("table", "weights", "stages", "adjustments", "record", "inclusion", "base", "summed"):
    setattr(LazyDesign, _name, _of_whole(_name))
setattr(LazyDesign, "replicates", property(lambda self: self.repeated))  # noqa: B010  (a field of `Design`)
for _name in ("lonely", "domain_lonely"):
    setattr(LazyDesign, _name, _of_options(_name))


def gathered(design: Design, numbers: Any, keys: Any, where: Any) -> tuple[Design, Any]:
    """Return a design in memory, and its filter: of few rows with sums where the rows are a query, else as it is."""
    if not isinstance(design, LazyDesign):
        return design, where
    found = design.gathered(columns_named(numbers), columns_named(keys), where)
    return (design.whole, where) if found is None else found


def _bound(table: Table, sampling: Sampling, weights: str | None) -> Design:
    return Design.of(
        table, weights=weights, strata=sampling.strata, psu=sampling.psu, fpc=sampling.fpc, **sampling.options
    )


def _expressions(
    source: LazySource, weights: str | None, numbers: Sequence[str], inside: Any
) -> tuple[LazySource, dict[str, Any]]:
    """The query with the row's weight and place, and the sums to take."""
    import narwhals as nw

    weight = nw.lit(1.0) if weights is None else nw.col(weights).cast(nw.Float64)
    values = {f"value of {name}": source.number(name) for name in numbers}
    flags = {} if inside is None else {INSIDE: inside.cast(nw.Int8)}
    if values:
        known = nw.all_horizontal(*(~value.is_null() for value in values.values()), ignore_nulls=False)
        flags[KNOWN] = known.cast(nw.Int8)
    whole = source.with_columns({WEIGHT: weight, **flags, **values})
    w = nw.col(WEIGHT)
    sums = {"smallest weight": w.min(), SQUARE: (w * w).sum(), WEIGHT: w.sum()}
    for name in numbers:
        sums[f"sum of {name}"] = (w * nw.col(f"value of {name}")).sum()
    return whole, sums


def _check(found: Table, sampling: Sampling) -> None:
    counts = found.numbers(COUNT)
    for name in (name for name in sampling.columns if name in found):
        missing = found.factor(name).missing
        if missing.any():
            raise MissingDesignValue(name, int(counts[missing].sum()))
    name = sampling.weights or "weights"
    lacking = int((counts - found.numbers(GAPS)).sum()) + int(np.isnan(found.numbers(WEIGHT)).sum())
    if lacking:
        raise BadWeights(name, "missing ones", lacking)
    if (found.numbers("smallest weight") < 0).any():
        raise BadWeights(name, "negative ones", int((found.numbers("smallest weight") < 0).sum()))


def _with_means(found: Table, numbers: Sequence[str], keys: Sequence[str]) -> Table:
    """The sums with the weighted means of columns that are no keys."""
    weights, known = found.numbers(WEIGHT), found.numbers(KNOWN) == 1
    means = {name: _means(found.numbers(f"sum of {name}"), weights, known) for name in numbers if name not in keys}
    return found.with_columns(means)


def _means(sums: Floats, weights: Floats, known: NDArray[np.bool_]) -> Floats:
    """Weighted means of the cells; missing where the value is."""
    return np.where(known, _part(np.nan_to_num(sums), weights), np.nan)


def _part(values: Floats, whole: Floats) -> Floats:
    return np.divide(values, whole, out=np.zeros_like(values), where=whole > 0)
