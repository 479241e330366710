"""Define population targets: totals or shares of the levels of a column, which the operator of the survey gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.errors import AnalysisError
from analysis.frames.table import Table, columns_named

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


class BadTargetFrame(AnalysisError):
    """Refuse a data frame from which no margins follow."""

    def __init__(self, expected: str, arrived: str) -> None:
        super().__init__(f"expected {expected}, but got {arrived}")


class NotByLevel(AnalysisError):
    """Refuse targets that do not say which level each belongs to."""

    def __init__(self, margin: object, arrived: object) -> None:
        self.margin = margin
        super().__init__(
            f"expected the targets of '{margin}' by level, such as {{'F': 51, 'M': 49}} or a pandas Series with the "
            f"levels as its index, but got {type(arrived).__name__}; PopulationTargets.of_frame reads a data frame"
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
        totals = _by_level(totals, " x ".join(names))
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


def _by_level(values: Any, margin: object) -> Mapping[Any, Any]:
    """Read values by level from a mapping or a pandas Series, whose index holds the levels."""
    if isinstance(values, Mapping):
        return values
    if hasattr(values, "index") and hasattr(values, "items") and not hasattr(values, "columns"):
        return dict(zip(values.index.tolist(), values.tolist(), strict=True))
    raise NotByLevel(margin, values)


def _read_frame(table: Table, margin: str, level: str, column: str) -> dict[Any, dict[Any, float]]:
    """Read margin -> level -> value from one row for each level."""
    margins, levels, values = table.factor(margin), table.factor(level), table.numbers(column)
    found: dict[Any, dict[Any, float]] = {}
    for row, (m, k, value) in enumerate(zip(margins.codes, levels.codes, values, strict=True), 1):
        if m < 0 or k < 0:
            raise BadTargetFrame(f"a value in '{margin}' and '{level}' in each row", f"none in row {row}")
        own = found.setdefault(margins.levels[m], {})
        if levels.levels[k] in own:
            raise BadTargetFrame("each level of a margin once", f"'{levels.levels[k]}' again in row {row}")
        own[levels.levels[k]] = float(value)
    return found


def _by_margin(targets: Any) -> Mapping[Any, Any]:
    if isinstance(targets, Mapping):
        return targets
    raise NotByLevel("each column", targets)


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
        return cls(tuple(Margin.of_totals(columns, values) for columns, values in _by_margin(totals).items()))

    @classmethod
    def of_shares(cls, shares: Mapping[Any, Mapping[Any, float]], total: float | None = None) -> "PopulationTargets":
        """Column (or tuple of columns) -> level -> share; `total` None keeps the sum of the weights."""
        return cls(tuple(Margin.of_shares(columns, values) for columns, values in _by_margin(shares).items()), total)

    @classmethod
    def of_frame(
        cls,
        frame: Any,
        *,
        margin: str = "margin",
        level: str = "level",
        totals: str | None = None,
        shares: str | None = None,
    ) -> "PopulationTargets":
        """Read margins from a data frame with one row for each level of each margin.

        Parameters
        ----------
        frame
            What `analysis.Design.of` takes.
        margin, level
            The columns that name the column of the sample, and its level.
        totals, shares
            The column of totals, or of shares (in percent or as parts of 1): one of the two.

        Raises
        ------
        UnknownColumn, NotNumeric, BadTarget, SharesNotWhole
        BadTargetFrame
            Neither or both of `totals` and `shares`; a row without margin or level; a level that stands twice.

        Examples
        --------
        >>> rows = {"margin": ["sex", "sex"], "level": ["F", "M"], "n": [510, 490]}
        >>> PopulationTargets.of_frame(rows, totals="n").margins[0].values
        (510.0, 490.0)
        """
        if (totals is None) == (shares is None):
            raise BadTargetFrame("either totals= or shares= to name a column", "both" if totals else "neither")
        found = _read_frame(Table.of(frame), margin, level, totals or shares or "")
        return cls.of_totals(found) if totals else cls.of_shares(found)

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
