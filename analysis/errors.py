"""Define the refusals of `analysis`. Each holds its facts and builds one sentence from them.

A refusal names the expected and the actual input. A refusal of one method is defined beside that method.
"""

from collections.abc import Iterable


class AnalysisError(ValueError):
    """Refuse input that cannot be analyzed. The message is one sentence for the person who supplied it."""


def listed(names: Iterable[object], most: int = 8) -> str:
    """Up to `most` names in quotes, and how many more there are."""
    shown = [f"'{name}'" for name in names]
    rest = len(shown) - most
    return ", ".join(shown[:most]) + (f" and {rest} more" if rest > 0 else "")


class UnknownColumn(AnalysisError):
    """A column was named that the table does not hold."""

    def __init__(self, column: str, available: Iterable[str]) -> None:
        self.column = column
        self.available = tuple(available)
        super().__init__(f"expected a column named '{column}', but the table has {listed(self.available)}")


class NotNumeric(AnalysisError):
    """Text stands where numbers belong."""

    def __init__(self, column: str, example: object, row: int) -> None:
        self.column, self.example, self.row = column, example, row
        super().__init__(f"expected numbers in column '{column}', but row {row + 1} holds {example!r}")


class UnequalLengths(AnalysisError):
    """Columns of one table must be equally long."""

    def __init__(self, column: str, expected: int, arrived: int) -> None:
        self.column, self.expected, self.arrived = column, expected, arrived
        super().__init__(f"expected {expected} values in column '{column}' as in the others, but found {arrived}")


class EmptyTable(AnalysisError):
    """There is not a single row."""

    def __init__(self) -> None:
        super().__init__("expected at least one row, but the table is empty")


class BadWeights(AnalysisError):
    """A weight that is negative, missing or infinite, or no positive weight at all."""

    def __init__(self, column: str, found: str, rows: int) -> None:
        self.column, self.found, self.rows = column, found, rows
        where = f" in {rows} row{'s' if rows != 1 else ''}" if rows else ""
        super().__init__(f"expected weights of zero or more in column '{column}', but found {found}{where}")


class MissingDesignValue(AnalysisError):
    """Strata, clusters and population counts must be known for each row."""

    def __init__(self, column: str, rows: int) -> None:
        self.column, self.rows = column, rows
        lack = f"{rows} rows lack one" if rows != 1 else "1 row lacks one"
        super().__init__(f"expected a value in design column '{column}' for each row, but {lack}")


class NotNested(AnalysisError):
    """A cluster code occurs in two strata, and the codes were not said to restart in each stratum."""

    def __init__(self, cluster: object, column: str) -> None:
        self.cluster, self.column = cluster, column
        super().__init__(
            f"expected each code of '{column}' in one stratum only, but {cluster!r} stands in several; "
            "set nest to true if the codes restart in each stratum"
        )


class BadPopulationCount(AnalysisError):
    """A finite population count that is inconsistent or smaller than the sample."""

    def __init__(self, column: str, expected: str, arrived: str) -> None:
        self.column = column
        super().__init__(f"expected {expected} in column '{column}', but found {arrived}")


class LonelyPsu(AnalysisError):
    """A stratum holds one PSU only, so its variance cannot be estimated."""

    def __init__(self, stratum: object, stage: int, count: int) -> None:
        self.stratum, self.stage, self.count = stratum, stage, count
        more = f" and {count - 1} more strata" if count > 1 else ""
        super().__init__(
            f"expected two or more PSUs in each stratum, but stratum '{stratum}'{more} at stage {stage} "
            "has one; choose a lonely PSU rule: remove, certainty, adjust or average"
        )


class EmptyGroup(AnalysisError):
    """A group or filter without a single usable row."""

    def __init__(self, group: str) -> None:
        self.group = group
        super().__init__(f"expected at least one row with a value in {group}, but found none")


class UnknownChoice(AnalysisError):
    """A method or option was named that does not exist."""

    def __init__(self, what: str, choices: Iterable[object], arrived: object) -> None:
        self.what, self.choices, self.arrived = what, tuple(choices), arrived
        super().__init__(f"expected {what} to be one of {listed(self.choices, 20)}, but got {arrived!r}")
