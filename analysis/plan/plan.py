"""A plan as a value: where the data are, how they were sampled, and what to estimate. `loading` reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from analysis.design.covariance import Lonely
from analysis.frames import Condition
from analysis.index import IndexRecipe
from analysis.reading import TextForm

StatisticName = Literal["mean", "total", "share", "count", "ratio", "quantile"]


@dataclass(frozen=True, slots=True)
class DataSource:
    """A data file, and how it is written where that must be stated."""

    path: Path
    form: TextForm = field(default_factory=TextForm)


@dataclass(frozen=True, slots=True)
class DesignPlan:
    """The columns of the sampling design; several strata columns are crossed.

    `replicates` names the columns of ready replicate weights, or a way to make them, with their constants. `inclusion`
    names the column of unequal inclusion probabilities and how their variance is computed.
    """

    weights: str | None = None
    strata: tuple[str, ...] = ()
    psu: tuple[str, ...] = ()
    fpc: tuple[str, ...] = ()
    nest: bool = False
    lonely: Lonely = "error"
    replicates: Mapping[str, Any] = field(default_factory=dict)
    inclusion: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> frozenset[str]:
        """Every column the design uses."""
        named = (self.weights, self.inclusion.get("probabilities"))
        return frozenset((*self.strata, *self.psu, *self.fpc, *(name for name in named if name)))


@dataclass(frozen=True, slots=True)
class MultiplePlan:
    """A question with several answers: one column whose cells a separator parts, or a column for each option.

    `no` holds the cells of options that were not chosen.
    """

    separator: str = " "
    columns: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WeightingStep:
    """One weight adjustment: its method and its options."""

    method: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EstimatePlan:
    """One table of estimates.

    Parameters
    ----------
    statistic, columns
        What is estimated of which column; a ratio has two.
    by
        Columns that form the groups.
    where
        Conditions that must all hold, beside those of the plan.
    options
        Interval, level and what else the statistic takes.
    title
        The name of the table.
    levels
        For shares and counts: the levels to show, by code or label; empty = all.
    meets
        For a share of conditions: a row counts where all of them hold.
    """

    statistic: StatisticName
    columns: tuple[str, ...]
    by: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    levels: tuple[str, ...] = ()
    meets: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class GapPlan:
    """One table of gaps: of an estimate, and between what.

    Parameters
    ----------
    of
        The estimate whose rows are compared.
    between
        Compare all pairs of levels of this column.
    against_everyone
        Compare each group with everyone.
    waves
        Compare each level of this column with the one before.
    contrasts
        Name -> coefficients by label, or an expression.
    options
        Adjustment, degrees of freedom and level.
    order
        The waves, the earliest first; empty = the order of the plan, or by date or number.
    """

    of: EstimatePlan
    between: str | None = None
    against_everyone: bool = False
    waves: str | None = None
    contrasts: Mapping[str, Mapping[str, float] | str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetSource:
    """Shares of a population.

    Parameters
    ----------
    percent, se
        Percent by group, with standard errors if they are known.
    counts
        Counts and 90 % margins of error by group.
    total
        Count and margin of error of the whole; default the sum of the groups.
    """

    percent: Mapping[str, float] = field(default_factory=dict)
    se: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    total: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class RepresentationPlan:
    """A comparison of staff, or of respondents, with a population.

    Parameters
    ----------
    title
        The name of the table.
    share
        Column whose weighted shares stand for the respondents.
    staff
        Counted staff by group; for `rows` the columns that hold percent.
    unknown
        Staff whose group is not known.
    residents
        The population.
    rows
        Column that names the rows: then each row of the data is a comparison of its own.
    row_residents
        For `rows`: column of percent of residents by group.
    n
        For `rows`: column with the number of staff.
    overlapping
        Whether groups may overlap: then there is an overlap index and nothing else.
    """

    title: str = ""
    share: str | None = None
    staff: Mapping[str, Any] = field(default_factory=dict)
    unknown: int = 0
    residents: TargetSource = TargetSource()
    rows: str | None = None
    row_residents: Mapping[str, str] = field(default_factory=dict)
    n: str | None = None
    overlapping: bool = False
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """One regression.

    Parameters
    ----------
    family
        ``linear``, ``logistic`` or ``poisson``.
    outcome, terms
        The column explained, and the terms that explain it, such as ``age``, ``sex`` and ``age:sex``.
    factors
        Columns of numbers that are categories.
    margins
        Columns whose groups are compared by predictive margins.
    """

    family: str
    outcome: str
    terms: tuple[str, ...]
    factors: tuple[str, ...] = ()
    margins: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""


@dataclass(frozen=True, slots=True)
class TestPlan:
    """One test of a hypothesis: its kind, its columns, and its further keys."""

    __test__ = False  # no test case, whatever its name says

    kind: str
    columns: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    where: tuple[Condition, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class ReliabilityPlan:
    """One figure of reliability: its kind, its items (or facets of the index), and its further keys."""

    kind: str
    names: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    where: tuple[Condition, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a section: its kind, the value under its key, its further keys, filter and title."""

    kind: str
    value: Any
    options: Mapping[str, Any] = field(default_factory=dict)
    where: tuple[Condition, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan. `entries` holds the sections that tables of kinds describe, such as ``trends``."""

    path: Path
    title: str = ""
    data: DataSource | None = None
    id: str | None = None
    design: DesignPlan = DesignPlan()
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    multiple: Mapping[str, MultiplePlan] = field(default_factory=dict)
    only: tuple[Condition, ...] = ()
    where: tuple[Condition, ...] = ()
    index: IndexRecipe | None = None
    index_by: tuple[str, ...] = ()
    weighting: tuple[WeightingStep, ...] = ()
    estimates: tuple[EstimatePlan, ...] = ()
    gaps: tuple[GapPlan, ...] = ()
    representation: tuple[RepresentationPlan, ...] = ()
    models: tuple[ModelPlan, ...] = ()
    tests: tuple[TestPlan, ...] = ()
    reliability: tuple[ReliabilityPlan, ...] = ()
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
