"""Build the finest groups of people that the published groups distinguish. Every group is a sum of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.catalogue import EVERYONE, Catalogue, Domain, domain_id
from analysis.errors import AnalysisError

MOST_ATOMS = 100_000
Mask = NDArray[np.bool_]


class TooFine(AnalysisError):
    """Refuse published groups that cross too many variables to be audited."""

    def __init__(self, variables: Sequence[str], cells: int) -> None:
        self.variables, self.cells = tuple(variables), cells
        super().__init__(
            f"expected crossings of at most {MOST_ATOMS} cells, but the groups over {', '.join(variables)} make {cells}"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """Divide everyone as finely as one set of variables needs.

    Parameters
    ----------
    atoms
        Number of finest groups.
    members
        For each group of the catalog over these variables, and for everyone, (atoms,) whether the atom belongs to it.
    families
        The division of the catalog that each member belongs to.
    links
        Members that another division has too: its sums must be the same there, published or not.
    without
        For each variable that some people have no level of, (atoms,) whether the atom has none.
    variables
        The variables that divide.
    """

    atoms: int
    members: Mapping[str, Mask]
    families: Mapping[str, str]
    links: frozenset[str] = frozenset({EVERYONE})
    without: Mapping[str, Mask] = field(default_factory=dict)
    variables: frozenset[str] = frozenset()

    def with_level(self, variable: str) -> Mask | None:
        """Return (atoms,) whether the atom has a level of a variable; None where the division is not about it."""
        if variable not in self.variables:
            return None
        return ~self.without[variable] if variable in self.without else np.ones(self.atoms, dtype=bool)


def make_divisions(catalogue: Catalogue, used: Iterable[str], open_variables: frozenset[str]) -> tuple[Division, ...]:
    """Make one division for each largest set of variables that a group crosses.

    Groups with the same members are one atom.

    Divisions are linked by the cells of the variables they share (at least by everyone). Where the sets form a tree,
    tables that agree on those cells can always be completed to one table of all variables with the same counts, so
    nothing is lost by keeping them apart (Vorob'ev 1962; Beeri, Fagin, Maier and Yannakakis 1983). Sets that do not
    form a tree are crossed.
    """
    wanted = set(used)
    domains = [domain for domain in catalogue.domains if domain.id in wanted and domain.where]
    levels = {name: (*found, *([None] if name in open_variables else [])) for name, found in catalogue.variables}
    trees = _trees({frozenset(name for name, _ in domain.where) for domain in domains})
    found = tuple(
        _division(sorted(names), levels, [d for d in domains if names.issuperset(name for name, _ in d.where)], shared)
        for names, shared in trees
    )
    return found or (Division(1, {EVERYONE: np.ones(1, dtype=bool)}, {EVERYONE: EVERYONE}),)


Variables = frozenset[str]


def _trees(sets: set[Variables]) -> list[tuple[Variables, list[Variables]]]:
    """Return largest sets of variables, each with those it shares with its neighbor in a tree.

    Without a tree, all are crossed.
    """
    left = [names for names in sets if not any(names < other for other in sets)]
    left.sort(key=sorted)
    shared: dict[Variables, list[Variables]] = {names: [] for names in left}
    while len(left) > 1:
        ear = next(((names, near) for names in left if (near := _neighbour(names, left)) is not None), None)
        if ear is None:
            crossing = frozenset().union(*left)
            return _trees({crossing, *(names for names in shared if names not in left)})
        names, near = ear
        left.remove(names)
        if names & near:
            shared[names].append(names & near)
            shared[near].append(names & near)
    return list(shared.items())


def _neighbour(names: Variables, sets: Sequence[Variables]) -> Variables | None:
    """Return a set that holds all variables which `names` shares with any of the others."""
    others = [other for other in sets if other != names]
    common = names & frozenset().union(*others)
    return next((other for other in others if common <= other), None)


def _division(
    names: list[str],
    levels: Mapping[str, tuple[str | None, ...]],
    domains: Sequence[Domain],
    shared: Sequence[Variables],
) -> Division:
    cells = int(np.prod([len(levels[name]) for name in names]))
    if cells > MOST_ATOMS:
        raise TooFine(names, cells)
    grid = dict(zip(names, zip(*product(*(levels[name] for name in names)), strict=True), strict=True))
    columns = {name: np.array(grid[name], dtype=object) for name in names}
    masks = {domain.id: _mask(domain, columns, cells) for domain in domains}
    links: dict[str, Mask] = {}
    for variables in shared:
        links |= _links(sorted(variables, key=names.index), levels, columns)
    # An atom has a level of a variable or has none; it never joins people of both kinds.
    unstated = {name: columns[name] == None for name in names if None in levels[name]}  # noqa: E711
    atoms = _atoms(np.array([*masks.values(), *links.values(), *unstated.values()]))
    members = {name: mask[atoms] for name, mask in (links | masks).items()}
    members[EVERYONE] = np.ones(len(atoms), dtype=bool)
    families = {domain.id: domain.family for domain in domains} | {EVERYONE: EVERYONE}
    linked = {name: ", ".join(sorted(part.split("=", 1)[0] for part in name.split(", "))) for name in links}
    without = {name: mask[atoms] for name, mask in unstated.items()}
    return Division(len(atoms), members, linked | families, frozenset({EVERYONE, *links}), without, frozenset(names))


def _links(
    variables: Sequence[str], levels: Mapping[str, tuple[str | None, ...]], columns: Mapping[str, NDArray[np.object_]]
) -> dict[str, Mask]:
    """Return the cells of shared variables, named as the catalog names a crossing."""
    found = {}
    for chosen in product(*(levels[name] for name in variables)):
        pairs = list(zip(variables, chosen, strict=True))
        found[domain_id(pairs)] = np.logical_and.reduce([columns[name] == level for name, level in pairs])
    return found


def _atoms(masks: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return one cell for each set of cells that no mask separates."""
    packed = np.ascontiguousarray(np.packbits(masks, axis=0).T)
    _, first = np.unique(packed.view([("", np.uint8)] * packed.shape[1]), return_index=True)
    return np.sort(first)


def _mask(domain: Domain, columns: Mapping[str, NDArray[np.object_]], cells: int) -> Mask:
    mask = np.ones(cells, dtype=bool)
    for name, allowed in domain.where:
        mask &= np.isin(columns[name].astype(str), sorted(allowed)) & (columns[name] != None)  # noqa: E711
    return mask


def open_variables(catalogue: Catalogue, counts: Mapping[tuple[str, str], int]) -> frozenset[str]:
    """Return variables for which some people have no level: all their levels together do not fill a whole of some base.

    The check needs complete lists of levels. A wrong "open" would give the hidden cells of all tables room that a
    reader knows they do not have; a wrong "closed" lets the levels that were not counted take up the rest.
    """
    named = {domain.where: domain.id for domain in catalogue.domains}
    where = {domain.id: domain.where for domain in catalogue.domains}
    levels = dict(catalogue.variables)
    parts: dict[tuple[str, str, str], list[int]] = {}
    for (base, domain), count in counts.items():
        for name, allowed in where.get(domain, ()):
            whole = named.get(tuple(pair for pair in where[domain] if pair[0] != name))
            if len(allowed) == 1 and whole is not None and (base, whole) in counts:
                parts.setdefault((base, whole, name), []).append(count)
    incomplete = {
        name
        for (base, whole, name), found in parts.items()
        if len(found) == len(levels[name]) and sum(found) < counts[base, whole]
    }
    return frozenset(incomplete | _unstated(levels, counts))


def _unstated(variables: Iterable[str], counts: Mapping[tuple[str, str], int]) -> set[str]:
    """Return variables whose own base, everyone with a level, has fewer people than another base."""
    most: dict[str, int] = {}
    for (_, domain), count in counts.items():
        most[domain] = max(count, most.get(domain, 0))
    names = set(variables)
    return {base for (base, domain), count in counts.items() if base in names and count < most[domain]}
