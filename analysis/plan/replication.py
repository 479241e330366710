"""Replicate weights in a plan: columns of the file, or a method that makes them."""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any

from analysis.design import Design
from analysis.errors import EmptyGroup
from analysis.plan.nodes import Node, Reader, choice, fields, flag, number, numbers, text, texts, whole

MAKERS = ("jk1", "jkn", "brr", "bootstrap", "successive_differences")
SEED, REPLICATES = 1, 200

OF_FILE: Mapping[str, Reader] = MappingProxyType(
    {
        "columns": texts,
        "method": text,
        "scale": number,
        "rscales": numbers,
        "rho": number,
        "mse": flag,
        "combined": flag,
        "df": whole,
    }
)
MADE: Mapping[str, Reader] = MappingProxyType(
    {"make": choice(*MAKERS), "count": whole, "seed": whole, "rho": number, "mse": flag}
)


def replicates(node: Node) -> dict[str, Any]:
    """``{columns: rep*, method: JK1}`` reads replicate weights, ``{make: jkn}`` makes them."""
    made = "make" in node.names()
    found = fields(node, MADE if made else OF_FILE, () if made else ("columns", "method"))
    if made and "rho" in found and found.get("make") != "brr":
        node.child("rho").refuse("Fay's factor with 'make: brr' only", f"'make: {found.get('make')}'")
    return {key: value for key, value in found.items() if value is not None}


def replicated(design: Design, wanted: Mapping[str, Any]) -> Design:
    """The design with the replicates that a plan wants; as it is when the plan wants none."""
    if not wanted:
        return design
    options = dict(wanted)
    if "make" in options:
        return _made(design, options.pop("make"), options)
    from analysis.replication import attach_replicates

    columns = columns_like(design, options.pop("columns"))
    constants = options.pop("rscales", None)
    if constants is not None:
        options["rscales"] = constants[0] if len(constants) == 1 else constants
    return attach_replicates(design, columns, **options)


def columns_like(design: Design, patterns: tuple[str, ...], what: str = "replicate columns") -> list[str]:
    """The columns named, where ``rep*`` stands for all that begin with ``rep``."""
    found = []
    for pattern in patterns:
        if "*" not in pattern:
            found.append(pattern)
            continue
        matching = [name for name in design.table.names if fnmatchcase(name, pattern)]
        if not matching:
            raise EmptyGroup(f"the {what} '{pattern}'")
        found += matching
    return found


def _made(design: Design, method: str, options: dict[str, Any]) -> Design:
    """Random replicates follow from a seed, so that the same plan gives the same figures."""
    import numpy as np

    from analysis import replication

    count, seed = options.pop("count", None), options.pop("seed", SEED)
    makers: dict[str, Callable[[], Design]] = {
        "jk1": lambda: replication.jk1(design, **options),
        "jkn": lambda: replication.jkn(design, **options),
        "brr": lambda: replication.brr(design, **options),
        "bootstrap": lambda: replication.bootstrap(design, count or REPLICATES, np.random.default_rng(seed), **options),
        "successive_differences": lambda: replication.successive_differences(
            design, *([count] if count else []), **options
        ),
    }
    return makers[method]()
