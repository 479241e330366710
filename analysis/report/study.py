"""Define the input of a report: the answers of one wave by sample source, and the plan of the report."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from analysis.design import Design
from analysis.frames import Table
from analysis.index import IndexRecipe
from analysis.results import Estimates, Group
from analysis.weighting import PopulationTargets

Kind = Literal["scale", "single", "multiple"]
BASE_WEIGHT = "base_weight"  # the column of design weights, where a file brings its own
NOT_IN_IT = "no"  # the level of an overlapping group for people outside it


@dataclass(frozen=True, slots=True)
class Sample:
    """Hold the answers of one sample source.

    Parameters
    ----------
    source
        ``address-sample``, ``open-link``, ``partner-outreach`` or ``assisted``.
    table
        One row for each response: items as numbers with their off-scale codes, `agency` and `stratum` as text, groups
        as factors (missing = not answered), and `base_weight` where a file brings its own weights.
    probability
        Whether people were drawn at random from a list, as the protocol declares; only then is an interval a margin of
        sampling error.
    frame
        Stratum -> number of addresses on the list; empty where there is none.
    invited
        Stratum -> number of codes that were handed out.
    unlisted
        Strata whose number of addresses is not known, so that the list gives no weights.
    household_cap
        The largest number of adults that the weights in `base_weight` count; 0 where no household was asked.
    scattered
        Whether answers of invited people may be counted in another source, so that no response rate is known.
    """

    source: str
    table: Table
    probability: bool
    frame: Mapping[str, float] = field(default_factory=dict)
    invited: Mapping[str, int] = field(default_factory=dict)
    unlisted: tuple[str, ...] = ()
    household_cap: int = 0
    scattered: bool = False


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """Plan an item whose answers are reported.

    Parameters
    ----------
    code
        Its column; of an item with several answers, columns ``code_option`` hold 0 and 1.
    kind
        ``scale``, ``single`` or ``multiple``.
    options
        Its codes in order.
    rated
        Whether it is about the respondent's agency, and so reported by agency.
    sensitive
        Whether the answers are sensitive.
    dont_know
        Whether "don't know" is offered.
    """

    code: str
    kind: Kind
    options: tuple[int, ...]
    rated: bool = False
    sensitive: bool = False
    dont_know: bool = False


@dataclass(frozen=True, slots=True)
class SharePlan:
    """Plan a ratio of two columns: the people (or times) that did over those that could have.

    Parameters
    ----------
    id
        Its name; columns ``id:met`` and ``id:base`` hold the two numbers of each row.
    sensitive
        Whether it is about sensitive items.
    """

    id: str
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class ReportPlan:
    """Plan the report of a wave: its figures and groups.

    Parameters
    ----------
    wave
        Name of the wave.
    agencies
        The rated agencies.
    headline
        The index of the rated agency.
    indices
        All other indices, reported for everyone.
    institutions
        0-10 trust items, reported as high, neutral, low and don't know.
    items, shares
        The items reported one by one, and the ratios.
    groups
        Group column -> its levels; an overlapping one (several answers allowed) has the levels ``yes`` and ``no``.
    targets
        Population margins of the groups, or None when none were loaded.
    language_group
        The group by which reliability is reported.
    target_errors
        Group column -> level -> standard error of its share in `targets`, where a census publishes it.
    """

    wave: str
    agencies: tuple[str, ...]
    headline: IndexRecipe
    indices: tuple[IndexRecipe, ...]
    institutions: tuple[str, ...]
    items: tuple[ItemPlan, ...]
    shares: tuple[SharePlan, ...]
    groups: Mapping[str, tuple[str, ...]]
    targets: PopulationTargets | None
    language_group: str | None = None
    target_errors: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, slots=True)
class Study:
    """Hold one sample, weighted and scored, ready for estimates.

    Parameters
    ----------
    sample
        The answers.
    design
        Weighted design over a table that also holds the scores (``CTI``, ``CTI:fair_treatment`` ...).
    merged
        Variable -> sets of its levels that were weighted together, because too few had answered in one of them.
    unused
        Variables with a population table that could not be weighted to.
    prorated
        Index -> share (0-1) of its scores that were made with some item missing.
    heaviest
        Columns -> largest part (0-1) that one weight has in each of their groups; filled when first asked for.
    gaps
        Question -> gaps of its groups to the rest, with their joint covariance; filled when first asked for.
    dropped
        Variables whose margins could not be met together with the others, so that they were left out.
    unstated
        Variables whose missing answers were weighted with the largest group.
    """

    sample: Sample
    design: Design
    merged: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    prorated: Mapping[str, float] = field(default_factory=dict)
    heaviest: dict[tuple[str, ...], Mapping[Group, float]] = field(default_factory=dict, init=False, repr=False)
    gaps: dict[str, Estimates] = field(default_factory=dict, init=False, repr=False)
    dropped: tuple[str, ...] = ()
    unstated: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Return the sample source."""
        return self.sample.source
