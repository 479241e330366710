"""Find hidden ends of a distribution that follow from the other shares, because shares of a question add up to 100."""

from collections.abc import Iterator

from analysis.disclosure.audit.findings import Finding
from analysis.disclosure.cells import Shown, range_of_rounded
from analysis.disclosure.rules import Rules
from analysis.disclosure.shares import share_range
from analysis.disclosure.tables import ProtectedRow, ProtectedTable

Distribution = tuple[str, str, str]


def column_of(term: str) -> str:
    """Return the question of a share's term: ``vote`` of ``vote=yes``."""
    return term.split("=", 1)[0]


def find_known_ends(tables: tuple[ProtectedTable, ...], rules: Rules) -> Iterator[Finding]:
    """Find answers that provably no one or everyone in a group gave, and those whose small number is nearly known.

    The audit of counts handles shares of counted groups.
    """
    for table in tables:
        if table.kind == "share":
            for rows in _distributions(table).values():
                yield from _known_ends(table, rows, rules)


def _distributions(table: ProtectedTable) -> dict[tuple[str, str], list[ProtectedRow]]:
    found: dict[tuple[str, str], list[ProtectedRow]] = {}
    for row in table.rows:
        found.setdefault((row.domain, column_of(row.term)), []).append(row)
    return found


def _known_ends(table: ProtectedTable, rows: list[ProtectedRow], rules: Rules) -> Iterator[Finding]:
    cells = [row.cell for row in rows if isinstance(row.cell, Shown) and row.part is None]
    if len(cells) < len(rows) or len(cells) < 2:
        return
    ranges = [share_range(cell, rules) for cell in cells]
    lowest, highest = sum(low for low, _ in ranges), sum(high for _, high in ranges)
    for row, cell, (low, high) in zip(rows, cells, ranges, strict=True):
        low, high = max(low, 100 - (highest - high)), min(high, 100 - (lowest - low))
        least, most = range_of_rounded(cell.n, rules.rounding_base)
        people = (round(low * least / 100, 6), round(high * most / 100, 6))
        others = (round((100 - high) * least / 100, 6), round((100 - low) * most / 100, 6))
        if any(_tells(ends, rules) for ends in (people, others)):
            yield Finding("share", row.base, f"{row.domain}: {row.term}", *people, ((row.base, row.domain),), table.id)


def _tells(people: tuple[float, float], rules: Rules) -> bool:
    """Return whether no one can be in the group, or its size is small and nearly known."""
    if people[1] < 1:
        return True
    return people[0] < rules.count_threshold - 1 and people[1] - people[0] < rules.narrowest_range
