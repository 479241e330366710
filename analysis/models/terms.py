"""The columns of a model: numbers as they are, factors as treatment contrasts, and products of both."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.frames import Table
from analysis.frames.factor import Factor

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
INTERCEPT = "(Intercept)"


class BadTerm(AnalysisError):
    """A term of a model that cannot be read."""

    def __init__(self, term: object) -> None:
        self.term = term
        super().__init__(
            "expected terms such as 'age', 'factor(race)', 'age:sex' or 'age*sex' "
            f"(`x:y` between names; columns with : or * in their name cannot stand in a product), but got {term!r}"
        )


@dataclass(frozen=True, eq=False, slots=True)
class ModelMatrix:
    """Columns of a linear predictor.

    Parameters
    ----------
    values
        (n, p) with zeros where `known` is false.
    names
        (p,) ``(Intercept)``, a column's name, ``column=level``, or such names joined by ``:``.
    terms
        (p,) the term each belongs to: ``age``, ``age:sex``.
    known
        (n,) rows without a missing value.
    """

    values: Floats
    names: tuple[str, ...]
    terms: tuple[str, ...]
    known: Mask


@dataclass(frozen=True, eq=False, slots=True)
class _Part:
    """One variable as columns; `all_levels` adds the first level of a factor, where no shorter term holds it."""

    names: tuple[str, ...]
    columns: tuple[Floats, ...]
    known: Mask


def make_matrix(
    table: Table,
    columns: str | Sequence[str],
    factors: Collection[str] = (),
    *,
    keep_levels: Collection[str] = (),
    among: Mask | None = None,
) -> ModelMatrix:
    """Intercept and terms; text, `factors` and ``factor(x)`` become one column for each level but the first.

    ``a:b`` is the product of two variables, ``a*b`` stands for ``a + b + a:b``. A factor in a product keeps all of its
    levels where the model lacks the product without it, as in R. Levels that no row has (or none of the rows
    `among`) are left out, except those of the columns `keep_levels`.

    Raises
    ------
    BadTerm
        A term that cannot be read.

    Examples
    --------
    >>> make_matrix(Table({"x": [1.0, 2.0], "g": ["a", "b"]}), ["x*g"]).names
    ('(Intercept)', 'x', 'g=b', 'x:g=b')
    """
    if among is not None:
        return make_matrix(_of_rows(table, columns, factors, among), columns, factors, keep_levels=keep_levels)
    terms = expanded(table, split_terms(table, columns))
    known = np.ones(table.rows, bool)
    parts: list[tuple[str, str, Floats]] = [(INTERCEPT, INTERCEPT, np.ones(table.rows))]
    for term in terms:
        variables = [
            _variable(table, name, name in factors, _needs_all(term, name, terms), keep_levels) for name in term
        ]
        known &= np.logical_and.reduce([part.known for part in variables])
        label = ":".join(bare(name, table) for name in term)
        parts += [(name, label, values) for name, values in _products(variables)]
    matrix = np.stack([values for _, _, values in parts], axis=1)
    matrix[~known] = 0.0
    return ModelMatrix(matrix, tuple(x[0] for x in parts), tuple(x[1] for x in parts), known)


def known_rows(table: Table, columns: str | Sequence[str], factors: Collection[str] = ()) -> Mask:
    """(n,) rows without a missing value in any variable of the terms.

    Raises
    ------
    BadTerm
        A term that cannot be read.

    Examples
    --------
    >>> known_rows(Table({"x": [1.0, None], "g": ["a", "b"]}), ["x*g"])
    array([ True, False])
    """
    names = {name for term in expanded(table, split_terms(table, columns)) for name in term}
    known = [_known(table, name, name in factors) for name in names]
    return np.asarray(np.logical_and.reduce([np.ones(table.rows, bool), *known]), np.bool_)


def _known(table: Table, name: str, is_factor: bool) -> Mask:
    column = bare(name, table)
    return ~table.factor(column).missing if _is_factor(table, name, is_factor) else np.isfinite(table.numbers(column))


def split_terms(table: Table, columns: str | Sequence[str]) -> list[str]:
    """Terms as a list; a text may join them by ``+``.

    Examples
    --------
    >>> split_terms(Table({"a": [1.0], "b": [2.0]}), "a + b")
    ['a', 'b']
    """
    if not isinstance(columns, str):
        return list(columns)
    return [columns] if columns in table else [term.strip() for term in columns.split("+")]


def expanded(table: Table, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Each term as the names of its variables: single ones first, then products, each once.

    Examples
    --------
    >>> expanded(Table({"a": [1.0], "b": [2.0]}), ["a*b", "a", "1"])
    [('a',), ('b',), ('a', 'b')]
    """
    found = [names for column in columns for names in _terms(table, column)]
    return sorted(dict.fromkeys(found), key=len)


def _terms(table: Table, column: str) -> list[tuple[str, ...]]:
    if not isinstance(column, str):
        raise BadTerm(column)
    if column in table:
        return [(column,)]
    if column.strip() == "1":  # R's name of the intercept, which each model has
        return []
    crossed = [part.strip() for part in column.split("*")]
    products = [tuple(name.strip() for name in part.split(":")) for part in crossed]
    if any(not name for names in products for name in names):
        raise BadTerm(column)
    found: list[tuple[str, ...]] = []
    for names in products:
        found += [names, *(tuple(dict.fromkeys(before + names)) for before in list(found))]
    return found


def bare(name: str, table: Table) -> str:
    """The column of ``factor(column)``.

    Examples
    --------
    >>> bare("factor(race)", Table({"race": [1]}))
    'race'
    """
    return name if name in table else _inside_factor(name)


def _inside_factor(name: str) -> str:
    match = re.fullmatch(r"factor\((.+)\)", name.strip())
    return match.group(1).strip() if match else name.strip()


def products(term: str) -> list[frozenset[str]]:
    """Return the products of variables that a written term stands for, whatever the order of their factors.

    Examples
    --------
    >>> products("factor(race)") == [frozenset({"race"})], len(products("b*a")), products("b:a") == products("a:b")
    (True, 3, True)
    """
    found: list[frozenset[str]] = []
    for part in term.split("*"):
        names = frozenset(_inside_factor(name) for name in part.split(":"))
        found += [names, *(before | names for before in list(found))]
    return found


def _of_rows(table: Table, columns: str | Sequence[str], factors: Collection[str], rows: Mask) -> Table:
    """The table whose factors have a level only in these rows, so that levels of other rows are no columns."""
    names = {name for term in expanded(table, split_terms(table, columns)) for name in term}
    held = {bare(name, table) for name in names if _is_factor(table, name, name in factors)}
    return table.with_columns({name: _seen(table.factor(name), rows) for name in held})


def _seen(factor: Factor, rows: Mask) -> Factor:
    """The factor without the levels that none of these rows has."""
    return replace(factor, codes=np.where(np.isin(factor.codes, factor.codes[rows]), factor.codes, -1), declared=True)


def _is_factor(table: Table, name: str, is_factor: bool) -> bool:
    column = bare(name, table)
    return is_factor or column != name or not table.is_numeric(column)


def _needs_all(term: tuple[str, ...], name: str, terms: Sequence[tuple[str, ...]]) -> bool:
    """Whether the product without this variable is not in the model."""
    rest = [x for x in term if x != name]
    return bool(rest) and not any(sorted(each) == sorted(rest) for each in terms)


def _variable(table: Table, name: str, is_factor: bool, all_levels: bool, keep: Collection[str]) -> _Part:
    column = bare(name, table)
    if _is_factor(table, name, is_factor):
        factor = table.factor(column)
        factor = factor if column in keep else factor.dense()
        levels = range(0 if all_levels else 1, len(factor.levels))
        return _Part(
            tuple(f"{column}={factor.levels[k]}" for k in levels),
            tuple((factor.codes == k).astype(float) for k in levels),
            _known(table, name, is_factor),
        )
    return _Part((column,), (table.numbers(column),), _known(table, name, is_factor))


def _products(parts: Sequence[_Part]) -> list[tuple[str, Floats]]:
    """The columns of a product; those of the first variable vary fastest."""
    first = list(zip(parts[0].names, parts[0].columns, strict=True))
    return reduce(_times, parts[1:], first)


def _times(found: list[tuple[str, Floats]], part: _Part) -> list[tuple[str, Floats]]:
    return [
        (f"{name}:{own}", values * column)
        for own, column in zip(part.names, part.columns, strict=True)
        for name, values in found
    ]
