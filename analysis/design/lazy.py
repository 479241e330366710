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
from analysis.design.summed import Summed
from analysis.errors import AnalysisError, BadWeights, EmptyGroup, MissingDesignValue
from analysis.frames import Condition, Table
from analysis.frames.lazy import COUNT, LazySource
from analysis.frames.table import columns_named
from analysis.showing import counted

Floats = NDArray[np.float64]
MOST_ROWS = 5_000_000  # that a function without sums of its own may bring into memory
INSIDE, KNOWN, WEIGHT, SQUARE = "row inside", "row known", "sum of weights", "sum of squared weights"


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

    `mean`, `total`, `share`, `count`, `ratio`, gaps, `poststratify`, `rake` and `calibrate` to margins take sums by PSU
    from the engine. Everything else brings the rows into memory, and is refused for more than five million.
    """

    source: LazySource
    sampling: Sampling
    steps: tuple[Weighing, ...]

    def __init__(self, source: LazySource, sampling: Sampling, steps: tuple[Weighing, ...] = ()) -> None:
        for name, value in (("source", source), ("sampling", sampling), ("steps", steps)):
            object.__setattr__(self, name, value)
        source.check([*sampling.columns, *([sampling.weights] if sampling.weights else [])])

    def weighted(self, columns: Iterable[str], run: Callable[[Design], Design]) -> "LazyDesign":
        """The sample with a further step of weighting, which is tried at once."""
        found = LazyDesign(self.source, self.sampling, (*self.steps, Weighing(tuple(columns), run)))
        _ = found.base_sums  # refuses targets that cannot be met
        return found

    def scored(self, columns: Mapping[str, Any]) -> "LazyDesign":
        """The sample with further columns, from expressions of narwhals."""
        return LazyDesign(self.source.with_columns(columns), self.sampling, self.steps)

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
        conditions = [where] if isinstance(where, Condition) else list(where) if isinstance(where, list | tuple) else []
        self.source.check([*numbers, *keys])
        if (where is not None and not conditions) or not all(isinstance(each, Condition) for each in conditions):
            return None
        if not self.sampling.psu or not all(map(self.source.is_number, numbers)):
            return None
        inside = self.source.meeting(conditions)
        if inside is None:
            return None
        design = self._summed(tuple(numbers), tuple(keys), inside)
        mask = design.table.numbers(INSIDE) == 1
        if conditions and not mask.any():
            raise EmptyGroup("the rows that meet the filter")
        return design, mask if conditions else None

    @cached_property
    def base_sums(self) -> Design:
        """The sums by PSU alone, weighted."""
        found = self.gathered((), (), None)
        return self.whole if found is None else found[0]

    @cached_property
    def whole(self) -> Design:
        """The sample in memory."""
        if self.rows > MOST_ROWS:
            raise TooManyRows(self.rows)
        design = _bound(self.source.whole(), self.sampling, self.sampling.weights)
        for step in self.steps:
            design = step.run(design)
        return design

    def _summed(self, numbers: tuple[str, ...], keys: tuple[str, ...], inside: Any) -> Design:
        import narwhals as nw

        margins = [column for step in self.steps for column in step.columns]
        groups = tuple(dict.fromkeys((*self.sampling.columns, *margins, *keys)))
        source, sums = _expressions(self.source, self.sampling.weights, numbers, inside)
        found = source.summed((*groups, INSIDE, KNOWN), {**sums, "missing weights": nw.col(WEIGHT).is_null().sum()})
        _check(found, self.sampling)
        weights, known = found.numbers(WEIGHT), found.numbers(KNOWN) == 1
        means = {name: _means(found.numbers(f"sum of {name}"), weights, known) for name in numbers}
        both = [name for name in numbers if name in groups]
        table = found.with_columns({name: values for name, values in means.items() if name not in both})
        design = _bound(table, self.sampling, WEIGHT)
        counted = Summed(found.numbers(COUNT), _part(found.numbers(SQUARE), weights**2))
        design = replace(design, summed=counted)
        for step in self.steps:
            design = step.run(design)
        return design

    # What needs the rows themselves.

    @cached_property
    def rows(self) -> int:  # type: ignore[override]
        """Number of rows."""
        return int(self.source.summed((), {}).numbers(COUNT)[0])

    @property
    def psus(self) -> int:
        """Number of primary sampling units."""
        return self.base_sums.psus

    @cached_property
    def df(self) -> int:
        """Degrees of freedom."""
        return self.base_sums.df

    def _title(self) -> str:
        return f"Design of {counted(self.rows, 'row')}, which stay where they are"

    def _facts(self) -> list[dict[str, str]]:
        named = {"weights": (self.sampling.weights or "",), "strata": self.sampling.strata, "psu": self.sampling.psu}
        steps = {f"step {k}": step.columns for k, step in enumerate(self.steps, 1)}
        return [{"what": what, "how": ", ".join(columns)} for what, columns in {**named, **steps}.items() if columns]

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


for _name in ("table", "weights", "stages", "adjustments", "record", "replicates", "inclusion", "base", "summed"):
    setattr(LazyDesign, _name, _of_whole(_name))
for _name in ("lonely", "domain_lonely"):
    setattr(LazyDesign, _name, property(lambda self, name=_name: self.sampling.options[name]))


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

    weight = nw.lit(1.0) if weights is None else source.number(weights)
    values = {f"value of {name}": source.number(name) for name in numbers}
    known = nw.lit(True)
    for value in values.values():
        known = known & ~value.is_null()
    whole = source.with_columns({WEIGHT: weight, INSIDE: inside.cast(nw.Int8), KNOWN: known.cast(nw.Int8), **values})
    w = nw.col(WEIGHT)
    sums = {"smallest weight": w.min(), SQUARE: (w * w).sum(), WEIGHT: w.sum()}
    for name in numbers:
        sums[f"sum of {name}"] = (w * nw.col(f"value of {name}")).sum()
    return whole, sums


def _check(found: Table, sampling: Sampling) -> None:
    counts = found.numbers(COUNT)
    for name in sampling.columns:
        missing = found.factor(name).missing
        if missing.any():
            raise MissingDesignValue(name, int(counts[missing].sum()))
    name = sampling.weights or "weights"
    missing_weights = int(found.numbers("missing weights").sum())
    if missing_weights:
        raise BadWeights(name, "missing ones", missing_weights)
    if (found.numbers("smallest weight") < 0).any():
        raise BadWeights(name, "negative ones", int((found.numbers("smallest weight") < 0).sum()))


def _means(sums: Floats, weights: Floats, known: NDArray[np.bool_]) -> Floats:
    """Weighted means of the cells; missing where the value is."""
    return np.where(known, _part(np.nan_to_num(sums), weights), np.nan)


def _part(values: Floats, whole: Floats) -> Floats:
    return np.divide(values, whole, out=np.zeros_like(values), where=whole > 0)
