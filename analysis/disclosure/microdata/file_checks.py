"""The last look at a finished file, from what a reader sees alone; also at bytes that were stored."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.microdata.calibration import factors, to_slopes
from analysis.disclosure.microdata.classes import (
    Classes,
    answers_by_class,
    fingerprint,
    make_classes,
    tells_answer,
)
from analysis.disclosure.microdata.refusals import (
    ColumnMissing,
    FineWeight,
    FreeText,
    GroupsTooSmall,
    MicrodataRefused,
    NotInCodebook,
    OffScaleIndex,
    OneAnswerOnly,
    OrderKept,
    ReplicatesTellMore,
    SampleUnique,
    SmallClass,
    UnequalColumns,
    UnknownCode,
    WeightTellsMore,
)
from analysis.disclosure.microdata.rules import MicrodataRules
from analysis.disclosure.microdata.variables import SOURCE, Variable
from analysis.frames import combined

Columns = Mapping[str, NDArray[Any]]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
ROUNDING = 0.005 + 1e-6  # of a weight


@dataclass(frozen=True, eq=False)
class File:
    """Hold a finished data set: its document, its columns, and its declared rules."""

    document: Mapping[str, Any]
    columns: Columns
    rules: MicrodataRules

    def of_kind(self, *kinds: str) -> list[Mapping[str, Any]]:
        """Return variables of the document by kind."""
        return [variable for variable in self.document["variables"] if variable["kind"] in kinds]

    @cached_property
    def classes(self) -> Classes:
        """Return the combinations of its key variables, including the source."""
        return make_classes({variable["name"]: self.columns[variable["name"]] for variable in self.of_kind("key")})

    @cached_property
    def factors(self) -> Floats:
        """Return (n,) the factors that follow from its columns and the stated slopes."""
        found = np.ones(self.document["rows"])
        for code, stated in self.document["weights"].items():
            rows = self.columns[SOURCE] == int(code)
            own = {name: column[rows] for name, column in self.columns.items()}
            found[rows] = factors(own, int(rows.sum()), to_slopes(stated.get("fitted", ())))
        return found


def check_file(file: File) -> None:
    """Raise the first refusal, if there is one."""
    for refusals in CHECKS:
        for refusal in refusals(file):
            raise refusal


def _codebook(file: File) -> Iterator[MicrodataRefused]:
    names = [variable["name"] for variable in file.document["variables"]]
    yield from (NotInCodebook(name, names) for name in file.columns if name not in names)
    yield from (ColumnMissing(name) for name in names if name not in file.columns)
    for name, column in file.columns.items():
        if column.dtype.kind not in "if":
            yield FreeText(name)
        if len(column) != file.document["rows"]:
            yield UnequalColumns(name, file.document["rows"], len(column))


def _codes(file: File) -> Iterator[MicrodataRefused]:
    for variable in file.of_kind("key", "item"):
        column, name = file.columns[variable["name"]], variable["name"]
        known = np.zeros(2**16, bool)
        known[[*variable["codes"], *variable["missing"]]] = True
        yield from (UnknownCode(name, int(code)) for code in column[~known[column.astype(np.int64)]][:1])
    for variable in file.of_kind("index"):
        column = file.columns[variable["name"]]
        yield from (OffScaleIndex(variable["name"], float(x)) for x in column[(column < 0) | (column > 100)][:1])


def _numbering(file: File) -> Iterator[MicrodataRefused]:
    for variable in file.of_kind("id"):
        if not np.array_equal(file.columns[variable["name"]], np.arange(1, file.document["rows"] + 1)):
            yield OrderKept()


def _classes(file: File) -> Iterator[MicrodataRefused]:
    smallest = int(file.classes.sizes.min())
    if smallest == 1:
        yield SampleUnique(file.classes.keys, int((file.classes.sizes == 1).sum()))
    if smallest < file.rules.k:
        yield SmallClass(file.rules.k, smallest)


def _seen(file: File) -> Iterator[MicrodataRefused]:
    """Refuse small combinations of everything that others can see."""
    names = [v["name"] for v in file.document["variables"] if v["kind"] == "key" or v.get("visible")]
    smallest = int(make_classes({name: file.columns[name] for name in names}).sizes.min())
    if smallest < file.rules.k:
        yield SmallClass(file.rules.k, smallest)


def _sensitive(file: File) -> Iterator[MicrodataRefused]:
    for stated in file.of_kind("item"):
        if stated["sensitive"]:
            variable = Variable(stated["name"], "item", tuple(stated["codes"]), harmless=frozenset(stated["harmless"]))
            answers = answers_by_class(file.classes, variable, file.columns[variable.name])
            if tells_answer(answers, variable, file.rules.distinct).any():
                yield OneAnswerOnly(variable.name, file.rules.distinct)


def _weights(file: File) -> Iterator[MicrodataRefused]:
    for variable in file.of_kind("weight", "replicate"):
        column = file.columns[variable["name"]]
        whole = np.abs(column * 100 - np.round(column * 100)) < 1e-6
        yield from (FineWeight(variable["name"], float(x)) for x in column[~(whole & (column >= 0))][:1])
    for variable in file.of_kind("weight"):
        if _varies(file.columns[variable["name"]], file.factors, file.classes.of_row, len(file.classes.sizes)).any():
            yield WeightTellsMore(variable["name"])


def _varies(column: NDArray[Any], factor: Floats, of_row: NDArray[np.int64], classes: int) -> Mask:
    """Return (n,) whether a weight is not the stated factor times one base weight of its class, rounded."""
    base = np.zeros(classes)
    np.maximum.at(base, of_row, (column - ROUNDING) / factor)
    return np.asarray(base[of_row] > (column + ROUNDING) / factor)


def _replicates(file: File) -> Iterator[MicrodataRefused]:
    replicates = [file.columns[variable["name"]] for variable in file.of_kind("replicate")]
    for code, stated in file.document["weights"].items():
        rows = np.flatnonzero(file.columns[SOURCE] == int(code))
        if stated["units_in_group"][0] < min(file.rules.units_in_group, stated["units"] // 2):
            yield GroupsTooSmall(file.rules.units_in_group, stated["units_in_group"][0])
        weights = [column[rows] for column in replicates]
        groups, group = np.unique(fingerprint([column == 0 for column in weights]), return_inverse=True)
        if len(groups) > stated["groups"]:
            yield ReplicatesTellMore(stated["groups"], len(groups))
        alike = combined([file.classes.of_row[rows], group], [len(file.classes.sizes), len(groups)])
        if any(_varies(each, file.factors[rows], alike.codes, alike.count).any() for each in weights):
            yield ReplicatesTellMore(stated["groups"])


CHECKS: tuple[Callable[[File], Iterator[MicrodataRefused]], ...] = (
    _codebook,
    _codes,
    _numbering,
    _classes,
    _seen,
    _sensitive,
    _weights,
    _replicates,
)
