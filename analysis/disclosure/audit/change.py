"""Find groups whose published figures changed between two releases although only a few answers did."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from analysis.disclosure.audit.findings import Finding, Place
from analysis.disclosure.audit.knowledge import EarlierRelease, Range, known_counts
from analysis.disclosure.audit.space import Division
from analysis.disclosure.audit.subtraction import Scene, find_small_groups
from analysis.disclosure.cells import Cell, Shown
from analysis.disclosure.tables import ProtectedTable

Display = dict[tuple[str, ...], Cell | int]


def find_few_changes(
    releases: Sequence[EarlierRelease], counts: Mapping[Place, int], divisions: Sequence[Division]
) -> Iterator[Finding]:
    """Find groups shown with new figures, in which fewer people than the threshold were added or removed.

    A reader can subtract the two figures to get the new people's. Earlier true counts are not stored, so the change
    must be large enough for every count that the earlier rounded number allows. The same holds for the rest of a shown
    whole without its shown parts.
    """
    newest = releases[-1]
    for number, earlier in enumerate(releases[:-1], 1):
        if earlier.data != newest.data:
            note = f"release {number}"
            yield from (replace(found, note=note) for found in _changes(earlier, newest, counts, divisions))


def _changes(
    earlier: EarlierRelease, newest: EarlierRelease, counts: Mapping[Place, int], divisions: Sequence[Division]
) -> Iterator[Finding]:
    threshold = newest.rules.count_threshold
    before, now, sizes = displays(earlier.tables), displays(newest.tables), _sizes(earlier)
    estimated = displays([table for table in newest.tables if table.kind != "count"])
    changes: dict[str, dict[str, Range]] = {}
    for place in now.keys() & before.keys() & counts.keys():
        agrees = _agrees(before[place], now[place])
        low, high = (0.0, 0.0) if agrees else (counts[place] - sizes[place][1], counts[place] - sizes[place][0])
        if low < threshold and high > -threshold and not agrees:
            yield Finding("change", *place, low, high, (place,))
        if place in estimated:
            changes.setdefault(place[0], {})[place[1]] = (low, high)
    for base, found in sorted(changes.items()):
        shown = frozenset(found)
        scene = Scene(base, shown, shown, found, frozenset(), threshold)
        yield from (replace(small, leak="change") for small in find_small_groups(scene, divisions))


def displays(tables: Sequence[ProtectedTable]) -> dict[Place, Display]:
    """Return the shown figures and n of each base and group."""
    found: dict[Place, Display] = {}
    for table in tables:
        for row in table.rows:
            if isinstance(row.cell, Shown):
                display = found.setdefault((row.base, row.domain), {})
                display[table.kind, row.term, row.against or ""] = row.cell
                display[("n",)] = row.cell.n
    return found


def _agrees(before: Display, now: Display) -> bool:
    """Return whether all figures that both releases show are equal."""
    return all(before[name] == now[name] for name in before.keys() & now.keys())


def _sizes(release: EarlierRelease) -> dict[Place, Range]:
    known = known_counts([release], "all")
    return {(base, domain): found for (_, base), facts in known.items() for domain, found in facts.items()}
