"""Read the reference cases beyond estimation and compare results with them.

The repository holds a copy of all 167 cases; their data are simulated and free to copy. With ``../shared`` beside the
repository its folder is read instead, so that more cases count at once. A kind of case (the function that it calls) has
a runner in this folder, or a reason in `uncovered.py`.
"""

import csv
import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from analysis.design import Design
from tests.analysis.beyond.uncovered import UNCOVERED
from tests.analysis.reference.designs import LONELY

OWN = Path(__file__).parent / "own"
SHARED = Path(__file__).parents[4] / "shared" / "reference" / "beyond"

Case = dict[str, Any]
Columns = dict[str, Any]
Runner = Callable[[Case], Mapping[str, Any]]
RUNNERS: dict[str, Runner] = {}


def runs(*kinds: str) -> Callable[[Runner], Runner]:
    """Register a function as the runner of some kinds of cases."""

    def register(runner: Runner) -> Runner:
        RUNNERS.update(dict.fromkeys(kinds, runner))
        return runner

    return register


# --- cases


@cache
def read_cases() -> tuple[Case, ...]:
    """Every case, in the order of families."""
    folder = SHARED / "cases" if SHARED.is_dir() else OWN
    return tuple(case for path in sorted(folder.glob("*.json")) for case in read_file(path))


def read_file(path: Path) -> list[Case]:
    """Return the cases of one file; a file is a list of cases."""
    found: list[Case] = json.loads(path.read_text(encoding="utf-8"))
    return found


def kind_of(case: Case) -> str:
    """The function that a case calls."""
    return str(case["call"]["fn"])


def summary(passed: set[str], failed: set[str]) -> str:
    """One line about all cases, given the ids of tests that passed and failed."""
    cases = read_cases()
    good = sum(case["id"] in passed - failed for case in cases)
    left = Counter(kind_of(case) for case in cases if kind_of(case) in UNCOVERED)
    kinds = "".join(f", {kind} {number}" for kind, number in left.most_common())
    return f"cases beyond estimation: {len(cases)}: {good} passed, {left.total()} not yet covered{kinds}"


# --- data


def read_data(name: str) -> Columns:
    """The columns of a file: numbers as floats, text as lists of str or None."""
    return dict(_read_columns(name))


@cache
def _read_columns(name: str) -> Columns:
    folder = SHARED / "data" if (SHARED / "data" / name).exists() else OWN / "data"
    with (folder / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    texts = zip(*rows[1:], strict=True)
    return {column: _to_column(values) for column, values in zip(rows[0], texts, strict=True)}


def _to_column(texts: tuple[str, ...]) -> Any:
    try:
        return np.array([float(text) if text else np.nan for text in texts])
    except ValueError:
        return [text or None for text in texts]


def picked(data: Columns, where: Any) -> Columns:
    """The rows where every condition holds."""
    keep = np.ones(len(next(iter(data.values()))), bool)
    for each in where or ():
        column = np.array(data[each["var"]])
        keep &= _compare(column, each["op"], each["value"])
    return {name: _rows(values, keep) for name, values in data.items()}


def _rows(values: Any, keep: Any) -> Any:
    return values[keep] if isinstance(values, np.ndarray) else [x for x, kept in zip(values, keep, strict=True) if kept]


def _compare(column: Any, op: str, value: Any) -> Any:
    if op == "in":
        return np.isin(column, value)
    return {"==": column == value, "<=": column <= value, "<": column < value}.get(op, column > value)


def make_design(case: Case, data: Columns | None = None) -> Design:
    """Return the design of a case over its data, or over other columns."""
    spec = case["design"]
    return Design.of(
        read_data(case["data"]) if data is None else data,
        weights=spec["weights"],
        strata=spec.get("strata"),
        psu=spec.get("clusters") or (),
        fpc=spec.get("fpc") or (),
        nest=spec.get("nest", False),
        lonely=LONELY.get(lonely := spec.get("lonely_psu", "fail"), lonely),
        domain_lonely=spec.get("adjust_domain_lonely", False),
    )


# --- comparison


def check(case: Case, got: Mapping[str, Any]) -> None:
    """Fail with every value that differs from what the case expects."""
    found = list(differences(case, got))
    assert not found, f"{case['id']}: " + "; ".join(found[:12])


def differences(case: Case, got: Mapping[str, Any]) -> Iterator[str]:
    """Yield every difference between a case and a result."""
    want = case["expected"]
    have = {key(row["label"]): row for row in got.get("rows", ())}
    if "rows" in want and set(have) != {key(row["label"]) for row in want["rows"]}:
        yield f"labels differ: {sorted(map(sorted, set(have) ^ {key(row['label']) for row in want['rows']}))[:4]}"
    for row in want.get("rows", ()):
        values = {name: value for name, value in row.items() if name != "label"}
        yield from _differ(str(row["label"]), values, have.get(key(row["label"]), {}), case["tolerance"])
    matrices = {name: matrix["values"] for name, matrix in want.get("matrices", {}).items()}
    for kind, values in {**want, "matrices": matrices}.items():
        if kind != "rows":
            yield from _differ(kind, values, got.get(kind, {}), case["tolerance"])


def key(label: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Return a label as a set; ``1``, ``1.0`` and ``"1"`` are one value."""
    return frozenset((name, _text(value)) for name, value in label.items())


def _text(value: Any) -> str:
    try:
        return repr(float(value))
    except (TypeError, ValueError):
        return str(value)


def _differ(place: str, want: Any, got: Any, tolerance: Mapping[str, float]) -> Iterator[str]:
    if isinstance(want, dict):
        for name, value in want.items():
            if name in got:
                yield from _differ(f"{place}.{name}", value, got[name], tolerance)
            else:
                yield f"{place}.{name} expected, not given"
    elif isinstance(want, list):
        values = list(got) if isinstance(got, list | tuple | np.ndarray) else []
        if len(values) != len(want):
            yield f"{place} expected {len(want)} values, got {got!r}"
        for position, (one, other) in enumerate(zip(want, values, strict=False)):
            yield from _differ(f"{place}[{position}]", one, other, tolerance)
    elif not agrees(place, want, got, tolerance):
        yield f"{place} expected {want}, got {got}"


def agrees(place: str, want: Any, got: Any, tolerance: Mapping[str, float]) -> bool:
    """Whether a value is the expected one, by the rules of the cases."""
    if want is None or got is None:
        return want is None and (got is None or math.isnan(got))
    if isinstance(want, str) and want != "Infinity":
        return want == got
    wanted, found = float(want), float(got)
    if math.isinf(wanted) or math.isinf(found):
        return wanted == found
    name = place.rsplit(".", 1)[-1]
    if (name.startswith("p") or name.endswith("_p")) and 0 < abs(wanted) < 1e-12:
        return abs(found) < 1e-10
    slack = 1e-8 if wanted == 0 else tolerance["abs"]
    return abs(found - wanted) <= tolerance["rel"] * max(abs(found), abs(wanted)) + slack


def as_r_writes(term: str) -> str:
    """Return the name of a coefficient in R: ``sexM`` for our ``sex=M``."""
    return term.replace("=", "")
