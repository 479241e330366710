"""A map says how somebody else's data file becomes the samples and the plan of a report, wave by wave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.frames import Factor, Table
from analysis.index import IndexRecipe
from analysis.plan.loading import load_document, read_index
from analysis.plan.nodes import Node, Reader, by_name, fields, flag, numbers, text, texts
from analysis.plan.problems import BadPlan
from analysis.reading import load_data
from analysis.report.study import ItemPlan, ReportPlan, Sample

NEEDED = ("data", "wave", "source", "agency", "index", "items", "groups")


@dataclass(frozen=True, slots=True)
class MappedWave:
    """One wave of a mapped file: its plan and its sample."""

    plan: ReportPlan
    sample: Sample


def load_map(path: str | Path) -> dict[str, MappedWave]:
    """The waves of a data file, in the order of the map.

    Parameters
    ----------
    path
        A YAML file; see ``surveys/examples/kcmo-report.yaml``. The data file is found relative to it.

    Raises
    ------
    NoSuchFile, BadPlan
        When map or data cannot be read; every problem of the map with its line.
    UnknownColumn
        When the data lack a column that the map names.
    """
    place = Path(path)
    root = Node(load_document(place))
    found = fields(root, READERS, NEEDED)
    if root.problems:
        raise BadPlan(place, root.problems)
    table = load_data(place.parent / found["data"]).table
    return {wave: _mapped(table, found, wave) for wave in found["waves"]}


def _index(node: Node) -> IndexRecipe | None:
    return read_index(node)[0]


READERS: dict[str, Reader] = {
    "data": text,
    "wave": text,
    "waves": texts,
    "source": text,
    "probability": flag,
    "agency": text,
    "stratum": text,
    "missing": numbers,
    "dont_know": numbers,
    "index": _index,
    "items": by_name(numbers),
    "groups": by_name(text),
}


def _mapped(table: Table, found: Mapping[str, Any], wave: str) -> MappedWave:
    factor = table.factor(found["wave"])
    rows = np.flatnonzero(factor.codes == [str(level) for level in factor.levels].index(wave))
    held = table.rows_at(rows)
    missing = found.get("missing", ())
    groups = {name: _group(held, column, missing) for name, column in found["groups"].items()}
    columns: dict[str, Any] = {
        "agency": Factor(np.zeros(held.rows, np.int64), (found["agency"],)),
        "stratum": held.factor(found["stratum"]) if found.get("stratum") else np.full(held.rows, "all", object),
        **groups,
        **{item: _answers(held, item, missing) for item in (*found["items"], *found["index"].items)},
    }
    sample = Sample(found["source"], Table(columns), bool(found.get("probability", False)))
    levels = {name: tuple(str(level) for level in group.levels) for name, group in groups.items()}
    return MappedWave(_plan(wave, found, levels), sample)


def _answers(table: Table, item: str, missing: Sequence[float]) -> Any:
    values = table.numbers(item)
    return np.where(np.isin(values, missing), np.nan, values)


def _group(table: Table, column: str, missing: Sequence[float]) -> Factor:
    """The levels as text; codes that stand for no answer are missing."""
    factor = table.factor(column)
    names = [str(level) for level in factor.levels]
    told = [name for name in names if name not in {f"{code:g}" for code in missing} and name.strip()]
    place = {name: k for k, name in enumerate(told)}
    recode = np.array([*(place.get(name, -1) for name in names), -1], np.int64)
    return Factor(recode[factor.codes], tuple(told))


def _plan(wave: str, found: Mapping[str, Any], groups: Mapping[str, tuple[str, ...]]) -> ReportPlan:
    items = tuple(
        ItemPlan(code, "single", tuple(int(option) for option in options)) for code, options in found["items"].items()
    )
    return ReportPlan(wave, (found["agency"],), found["index"], (), (), items, (), groups, None)
