"""A map states how a data file of any survey becomes the samples and the plan of a report, wave by wave."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from analysis.errors import AnalysisError, BadWeights, EmptyGroup, UnknownColumn, listed
from analysis.frames import Factor, Table
from analysis.index import IndexRecipe
from analysis.plan.codes import code_text
from analysis.plan.loading import data_source, load_document, read_index
from analysis.plan.nodes import Node, Reader, by_name, fields, flag, numbers, text, texts
from analysis.plan.numeric import NotANumber
from analysis.plan.problems import BadPlan
from analysis.plan.sample import file_labels, with_labels
from analysis.reading import DataFile, load_data
from analysis.reading.number_text import is_plain_number
from analysis.report.study import BASE_WEIGHT, ItemPlan, ReportPlan, Sample

NEEDED = ("data", "source", "agency", "index", "items", "groups")
SOURCES = ("address-sample", "open-link", "partner-outreach", "assisted")
RESERVED = ("agency", "stratum", "source", "quality", BASE_WEIGHT)
ABOUT = ("community", "title", "collection", "population")
ITEMS, GROUPS = "items", "groups"  # keys of `missing` that stand for all items or all groups
ONE_WAVE = "all"
Codes = Mapping[str, tuple[str, ...]]


class UnknownWave(AnalysisError):
    """A map names a wave that the file does not hold."""

    def __init__(self, wave: str, column: str, held: tuple[str, ...]) -> None:
        self.wave, self.column, self.held = wave, column, held
        super().__init__(f"expected a wave '{wave}' in column '{column}', but the file has {listed(held, 12)}")


class AmbiguousCode(AnalysisError):
    """A code for "no answer" of the items that a group column holds too."""

    def __init__(self, column: str, code: str, key: str = "missing") -> None:
        self.column, self.code = column, code
        super().__init__(
            f"expected missing codes by column, because column '{column}' of the groups holds {code} too, but found "
            f"one list; state {key}: {{items: [{code}], {column}: []}} if {code} is a group there, or "
            f"{column}: [{code}] if it is no answer"
        )


class SameName(AnalysisError):
    """A map gives a group the name of an item."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"expected another name for the group '{name}', because an item has this name; rename the group"
        )


@dataclass(frozen=True, slots=True)
class MapNames:
    """The words of a map: what the report is about, the names of columns and other codes, and value labels by column.

    `names` come from the map, else from the data file; `columns` gives the column of each group.
    """

    about: Mapping[str, str]
    names: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    columns: Mapping[str, str]
    weight: str | None
    reading: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MappedWave:
    """One wave of a mapped file: its plan, its sample, and the words for both."""

    plan: ReportPlan
    sample: Sample
    names: MapNames


def load_map(path: str | Path, data: str | Path | None = None) -> dict[str, MappedWave]:
    """Read the waves of a data file, in the order of the map.

    Parameters
    ----------
    path
        A YAML file; see ``surveys/examples/kcmo-report.yaml``. The data file is found relative to it.
    data
        The data file, where the map is not to name it.

    Raises
    ------
    NoSuchFile, BadPlan
        When map or data cannot be read; every problem of the map with its line.
    UnknownColumn, UnknownWave, NotNumeric, BadWeights
        When the data lack a column or wave that the map names, or numbers in an item or the weight.
    AmbiguousCode
        When one list of missing codes stands for items and groups, and a group column holds such a code.
    """
    place = Path(path)
    root = Node(load_document(place))
    found = fields(root, READERS, NEEDED if data is None else NEEDED[1:])
    if "wave" in found and "waves" not in found:
        root.refuse("the key 'waves' beside 'wave': the waves of the report, the earliest first", "none")
    _check_words(root, found)
    if "wave" not in found and len(found.get("waves", ())) > 1:
        root.refuse("the key 'wave' beside 'waves': the column that holds them", "none")
    if root.problems:
        raise BadPlan(place, root.problems)
    named = found.get("data")
    source = load_data(_path_of_data(place, named, data), named.form if named else None)
    _check_columns(found, source.table.names)
    mapped = _Mapping(found, source, _labels(found, source))
    return {wave: mapped.wave(wave) for wave in found.get("waves", (ONE_WAVE,))}


def _path_of_data(place: Path, named: Any, data: str | Path | None) -> Path:
    """Return the file that the caller names, or else the one that the map names beside itself."""
    return Path(data) if data is not None else place.parent / named.path


def _check_words(root: Node, found: Mapping[str, Any]) -> None:
    """Refuse a chance that the source does not have, and groups named as other columns of a report."""
    if found.get("probability") and found.get("source") in SOURCES[1:]:
        root.child("probability").refuse(f"false beside the source '{found['source']}', which no one drew", "true")
    for name in found.get("groups", {}):
        if name in RESERVED:
            root.child("groups").child(name).refuse(f"a name other than {listed(RESERVED)}", f"'{name}'")


def _check_columns(found: Mapping[str, Any], columns: tuple[str, ...]) -> None:
    """Refuse codes, labels and names of nothing that the file or the map holds."""
    groups = found["groups"]
    for key in ("missing", "dont_know", "labels", "names"):
        known = {*columns, *groups, *(("", ITEMS, GROUPS) if key != "names" else ())}
        if key == "names":
            index = found["index"]
            known |= {found["agency"], index.name, *(facet.name for facet in index.facets)}
        for name in found.get(key, {}):
            if name not in known:
                raise UnknownColumn(name, columns)


def _source(node: Node) -> str | None:
    found = text(node)
    if found is not None and found not in SOURCES:
        node.refuse(f"one of {listed(SOURCES)}", f"'{found}'")
    return found


def _index(node: Node) -> IndexRecipe | None:
    return read_index(node)[0]


def _missing(node: Node) -> Codes:
    """Codes of every item, or by column; ``items`` and ``groups`` stand for all of them."""
    return by_name(texts)(node) if isinstance(node.value, Mapping) else {"": texts(node)}


def _about(node: Node) -> dict[str, str]:
    return fields(node, dict.fromkeys(ABOUT, text))


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "about": _about,
        "names": by_name(text),
        "data": data_source,
        "wave": text,
        "waves": texts,
        "source": _source,
        "probability": flag,
        "agency": text,
        "stratum": text,
        "weight": text,
        "missing": _missing,
        "dont_know": _missing,
        "labels": by_name(by_name(text)),
        "index": _index,
        "items": by_name(numbers),
        "groups": by_name(text),
    }
)


def _labels(found: Mapping[str, Any], source: DataFile) -> Mapping[str, Mapping[str, str]]:
    return {**file_labels(source), **found.get("labels", {})}


@dataclass(frozen=True, slots=True)
class _Mapping:
    """A map, its file, and value labels by column."""

    found: Mapping[str, Any]
    source: DataFile
    labels: Mapping[str, Mapping[str, str]]

    def wave(self, wave: str) -> MappedWave:
        """One wave of the file."""
        held = self._rows(wave)
        groups = {name: self._group(held, name, column) for name, column in self.found["groups"].items()}
        columns: dict[str, Any] = {
            "agency": Factor(np.zeros(held.rows, np.int64), (self.found["agency"],)),
            "stratum": self._stratum(held),
            **self._weight(held),
            **groups,
            **{item: self._answers(held, item) for item in (*self.found["items"], *self.found["index"].items)},
        }
        self._check_groups(groups)
        sample = Sample(self.found["source"], Table(columns), bool(self.found.get("probability", False)))
        levels = {name: tuple(str(level) for level in group.levels) for name, group in groups.items()}
        return MappedWave(_plan(wave, self.found, levels), sample, self._names())

    def _check_groups(self, groups: Mapping[str, Factor]) -> None:
        for name in groups:
            if name in self.found["items"] or name in self.found["index"].items:
                raise SameName(name)

    def _names(self) -> MapNames:
        names = {**self.source.questions, **self.found.get("names", {})}
        about, groups, weight = self.found.get("about", {}), self.found["groups"], self.found.get("weight")
        return MapNames(about, names, self.labels, groups, weight, self.source.notes)

    def _rows(self, wave: str) -> Table:
        table, column = self.source.table, self.found.get("wave")
        if column is None:
            return table
        factor = table.factor(column)
        labels = self.labels.get(column, {})
        names = [(code_text(level), labels.get(code_text(level))) for level in factor.levels]
        chosen = [k for k, own in enumerate(names) if wave in own]
        if not chosen:
            raise UnknownWave(wave, column, tuple(label or code for code, label in names))
        return table.rows_at(np.flatnonzero(np.isin(factor.codes, chosen)))

    def _stratum(self, table: Table) -> Any:
        column = self.found.get("stratum")
        if column is None:
            return np.full(table.rows, "all", object)
        return with_labels(table.factor(column), self.labels.get(column, {}))

    def _weight(self, table: Table) -> dict[str, Any]:
        column = self.found.get("weight")
        if column is None:
            return {}
        self._check_numbers(column)
        weights = table.numbers(column)
        bad = int((~(weights >= 0)).sum())
        if bad:
            raise BadWeights(column, "missing or negative ones", bad)
        return {BASE_WEIGHT: weights}

    def _answers(self, table: Table, item: str) -> Any:
        self._check_numbers(item)
        values = table.numbers(item)
        missing = [float(code) for code in self._codes(item, ITEMS) if is_plain_number(code)]
        return np.where(np.isin(values, missing), np.nan, values)

    def _check_numbers(self, column: str) -> None:
        if column in self.source.words:
            raise NotANumber(column, self.source.words[column])

    def _codes(self, column: str, kind: str, name: str = "") -> tuple[str, ...]:
        """The codes of a column that stand for no answer: those under its name, else those of its kind."""
        given = (self.found.get("missing", {}), self.found.get("dont_know", {}))
        return tuple(
            code
            for codes in given
            for code in next((codes[key] for key in (column, name, kind, "") if key in codes), ())
        )

    def _group(self, table: Table, name: str, column: str) -> Factor:
        """The levels under their labels as text; codes that stand for no answer are missing."""
        factor = table.factor(column).dense()
        codes = self._codes(column, GROUPS, name)
        clash = next((code for code in map(code_text, factor.levels) if code in codes), None)
        key = next((key for key in ("missing", "dont_know") if clash in self.found.get(key, {}).get("", ())), None)
        if clash is not None and key is not None:
            raise AmbiguousCode(column, clash, key)
        kept = [k for k, level in enumerate(factor.levels) if code_text(level) not in codes and str(level).strip()]
        if not kept:
            raise EmptyGroup(f"the groups '{name}'")
        place = np.full(len(factor.levels) + 1, -1, np.int64)
        place[kept] = np.arange(len(kept))
        stated = Factor(place[factor.codes], tuple(code_text(factor.levels[k]) for k in kept))
        return with_labels(stated, self.labels.get(column, {}))


def _plan(wave: str, found: Mapping[str, Any], groups: Mapping[str, tuple[str, ...]]) -> ReportPlan:
    items = tuple(
        ItemPlan(code, "single", tuple(int(option) for option in options)) for code, options in found["items"].items()
    )
    return ReportPlan(wave, (found["agency"],), found["index"], (), (), items, (), groups, None)
