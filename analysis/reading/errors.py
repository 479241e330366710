"""Refusals of a data file, each in one sentence."""

from collections.abc import Iterable

from analysis.errors import AnalysisError, listed


class NoSuchFile(AnalysisError):
    """A file that is not there, or is no file."""

    def __init__(self, path: object, found: str) -> None:
        self.path, self.found = path, found
        super().__init__(f"expected a data file at '{path}', but found {found}")


class UnreadableFile(AnalysisError):
    """A file that is not what its name says, or is broken at a line."""

    def __init__(self, path: object, expected: str, found: str, advice: str = "") -> None:
        self.path, self.expected, self.found = path, expected, found
        super().__init__(f"expected {expected} in '{path}', but found {found}{f'; {advice}' if advice else ''}")


class UnknownFormat(AnalysisError):
    """A file name whose ending is no known format."""

    def __init__(self, path: object, known: Iterable[str]) -> None:
        self.path = path
        super().__init__(f"expected a file ending in {listed(known, 12)}, but got '{path}'")


class MissingReader(AnalysisError):
    """A format whose reader is not installed."""

    def __init__(self, path: object, package: str) -> None:
        self.path, self.package = path, package
        super().__init__(f"expected the package '{package}' to read '{path}', but it is not installed")
