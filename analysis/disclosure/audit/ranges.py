"""How far a hidden count stays open: feasible ranges by linear programs, by integer programs where those are narrow.

Most cells are settled without a program of their own: each solution is one population that fits everything published,
and two such populations that differ enough in a cell prove that its range is wide.
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
PUSH_GAP, PUSH_SECONDS = 0.1, 5.0
EPS = 1e-6


class Contradiction(AnalysisError):
    """No population fits what was published, so nothing can be proved about it."""

    def __init__(self) -> None:
        super().__init__("expected published counts that fit together, but no population has them all")


@dataclass(slots=True)
class Ranges:
    """What is known of each target so far.

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
    """Ranges of ``targets @ x``; the reader knows that target k is at least ``least[k]``.

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
    """Unknowns that hang together, with the targets made of them; a target that spans several joins them."""
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


class _Search:
    """The search in one component; writes into the common `ranges`."""

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
        self.low, self.high = np.full(len(rows), np.inf), np.full(len(rows), -np.inf)
        self.constraints = _constraints(system)
        self.has_whole_corners = True

    @property
    def pending(self) -> Ints:
        """Targets that are not yet proven wide."""
        return np.flatnonzero(~(self.high - self.low >= self.need))

    def by_witnesses(self) -> None:
        """Populations that push all pending targets up, down, or at random, as long as that settles some."""
        rng = np.random.default_rng(SEED)
        barren, signs = 0, iter([1.0, -1.0])
        while len(pending := self.pending) > 1 and barren < BARREN_ROUNDS:
            sign = next(signs, None)
            push = rng.choice(PUSHES, len(pending)) if sign is None else sign
            weights = np.zeros(len(self.rows))
            weights[pending] = push
            self.push(self.targets.T @ weights)
            barren = barren + 1 if sign is None and len(self.pending) == len(pending) else 0
        self._store()

    def one_by_one(self) -> None:
        """Two programs for each target that is still open, and two integer ones if these leave it wide unproven."""
        for k in range(len(self.rows)):
            if self.high[k] - self.low[k] >= self.need:
                continue
            objective = np.zeros(len(self.rows))
            objective[k] = 1.0
            vector = self.targets.T @ objective
            (low, held_low), (high, held_high) = self.solve(vector), self.solve(-vector)
            low, high = max(np.ceil(low - EPS), self.least[k]), np.floor(-high + EPS)
            if high - low >= self.need and not self.is_shown_wide(k, vector):
                low, high = max(self.solve_whole(vector), self.least[k]), -self.solve_whole(-vector)
            self.ranges.low[self.rows[k]], self.ranges.high[self.rows[k]] = low, high
            self.ranges.wide[self.rows[k]] = high - low >= self.need
            if high - low < self.need:
                self.ranges.binding[int(self.rows[k])] = frozenset(int(self.columns[j]) for j in held_low | held_high)
        self._store()

    def _store(self) -> None:
        wide = self.high - self.low >= self.need
        self.ranges.wide[self.rows] |= wide
        self.ranges.low[self.rows[wide]] = np.minimum(self.ranges.low[self.rows[wide]], self.low[wide])
        self.ranges.high[self.rows[wide]] = np.maximum(self.ranges.high[self.rows[wide]], self.high[wide])

    def is_shown_wide(self, k: int, vector: Floats) -> bool:
        """Whether two populations of whole people differ enough in one target; asks for a second one if need be."""
        if np.isfinite(self.low[k]) and self.high[k] - self.low[k] < self.need:
            for low, high in ((self.low[k] + self.need, np.inf), (self.least[k], self.high[k] - self.need)):
                if low <= high and self.high[k] - self.low[k] < self.need:
                    self.run_whole(np.zeros(len(vector)), {"time_limit": WHOLE_SECONDS}, (vector, low, high))
        return bool(self.high[k] - self.low[k] >= self.need)

    def push(self, objective: Floats) -> None:
        """A population of whole people near the smallest value of the objective."""
        if self.has_whole_corners:
            found = self.run(objective)
            self.has_whole_corners = self.witness(found.x)
        if not self.has_whole_corners:
            self.run_whole(objective, {"mip_rel_gap": PUSH_GAP, "time_limit": PUSH_SECONDS})

    def witness(self, x: Floats) -> bool:
        """Note what a population of whole people proves; False when some are not whole."""
        whole = np.round(x)
        if np.abs(x - whole).max() > EPS:
            return False
        values = self.targets @ whole
        possible = values >= self.least
        self.low = np.where(possible, np.minimum(self.low, values), self.low)
        self.high = np.where(possible, np.maximum(self.high, values), self.high)
        return True

    def solve(self, objective: Floats) -> tuple[float, set[int]]:
        """Smallest value of the objective, and the unknowns whose bounds hold it there."""
        found = self.run(objective)
        self.witness(found.x)
        held = np.abs(found.lower.marginals) + np.abs(found.upper.marginals) > EPS
        return float(found.fun), set(np.flatnonzero(held).tolist())

    def solve_whole(self, objective: Floats) -> float:
        """The same among populations of whole people; without an answer in time, the cell counts as narrow."""
        found = self.run_whole(objective, {"time_limit": WHOLE_SECONDS})
        return float(round(found.fun)) if found.status == 0 else float("inf")

    def run(self, objective: Floats) -> Any:
        """One linear program."""
        from scipy.optimize import linprog

        found = linprog(objective, **self.constraints)
        self.ranges.problems += 1
        if found.status != 0:
            raise Contradiction
        return found

    def run_whole(
        self, objective: Floats, options: dict[str, float], asked: tuple[Floats, float, float] | None = None
    ) -> Any:
        """One integer program, if `asked` with a sum between two bounds; any population that it finds is a witness."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        system = self.system
        constraints = [LinearConstraint(system.equal, 0.0, 0.0)] if system.equal.shape[0] else []
        constraints += [LinearConstraint(system.order, -np.inf, 0.0)] if system.order.shape[0] else []
        constraints += [LinearConstraint(asked[0][np.newaxis], *asked[1:])] if asked else []
        found = milp(
            objective,
            constraints=constraints,
            integrality=np.ones(system.size, dtype=int),
            bounds=Bounds(system.low, system.high),
            options=options,
        )
        self.ranges.whole_problems += 1
        if found.x is not None:
            self.witness(found.x)
        return found


def _constraints(system: System) -> dict[str, Any]:
    found: dict[str, Any] = {"bounds": np.column_stack([system.low, system.high]), "method": "highs"}
    if system.order.shape[0]:
        found |= {"A_ub": system.order, "b_ub": np.zeros(system.order.shape[0])}
    if system.equal.shape[0]:
        found |= {"A_eq": system.equal, "b_eq": np.zeros(system.equal.shape[0])}
    return found
