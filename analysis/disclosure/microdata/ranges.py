"""Derive the sizes of the groups in reports from a file."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.audit.knowledge import Range
from analysis.disclosure.catalogue import Catalogue, Domain
from analysis.disclosure.microdata.classes import Classes
from analysis.disclosure.microdata.codes import SUPPRESSED
from analysis.disclosure.microdata.draft import DraftMicrodata
from analysis.disclosure.microdata.variables import SOURCE, Tells

Codes = NDArray[np.int16]
Mask = NDArray[np.bool_]
Membership = Mapping[tuple[str, str], Mapping[str, Tells]]


def ranges_of_file(
    catalogue: Catalogue,
    classes: Classes,
    telling: Mapping[str, Mapping[tuple[str, str], Tells]],
    missing: Mapping[str, int],
) -> dict[str, Range]:
    """Return group -> range of its number of people, for a reader of the file alone.

    Parameters
    ----------
    catalogue
        The groups.
    classes
        Combinations of the file's source, agency and key variables.
    telling
        Column -> (variable, level) of the catalog -> the codes of the column that have it.
    missing
        Sample source -> the most of its records that may be missing from the file; a source that the file leaves out
        is missing as a whole.
    """
    known = {place: column for column, places in telling.items() for place in places}
    ranges: dict[str, Range] = {}
    for domain in catalogue.domains:
        if all((variable, level) in known for variable, allowed in domain.where for level in allowed):
            certain, possible = _members(domain, classes, telling, known)
            sources = dict(domain.where).get(SOURCE)
            more = sum(n for name, n in missing.items() if sources is None or name in sources)
            ranges[domain.id] = (float(classes.sizes[certain].sum()), float(classes.sizes[possible].sum()) + more)
    return ranges


def _members(
    domain: Domain,
    classes: Classes,
    telling: Mapping[str, Mapping[tuple[str, str], Tells]],
    known: Mapping[tuple[str, str], str],
) -> tuple[Mask, Mask]:
    certain, possible = (np.ones(len(classes.sizes), bool) for _ in range(2))
    for variable, allowed in domain.where:
        columns = {known[variable, level] for level in allowed}
        found = [telling[known[variable, level]][variable, level] for level in sorted(allowed)]
        codes = classes.keys[columns.pop()]
        certain &= np.isin(codes, sorted(set().union(*(each.certain for each in found))))
        possible &= np.isin(codes, [SUPPRESSED, *sorted(set().union(*(each.possible for each in found)))])
    return certain, possible


def released_tells(
    tells: Mapping[tuple[str, str], Tells], levels: Mapping[int, tuple[int, ...]]
) -> dict[tuple[str, str], Tells]:
    """Apply the statements to released codes: a merged code has a level for certain if all its codes do.

    Examples
    --------
    >>> old = {("age", "4"): Tells(frozenset({4}), frozenset({4}))}
    >>> released_tells(old, {1: (1,), 1003: (3, 4)})[("age", "4")]
    Tells(certain=frozenset(), possible=frozenset({1003}))
    """
    return {
        place: Tells(
            frozenset(code for code, group in levels.items() if set(group) <= stated.certain),
            frozenset(code for code, group in levels.items() if set(group) & stated.possible),
        )
        for place, stated in tells.items()
    }


def true_counts(draft: DraftMicrodata, domains: Iterable[Domain]) -> dict[str, int]:
    """Return group -> number of its people, for the groups whose variables the answers hold."""
    counts: dict[str, int] = {}
    for domain in domains:
        found = [_count(draft, domain, k) for k in range(len(draft.sources))]
        if None not in found:
            counts[domain.id] = sum(n for n in found if n is not None)
    return counts


def _count(draft: DraftMicrodata, domain: Domain, k: int) -> int | None:
    source = draft.sources[k]
    inside = np.ones(source.design.rows, bool)
    for variable, allowed in domain.where:
        if variable == SOURCE:
            inside &= source.name in allowed
        elif variable in source.design.table:
            factor = source.design.table.factor(variable)
            chosen = [str(level) in allowed for level in factor.levels]
            inside &= np.array([*chosen, False])[factor.codes]
        else:
            return None
    return int(inside.sum())
