"""Define population targets: totals or shares of the levels of a column, which the operator of the survey gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.errors import AnalysisError
from analysis.frames.table import columns_named

Columns = str | Sequence[str]
SLACK = 0.001  # how far rounded shares may be from 100 %


class SharesNotWhole(AnalysisError):
    """Refuse shares of a margin that do not sum to 100 %."""

    def __init__(self, margin: str, total: float) -> None:
        self.margin, self.total = margin, total
        super().__init__(f"expected the shares of '{margin}' to sum to 100 %, but they sum to {100 * total:.6g} %")


class NoTargets(AnalysisError):
    """Refuse targets without a margin."""

    def __init__(self) -> None:
        super().__init__("expected at least one margin or total to weight to, but got none")


class BadTarget(AnalysisError):
    """Refuse a target that is negative, missing or infinite."""

    def __init__(self, margin: str, level: str, value: object) -> None:
        self.margin, self.level, self.value = margin, level, value
        super().__init__(f"expected a target of zero or more for '{margin}' = {level}, but found {value!r}")


class MarginsDisagree(AnalysisError):
    """Refuse two margins of populations of different size, because no weights can meet both."""

    def __init__(self, first: str, first_total: float, second: str, second_total: float) -> None:
        self.margins, self.totals = (first, second), (first_total, second_total)
        super().__init__(
            f"expected all margins to sum to one population total, but '{first}' sums to {first_total:.10g} and "
            f"'{second}' to {second_total:.10g}; give shares if they come from different tables"
        )


@dataclass(frozen=True, slots=True)
class Margin:
    """Population totals (or shares) of the levels of a column, or of the crossing of several.

    Parameters
    ----------
    columns
        The column, or the columns that are crossed.
    levels
        The levels, each a tuple with one value for each column.
    values
        Their totals, or their shares of 1.
    shares
        Whether `values` are shares.
    """

    columns: tuple[str, ...]
    levels: tuple[tuple[Any, ...], ...]
    values: tuple[float, ...]
    shares: bool = False

    @classmethod
    def of_totals(cls, columns: Columns, totals: Mapping[Any, float]) -> "Margin":
        """Make a margin from totals by level; a level of several columns is a tuple.

        Examples
        --------
        >>> Margin.of_totals("sex", {"F": 510, "M": 490}).values
        (510.0, 490.0)
        """
        names = columns_named(columns)
        levels = tuple(level if len(names) > 1 else (level,) for level in totals)
        margin = cls(names, levels, tuple(float(value) for value in totals.values()))
        for level, value in zip(levels, margin.values, strict=True):
            if not 0 <= value < np.inf:
                raise BadTarget(margin.name, level_name(level), value)
        return margin

    @classmethod
    def of_shares(cls, columns: Columns, shares: Mapping[Any, float]) -> "Margin":
        """Make a margin from shares by level, in percent or as parts of 1; they are scaled to sum to 1 exactly.

        Examples
        --------
        >>> Margin.of_shares("sex", {"F": 51, "M": 49}).values
        (0.51, 0.49)
        >>> Margin.of_shares("sex", {"F": 57, "M": 49})
        Traceback (most recent call last):
        ...
        analysis.weighting.targets.SharesNotWhole: expected the shares of 'sex' to sum to 100 %, but they sum to 106 %
        """
        margin = cls.of_totals(columns, shares)
        given = sum(margin.values)
        whole = given if given < 2 else given / 100
        if abs(whole - 1) > SLACK + 1e-9:
            raise SharesNotWhole(margin.name, whole)
        return cls(margin.columns, margin.levels, tuple(value / given for value in margin.values), True)

    @property
    def name(self) -> str:
        """The columns, as a person reads them."""
        return " x ".join(self.columns)


def level_name(level: tuple[Any, ...]) -> str:
    """A level, as a person reads it."""
    return " x ".join(str(part) for part in level)


@dataclass(frozen=True, slots=True)
class PopulationTargets:
    """Hold the margins that weights must meet.

    Parameters
    ----------
    margins
        One for each column or crossing.
    total
        Size of the population; only needed when all margins are shares and the present weights do not sum to it.
    """

    margins: tuple[Margin, ...]
    total: float | None = None

    @classmethod
    def of_totals(cls, totals: Mapping[Any, Mapping[Any, float]]) -> "PopulationTargets":
        """Column (or tuple of columns) -> level -> total.

        Examples
        --------
        >>> PopulationTargets.of_totals({"sex": {"F": 510, "M": 490}}).margins[0].name
        'sex'
        """
        return cls(tuple(Margin.of_totals(columns, values) for columns, values in totals.items()))

    @classmethod
    def of_shares(cls, shares: Mapping[Any, Mapping[Any, float]], total: float | None = None) -> "PopulationTargets":
        """Column (or tuple of columns) -> level -> share; `total` None keeps the sum of the weights."""
        return cls(tuple(Margin.of_shares(columns, values) for columns, values in shares.items()), total)

    def population(self, weights_total: float) -> float:
        """Size of the population: as given, else as the margins have it, else the sum of the weights."""
        if self.total is not None:
            return self.total
        sums = [sum(margin.values) for margin in self.margins if not margin.shares]
        return sums[0] if sums else weights_total

    def check_margins_agree(self, tolerance: float) -> None:
        """Refuse margins whose totals stand for populations of different size."""
        totals = [(margin.name, sum(margin.values)) for margin in self.margins if not margin.shares]
        if self.total is not None:
            totals.insert(0, ("the population", self.total))
        for name, total in totals[1:]:
            if abs(total - totals[0][1]) > tolerance * max(total, totals[0][1]):
                raise MarginsDisagree(*totals[0], name, total)
