"""Bind a table to its sampling and weighting in a design object, which never changes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from analysis.design.adjustments import Adjustment, CellAdjustment
from analysis.design.covariance import LONELY_RULES, Lonely, covariance_of_totals, stage_totals
from analysis.design.explained import find_fit, find_leverage
from analysis.design.extreme import extreme_weights
from analysis.design.inclusion import Inclusion, make_inclusion
from analysis.design.profiles import Profiles, find_profiles
from analysis.design.replicates import Replicates
from analysis.design.stages import Stage, make_stages
from analysis.design.summed import Summed
from analysis.errors import BadWeights, UnknownChoice
from analysis.frames import Factor, Table
from analysis.frames.errors import NotFinite
from analysis.frames.lazy import is_lazy
from analysis.frames.table import columns_named, name_of_column
from analysis.showing import counted, html_table, joined, shown, text_table

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
MOST_FITTED = 2_000_000  # numbers of a matrix of rows by fitted variables that is kept
MOST_LEVERAGE = 0.8  # of a row; one with more is nearly alone in a cell, and its residual says nothing


@dataclass(frozen=True, slots=True)
class Step:
    """Record one step of weighting, and its effect on the weights."""

    method: str
    detail: str
    n: int
    total: float
    smallest: float
    largest: float
    design_effect: float


@dataclass(frozen=True, eq=False)
class Design:
    """Hold a sample: rows, weights, sampling stages, weight adjustments, and replicate weights if there are any.

    Make one with `Design.of`.

    Parameters
    ----------
    table
        The data.
    weights
        (n,) weights, zero or more.
    stages
        Sampling stages, the first one first.
    lonely
        Rule for strata with a single PSU; ``error`` unless chosen otherwise.
    domain_lonely
        Whether a stratum with a single PSU inside a domain counts as lonely too.
    adjustments
        Weight adjustments in the order in which they were made.
    record
        The same in words and figures.
    replicates
        Replicate weights; when present, variances come from them.
    inclusion
        How units drawn with unequal probabilities and without replacement vary; None for equal ones.
    base
        (n,) weights before any adjustment; None when nothing was adjusted.
    corrects_leverage
        Whether residuals are corrected for leverage; see `with_leverage`.
    summed
        How many rows each row stands for, where rows were summed beforehand; None where each stands for itself.
    """

    table: Table
    weights: Floats
    stages: tuple[Stage, ...]
    lonely: Lonely = "error"
    domain_lonely: bool = False
    adjustments: tuple[Adjustment, ...] = ()
    record: tuple[Step, ...] = field(default=())
    replicates: Replicates | None = None
    inclusion: Inclusion | None = None

    @classmethod
    def of(
        cls,
        frame: Any,
        *,
        weights: str | None = None,
        strata: str | Iterable[str] | None = None,
        psu: str | Iterable[str] = (),
        fpc: str | Iterable[str] = (),
        nest: bool = False,
        lonely: Lonely = "error",
        domain_lonely: bool = False,
    ) -> "Design":
        """Bind a data frame to its sampling design.

        Parameters
        ----------
        frame
            What `Table.of` takes: a pandas or Polars data frame, an Arrow table, a mapping of columns, a list of
            records, or a `Table`. Columns that nothing asks for are never converted. The rows of a DuckDB relation or
            a Polars lazy frame stay where they are; see `docs/scale.md`.
        weights
            Weight column. Without it each row weighs N/n by the population counts of `fpc`, or 1.
        strata
            Column of the first stage's strata, or several columns whose combinations are the strata.
        psu
            Cluster columns, first stage first; without any, each row is its own PSU.
        fpc
            Population counts (or sampling fractions), a column for each stage; none = drawn with replacement.
        nest
            Whether cluster codes restart in each stratum.
        lonely, domain_lonely
            See `Design`.

        Raises
        ------
        UnknownFrame, UnknownColumn, NotAName, UnknownChoice, BadWeights, MissingDesignValue, NotNested,
        BadPopulationCount

        Examples
        --------
        >>> design = Design.of({"y": [1, 2, 3, 4], "h": ["a", "a", "b", "b"]}, strata="h")
        >>> design.df
        2
        """
        if lonely not in LONELY_RULES:
            raise UnknownChoice("the lonely PSU rule", LONELY_RULES, lonely)
        _check_choices(nest=nest, domain_lonely=domain_lonely)
        if is_lazy(frame):
            names = (columns_named(strata), columns_named(psu), columns_named(fpc))
            own = None if weights is None else name_of_column(weights)
            return cls.of_query(frame, own, *names, nest=nest, lonely=lonely, domain_lonely=domain_lonely)
        table = Table.of(frame)
        sampled, stratum = _with_strata(table, columns_named(strata))
        stages = make_stages(sampled, stratum, columns_named(psu), columns_named(fpc), nest)
        named = None if weights is None else name_of_column(weights)
        given = _weights_of_stages(stages, table.rows) if named is None else _weights_of(table, named)
        return cls(table, given, stages, lonely, domain_lonely)

    of_query: ClassVar[Callable[..., "Design"]]  # `lazy` sets it: a sample whose rows stay in their engine
    base: Floats | None = None
    corrects_leverage: bool = False
    summed: Summed | None = None

    def __repr__(self) -> str:
        """A short table of how the sample was drawn and weighted."""
        return text_table(self._title(), self._facts(), ["what"])

    def _repr_html_(self) -> str:
        """The same for a notebook."""
        return html_table(self._title(), self._facts(), ["what"])

    def _title(self) -> str:
        return joined([f"Design of {counted(self.rows, 'row')}", f"df {self.df:,}"])

    def _facts(self) -> list[dict[str, str]]:
        return [{"what": what, "how": how} for what, how in _described(self)]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.table.rows

    @property
    def base_weights(self) -> Floats:
        """(n,) the weights before any adjustment."""
        return self.weights if self.base is None else self.base

    @cached_property
    def all_weigh(self) -> bool:
        """Whether no row has the weight 0."""
        return bool(self.weights.all())

    @property
    def psu(self) -> Ints:
        """(n,) the row's primary sampling unit."""
        return self.stages[0].unit

    @property
    def psus(self) -> int:
        """Number of primary sampling units."""
        return len(self.stages[0].stratum)

    @property
    def sampled(self) -> "Design":
        """The sample from which replicates are made; one row for each PSU where the rows stay in an engine."""
        return self

    @property
    def leaf(self) -> Ints:
        """(n,) the row's unit of the last stage that matters for the variance."""
        return self.stages[-1].unit

    @property
    def leaves(self) -> int:
        """Number of units of the last stage that matters."""
        return len(self.stages[-1].stratum)

    @cached_property
    def df(self) -> int:
        """Degrees of freedom: PSUs minus strata, counting those that hold a weight other than zero."""
        if self.replicates is not None:
            return self.replicates.df
        held = np.bincount(self.psu, weights=self.weights != 0, minlength=self.psus) > 0
        strata = np.bincount(self.stages[0].stratum[held], minlength=1) > 0
        return int(held.sum() - strata.sum())

    @cached_property
    def profiles(self) -> Profiles | None:
        """The profiles of the rows, where they are the quicker way to a variance."""
        rows_alone = self.replicates is None and self.inclusion is None and self.summed is None
        if not rows_alone or self.domain_lonely or self.uncertain:
            return None
        return find_profiles(self.weights, self.stages, self.adjustments, self.lonely, self.residual_factors)

    def domain_df(self, present: Mask) -> Ints:
        """Degrees of freedom of each domain; `present` (PSUs, k) says which PSUs hold members.

        PSUs minus strata with members; with replicates, the rank of the members' multipliers minus 1.
        """
        if self.replicates is not None:
            return self.replicates.domain_df(self._multipliers, present)
        strata = np.zeros((len(self.stages[0].names), present.shape[1]), bool)
        np.logical_or.at(strata, self.stages[0].stratum, present)
        return np.asarray(present.sum(axis=0) - strata.sum(axis=0), np.int64)

    @property
    def explains(self) -> bool:
        """Whether a weight adjustment takes a part out of scores, so that rows outside a domain have residuals."""
        return any(isinstance(a, CellAdjustment) and a.projection is not None for a in self.adjustments)

    @cached_property
    def uncertain(self) -> tuple[CellAdjustment, ...]:
        """The adjustments to totals that have an error of their own; none with replicates, which do not vary them."""
        if self.replicates is not None:
            return ()
        return tuple(a for a in self.adjustments if isinstance(a, CellAdjustment) and a.target_moves is not None)

    @cached_property
    def _multipliers(self) -> Floats:
        assert self.replicates is not None
        return self.replicates.by_psu(self.base_weights, self.psu, self.psus)

    @cached_property
    def residual_factors(self) -> Floats | None:
        """(n,) the root of 1 / (1 - leverage) of each row in the adjustments; None where residuals stay as they are."""
        if not self.corrects_leverage or not self.explains:
            return None
        leverage = (self._fit[0] * self._fit[1]).sum(axis=1) if self._fit else find_leverage(self._fitted, self.rows)
        return np.asarray((1 - np.clip(leverage, 0.0, MOST_LEVERAGE)) ** -0.5)

    @property
    def _fitted(self) -> list[CellAdjustment]:
        return [a for a in self.adjustments if isinstance(a, CellAdjustment) and a.projection is not None]

    @cached_property
    def _fit(self) -> tuple[Floats, Floats] | None:
        """Two matrices (n, p) that hold what the adjustments explain, where a small sample is read many times."""
        variables = sum(a.projection.basis.shape[1] for a in self._fitted if a.projection)
        small = self.corrects_leverage and 0 < self.rows * variables <= MOST_FITTED
        return find_fit(self._fitted, self.rows) if small else None

    def residual(self, scores: Floats) -> Floats:
        """(n, k) weighted scores after each adjustment has taken out what it explains."""
        if self._fit:
            fitted, read = self._fit
            scores = scores - fitted @ (read.T @ scores)
        else:
            for adjustment in self.adjustments:
                scores = adjustment.residual(scores)
        return scores if self.residual_factors is None else scores * self.residual_factors[:, None]

    def with_leverage(self) -> "Design":
        r"""Return the sample with residuals that are corrected for leverage, for variances of small samples.

        A weight adjustment to p totals fits p coefficients, and residuals of a fit are smaller than errors. Each
        weighted residual is divided by :math:`\sqrt{1 - h_i}`, with :math:`h_i` the part of the score of row i that
        the adjustments explain by that score alone (at most 0.8), so that its expected square is that of an error of
        equal variance (HC2). Means, shares and gaps of a group of n people count n - 1 degrees of freedom for their
        mean, and regressions correct their own leverage too. Replicate weights stay as they are.

        References
        ----------
        MacKinnon and White (1985), Journal of Econometrics 29; Valliant (2002), Survey Methodology 28, 103-109.

        Examples
        --------
        >>> Design.of({"y": [1.0, 2.0]}).with_leverage().corrects_leverage
        True
        """
        return self if self.replicates is not None else replace(self, corrects_leverage=True)

    def unit_scores(self, scores: Floats) -> Floats:
        """(n, k) weighted scores -> (leaves + q, k) residual ones summed over units, then those of uncertain totals."""
        units = [np.bincount(self.leaf, weights=x, minlength=self.leaves) for x in self.residual(scores).T]
        return np.concatenate([np.stack(units, axis=1).astype(np.float64), self.target_scores(scores)])

    def target_scores(self, scores: Floats) -> Floats:
        """(n, k) weighted scores -> (q, k) those of the uncertain totals: how far one error of each moves the sums."""
        targets = [each.target_scores(scores) for each in self.uncertain]
        return np.concatenate([np.zeros((0, scores.shape[1])), *targets])

    def covariance(self, scores: Floats, present: Mask | None = None) -> Floats:
        r"""Covariance (k, k) of the column sums of scores (leaves + q, k), as `unit_scores` returns them.

        The last q rows are those of uncertain totals. For totals with the covariance S that a calibration meets, and
        the regression B of the scores on its variables, weighted as afterwards, they add :math:`B' S B`, because the
        errors of the totals are independent of the sample.

        References
        ----------
        Dever and Valliant (2010), A comparison of variance estimators for poststratification to estimated control
        totals, Survey Methodology 36, 45-56; the same (2016), Journal of Survey Statistics and Methodology 4, 289-318.
        """
        leaf, targets = scores[: self.leaves], scores[self.leaves :]
        return self._covariance_of_units(leaf, present) + targets.T @ targets

    def _covariance_of_units(self, leaf: Floats, present: Mask | None) -> Floats:
        if self.inclusion is not None:
            return self.inclusion.covariance(stage_totals(leaf, self.stages)[0], self.stages[0].stratum)
        return covariance_of_totals(leaf, self.stages, self.lonely, present, self.domain_lonely, self.explains)

    def with_inclusion(
        self,
        probabilities: str,
        method: str,
        *,
        joint: Any = None,
        population_squares: float | None = None,
        form: str = "horvitz_thompson",
    ) -> "Design":
        """The same sample with first-stage units drawn with unequal probabilities and without replacement.

        Parameters
        ----------
        probabilities
            Column of inclusion probabilities of the first stage's units, above 0 and up to 1. Rows weigh 1/probability
            unless weights were given or adjusted.
        method
            ``brewer``; ``overton`` or ``hartley_rao`` (approximate joint probabilities); ``joint`` (known ones).
        joint
            (U, U) joint probabilities, units in the order of their first rows; with ``joint``.
        population_squares
            Sum of the squared probabilities of the population's units over n; with ``hartley_rao``.
        form
            ``horvitz_thompson`` or ``yates_grundy``; not for ``brewer``.

        Raises
        ------
        BadInclusion, UnknownChoice, UnknownColumn

        References
        ----------
        Brewer and Hanif (1983), Sampling with Unequal Probabilities; Berger (2004), Journal of Official Statistics 20.

        Examples
        --------
        >>> design = Design.of({"y": [10.0, 30.0, 60.0], "p": [0.1, 0.3, 0.6]}).with_inclusion("p", "brewer")
        >>> design.weights.round(2).tolist()
        [10.0, 3.33, 1.67]
        """
        by_row = self.table.numbers(probabilities)
        first = np.full(self.psus, self.rows)
        np.minimum.at(first, self.psu, np.arange(self.rows))
        order = np.argsort(first, kind="stable")  # units as they appear, which is how `joint` lists them
        of_units = by_row[first][order]
        found = make_inclusion(
            of_units,
            self.stages[0].stratum[order],
            method,
            joint=joint,
            population_squares=population_squares,
            form=form,
        ).at(np.argsort(order))
        plain = self.base is None and bool((self.weights == 1).all())
        return replace(self, inclusion=found, weights=1 / by_row if plain else self.weights)

    def adjusted(self, weights: Floats, adjustment: Adjustment | None, step: Step) -> "Design":
        """Return the sample with other weights; replicate weights are adjusted in the same way."""
        replicates = self.replicates
        if replicates is not None and adjustment is not None:
            replicates = replicates.adjusted(adjustment)
        return replace(
            self,
            weights=weights,
            adjustments=self.adjustments + ((adjustment,) if adjustment is not None else ()),
            record=(*self.record, step),
            replicates=replicates,
            base=self.base_weights,
        )

    def with_replicates(self, replicates: Replicates) -> "Design":
        """Return the design with replicate weights, from which its variances come then."""
        return replace(self, replicates=replicates)

    def with_columns(self, columns: Any) -> "Design":
        """Return the design over a table that also holds `columns` (a mapping of name to n values)."""
        return replace(self, table=self.table.with_columns(columns))


def _described(design: Design) -> Iterator[tuple[str, str]]:
    """Describe how a sample was drawn and weighted, one line for each step."""
    for number, stage in enumerate(design.stages, 1):
        units = counted(len(stage.stratum), "row" if design.psus == design.rows else "unit")
        drawn = "with replacement" if stage.population is None else "without replacement"
        yield f"stage {number}", f"{units} in {counted(len(stage.names), 'stratum', 'strata')}, drawn {drawn}"
    if design.replicates is not None:
        yield "variances", f"{design.replicates.count:,} replicate weights ({design.replicates.method})"
    else:
        yield "variances", f"linearization, lonely PSUs: {design.lonely}"
    low, high, total = design.weights.min(), design.weights.max(), design.weights.sum()
    yield "weights", f"{shown(float(low))} to {shown(float(high))}, sum {shown(float(total))}"
    if note := extreme_weights(design.weights):
        yield "note", note
    for step in design.record:
        yield step.method, f"{step.detail}; design effect of weighting {shown(step.design_effect)}"


def _check_choices(**choices: Any) -> None:
    for name, value in choices.items():
        if not isinstance(value, (bool, np.bool_)):
            raise UnknownChoice(name, (True, False), value)


def _with_strata(table: Table, names: tuple[str, ...]) -> tuple[Table, str | None]:
    """Return the table with the strata in one column, and the name of that column."""
    if len(names) < 2:
        return table, names[0] if names else None
    crossing = table.crossing(names)
    joined = Factor(crossing.codes, tuple(" x ".join(map(str, level)) for level in crossing.levels))
    name = " x ".join(names)
    return table.with_columns({name: joined}), name


def _weights_of(table: Table, name: str) -> Floats:
    try:
        return _checked_weights(name, table.numbers(name))
    except NotFinite as refusal:
        raise BadWeights(name, "infinite ones", refusal.rows) from None


def _checked_weights(name: str, weights: Floats) -> Floats:
    for found, bad in (("missing ones", np.isnan(weights)), ("negative ones", weights < 0)):
        if bad.any():
            raise BadWeights(name, found, int(bad.sum()))
    if not weights.any():
        raise BadWeights(name, "only zeros", 0)
    return weights


def _weights_of_stages(stages: tuple[Stage, ...], rows: int) -> Floats:
    """N/n of each stage multiplied; 1 where a stage has no population count."""
    weights = np.ones(rows)
    for stage in stages:
        if stage.population is not None:
            weights /= stage.fraction[stage.stratum[stage.unit]]
    return weights
