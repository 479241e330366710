"""Find groups whose published figures changed between two releases although only a few answers did."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    whole without its shown parts, and for groups that only one of the two releases shows, beside all groups of the
    other.
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
    estimated, estimated_before = _estimates(newest), _estimates(earlier)
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
    for base in sorted({base for base, _ in estimated}):
        then = {domain: sizes[of, domain] for of, domain in estimated_before if of == base}
        now_known = _true_sizes(estimated, base, counts)
        yield from _mixed(Scene(base, frozenset(then), frozenset(), then, frozenset(), threshold), now_known, divisions)
        current = frozenset(now_known)
        yield from _mixed(Scene(base, current, current, now_known, frozenset(), threshold), then, divisions)


def _mixed(scene: Scene, others: Mapping[str, Range], divisions: Sequence[Division]) -> Iterator[Finding]:
    """Find small groups that follow from one release's groups and those that only the other release shows.

    The difference holds a hidden group and the people that changed, so it is small where both are.
    """
    added = {domain: size for domain, size in others.items() if domain not in scene.shown}
    # A release that can still change is one of the two; groups that it alone shows can be withheld.
    current = scene.current or frozenset(added)
    known = {found.group for found in find_small_groups(scene, divisions)} if added else set()
    for chosen in _choices(frozenset(added)):
        counts = {**scene.counts, **{domain: added[domain] for domain in chosen}}
        both = replace(scene, shown=scene.shown | chosen, current=current & (scene.shown | chosen), counts=counts)
        for found in find_small_groups(both, divisions):
            if found.by and found.group not in known:
                known.add(found.group)
                yield replace(found, leak="change")


def _choices(groups: frozenset[str]) -> Iterator[frozenset[str]]:
    """Yield all groups, all but one, and each alone: a group that grew may have been the hidden small one."""
    yield from (
        {groups: None}
        | {groups - {one}: None for one in sorted(groups)}
        | {frozenset({one}): None for one in sorted(groups)}
    )


def _estimates(release: EarlierRelease) -> frozenset[Place]:
    """Return the groups whose estimate a release shows."""
    return frozenset(displays([table for table in release.tables if table.kind != "count"]))


def _true_sizes(shown: Iterable[Place], base: str, counts: Mapping[Place, int]) -> dict[str, Range]:
    return {domain: (counts[of, domain],) * 2 for of, domain in shown if of == base and (of, domain) in counts}


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
