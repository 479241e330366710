"""Let no row of a report say by being there that someone is in a small group, or gave an answer.

A table has rows for the groups and answers that occur. Where such a row is hidden because too few people stand behind
it, the row itself would show that there is someone, beside a group or answer without a row, of which there is no one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from analysis.disclosure.catalogue import Catalogue, Domain
from analysis.disclosure.cells import Withheld
from analysis.disclosure.tables import ProtectedRow, ProtectedTable

SPLITS = ("source", "agency", "quality")  # variables that divide a report, not the people of one part of it
ANSWERS = re.compile(r"(item_|institutions$|composition_)")  # tables with a row for each answer or level


def without_presence(tables: Sequence[ProtectedTable], catalogue: Catalogue) -> tuple[ProtectedTable, ...]:
    """Return the tables with all levels of a group, and without the answers to a question that is hidden as a whole.

    A level of a group that no one has is hidden like one that few people have. The answers of a question are left out
    where none of them is shown, because its rows would list those that were given.
    """
    domains = {domain.id: domain for domain in catalogue.domains}
    shown = {row.domain for table in tables for row in table.rows if not isinstance(row.cell, Withheld)}
    return tuple(_completed(_without_answers(table), catalogue, domains, shown) for table in tables)


def _without_answers(table: ProtectedTable) -> ProtectedTable:
    name = table.id.partition(".")[2] or table.id
    if table.kind != "share" or not ANSWERS.match(name):
        return table
    shown = {_question(row) for row in table.rows if not isinstance(row.cell, Withheld)}
    kept = tuple(row for row in table.rows if _question(row) in shown or not _is_few(row))
    return replace(table, rows=kept)


def _question(row: ProtectedRow) -> tuple[str, str]:
    return row.domain, re.split(r"[:=_]", row.term)[0]


def _is_few(row: ProtectedRow) -> bool:
    return isinstance(row.cell, Withheld) and row.cell.reason in ("too_few", "too_few_effective", "one_dominates")


def _completed(
    table: ProtectedTable, catalogue: Catalogue, domains: Mapping[str, Domain], shown: AbstractSet[str]
) -> ProtectedTable:
    """Add a hidden row for each level of the table's groups that has none, in each agency.

    A group of which another figure is shown has people enough: its row is missing for another reason.
    """
    if table.kind == "count":
        return table  # the groups that single statements count
    there = {(row.domain, row.term) for row in table.rows}
    added = [
        ProtectedRow(domain, row.term, row.base, against, Withheld("too_few"), is_claim=row.is_claim)
        for row in table.rows
        for domain, against in _siblings(row, catalogue, domains)
        if (domain, row.term) not in there and domain not in shown
    ]
    if not added:
        return table
    unique = {(row.domain, row.term): row for row in reversed(added)}
    order = {domain: place for place, domain in enumerate(domains)}
    terms = {term: place for place, term in enumerate(dict.fromkeys(row.term for row in table.rows))}
    rows = sorted((*table.rows, *unique.values()), key=lambda row: (terms[row.term], order.get(row.domain, 0)))
    return replace(table, rows=tuple(rows))


def _siblings(
    row: ProtectedRow, catalogue: Catalogue, domains: Mapping[str, Domain]
) -> Iterator[tuple[str, str | None]]:
    """Yield the groups of the same variable in all agencies, each with what it is compared with."""
    found = domains.get(row.domain)
    where = dict(found.where) if found else {}
    names = [name for name in where if name not in SPLITS]
    if len(names) != 1 or any(len(levels) != 1 for levels in where.values()):
        return
    if row.against is not None and f"{names[0]}=" in row.against:
        return  # a pair of groups, of which each is there only where the other is
    own = _pair(names[0], where)
    agencies = dict(catalogue.variables).get("agency", ()) if "agency" in where else ("",)
    for agency in agencies:
        for level in _levels(catalogue.variables, names[0]):
            swaps = {own: f"{names[0]}={level}"} | ({_pair("agency", where): f"agency={agency}"} if agency else {})
            domain = _swapped(row.domain, swaps)
            if domain in domains:
                yield domain, None if row.against is None else _swapped(row.against, swaps)


def _pair(name: str, where: Mapping[str, frozenset[str]]) -> str:
    return f"{name}={next(iter(where[name]))}"


def _swapped(domain: str, swaps: Mapping[str, str]) -> str:
    """Return the group with other levels; each part of its name is a variable and a level."""
    return ", ".join(swaps.get(part, part) for part in domain.split(", "))


def _levels(variables: Iterable[tuple[str, tuple[str, ...]]], name: str) -> tuple[str, ...]:
    """Return the levels of a variable; of a group that several answers can name, only those who are in it."""
    levels = dict(variables)[name]
    return ("yes",) if set(levels) == {"yes", "no"} else levels
