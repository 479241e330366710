"""Express a reader's knowledge as one set of linear constraints on the numbers of people in the finest groups."""

import math
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from analysis.disclosure.audit.knowledge import Known
from analysis.disclosure.audit.space import Division, Mask
from analysis.disclosure.catalogue import EVERYONE

Block = tuple[str, str]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """Hold unknown counts x with ``equal @ x = 0``, ``order @ x <= 0`` and bounds.

    Parameters
    ----------
    low, high
        (n,) bounds of each unknown; all are finite.
    named
        Block and group whose published count an unknown is; None for an atom that is not published.
    """

    equal: csr_array
    order: csr_array
    low: Floats
    high: Floats
    named: tuple[tuple[Block, str] | None, ...]

    @property
    def size(self) -> int:
        """Return the number of unknowns."""
        return len(self.low)


class Builder:
    """Lay out the unknowns of each block: its atoms by division, then one for each published sum of atoms.

    A block has only the divisions that something was published about, unless it contains other blocks (`wholes`).
    """

    def __init__(
        self, divisions: Sequence[Division], known: Mapping[Block, Known], wholes: AbstractSet[Block] = frozenset()
    ) -> None:
        self.divisions = divisions
        every = tuple(range(len(divisions)))
        self.used = {
            block: every if block in wholes else used_divisions(divisions, facts) for block, facts in known.items()
        }
        self.known = known
        self.starts: dict[tuple[Block, int], int] = {}
        self.sums: dict[tuple[Block, str], int] = {}
        self.low: list[Floats] = []
        self.high: list[Floats] = []
        self.named: list[tuple[Block, str] | None] = []
        self.entries: list[tuple[int, NDArray[np.int64], float]] = []
        self.rows = 0
        self.cap = _cap(known)
        for block, facts in known.items():
            self._add(block, facts)

    def _add(self, block: Block, facts: Known) -> None:
        for k in self.used[block]:
            division = self.divisions[k]
            self.starts[block, k] = len(self.named)
            low, high = np.zeros(division.atoms), np.full(division.atoms, self.cap)
            # The base of a variable's shares is the people who have a level of it.
            if block[1] in division.without:
                high[division.without[block[1]]] = 0.0
            names: list[tuple[Block, str] | None] = [None] * division.atoms
            for domain, mask in division.members.items():
                if domain in facts and domain != EVERYONE and mask.sum() == 1:
                    atom = int(np.flatnonzero(mask)[0])
                    found = facts[domain]
                    low[atom], high[atom] = max(low[atom], found[0]), min(high[atom], found[1])
                    names[atom] = (block, domain)
            self.low.append(low)
            self.high.append(np.maximum(high, low))
            self.named.extend(names)
        self._add_sums(block, facts)

    def _add_sums(self, block: Block, facts: Known) -> None:
        for k in self.used[block]:
            division = self.divisions[k]
            for domain, mask in division.members.items():
                if domain in division.links or (domain in facts and mask.sum() > 1):
                    self._equate(block, k, domain, mask, facts)

    def _equate(self, block: Block, k: int, domain: str, mask: Mask, facts: Known) -> None:
        column = self.sums.get((block, domain))
        if column is None:
            column = self.sums[block, domain] = len(self.named)
            low, high = facts.get(domain, (0, math.inf))
            self.low.append(np.array([low], dtype=float))
            self.high.append(np.array([max(low, min(high, self.cap))], dtype=float))
            self.named.append((block, domain) if domain in facts else None)
        atoms = self.starts[block, k] + np.flatnonzero(mask)
        self.entries += [(self.rows, atoms, 1.0), (self.rows, np.array([column]), -1.0)]
        self.rows += 1

    def atoms_of(self, block: Block, k: int, mask: Mask) -> NDArray[np.int64]:
        """Return the unknowns whose sum is the group `mask` of division `k`."""
        return self.starts[block, k] + np.flatnonzero(mask)

    def build(self, ordered: Sequence[tuple[Block, Block]]) -> System:
        """Return the constraints; the first block of each pair in `ordered` is nowhere larger than the second."""
        size = len(self.named)
        equal = _matrix(self.entries, self.rows, size)
        smaller, larger = self._pairs(ordered)
        rows = np.tile(np.arange(len(smaller)), 2)
        values = np.repeat([1.0, -1.0], len(smaller))
        order = csr_array(coo_array((values, (rows, np.concatenate([smaller, larger]))), shape=(len(smaller), size)))
        return System(equal, order, np.concatenate(self.low), np.concatenate(self.high), tuple(self.named))

    def _pairs(self, ordered: Sequence[tuple[Block, Block]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        smaller, larger = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        for part, whole, places in self._leveled():
            smaller.append(part + places)
            larger.append(whole + places)
        for small, large in ordered:
            for k in self.used[small]:
                smaller.append(self.starts[small, k] + np.arange(self.divisions[k].atoms))
                larger.append(self.starts[large, k] + np.arange(self.divisions[k].atoms))
        return np.concatenate(smaller), np.concatenate(larger)

    def _leveled(self) -> Iterator[tuple[int, int, NDArray[np.int64]]]:
        """Yield starts of two blocks and places where the first is nowhere larger.

        The base of a variable's shares holds everyone with a level of it, so people of any base with a level are in it.
        """
        for block in self.known:
            for other in self.known:
                for k in self.used[block] if other != block and other[0] == block[0] else ():
                    found = self.divisions[k].with_level(block[1])
                    if found is not None and (other, k) in self.starts:
                        yield self.starts[other, k], self.starts[block, k], np.flatnonzero(found)


def used_divisions(divisions: Sequence[Division], facts: Known) -> tuple[int, ...]:
    """Return the divisions that hold all published groups of a block.

    A division adds nothing when all its published groups are in every division, and all divisions share their links:
    any sizes of the links can then be divided further.
    """
    every = range(len(divisions))
    if len({division.links for division in divisions}) > 1:
        return tuple(every)
    common = frozenset.intersection(*(frozenset(division.members) for division in divisions))
    used = tuple(k for k in every if (facts.keys() & divisions[k].members.keys()) - common)
    return used or (0,)


def _matrix(entries: Sequence[tuple[int, NDArray[np.int64], float]], rows: int, size: int) -> csr_array:
    if not entries:
        return csr_array((0, size))
    i = np.concatenate([np.full(len(columns), row) for row, columns, _ in entries])
    j = np.concatenate([columns for _, columns, _ in entries])
    values = np.concatenate([np.full(len(columns), value) for _, columns, value in entries])
    return csr_array(coo_array((values, (i, j)), shape=(rows, size)))


def _cap(known: Mapping[Block, Known]) -> float:
    """Return a number that stands for "no upper bound": well above every published number."""
    bounds = [bound for facts in known.values() for found in facts.values() for bound in found if bound < math.inf]
    return 10.0 * max(bounds, default=0.0) + 1000.0
