"""Draw a sample from a list with a seed, and write a protocol with which others repeat it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.drawing.probabilities import BadList, checked_sizes
from analysis.drawing.systematic import Selection, stratified_systematic, systematic_pps
from analysis.errors import UnknownChoice
from analysis.frames import Table

Ints = NDArray[np.int64]
METHODS = ("random", "systematic", "pps")
BITS = 52  # of the hash; a float holds them exactly


@dataclass(frozen=True, eq=False, slots=True)
class Drawing:
    """Hold a drawn sample and its protocol.

    Parameters
    ----------
    selection
        The drawn rows with their probabilities.
    protocol
        The facts that others need to repeat it: the method, the seed, the rule of the starts, the starts, the numbers, and a hash
        of the list (SHA-256 of the columns that the drawing reads).
    """

    selection: Selection
    protocol: Mapping[str, Any]


def start_of(seed: str, stratum: str = "") -> float:
    """A start above 0 and up to 1 from a seed: the first 52 bits of SHA-256 of ``seed/stratum``, plus 1, over 2^52.

    Examples
    --------
    >>> 0 < start_of("2026-05-01", "north") <= 1
    True
    """
    digest = hashlib.sha256(f"{seed}/{stratum}".encode()).digest()
    return float(((int.from_bytes(digest[:7], "big") >> 4) + 1) / 2**BITS)


def draw_sample(
    frame: Any,
    n: int | Mapping[str, int],
    *,
    seed: str,
    method: str = "systematic",
    strata: str | None = None,
    size: str | None = None,
    sort: Sequence[str] = (),
) -> Drawing:
    """Draw a sample from a list; the same list and seed give the same sample in any program.

    Parameters
    ----------
    frame
        The list, one row for each unit: what `Table.of` takes.
    n
        Number of units to draw, or stratum -> number.
    seed
        Any text; publish it before the list is final, such as the result of a lottery of a day to come.
    method
        ``random``: units with the smallest SHA-256 of ``seed/stratum/row``, rows counted from 1 in file order.
        ``systematic``: every N/n-th unit. ``pps``: systematic with probabilities in proportion to `size`.
    strata
        Column of strata, each drawn by itself.
    size
        Column of sizes; for ``pps``.
    sort
        Columns that order the list before a systematic drawing; ties keep file order.

    Raises
    ------
    BadList, UnknownChoice, UnknownColumn

    References
    ----------
    Madow (1949), Annals of Mathematical Statistics 20.

    Examples
    --------
    >>> homes = {"block": ["n", "n", "n", "s", "s"]}
    >>> found = draw_sample(homes, {"n": 2, "s": 1}, seed="lottery 7 13 21", strata="block")
    >>> found.selection.weights.tolist()
    [1.5, 1.5, 2.0]
    """
    if method not in METHODS:
        raise UnknownChoice("the method of a drawing", METHODS, method)
    if (method == "pps") != (size is not None):
        raise BadList("a column of sizes with the method pps, and with no other", size)
    table = Table.of(frame)
    names = _names(table, strata)
    counts = _counts(n, names, strata)
    sizes = np.ones(table.rows) if size is None else table.numbers(size)
    order = _sorted(table, sort)
    found = {name: _drawn(method, name, counts[name], seed, order, names, sizes) for name in sorted(counts)}
    joined = Selection(
        np.concatenate([each.rows for each in found.values()]),
        np.concatenate([each.probabilities for each in found.values()]),
    )
    read = [column for column in (strata, size, *sort) if column is not None]
    return Drawing(joined, _protocol(table, method, seed, counts, read))


def _names(table: Table, strata: str | None) -> list[str]:
    if strata is None:
        return [""] * table.rows
    factor = table.factor(strata)
    if factor.missing.any():
        raise BadList(f"a stratum in column '{strata}' for each row", f"{int(factor.missing.sum())} rows without one")
    return [str(factor.levels[code]) for code in factor.codes]


def _counts(n: int | Mapping[str, int], names: list[str], strata: str | None) -> dict[str, int]:
    if strata is None and not isinstance(n, Mapping):
        return {"": n}
    if strata is None or not isinstance(n, Mapping) or {str(name) for name in n} - set(names):
        raise BadList(f"a number for strata of the list, {sorted(set(names))}, or one number without strata", n)
    return {str(name): number for name, number in n.items()}


def _sorted(table: Table, sort: Sequence[str]) -> Ints:
    """Return the rows in the order of columns; ties keep file order."""
    order = np.arange(table.rows)
    for column in reversed(sort):
        keys = table.numbers(column) if table.is_numeric(column) else _ranks(table, column)
        order = order[np.argsort(keys[order], kind="stable")]
    return order


def _ranks(table: Table, column: str) -> Ints:
    texts = _names(table, column)
    ranks = {text: k for k, text in enumerate(sorted(set(texts)))}
    return np.array([ranks[text] for text in texts], np.int64)


def _drawn(
    method: str, name: str, n: int, seed: str, order: Ints, names: list[str], sizes: NDArray[np.float64]
) -> Selection:
    rows = np.array([row for row in order if names[row] == name], np.int64)
    if method == "pps":
        found = systematic_pps(sizes[rows], n, start_of(seed, name))
    elif method == "systematic":
        found = stratified_systematic([name] * len(rows), {name: n}, {name: start_of(seed, name)})
    else:
        checked_sizes(np.ones(len(rows)), n)
        hashes = [hashlib.sha256(f"{seed}/{name}/{row + 1}".encode()).digest() for row in rows]
        first = np.sort(np.array(sorted(range(len(rows)), key=hashes.__getitem__)[:n], np.int64))
        found = Selection(first, np.full(n, n / len(rows)))
    return Selection(rows[found.rows], found.probabilities)


def _protocol(table: Table, method: str, seed: str, counts: Mapping[str, int], read: list[str]) -> dict[str, Any]:
    digest = hashlib.sha256(f"{table.rows}".encode())
    for column in dict.fromkeys(read):
        values = table.numbers(column).tolist() if table.is_numeric(column) else _names(table, column)
        digest.update(f"\n{column}:{values!r}".encode())
    starts = {} if method == "random" else {name: start_of(seed, name) for name in sorted(counts)}
    return {
        "method": method,
        "seed": seed,
        "rule": "start = (first 52 bits of SHA-256 of 'seed/stratum' + 1) / 2^52; random = smallest SHA-256 of "
        "'seed/stratum/row'",
        "starts": starts,
        "drawn": dict(counts),
        "columns": list(dict.fromkeys(read)),
        "rows": table.rows,
        "list_sha256": digest.hexdigest(),
    }
