"""Why a data set is not released: each refusal by its own name, with its facts and one sentence."""

from collections.abc import Iterable

from analysis.errors import AnalysisError, listed


class MicrodataRefused(AnalysisError):
    """A data set, or a draft of one, that may not leave."""


class NotInCodebook(MicrodataRefused):
    """A column that no variable describes."""

    def __init__(self, column: str, known: Iterable[str]) -> None:
        self.column, self.known = column, tuple(known)
        super().__init__(f"expected only columns of the codebook ({listed(self.known)}), but found '{column}'")


class ColumnMissing(MicrodataRefused):
    """A variable without its column."""

    def __init__(self, variable: str) -> None:
        self.variable = variable
        super().__init__(f"expected a column for each variable of the codebook, but '{variable}' has none")


class TwiceInCodebook(MicrodataRefused):
    """Two variables of one name."""

    def __init__(self, variable: str) -> None:
        self.variable = variable
        super().__init__(f"expected each variable once in the codebook, but '{variable}' stands there twice")


class UnequalColumns(MicrodataRefused):
    """A column of another length."""

    def __init__(self, column: str, expected: int, arrived: int) -> None:
        self.column, self.expected, self.arrived = column, expected, arrived
        super().__init__(f"expected {expected} records in each column, but '{column}' has {arrived}")


class FreeText(MicrodataRefused):
    """Words that somebody wrote."""

    def __init__(self, column: str) -> None:
        self.column = column
        super().__init__(f"expected codes in column '{column}', but it holds text, and free text is never released")


class DateFound(MicrodataRefused):
    """A day or a time."""

    def __init__(self, column: str) -> None:
        self.column = column
        super().__init__(f"expected no days or times but the wave, but column '{column}' holds some")


class IdKept(MicrodataRefused):
    """A number that tells each record from all others."""

    def __init__(self, column: str) -> None:
        self.column = column
        super().__init__(f"expected no identifiers of responses, but column '{column}' differs in each record")


class RawWeight(MicrodataRefused):
    """The weight of the official figures, which gives strata away."""

    def __init__(self, column: str) -> None:
        self.column = column
        super().__init__(
            f"expected no weights in a draft, but column '{column}' orders records as the design weights do"
        )


class NotWhole(MicrodataRefused):
    """Fractions where codes belong."""

    def __init__(self, column: str, type: str) -> None:
        self.column, self.type = column, type
        super().__init__(f"expected whole codes in column '{column}', but it holds {type} numbers")


class UnknownCode(MicrodataRefused):
    """A code that the codebook does not explain."""

    def __init__(self, column: str, code: int) -> None:
        self.column, self.code = column, code
        super().__init__(f"expected only codes of the codebook in column '{column}', but found {code}")


class OffScaleIndex(MicrodataRefused):
    """An index outside 0 to 100 points."""

    def __init__(self, column: str, value: float) -> None:
        self.column, self.value = column, value
        super().__init__(f"expected index '{column}' from 0 to 100 points, but found {value:g}")


class UndeclaredKey(MicrodataRefused):
    """A background question that came as an ordinary answer."""

    def __init__(self, column: str) -> None:
        self.column = column
        super().__init__(
            f"expected '{column}', by which people are recognised, to be declared a key variable or left out"
        )


class TooManyKeys(MicrodataRefused):
    """More key variables than a file may have."""

    def __init__(self, most: int, keys: Iterable[str]) -> None:
        self.most, self.keys = most, tuple(keys)
        super().__init__(f"expected at most {most} key variables, but got {len(self.keys)}: {listed(self.keys)}")


class NoHierarchy(MicrodataRefused):
    """A key variable that can't be made coarser."""

    def __init__(self, variable: str) -> None:
        self.variable = variable
        super().__init__(f"expected key variable '{variable}' to have a published hierarchy, but it has none")


class SensitiveKey(MicrodataRefused):
    """A variable that is to be known and to be hidden."""

    def __init__(self, variable: str) -> None:
        self.variable = variable
        super().__init__(f"expected '{variable}' to be a key variable or sensitive, but it is both")


class TooFewRecords(MicrodataRefused):
    """No sample source is large enough."""

    def __init__(self, least: int) -> None:
        self.least = least
        super().__init__(f"expected a sample source with at least {least} records, but there is none")


class SampleUnique(MicrodataRefused):
    """A record that nobody else's resembles."""

    def __init__(self, keys: Iterable[str], records: int) -> None:
        self.keys, self.records = tuple(keys), records
        super().__init__(f"expected no record to be alone in its key variables ({listed(self.keys)}), but some are")


class SmallClass(MicrodataRefused):
    """Fewer records of one combination of keys than k."""

    def __init__(self, k: int, smallest: int) -> None:
        self.k, self.smallest = k, smallest
        super().__init__(f"expected at least {k} records of each combination of key variables, but one has fewer")


class OneAnswerOnly(MicrodataRefused):
    """Everybody of a combination of keys gave the same sensitive answer."""

    def __init__(self, variable: str, distinct: int) -> None:
        self.variable, self.distinct = variable, distinct
        super().__init__(
            f"expected at least {distinct} different answers to sensitive '{variable}' in each combination of key "
            "variables, but one has fewer"
        )


class FineWeight(MicrodataRefused):
    """A weight with more digits than are needed."""

    def __init__(self, column: str, value: float) -> None:
        self.column, self.value = column, value
        super().__init__(f"expected weights in '{column}' of zero or more in steps of 0.01, but found {value!r}")


class WeightTellsMore(MicrodataRefused):
    """People alike in all that is public have different weights."""

    def __init__(self, column: str) -> None:
        self.column = column
        super().__init__(
            f"expected one weight in '{column}' for all records alike in source and keys, but found several"
        )


class GroupsTooSmall(MicrodataRefused):
    """Replicates from which one could tell who was drawn together."""

    def __init__(self, least: int, smallest: int) -> None:
        self.least, self.smallest = least, smallest
        super().__init__(f"expected at least {least} PSUs in each group of the jackknife, but one has {smallest}")


class ReplicatesTellMore(MicrodataRefused):
    """Replicate weights differ by more than what is public of a record and its group."""

    def __init__(self, groups: int, arrived: int | None = None) -> None:
        self.groups, self.arrived = groups, arrived
        found = "several in one of them" if arrived is None else f"{arrived} groups"
        super().__init__(
            f"expected replicate weights to be the same for records alike in source, keys and one of {groups} groups, "
            f"but found {found}"
        )


class OrderKept(MicrodataRefused):
    """Numbers of records that were not dealt for this release."""

    def __init__(self) -> None:
        super().__init__("expected records numbered from 1 in the order of the file, but found other numbers")


class BrokenMicrodata(MicrodataRefused):
    """Stored bytes are not a data set that this room made."""

    def __init__(self, expected: str, arrived: str) -> None:
        self.expected, self.arrived = expected, arrived
        super().__init__(f"expected stored bytes of a data set {expected}, but {arrived}")


class ContradictsReport(MicrodataRefused):
    """A report of the wave counted other people than the file holds."""

    def __init__(self, group: str) -> None:
        self.group = group
        super().__init__(f"expected the file to hold as many people of '{group}' as were published, but it cannot")


class GivesAway(MicrodataRefused):
    """File and reports together tell how many people are in a small group."""

    def __init__(self, groups: Iterable[str]) -> None:
        self.groups = tuple(groups)
        super().__init__(
            f"expected file and reports together to keep small groups hidden, but not {listed(self.groups)}"
        )


class OtherKeysThanBefore(MicrodataRefused):
    """Two files of one wave differ in what is blank, so that one fills the gaps of the other."""

    def __init__(self, variable: str) -> None:
        self.variable = variable
        super().__init__(
            f"expected '{variable}' as in the earlier release of this wave, because records can be matched by their "
            "answers, but it differs"
        )
