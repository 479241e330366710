"""The finest groups of people that the published groups tell apart, in which every group is a sum."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.catalogue import EVERYONE, Catalogue, Domain
from analysis.errors import AnalysisError

MOST_ATOMS = 100_000
Mask = NDArray[np.bool_]


class TooFine(AnalysisError):
    """Published groups cross so many variables that they cannot be audited."""

    def __init__(self, variables: Sequence[str], cells: int) -> None:
        self.variables, self.cells = tuple(variables), cells
        super().__init__(
            f"expected crossings of at most {MOST_ATOMS} cells, but the groups over {', '.join(variables)} make {cells}"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """Everyone, divided as finely as one set of connected variables needs.

    Parameters
    ----------
    atoms
        Number of finest groups.
    members
        For each group of the catalogue over these variables, and for everyone, (atoms,) whether the atom belongs to it.
    """

    atoms: int
    members: Mapping[str, Mask]
    families: Mapping[str, str]


def make_divisions(catalogue: Catalogue, used: Iterable[str], open_variables: frozenset[str]) -> tuple[Division, ...]:
    """Divisions by connected variables; groups that no `used` group tells apart are one atom.

    Margins over unconnected variables constrain each other through the size of everyone only, so nothing is lost by
    keeping them apart.
    """
    wanted = set(used)
    domains = [domain for domain in catalogue.domains if domain.id in wanted and domain.where]
    levels = {name: (*found, *([None] if name in open_variables else [])) for name, found in catalogue.variables}
    found = tuple(_division(names, levels, members) for names, members in _connected(domains))
    return found or (Division(1, {EVERYONE: np.ones(1, dtype=bool)}, {EVERYONE: EVERYONE}),)


def _connected(domains: Sequence[Domain]) -> list[tuple[list[str], list[Domain]]]:
    parts: list[tuple[set[str], list[Domain]]] = []
    for domain in domains:
        names, members = {name for name, _ in domain.where}, [domain]
        apart = []
        for other in parts:
            if other[0] & names:
                names, members = names | other[0], other[1] + members
            else:
                apart.append(other)
        parts = [*apart, (names, members)]
    return [(sorted(names), members) for names, members in parts]


def _division(names: list[str], levels: Mapping[str, tuple[str | None, ...]], domains: list[Domain]) -> Division:
    cells = int(np.prod([len(levels[name]) for name in names]))
    if cells > MOST_ATOMS:
        raise TooFine(names, cells)
    grid = dict(zip(names, zip(*product(*(levels[name] for name in names)), strict=True), strict=True))
    columns = {name: np.array(grid[name], dtype=object) for name in names}
    masks = np.array([_mask(domain, columns, cells) for domain in domains])
    packed = np.ascontiguousarray(np.packbits(masks, axis=0).T)
    _, first = np.unique(packed.view([("", np.uint8)] * packed.shape[1]), return_index=True)
    kept = masks[:, np.sort(first)]
    members = {domain.id: kept[k] for k, domain in enumerate(domains)}
    members[EVERYONE] = np.ones(kept.shape[1], dtype=bool)
    return Division(kept.shape[1], members, {domain.id: domain.family for domain in domains} | {EVERYONE: EVERYONE})


def _mask(domain: Domain, columns: Mapping[str, NDArray[np.object_]], cells: int) -> Mask:
    mask = np.ones(cells, dtype=bool)
    for name, allowed in domain.where:
        mask &= np.isin(columns[name].astype(str), sorted(allowed)) & (columns[name] != None)  # noqa: E711
    return mask


def open_variables(catalogue: Catalogue, counts: Mapping[tuple[str, str], int]) -> frozenset[str]:
    """Variables of which some people have no level, by the true counts of any base."""
    bases = {base for base, _ in counts}
    found = set()
    for name, levels in catalogue.variables:
        single = [_single(catalogue, name, level) for level in levels]
        for base in bases:
            parts = [counts.get((base, domain or ""), None) for domain in single]
            whole = counts.get((base, EVERYONE))
            if whole is not None and None not in parts and sum(n for n in parts if n is not None) < whole:
                found.add(name)
    return frozenset(found)


def _single(catalogue: Catalogue, name: str, level: str) -> str | None:
    wanted = ((name, frozenset({level})),)
    return next((domain.id for domain in catalogue.domains if domain.where == wanted), None)
