"""Define domains, the groups of an estimate, as one code for each row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.errors import EmptyGroup, listed
from analysis.frames import Factor, Table
from analysis.frames.conditions import rows_where
from analysis.frames.table import columns_named
from analysis.results import LevelOrder

Mask = NDArray[np.bool_]
Group = tuple[tuple[str, Any], ...]
By = str | Sequence[str] | None
HEAD = 4096  # rows among which most columns show all of their levels


@dataclass(frozen=True, eq=False, slots=True)
class Domains:
    """Hold the domain of each row.

    Parameters
    ----------
    codes
        (n,) 0..D-1, or -1 outside all of them.
    groups
        For each domain, its column and level pairs: ``(("age", "18-24"),)``; empty for everyone.
    everyone
        Whether there is one domain and every row is in it, so that rows need no codes.
    orders
        Text columns among those of the groups, with the order of their levels.
    """

    codes: NDArray[np.int64]
    groups: tuple[Group, ...]
    everyone: bool = False
    orders: Mapping[str, LevelOrder] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Return the number of domains."""
        return len(self.groups)

    def narrowed(self, keep: Mask) -> "Domains":
        """Return the domains without the rows that are not kept (n,)."""
        return self if keep.all() else replace(self, codes=np.where(keep, self.codes, -1), everyone=False)


def make_domains(design: Design, by: By, where: Any) -> Domains:
    """Make the domains of an estimate: the crossing of the `by` columns, among the rows that meet `where`.

    Raises
    ------
    EmptyGroup
        A filter that no row meets, or groups without a row.
    """
    keep = rows_where(design.table, where)
    if keep is not None and not keep.any():
        raise EmptyGroup("the rows that meet the filter")
    names = columns_named(by) if by else ()
    domains = crossed_domains(design, names)
    kept = domains if keep is None else _dense(domains.narrowed(keep))
    if not kept.count:
        raise EmptyGroup(
            f"the group columns {listed(names)}" if len(names) > 1 else f"the group column {listed(names)}"
        )
    return kept


def crossed_domains(design: Design, names: tuple[str, ...]) -> Domains:
    """Return the crossing of columns as domains; none where no row has a value, as in a question without answers."""
    if not names:
        return Domains(np.zeros(design.rows, np.int64), ((),), everyone=True)
    factor = design.table.crossing(names)
    groups = tuple(tuple(zip(names, level, strict=True)) for level in factor.levels)
    return Domains(factor.codes, groups, orders=_orders(design.table, names))


def _orders(table: Table, names: tuple[str, ...]) -> dict[str, LevelOrder]:
    """Return the columns of text, with the order of their levels."""
    factors = {name: table.factor(name) for name in names}
    return {name: _order(x) for name, x in factors.items() if all(isinstance(level, str) for level in x.levels)}


def _order(factor: Factor) -> LevelOrder:
    """Return the order of an ordered category, or else of first rows. Sorted levels have no order of their own."""
    levels = factor.levels
    if factor.ordered or list(levels) != sorted(levels):
        return LevelOrder(levels, given=factor.ordered)
    head = factor.codes[:HEAD]
    codes = head if len(np.unique(head[head >= 0])) == len(levels) else factor.codes
    first = np.full(len(levels) + 1, len(codes))
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return LevelOrder(tuple(levels[k] for k in np.argsort(first[:-1], kind="stable")), given=False)


def _dense(domains: Domains) -> Domains:
    factor = Factor(domains.codes, domains.groups).dense()
    return replace(domains, codes=factor.codes, groups=factor.levels)
