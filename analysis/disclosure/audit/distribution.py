"""Find hidden ends of a distribution that follow from the other shares, because shares of a question add up to 100."""

from collections.abc import Iterator

from analysis.disclosure.audit.findings import Finding
from analysis.disclosure.cells import Shown, range_of_rounded
from analysis.disclosure.rules import Rules
from analysis.disclosure.tables import ProtectedRow, ProtectedTable

Distribution = tuple[str, str, str]


def column_of(term: str) -> str:
    """Return the question of a share's term: ``vote`` of ``vote=yes``."""
    return term.split("=", 1)[0]


def find_known_ends(tables: tuple[ProtectedTable, ...], rules: Rules) -> Iterator[Finding]:
    """Find answers that provably no one or everyone in a group gave, and sensitive ones that provably few gave."""
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
    cells = [row.cell for row in rows if isinstance(row.cell, Shown)]
    if len(cells) < len(rows) or len(cells) < 2:
        return
    ranges = [share_range(cell, rules.share_end) for cell in cells]
    lowest, highest = sum(low for low, _ in ranges), sum(high for _, high in ranges)
    for row, cell, (low, high) in zip(rows, cells, ranges, strict=True):
        low, high = max(low, 100 - (highest - high)), min(high, 100 - (lowest - low))
        least, most = range_of_rounded(cell.n, rules.rounding_base)
        people = (round(low * least / 100, 6), round(high * most / 100, 6))
        others = (round((100 - high) * least / 100, 6), round((100 - low) * most / 100, 6))
        if any(_tells(ends, table.sensitive, rules) for ends in (people, others)):
            yield Finding("share", row.base, f"{row.domain}: {row.term}", *people, ((row.base, row.domain),), table.id)


def _tells(people: tuple[float, float], sensitive: bool, rules: Rules) -> bool:
    if people[1] < 1:
        return True
    return sensitive and people[0] < rules.count_threshold - 1 and people[1] - people[0] < rules.narrowest_range


def share_range(cell: Shown, share_end: float = 5) -> tuple[float, float]:
    """Return the range of percentages that holds the share.

    A bound beyond the end means that the share is not at the end.

    Examples
    --------
    >>> share_range(Shown(5.0, None, None, None, 50, 50, ("at_most",))), share_range(Shown(40.0, 30, 50, 5, 50, 50))
    ((0.0, 5.0), (39.5, 40.5))
    >>> share_range(Shown(6.0, None, None, None, 50, 50, ("at_most",)))
    (5.0, 5.5)
    """
    half, end = cell.step / 2, max(share_end, cell.step)
    if "at_most" in cell.flags:
        return (0.0, cell.value) if cell.value <= end else (cell.value - cell.step, cell.value - half)
    if "at_least" in cell.flags:
        return (cell.value, 100.0) if cell.value >= 100 - end else (cell.value + half, cell.value + cell.step)
    return cell.value - half, cell.value + half
