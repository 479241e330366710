"""Define the refusals to release a data set, each with its facts and one sentence."""

from collections.abc import Iterable

from analysis.errors import AnalysisError, listed


class MicrodataRefused(AnalysisError):
    """Refuse a data set or its draft."""


class NotInCodebook(MicrodataRefused):
    """Refuse a column that no variable describes."""

    def __init__(self, column: str, known: Iterable[str]) -> None:
        self.column, self.known = column, tuple(known)
        super().__init__(f"expected only columns of the codebook ({listed(self.known)}), but found '{column}'")


class ColumnMissing(MicrodataRefused):
    """Refuse a variable without its column."""

    def __init__(self, variable: str) -> None:
        self.variable = variable
        super().__init__(f"expected a column for each variable of the codebook, but '{variable}' has none")


class TwiceInCodebook(MicrodataRefused):
    """Refuse two variables with one name."""

    def __init__(self, variable: str) -> None:
        self.variable = variable
        super().__init__(f"expected each variable once in the codebook, but '{variable}' stands there twice")


class UnequalColumns(MicrodataRefused):
    """Refuse a column of another length."""

    def __init__(self, column: str, expected: int, arrived: int) -> None:
        self.column, self.expected, self.arrived = column, expected, arrived
        super().__init__(f"expected {expected} records in each column, but '{column}' has {arrived}")


class FreeText(MicrodataRefused):
    """Refuse free text of a respondent."""

    def __init__(self, column: str) -> None:
        self.column = column
        super().__init__(f"expected codes in column '{column}', but it holds text, and free text is never released")


class DateFound(MicrodataRefused):
    """Refuse a date or a time."""

    def __init__(self, column: str) -> None:
        self.column = column
        super().__init__(f"expected no days or times but the wave, but column '{column}' holds some")


class IdKept(MicrodataRefused):
    """Refuse a number that identifies each record."""

    def __init__(self, column: str) -> None:
        self.column = column
        super().__init__(f"expected no identifiers of responses, but column '{column}' differs in each record")


class RawWeight(MicrodataRefused):
    """Refuse the weight of the official figures, which discloses strata."""

    def __init__(self, column: str) -> None:
        self.column = column
        super().__init__(
            f"expected no weights in a draft, but column '{column}' orders records as the design weights do"
        )


class NotWhole(MicrodataRefused):
    """Refuse fractions in place of codes."""

    def __init__(self, column: str, type: str) -> None:
        self.column, self.type = column, type
        super().__init__(f"expected whole codes in column '{column}', but it holds {type} numbers")


class UnknownCode(MicrodataRefused):
    """Refuse a code that the codebook does not explain."""

    def __init__(self, column: str, code: int) -> None:
        self.column, self.code = column, code
        super().__init__(f"expected only codes of the codebook in column '{column}', but found {code}")


class OffScaleIndex(MicrodataRefused):
    """Refuse an index outside 0 to 100 points."""

    def __init__(self, column: str, value: float) -> None:
        self.column, self.value = column, value
        super().__init__(f"expected index '{column}' from 0 to 100 points, but found {value:g}")


class UndeclaredKey(MicrodataRefused):
    """Refuse a background question declared as an ordinary answer."""

    def __init__(self, column: str) -> None:
        self.column = column
        super().__init__(
            f"expected '{column}', by which people are recognized, to be declared a key variable or left out"
        )


class TooManyKeys(MicrodataRefused):
    """Refuse more key variables than a file may have."""

    def __init__(self, most: int, keys: Iterable[str]) -> None:
        self.most, self.keys = most, tuple(keys)
        super().__init__(f"expected at most {most} key variables, but got {len(self.keys)}: {listed(self.keys)}")


class NoHierarchy(MicrodataRefused):
    """Refuse a key variable that cannot be made coarser."""

    def __init__(self, variable: str) -> None:
        self.variable = variable
        super().__init__(f"expected key variable '{variable}' to have a published hierarchy, but it has none")


class SensitiveKey(MicrodataRefused):
    """Refuse a variable that is both a key and sensitive."""

    def __init__(self, variable: str) -> None:
        self.variable = variable
        super().__init__(f"expected '{variable}' to be a key variable or sensitive, but it is both")


class TooFewRecords(MicrodataRefused):
    """Refuse a draft in which no sample source is large enough."""

    def __init__(self, least: int) -> None:
        self.least = least
        super().__init__(f"expected a sample source with at least {least} records, but there is none")


class SampleUnique(MicrodataRefused):
    """Refuse a record that no other record resembles."""

    def __init__(self, keys: Iterable[str], records: int) -> None:
        self.keys, self.records = tuple(keys), records
        super().__init__(f"expected no record to be alone in its key variables ({listed(self.keys)}), but some are")


class SmallClass(MicrodataRefused):
    """Refuse a combination of keys with fewer records than k."""

    def __init__(self, k: int, smallest: int) -> None:
        self.k, self.smallest = k, smallest
        super().__init__(f"expected at least {k} records of each combination of key variables, but one has fewer")


class OneAnswerOnly(MicrodataRefused):
    """Refuse a combination of keys in which everyone gave the same sensitive answer."""

    def __init__(self, variable: str, distinct: int) -> None:
        self.variable, self.distinct = variable, distinct
        super().__init__(
            f"expected at least {distinct} different answers to sensitive '{variable}' in each combination of key "
            "variables, but one has fewer"
        )


class FineWeight(MicrodataRefused):
    """Refuse a weight with more digits than needed."""

    def __init__(self, column: str, value: float) -> None:
        self.column, self.value = column, value
        super().__init__(f"expected weights in '{column}' of zero or more in steps of 0.01, but found {value!r}")


class WeightTellsMore(MicrodataRefused):
    """Refuse different weights for people with the same public values."""

    def __init__(self, column: str) -> None:
        self.column = column
        super().__init__(
            f"expected one weight in '{column}' for all records alike in source and keys, but found several"
        )


class GroupsTooSmall(MicrodataRefused):
    """Refuse replicates that disclose which people were drawn together."""

    def __init__(self, least: int, smallest: int) -> None:
        self.least, self.smallest = least, smallest
        super().__init__(f"expected at least {least} PSUs in each group of the jackknife, but one has {smallest}")


class ReplicatesTellMore(MicrodataRefused):
    """Refuse replicate weights that differ by more than a record's public values and its group."""

    def __init__(self, groups: int, arrived: int | None = None) -> None:
        self.groups, self.arrived = groups, arrived
        found = "several in one of them" if arrived is None else f"{arrived} groups"
        super().__init__(
            f"expected replicate weights to be the same for records alike in source, keys and one of {groups} groups, "
            f"but found {found}"
        )


class OrderKept(MicrodataRefused):
    """Refuse record numbers that were not drawn for this release."""

    def __init__(self) -> None:
        super().__init__("expected records numbered from 1 in the order of the file, but found other numbers")


class BrokenMicrodata(MicrodataRefused):
    """Refuse stored bytes that are not a data set of this package."""

    def __init__(self, expected: str, arrived: str) -> None:
        self.expected, self.arrived = expected, arrived
        super().__init__(f"expected stored bytes of a data set {expected}, but {arrived}")


class ContradictsReport(MicrodataRefused):
    """Refuse a file whose counts contradict a report of the wave."""

    def __init__(self, group: str) -> None:
        self.group = group
        super().__init__(f"expected the file to hold as many people of '{group}' as were published, but it cannot")


class GivesAway(MicrodataRefused):
    """Refuse a file that discloses, together with reports, the number of people in a small group."""

    def __init__(self, groups: Iterable[str]) -> None:
        self.groups = tuple(groups)
        super().__init__(
            f"expected file and reports together to keep small groups hidden, but not {listed(self.groups)}"
        )


class OtherKeysThanBefore(MicrodataRefused):
    """Refuse two files of one wave with different blanks, because one fills the gaps of the other."""

    def __init__(self, variable: str) -> None:
        self.variable = variable
        super().__init__(
            f"expected '{variable}' as in the earlier release of this wave, because records can be matched by their "
            "answers, but it differs"
        )
