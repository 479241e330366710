"""Compare each group of a question with the rest: all others asked about the same agency.

People who left the question out belong to the rest. A gap then follows from the figure of the group, the figure of
everyone and the group's share of the weights. A rest without these people would disclose their figure, because theirs
is the difference between the rest and everyone, and they are often fewer than ten.

The standard error of a gap between 30 people and 300 rests on the spread of 30 answers. All gaps of a source therefore
moderate their errors together: see `analysis.moderation`.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.disclosure import Rules
from analysis.errors import AnalysisError
from analysis.estimation.domains import Domains
from analysis.estimation.linear import own_mean_factor
from analysis.estimation.means import divide, usable_columns
from analysis.estimation.sums import Members, Sums, find_members, make_facts, make_sums
from analysis.frames.cells import combined
from analysis.intervals.interval import t_interval, without_noise
from analysis.moderation import FEWEST, LEAST_DF
from analysis.report.draft import NothingToTell
from analysis.report.gap_errors import moderated
from analysis.report.study import NOT_IN_IT, ReportPlan, Study
from analysis.results import Estimate, Estimates

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Level = tuple[str, str]
LEAST = Rules().score_minimum  # the rest is a group of its own, so its mean must be publishable


def family_of(group: str) -> str:
    """Return the question of a group column: ``race`` of ``race_3``, for several answers are one column each.

    Examples
    --------
    >>> family_of("race_3"), family_of("age")
    ('race', 'age')
    """
    family, _, answer = group.rpartition("_")
    return family if family and answer.isdigit() else group


def gaps_to_rest(study: Study, plan: ReportPlan, group: str) -> Estimates:
    """Return the gaps of one group column by agency. The gaps of all columns of its question are made together."""
    together = _gaps_of(study, plan).get(family_of(group))
    if together is None:
        raise NothingToTell()
    return together.picked([k for k, row in enumerate(together) if row.group[1][0] == group])


def has_moderated_gaps(study: Study, plan: ReportPlan) -> bool:
    """Return whether the errors of the gaps use the spread of each other's answers: with enough gaps for that."""
    informing = [
        row.group[0] for gaps in _gaps_of(study, plan).values() for row in gaps if row.se > 0 and row.df >= LEAST_DF
    ]
    return len(informing) - len(set(informing)) >= FEWEST


def _gaps_of(study: Study, plan: ReportPlan) -> dict[str, Estimates]:
    if not study.gaps:
        study.gaps.update(_all_gaps(study.design, plan))
    return study.gaps


def _all_gaps(design: Design, plan: ReportPlan) -> dict[str, Estimates]:
    """Return the gaps of all questions, with errors moderated together."""
    columns: dict[str, list[str]] = {}
    for name in plan.groups:
        columns.setdefault(family_of(name), []).append(name)
    found: dict[str, tuple[Estimates, Floats]] = {}
    for family, own in columns.items():
        with suppress(AnalysisError):
            found[family] = gaps_before_moderation(design, plan, own)
    return moderated(found)


@dataclass(frozen=True, eq=False, slots=True)
class _Parts:
    """Hold the parts (n,) that a question divides people into, and (P, k) which parts are in each group."""

    levels: tuple[Level, ...]
    codes: Ints
    groups: Floats

    @property
    def rests(self) -> Floats:
        """Return (P, k) which parts are in the rest of each group."""
        return 1 - self.groups


def _parts_of(design: Design, plan: ReportPlan, columns: Sequence[str]) -> _Parts:
    """Divide people by the level of one answer, or by the combination of several answers."""
    if len(columns) == 1 and NOT_IN_IT not in plan.groups[columns[0]]:
        return _of_one(design, columns[0], plan.groups[columns[0]])
    codes = [_codes(design, column, {"yes": 1, NOT_IN_IT: 0}) for column in columns]
    cells = combined([1 + each for each in codes], [3] * len(codes))
    patterns, places = np.stack([each[cells.rows] for each in codes], axis=1), cells.codes
    levels = tuple((column, "yes") for column in columns)
    return _Parts(levels, places, (patterns == 1).astype(float))


def _of_one(design: Design, column: str, levels: Sequence[str]) -> _Parts:
    """Make the parts of one answer, the last of them without a level.

    Only the first of two levels gets a gap, because that of the other is the opposite but for people without a level.
    """
    stated = _codes(design, column, {level: k for k, level in enumerate(levels)})
    kept = 1 if len(levels) == 2 else len(levels)
    codes = np.where(stated < 0, len(levels), stated)
    return _Parts(tuple((column, level) for level in levels[:kept]), codes, np.eye(len(levels) + 1)[:, :kept])


def _codes(design: Design, column: str, places: Mapping[str, int]) -> Ints:
    """Return (n,) the place of each row's level; -1 where it is missing."""
    factor = design.table.factor(column)
    return np.array([*(places.get(str(level), -1) for level in factor.levels), -1], np.int64)[factor.codes]


def gaps_before_moderation(design: Design, plan: ReportPlan, columns: Sequence[str]) -> tuple[Estimates, Floats]:
    """Return the gaps of all levels and agencies, and the variance that each has for scores of variance 1."""
    parts = _parts_of(design, plan, columns)
    agencies = _codes(design, "agency", {name: k for k, name in enumerate(plan.agencies)})
    codes = np.where(agencies < 0, -1, agencies * len(parts.groups) + parts.codes)
    cells = Domains(codes, ((),) * (len(plan.agencies) * len(parts.groups)))
    features, cells, _ = usable_columns(design, [plan.headline.name], cells, "omit")
    sums = make_sums(design, [None, *features], cells)
    return _Gaps(design, sums, cells, find_members(design, cells), parts, plan.agencies).estimates(plan.headline.name)


@dataclass(frozen=True, eq=False, slots=True)
class _Gaps:
    """Hold the sums by agency and part, from which all gaps follow."""

    design: Design
    sums: Sums
    cells: Domains
    members: Members
    parts: _Parts
    agencies: tuple[str, ...]

    def sides(self, values: Floats) -> tuple[Floats, Floats]:
        """Return the sums of each group and of its rest: (..., cells) -> (..., agencies x levels)."""
        by_part = values.reshape(*values.shape[:-1], len(self.agencies), len(self.parts.groups))
        shape = (*values.shape[:-1], -1)
        return (by_part @ self.parts.groups).reshape(shape), (by_part @ self.parts.rests).reshape(shape)

    def values(self, whole: Floats) -> Floats:
        """Return the mean of each group minus that of its rest: (..., F, cells) -> (..., agencies x levels)."""
        own, rest = self.sides(whole)
        return np.asarray(divide(own[..., 1, :], own[..., 0, :]) - divide(rest[..., 1, :], rest[..., 0, :]))

    def scores(self, by_unit: Floats) -> Floats:
        """Return linearized scores: (F, U, cells) -> (U, agencies x levels)."""
        own, rest = map(_linear, self.sides(self.sums.whole), self.sides(by_unit))
        if self.design.corrects_leverage:
            own, rest = (part * own_mean_factor(n) for part, n in zip((own, rest), self.effective_sizes(), strict=True))
        return np.nan_to_num(own - rest)

    def effective_sizes(self) -> tuple[Floats, Floats]:
        """Return the effective number of people on both sides, each (agencies x levels,)."""
        own, rest = (divide(side[1] ** 2, side[2]) for side in self.facts())
        return own, rest

    def covariance(self) -> Floats:
        """Return the covariance (k, k) of all gaps."""
        if self.design.profiles is not None:
            return next(iter(self.design.profiles.covariances([self.sums.scores_of(self.scores)])))
        return self.sums.covariance(self.values, self.scores, self.present())

    def present(self) -> Any:
        """Return (PSUs, agencies x levels) whether a PSU has a member of the group or its rest."""
        held = self.members.present.astype(np.float64)
        own, rest = self.sides(held)
        return own + rest > 0

    def estimates(self, term: str) -> tuple[Estimates, Floats]:
        """Return the gaps with people on both sides, and (k,) the variance that each has for scores of variance 1."""
        own, rest = self.facts()
        values = self.values(self.sums.whole)
        kept = [k for k in range(len(values)) if own[0][k] > 0 and rest[0][k] > 0]
        covariance = self.covariance()[np.ix_(kept, kept)]
        df = degrees_of_gaps((own, rest), self.design.df)
        errors = without_noise(np.sqrt(np.maximum(np.diagonal(covariance), 0.0)), self.magnitudes()[kept])
        names = [(agency, *level) for agency in self.agencies for level in self.parts.levels]
        rows = tuple(
            _row(names[k], term, float(values[k]), float(se), (own[:, k], rest[:, k]), float(df[k]))
            for k, se in zip(kept, errors, strict=True)
        )
        units = divide(own[2], own[1] ** 2) + divide(rest[2], rest[1] ** 2)
        return Estimates("gap", rows, covariance, self.design.df), units[kept]

    def magnitudes(self) -> Floats:
        """Return (agencies x levels) the larger mean of both sides: the size of the figures that a gap is made of."""
        means = [np.abs(divide(side[1], side[0])) for side in self.sides(self.sums.whole)]
        return np.asarray(np.fmax(*means))

    def facts(self) -> tuple[Floats, Floats]:
        """Return (4, agencies x levels) people, sums of weights, of their squares, and degrees of freedom."""
        found = make_facts(self.design, self.cells, self.members, self.sums.sizes())
        weights = self.sums.whole[0]
        squares = divide(weights**2, found.n_effective)
        stated = np.stack([found.n.astype(float), weights, np.nan_to_num(squares), found.df.astype(float)])
        return self.sides(stated)


def _linear(whole: Floats, by_unit: Floats) -> Floats:
    """Return (U, k) scores of means, from (2, k) sums of weights and values and the same by unit."""
    centred = by_unit[1] - divide(whole[1], whole[0]) * by_unit[0]
    return divide(centred, np.broadcast_to(whole[0], centred.shape))


def degrees_of_gaps(sides: tuple[Floats, Floats], most: int) -> Floats:
    """Return (k,) Satterthwaite's degrees of freedom, at least 1 and at most those of the design.

    The variance of each side counts as one over its effective number of people. Variances that are themselves estimates
    would make the degrees of freedom depend on chance.

    Parameters
    ----------
    sides
        (4, k) facts of the groups and of their rests, as `_Gaps.facts` returns them.

    Examples
    --------
    >>> group, rest = (np.array([[n], [n], [n], [n - 1]]) for n in (50.0, 250.0))
    >>> degrees_of_gaps((group, rest), 1000).round(1)
    array([70.])
    """
    own, rest = (divide(side[2], side[1] ** 2) for side in sides)
    own_error, rest_error = (divide(v**2, np.maximum(side[3], 0.0)) for v, side in zip((own, rest), sides, strict=True))
    found = divide((own + rest) ** 2, own_error + rest_error)
    return np.asarray(np.clip(np.nan_to_num(found, nan=1.0), 1.0, max(most, 1)))


def _row(
    name: tuple[str, str, str], term: str, value: float, se: float, sides: tuple[Floats, Floats], df: float
) -> Estimate:
    """Return the gap of the group; its effective n is that of the smaller side."""
    agency, column, level = name
    effective = [float(side[1] ** 2 / side[2]) if side[2] > 0 else 0.0 for side in sides]
    return Estimate(
        group=(("agency", agency), (column, level)),
        term=term,
        value=value,
        se=se,
        interval=t_interval(value, se if se > 0 else np.nan, df, 0.95),
        df=df,
        n=int(sides[0][0]),
        n_effective=min(effective) if sides[1][0] >= LEAST else 0.0,
    )
