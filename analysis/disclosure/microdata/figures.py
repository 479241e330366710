"""Read the published means and shares that a reader can compute from a data set too."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.catalogue import Catalogue, domain_id
from analysis.disclosure.cells import Shown
from analysis.disclosure.history import Published
from analysis.disclosure.microdata.answers import item_of
from analysis.disclosure.microdata.draft import DraftMicrodata
from analysis.disclosure.microdata.ranges import released_tells
from analysis.disclosure.microdata.variables import AGENCY, SOURCE, Variable

Columns = Mapping[str, NDArray[Any]]
Place = tuple[str, int]  # a column and its code


@dataclass(frozen=True, slots=True)
class Figure:
    """Hold a published mean of an index or share of an answer, as rounded, and who it describes.

    Parameters
    ----------
    source
        Code of the sample source.
    column, code
        The index; or the item, and the answer whose share it is.
    places
        The columns and codes that all its people have, the source aside.
    value, se, step
        Points from 0 to 100, or a part from 0 to 1; the published standard error; and the step of rounding.
    exact
        Whether the codes describe all its people. People who chose several groups are in each in reports, in none here.
    """

    source: int
    column: str
    code: int | None
    places: tuple[Place, ...]
    value: float
    se: float
    step: float
    exact: bool = True

    def deviations(self, columns: Columns) -> NDArray[np.float64]:
        """Return (n,) how far each record is from the figure; 0 for those that it does not describe."""
        return deviations(columns, self.column, self.code, self.places, self.value)


def deviations(
    columns: Columns, column: str, code: int | None, places: Sequence[Place], value: float
) -> NDArray[np.float64]:
    """Return (n,) value minus figure of the records that a figure describes, and 0 for the others."""
    values = columns[column]
    inside = ~np.isnan(values) if code is None else values >= 0
    for name, wanted in places:
        inside = inside & (columns[name] == wanted)
    found = values if code is None else (values == code)
    return np.where(inside, np.where(inside, found, 0.0) - value, 0.0)


def figures_of(draft: DraftMicrodata, reports: Sequence[Published], steps: Mapping[str, int]) -> tuple[Figure, ...]:
    """Return the figures of reports on the same answers, for groups that codes of the file describe."""
    shown = _shown(reports, draft.data)
    agencies = [Group((AGENCY, label), (AGENCY, code)) for code, label in _agencies(draft).items()]
    groups = [each for variable in draft.keys for each in _groups(variable, steps.get(variable.name, 0))]
    found: list[Figure] = []
    for source in draft.sources:
        for stated in _nested(agencies, groups):
            domain = domain_id([(SOURCE, source.name), *(each.name for each in stated)])
            found += _of_domain(draft, shown.get(domain, {}), source.code, stated)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Group:
    """Hold the variable and level of a group of reports, and the column and code of its people in the file."""

    name: tuple[str, str]
    place: Place
    exact: bool = True


def _nested(agencies: Sequence[Group], groups: Sequence[Group]) -> Iterator[tuple[Group, ...]]:
    for agency in ((), *((each,) for each in agencies)):
        yield agency
        yield from ((*agency, group) for group in groups)


def _agencies(draft: DraftMicrodata) -> Mapping[int, str]:
    return draft.by_name[AGENCY].labels if AGENCY in draft.by_name else {}


def _groups(variable: Variable, step: int) -> Iterator[Group]:
    """Yield the groups of reports whose people have one released code of a key variable for certain."""
    for name, each in released_tells(variable.tells, variable.hierarchy.levels(step)).items():
        if len(each.certain) == 1:
            yield Group(name, (variable.name, next(iter(each.certain))), each.certain == each.possible)


def _shown(reports: Sequence[Published], data: str) -> dict[str, dict[str, tuple[str, Shown]]]:
    """Return group -> term -> unit and cell of each mean and share; a bound is no figure."""
    found: dict[str, dict[str, tuple[str, Shown]]] = {}
    for release in (each.to_release(Catalogue((), ())) for each in reports):
        for table in release.tables if release.data == data else ():
            if table.kind not in ("index", "share") or ".composition_before" in table.id:
                continue
            for row in table.rows:
                if isinstance(row.cell, Shown) and not {"at_most", "at_least"} & set(row.cell.flags):
                    found.setdefault(row.domain, {})[row.term] = (table.kind, row.cell)
    return found


def _of_domain(
    draft: DraftMicrodata, shown: Mapping[str, tuple[str, Shown]], source: int, groups: tuple[Group, ...]
) -> Iterator[Figure]:
    places, exact = tuple(each.place for each in groups), all(each.exact for each in groups)
    for term, (kind, cell) in shown.items():
        if cell.se is None or cell.se <= 0:
            continue
        name = item_of(term)
        variable = draft.by_name.get(name)
        if kind == "index" and variable is not None and variable.kind == "index" and term == name:
            yield Figure(source, name, None, places, cell.value, cell.se, cell.step, exact)
        elif kind == "share" and variable is not None and variable.kind == "item":
            code = _answer(variable, term)
            if code is not None:
                yield Figure(source, name, code, places, cell.value / 100, cell.se / 100, cell.step / 100, exact)


def _answer(variable: Variable, term: str) -> int | None:
    """Return the answer whose share a term is: an option that was chosen, or one answer of a question."""
    if term == variable.name:
        return 1 if variable.codes == (0, 1) else None
    place, _, answer = term.partition(":answer=")
    return int(answer) if place == variable.name and answer.isdigit() else None
