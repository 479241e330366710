"""Whether the background questions of a survey are coarse enough for the size of a community, before anyone answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product

from app.questionnaire.definition import Item, Survey
from app.questionnaire.problems import Problem

Counts = Mapping[int, float]


def check_identifiability(
    survey: Survey, population: Mapping[str, Counts], k: float = 10, crossed: int = 2
) -> list[Problem]:
    """Refuse key variables that, `crossed` at a time, leave fewer than `k` residents expected in a cell.

    `population[variable][level]` counts residents; level is the option's code. A cell's expectation multiplies the
    shares, as if the variables were independent. Variables without a table, and levels that no table counts (such as
    "another way"), cannot be judged here; disclosure control judges them on the answers.
    """
    tables = {
        item.code: population[str(item.key_variable)]
        for item in survey.key_variables
        if item.key_variable in population
    }
    items = {item.code: item for item in survey.key_variables if item.code in tables}
    strange = [problem for code, item in items.items() for problem in _strange_levels(item, tables[code])]
    if strange:
        return strange
    residents = _residents(items, tables)
    return [
        problem
        for size in range(1, min(crossed, len(items)) + 1)
        for codes in combinations(items, size)
        for problem in _thin_cell([items[code] for code in codes], [tables[code] for code in codes], residents, k)
    ]


def _residents(items: Mapping[str, Item], tables: Mapping[str, Counts]) -> float:
    """How many people there are: where several answers are possible, a table counts people more than once."""
    single = [sum(table.values()) for code, table in tables.items() if not items[code].kind.takes_several]
    return max(single or [max(table.values(), default=0) for table in tables.values()] or [0])


def _strange_levels(item: Item, counts: Counts) -> Iterator[Problem]:
    unknown = sorted(set(counts) - {option.code for option in item.options})
    if unknown:
        listed = ", ".join(map(str, unknown))
        yield Problem(1, item.code, f"expected population levels that it offers, found {listed}")
    if any(count < 0 for count in counts.values()):
        yield Problem(1, item.code, "expected population counts of 0 or more, found a negative one")


def _thin_cell(items: list[Item], tables: list[Counts], residents: float, k: float) -> Iterator[Problem]:
    """The thinnest cell of these variables together, if it is too thin."""
    cells = list(product(*(table.items() for table in tables)))
    if not cells or residents <= 0:
        return
    expected, levels = min((_expected(cell, residents), [level for level, _ in cell]) for cell in cells)
    if expected < k:
        named = " and ".join(f"{item.code} {level}" for item, level in zip(items, levels, strict=True))
        message = f"expected at least {k:g} residents in every cell, found {expected:.1f} at {named}; use broader bands"
        yield Problem(1, " with ".join(item.code for item in items), message)


def _expected(cell: tuple[tuple[int, float], ...], residents: float) -> float:
    expected = residents
    for _, count in cell:
        expected *= count / residents
    return expected
