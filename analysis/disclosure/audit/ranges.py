"""Compute the open range of a hidden count by linear programs, and by integer programs where those are narrow.

Most cells need no program of their own. Each solution is one population that fits everything published, and two such
populations that differ enough in a cell prove that its range is wide.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from analysis.disclosure.audit.system import Floats, System
from analysis.errors import AnalysisError

Ints = NDArray[np.int64]
SEED = 20_261_123
BARREN_ROUNDS = 5
PUSHES = (-1.0, 0.0, 0.0, 1.0)
WHOLE_SECONDS = 20.0
# Whole people can leave a range narrower than fractions of people do, but by far less than this.
WHOLE_MARGIN = 3
EPS = 1e-6


class Contradiction(AnalysisError):
    """Report that no population fits the publications, so nothing can be proved about them."""

    def __init__(self) -> None:
        super().__init__("expected published counts that fit together, but no population has them all")


@dataclass(slots=True)
class Ranges:
    """Hold the known range of each target.

    Parameters
    ----------
    low, high
        (k,) range of the whole numbers open to the reader; infinite or minus infinite while unknown.
    wide
        (k,) whether the range is proven to be wide enough; `low` and `high` are then inner bounds.
    binding
        For each narrow target the unknowns whose published bounds hold it.
    """

    low: Floats
    high: Floats
    wide: NDArray[np.bool_]
    binding: dict[int, frozenset[int]] = field(default_factory=dict)
    problems: int = 0
    whole_problems: int = 0


def find_ranges(system: System, targets: csr_array, least: Floats, need: int) -> Ranges:
    """Return the ranges of ``targets @ x``; the reader knows that target k is at least ``least[k]``.

    Parameters
    ----------
    system
        The constraints.
    targets
        (k, n) one row for each hidden number.
    least
        (k,) one where the reader may belong to the group, else zero.
    need
        Width from which a range is wide enough.

    Raises
    ------
    Contradiction
        When no population fits.
    """
    count = targets.shape[0]
    ranges = Ranges(np.full(count, np.inf), np.full(count, -np.inf), np.zeros(count, dtype=bool))
    for columns, rows in _components(system, targets):
        part = _part(system, columns)
        search = _Search(part, csr_array(targets[rows][:, columns]), least[rows], need, ranges, rows, columns)
        search.by_witnesses()
        search.one_by_one()
    return ranges


def _components(system: System, targets: csr_array) -> Iterator[tuple[Ints, Ints]]:
    """Return sets of connected unknowns, with the targets made of them; a target that spans several joins them."""
    from scipy.sparse import vstack
    from scipy.sparse.csgraph import connected_components

    links = vstack([system.equal, system.order, targets]).tocsr()
    size = links.shape[0]
    starts = np.concatenate([links.indptr, np.full(system.size, links.nnz)])
    whole = (size + system.size, size + system.size)
    graph = csr_array((np.ones(links.nnz), links.indices + size, starts), shape=whole)
    _, labels = connected_components(graph, directed=False)
    of_target, of_column = labels[size - targets.shape[0] : size], labels[size:]
    for label in np.unique(of_target):
        yield np.flatnonzero(of_column == label), np.flatnonzero(of_target == label)


def _part(system: System, columns: Ints) -> System:
    def narrowed(matrix: csr_array) -> csr_array:
        chosen = csr_array(matrix[:, columns])
        return csr_array(chosen[np.diff(chosen.indptr) > 0])

    named = tuple(system.named[k] for k in columns)
    return System(narrowed(system.equal), narrowed(system.order), system.low[columns], system.high[columns], named)


@dataclass(slots=True)
class _Seen:
    """Track the smallest and largest value of each target among populations that fit everything published."""

    low: Floats
    high: Floats

    @classmethod
    def of(cls, count: int) -> "_Seen":
        return cls(np.full(count, np.inf), np.full(count, -np.inf))

    @property
    def width(self) -> Floats:
        return self.high - self.low

    def note(self, values: Floats, least: Floats) -> None:
        """Add one population. The reader rules it out for a target that it leaves below its least value."""
        possible = values >= least - EPS
        self.low = np.where(possible, np.minimum(self.low, values), self.low)
        self.high = np.where(possible, np.maximum(self.high, values), self.high)


class _Search:
    """Search one component, and write into the common `ranges`."""

    def __init__(
        self,
        system: System,
        targets: csr_array,
        least: Floats,
        need: int,
        ranges: Ranges,
        rows: Ints,
        columns: Ints,
    ) -> None:
        self.system, self.targets, self.least, self.need = system, targets, least, need
        self.ranges, self.rows, self.columns = ranges, rows, columns
        self.seen = _Seen.of(len(rows))
        self.seen_whole = _Seen.of(len(rows))
        self.constraints = _constraints(system)

    @property
    def wide(self) -> NDArray[np.bool_]:
        """Return targets proven wide by whole people, or by fractions so far apart that rounding them cannot matter."""
        return (self.seen_whole.width >= self.need) | (self.seen.width >= self.need + WHOLE_MARGIN)

    def by_witnesses(self) -> None:
        """Try populations that push all pending targets up, down, or at random, as long as that settles some."""
        rng = np.random.default_rng(SEED)
        barren, signs = 0, iter([1.0, -1.0])
        while len(pending := np.flatnonzero(~self.wide)) > 1 and barren < BARREN_ROUNDS:
            sign = next(signs, None)
            weights = np.zeros(len(self.rows))
            weights[pending] = rng.choice(PUSHES, len(pending)) if sign is None else sign
            self.solve(self.targets.T @ weights)
            barren = barren + 1 if sign is None and (~self.wide).sum() == len(pending) else 0

    def one_by_one(self) -> None:
        """Solve two programs for each target that is still open, and integer ones if these do not prove it wide."""
        for k in range(len(self.rows)):
            if not self.wide[k]:
                self.settle(k)
        wide = self.wide
        self.ranges.wide[self.rows] |= wide
        self.ranges.low[self.rows[wide]] = self.seen.low[wide]
        self.ranges.high[self.rows[wide]] = self.seen.high[wide]

    def settle(self, k: int) -> None:
        """Find the range of one target."""
        objective = np.zeros(len(self.rows))
        objective[k] = 1.0
        vector = self.targets.T @ objective
        (low_end, held_low), (high_end, held_high) = self.solve(vector), self.solve(-vector)
        low, high = max(np.ceil(low_end - EPS), self.least[k]), np.floor(-high_end + EPS)
        if high - low >= self.need and not self.wide[k]:
            low = max(self.whole_end(vector, np.ceil(low_end - EPS)), self.least[k])
            high = -self.whole_end(-vector, np.ceil(high_end - EPS))
        row = int(self.rows[k])
        self.ranges.low[row], self.ranges.high[row] = low + 0.0, high + 0.0
        self.ranges.wide[row] = high - low >= self.need
        if high - low < self.need:
            self.ranges.binding[row] = frozenset(int(self.columns[j]) for j in held_low | held_high)

    def witness(self, x: Floats) -> None:
        """Record the bounds that a population proves."""
        # Mixtures of two populations fit as well, so one below the least value proves the least value open.
        self.seen.note(np.maximum(self.targets @ x, self.least), self.least)
        whole = np.round(x)
        if np.abs(x - whole).max() <= EPS:
            self.seen_whole.note(self.targets @ whole, self.least)

    def solve(self, objective: Floats) -> tuple[float, set[int]]:
        """Return the smallest value of the objective, and the unknowns whose bounds hold it there."""
        found = self.run(objective)
        self.witness(found.x)
        held = np.abs(found.lower.marginals) + np.abs(found.upper.marginals) > EPS
        return float(found.fun), set(np.flatnonzero(held).tolist())

    def run(self, objective: Floats) -> Any:
        """Solve one linear program."""
        from scipy.optimize import linprog

        found = linprog(objective, **self.constraints)
        self.ranges.problems += 1
        if found.status != 0:
            raise Contradiction
        return found

    def whole_end(self, objective: Floats, bound: float) -> float:
        """Return the smallest value among populations of whole people, at least `bound`; infinite if time runs out.

        Nearly always the bound itself is reached, and finding any population is quicker than finding the best.
        """
        fits, _ = self.solve_whole(np.zeros(len(objective)), (objective, bound))
        if fits:
            return float(bound)
        fits, value = self.solve_whole(objective, None)
        return float(round(value)) if fits else float("inf")

    def solve_whole(self, objective: Floats, fixed: tuple[Floats, float] | None) -> tuple[bool, float]:
        """Solve one integer program, on request with one sum fixed."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        system = self.system
        constraints = [LinearConstraint(system.equal, 0.0, 0.0)] if system.equal.shape[0] else []
        constraints += [LinearConstraint(system.order, -np.inf, 0.0)] if system.order.shape[0] else []
        constraints += [LinearConstraint(fixed[0][np.newaxis], fixed[1], fixed[1])] if fixed else []
        found = milp(
            objective,
            constraints=constraints,
            integrality=np.ones(system.size, dtype=int),
            bounds=Bounds(system.low, system.high),
            options={"time_limit": WHOLE_SECONDS},
        )
        self.ranges.whole_problems += 1
        if found.x is not None:
            self.witness(found.x)
        return found.status == 0, float(found.fun if found.fun is not None else np.inf)


def _constraints(system: System) -> dict[str, Any]:
    found: dict[str, Any] = {"bounds": np.column_stack([system.low, system.high]), "method": "highs"}
    if system.order.shape[0]:
        found |= {"A_ub": system.order, "b_ub": np.zeros(system.order.shape[0])}
    if system.equal.shape[0]:
        found |= {"A_eq": system.equal, "b_eq": np.zeros(system.equal.shape[0])}
    return found
