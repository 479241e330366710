"""Domains: the groups an estimate is made for, as one code for each row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import Design
from analysis.errors import EmptyGroup
from analysis.frames import Factor
from analysis.frames.conditions import rows_where
from analysis.frames.table import columns_named

Mask = NDArray[np.bool_]
Group = tuple[tuple[str, Any], ...]
By = str | Sequence[str] | None


@dataclass(frozen=True, eq=False, slots=True)
class Domains:
    """Which domain each row belongs to.

    Parameters
    ----------
    codes
        (n,) 0..D-1, or -1 outside all of them.
    groups
        For each domain, its column and level pairs: ``(("age", "18-24"),)``; empty for everyone.
    everyone
        Whether there is one domain and every row is in it, so that nothing needs to be told apart.
    """

    codes: NDArray[np.int64]
    groups: tuple[Group, ...]
    everyone: bool = False

    @property
    def count(self) -> int:
        """Number of domains."""
        return len(self.groups)

    def narrowed(self, keep: Mask) -> "Domains":
        """The same domains without the rows that are not kept (n,)."""
        return self if keep.all() else Domains(np.where(keep, self.codes, -1), self.groups)


def make_domains(design: Design, by: By, where: Any) -> Domains:
    """The domains of an estimate: the crossing of the `by` columns, among the rows that meet `where`."""
    keep = rows_where(design.table, where)
    if keep is not None and not keep.any():
        raise EmptyGroup("the rows that meet the filter")
    names = columns_named(by) if by else ()
    domains = _crossing(design, names)
    return domains if keep is None else _dense(domains.narrowed(keep))


def _crossing(design: Design, names: tuple[str, ...]) -> Domains:
    if not names:
        return Domains(np.zeros(design.rows, np.int64), ((),), everyone=True)
    factor = design.table.crossing(names)
    return Domains(factor.codes, tuple(tuple(zip(names, level, strict=True)) for level in factor.levels))


def _dense(domains: Domains) -> Domains:
    factor = Factor(domains.codes, domains.groups).dense()
    return Domains(factor.codes, factor.levels)
