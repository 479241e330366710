"""Read the reference cases and their data, and compare a result with the result of another program.

A runner is three lines long, and every case is one test with the case's own id::

    from tests.analysis.reference.cases import check, load_cases, read_data

    @pytest.mark.parametrize("case", load_cases("means_totals"))
    def test_means_and_totals_agree_with_r(case: Case) -> None:
        data = read_data(case)                      # {"w": array([...]), "stype": array(["E", ...])}
        design = ...                                # from case["design"] and data
        check(case, {"rows": [{"label": {"term": "y"}, "est": 1.0, "se": 0.1, ...}], "scalars": {"df": 48}})

* ``load_cases(group)`` gives ``pytest.param`` values: the repository's own cases, and with ``../shared``
  beside the repository all of them. ``load_cases(group, fn="mean")`` or ``fn=("mean", "total")`` narrows by
  ``case["call"]["fn"]``; ``where=lambda case: ...`` by anything else. A case named in
  ``skips.py`` is skipped with its reason; a case that no test reads fails `test_cases`.
* ``read_data(case)`` gives a dict of columns: numbers as float64 (NaN = missing) or int64 when nothing is
  missing, factors and strings as object arrays of str (None = missing). ``.levels["stype"]`` is the level
  order of R. A file name does as well: ``read_data("rep_rtrust_jkn.csv")``. An ``index`` named by the design
  is added as a column.
* ``check(case, got)`` wants every expected value and says all that differ. ``got`` has the shape of
  ``expected``: ``rows`` (a list, matched by ``label``; no rows too many), ``scalars``, ``matrices``,
  ``vectors``. It ignores figures that the case does not expect. For ``expects_error(case)`` write
  ``with pytest.raises(AnalysisError)`` instead.
* ``holds(data, case["call"]["condition"])`` is 1.0 where all conditions hold, 0.0 where one does not, NaN
  where a variable is missing.
"""

import csv
import importlib
import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.analysis.reference.skips import SKIPPED

OWN = Path(__file__).parent / "own"
SHARED = Path(__file__).parents[4] / "shared" / "reference" / "survey"

READ: set[str] = set()  # the cases that tests have asked for

Case = dict[str, Any]
Array = np.ndarray[Any, Any]


class Columns(dict[str, Array]):
    """The columns of one file by name, and the levels of its factors in the order of R."""

    def __init__(self, columns: Mapping[str, Array], levels: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(columns)
        self.levels = dict(levels)


# --- cases


def load_cases(
    group: str, fn: str | Collection[str] | None = None, where: Callable[[Case], bool] | None = None
) -> list[Any]:
    """The cases of a group as pytest parameters, each under its own id."""
    wanted = (fn,) if isinstance(fn, str) else fn
    found = [
        case
        for case in read_group(group)
        if (wanted is None or case["call"]["fn"] in wanted) and (where is None or where(case))
    ]
    READ.update(case["id"] for case in found)
    return [pytest.param(case, id=case["id"], marks=_marks(case)) for case in found]


def read_group(group: str) -> list[Case]:
    """Own cases first, then those that only ``../shared`` has."""
    own = _read_cases(OWN / f"{group}.json")
    known = {case["id"] for case in own}
    return own + [case for case in _read_cases(SHARED / "cases" / f"{group}.json") if case["id"] not in known]


def groups(folder: Path) -> list[str]:
    """The groups that have a file in a folder of cases."""
    return sorted(path.stem for path in folder.glob("*.json"))


def case_ids() -> set[str]:
    """The ids of all cases, our own and those of ``../shared``."""
    names = {*groups(OWN), *groups(SHARED / "cases")}
    return {case["id"] for group in names for case in read_group(group)}


def read_ids() -> set[str]:
    """The ids of the cases that some test of this folder reads; its modules are imported for that."""
    for path in Path(__file__).parent.glob("test_*.py"):
        importlib.import_module(f"tests.analysis.reference.{path.stem}")
    return READ & case_ids()


def summary(passed: Collection[str], failed: Collection[str]) -> str:
    """One line about all cases, given the ids of tests that passed and failed."""
    known = case_ids()
    good = (set(passed) - set(failed)) & known
    presence = "" if SHARED.is_dir() else " (../shared is absent)"
    return (
        f"reference cases: {len(read_ids())} of {len(known)} read: {len(good)} passed, "
        f"{len(set(SKIPPED) & known)} with reasons{presence}"
    )


def expects_error(case: Case) -> bool:
    """Whether the call of this case must be refused."""
    return bool(case["expected"].get("scalars", {}).get("error", False))


@cache
def _read_cases(path: Path) -> list[Case]:
    if not path.exists():
        return []
    cases: list[Case] = json.loads(path.read_text(encoding="utf-8"))["cases"]
    return cases


def _marks(case: Case) -> list[pytest.MarkDecorator]:
    reason = SKIPPED.get(case["id"])
    return [pytest.mark.skip(reason=reason)] if reason else []


# --- data


def read_data(case: Case | str) -> Columns:
    """The columns that a case (or a file of this name) works on."""
    if isinstance(case, str):
        return _copy(_read_columns(case))
    columns = _copy(_read_columns(case["data"]))
    recipe = (case.get("design") or {}).get("index")
    if recipe:
        columns[recipe["name"]] = _index_values(columns, recipe)
    return columns


def holds(data: Mapping[str, Array], conditions: Sequence[Mapping[str, Any]] | None) -> Array:
    """1.0 where every condition holds, 0.0 where one does not, NaN where a variable of them is missing."""
    result = np.ones(len(next(iter(data.values()))))
    for condition in conditions or ():
        column = data[condition["var"]]
        result *= _compare(column, condition["op"], condition["value"])
        result[_is_missing(column)] = np.nan
    return result


def _compare(column: Array, op: str, value: Any) -> Array:
    if op == "in":
        return np.isin(column, value)
    if op == "==":
        return np.asarray(column == value)
    return np.asarray(column < value) if op == "<" else np.asarray(column > value)


def _is_missing(column: Array) -> Array:
    return np.equal(column, None) if column.dtype == object else np.isnan(column)


def _copy(columns: Columns) -> Columns:
    return Columns({name: column.copy() for name, column in columns.items()}, columns.levels)


@cache
def _read_columns(name: str) -> Columns:
    folder = OWN / "data" if (OWN / "data" / name).exists() else SHARED / "data"
    schema = _read_schema(folder)[name]["columns"]
    with (folder / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    texts = dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True))
    return Columns(
        {column["name"]: _to_array(texts[column["name"]], column["type"]) for column in schema},
        {column["name"]: tuple(column["levels"]) for column in schema if "levels" in column},
    )


@cache
def _read_schema(folder: Path) -> dict[str, Any]:
    path = OWN / "data" / "schema.json" if folder == OWN / "data" else SHARED / "data_schema.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def _to_array(texts: Sequence[str], kind: str) -> Array:
    if kind in ("factor", "string"):
        return np.array([text or None for text in texts], dtype=object)
    numbers = np.array([float(text) if text else np.nan for text in texts])
    return numbers.astype(np.int64) if kind == "integer" and not np.isnan(numbers).any() else numbers


def _index_values(columns: Columns, recipe: Mapping[str, Any]) -> Array:
    from analysis.index import IndexRecipe, score_items

    items = {name: columns[name] for name in recipe["items"]}
    return score_items(
        IndexRecipe.of_items(
            name=recipe["name"],
            items=recipe["items"],
            reversed_items=recipe["reversed"],
            low=recipe["low"],
            high=recipe["high"],
            minimum_answered=recipe["min_answered"],
        ),
        items,
    ).values


# --- comparison


def check(case: Case, got: Mapping[str, Any]) -> None:
    """Fail with every value that differs from what the case expects."""
    differences = list(_differences(case, got))
    assert not differences, f"{case['id']}: " + "; ".join(differences[:12])


def _differences(case: Case, got: Mapping[str, Any]) -> Iterator[str]:
    expected, tolerance = case["expected"], case["tolerance"]
    if "rows" in expected:
        yield from _differences_of_rows(expected["rows"], got.get("rows", ()), tolerance)
    for kind in ("scalars", "vectors"):
        for name, value in expected.get(kind, {}).items():
            if name not in got.get(kind, {}):
                yield f"{kind}.{name} expected, not given"
            else:
                yield from _differ(f"{kind}.{name}", value, got[kind][name], tolerance)
    for name, matrix in expected.get("matrices", {}).items():
        if name not in got.get("matrices", {}):
            yield f"matrices.{name} expected, not given"
        else:
            slack = _matrix_slack(matrix, expected.get("rows", []))
            yield from _differ(f"matrices.{name}", matrix, got["matrices"][name], tolerance, slack)


def _differences_of_rows(
    expected: Sequence[Mapping[str, Any]], got: Sequence[Mapping[str, Any]], tolerance: Mapping[str, float]
) -> Iterator[str]:
    found = {_label_key(row["label"]): row for row in got}
    if len(found) != len(got):
        yield "two rows with one label"
    surplus = set(found) - {_label_key(row["label"]) for row in expected}
    if surplus:
        yield f"rows not expected: {sorted(map(dict, surplus), key=str)}"
    for row in expected:
        match = found.get(_label_key(row["label"]))
        if match is None:
            yield f"row {row['label']} expected, got labels {[r['label'] for r in got][:5]}"
            continue
        for name, value in row.items():
            if name == "label":
                continue
            if name not in match:
                yield f"{row['label']}.{name} expected, not given"
            else:
                slack = _row_slack(name, row)
                yield from _differ(f"{row['label']}.{name}", value, match[name], tolerance, slack)


def _label_key(label: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    return frozenset((str(name), _label_text(value)) for name, value in label.items())


def _label_text(value: Any) -> str:
    """``1``, ``1.0`` and ``"1"`` are one label."""
    try:
        return repr(float(value))
    except (TypeError, ValueError):
        return str(value)


def _row_slack(name: str, row: Mapping[str, Any]) -> float:
    """Return the tolerance around a standard error of exactly 0, and around the interval that it makes."""
    if row.get("se") != 0 or not (name == "se" or name.startswith("ci")):
        return 0.0
    slack = 1e-8 * max(1.0, abs(row["est"] or 0.0))
    return slack if name == "se" else 13 * slack  # 13 > the t quantile of one degree of freedom


def _matrix_slack(matrix: Sequence[Sequence[float]], rows: Sequence[Mapping[str, Any]]) -> Array | float:
    """The same for covariances: the product of two standard errors, where one of them is exactly 0."""
    if len(rows) != len(matrix) or not any(row.get("se") == 0 for row in rows):
        return 0.0
    fixed = np.array([row.get("se") == 0 for row in rows])
    errors = np.array([_row_slack("se", row) or row.get("se") or 0.0 for row in rows])
    return np.outer(errors, errors) * (fixed[:, None] | fixed[None, :])


def _differ(
    place: str, expected: Any, got: Any, tolerance: Mapping[str, float], slack: Array | float = 0.0
) -> Iterator[str]:
    if isinstance(expected, list):
        values = list(got) if isinstance(got, list | tuple | np.ndarray) else None
        if values is None or len(values) != len(expected):
            yield f"{place} expected {len(expected)} values, got {got!r}"
            return
        slacks = slack if isinstance(slack, np.ndarray) else [slack] * len(expected)
        for position, (one, other, room) in enumerate(zip(expected, values, slacks, strict=True)):
            yield from _differ(f"{place}[{position}]", one, other, tolerance, room)
    elif not _agrees(place, expected, got, tolerance, float(slack)):
        yield f"{place} expected {expected}, got {got}"


def _agrees(place: str, expected: Any, got: Any, tolerance: Mapping[str, float], slack: float) -> bool:
    if isinstance(expected, bool):
        return expected is got
    if expected is None or got is None:
        return expected is None and (got is None or math.isnan(got))
    want, have = float(expected), float(got)
    if math.isinf(want) or math.isinf(have):
        return want == have
    if ".p_" in place and abs(want) < 1e-12:
        return abs(have) < 1e-10
    return abs(have - want) <= tolerance["rel"] * max(abs(have), abs(want)) + tolerance["abs"] + slack
