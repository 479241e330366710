"""Find small groups whose figure follows from published figures by adding and subtracting groups."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from itertools import combinations
from operator import or_

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.audit.findings import Finding, Leak, Place
from analysis.disclosure.audit.knowledge import OPEN, Range
from analysis.disclosure.audit.space import Division, Mask
from analysis.disclosure.catalogue import EVERYONE

Floats = NDArray[np.float64]
Part = tuple[str, float]  # a group and how often it is counted
EPS = 1e-7
KEPT = 1024  # many questions cover the same groups, so their consequences are computed once
MOST_PAIRED = 40


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Hold the input of a search for small groups in one base.

    Parameters
    ----------
    base
        Its name.
    shown
        Groups with a published estimate, in this release or an earlier one on the same answers.
    current
        Those of them that the newest release shows, so that it can still withhold them.
    counts
        True or at least rounded sizes of groups, as ranges.
    guarded
        Groups withheld for another reason than their size, which must not follow either.
    threshold
        Size from which a group is not small.
    compared
        Groups whose difference from others is shown; they are withheld after groups that lose no difference.
    """

    base: str
    shown: frozenset[str]
    current: frozenset[str]
    counts: Mapping[str, Range]
    guarded: frozenset[str]
    threshold: int
    compared: frozenset[str] = frozenset()


def find_small_groups(scene: Scene, divisions: Sequence[Division]) -> Iterator[Finding]:
    """Find all groups under the threshold whose figure the published ones disclose."""
    spanned = [total for division in divisions if (total := _everyone(scene, division)) is not None]
    everyone = bool(spanned) or EVERYONE in scene.shown
    if spanned and EVERYONE not in scene.counts:
        scene = replace(scene, counts={**scene.counts, EVERYONE: spanned[0]})
    for division in divisions:
        shown = [domain for domain in division.members if domain in scene.shown and domain != EVERYONE]
        if everyone:
            shown.append(EVERYONE)
        if shown:
            yield from _differences(scene, division, tuple(shown))
            yield from _combinations(scene, division, tuple(shown))


def _everyone(scene: Scene, division: Division) -> Range | None:
    """Return the size of everyone as the sum of shown groups; None where they do not add up to it."""
    parts = _parts_of_everyone(division, tuple(domain for domain in division.members if domain in scene.shown))
    return None if parts is None else _range(scene, parts)


@lru_cache(maxsize=KEPT)
def _parts_of_everyone(division: Division, shown: tuple[str, ...]) -> tuple[Part, ...] | None:
    if not shown:
        return None
    rows = np.array([division.members[domain] for domain in shown], dtype=bool)
    whole = np.ones(division.atoms)
    if not _in_span(_basis(rows.tobytes(), len(rows)), whole[None, :])[0]:
        return None
    parts = np.linalg.lstsq(rows.T.astype(float), whole, rcond=None)[0]
    return tuple(zip(shown, parts.tolist(), strict=True))


def _differences(scene: Scene, division: Division, shown: tuple[str, ...]) -> Iterator[Finding]:
    """Subtract from one group, or two that exclude each other, the groups of a family that lie inside."""
    for wholes, parts in _subtractions(division, shown):
        low, high = _range(scene, [(domain, 1.0) for domain in wholes] + [(domain, -1.0) for domain in parts])
        if _is_small(low, high, scene.threshold):
            leak: Leak = "nested" if len(wholes) == len(parts) == 1 else "combination"
            name = f"{' + '.join(wholes)} - {' - '.join(parts)}"
            by = [*_least_missed(scene, parts), *sorted(wholes, key=lambda domain: _size(scene, domain))]
            yield Finding(leak, scene.base, name, low, high, _culprits(scene, by))


@lru_cache(maxsize=KEPT)
def _subtractions(division: Division, shown: tuple[str, ...]) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Return every pair of groups and groups inside them that leaves at least one person."""
    families = _families(division, [domain for domain in shown if domain != EVERYONE])
    bits = {domain: to_bits(division.members[domain]) for domain in shown}
    return tuple(
        (wholes, parts)
        for wholes in _wholes(families, EVERYONE in shown)
        for members in families.values()
        for parts in _inside(bits, wholes, members)
    )


def _inside(bits: Mapping[str, int], wholes: tuple[str, ...], members: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the members that lie inside, all together and each alone, where at least one person is left."""
    outer = _joined(bits[domain] for domain in wholes)
    inside = tuple(d for d in members if d not in wholes and not bits[d] & ~outer)
    for parts in {inside: None} | {(domain,): None for domain in inside}:
        if parts and outer & ~_joined(bits[domain] for domain in parts):
            yield parts


def to_bits(mask: Mask) -> int:
    """Encode a group as a whole number with a bit for each atom.

    Unions and intersections are then single operations.
    """
    return int.from_bytes(np.packbits(mask).tobytes(), "big")


def _joined(groups: Iterable[int]) -> int:
    return reduce(or_, groups, 0)


def _families(division: Division, shown: Sequence[str]) -> dict[str, list[str]]:
    families: dict[str, list[str]] = {}
    for domain in shown:
        families.setdefault(division.families[domain], []).append(domain)
    return families


def _wholes(families: Mapping[str, Sequence[str]], everyone: bool) -> Iterator[tuple[str, ...]]:
    if everyone:
        yield (EVERYONE,)
    for members in families.values():
        yield from ((domain,) for domain in members)
        if len(members) <= MOST_PAIRED:
            yield from combinations(members, 2)


def _combinations(scene: Scene, division: Division, shown: tuple[str, ...]) -> Iterator[Finding]:
    """Find groups of the catalog and finest groups that any linear combination of published groups equals."""
    for name, used in _solutions(division, shown):
        low, high = scene.counts[name] if name in scene.counts else _range(scene, used)
        if name in scene.guarded or _is_small(low, high, scene.threshold):
            by = sorted(used, key=lambda found: (-round(abs(found[1]), 6), _size(scene, found[0])))
            yield Finding("combination", scene.base, name, low, high, _culprits(scene, [d for d, _ in by]))


@lru_cache(maxsize=KEPT)
def _solutions(division: Division, shown: tuple[str, ...]) -> tuple[tuple[str, tuple[Part, ...]], ...]:
    """Return each hidden group that follows from shown ones, and the parts that it consists of."""
    rows = np.array([division.members[domain] for domain in shown], dtype=bool)
    hidden = [domain for domain in division.members if domain not in shown and domain != EVERYONE]
    names = hidden + [f"finest group {k + 1}" for k in range(division.atoms)]
    masks = np.vstack([*(division.members[domain] for domain in hidden), np.eye(division.atoms, dtype=bool)])
    named = {to_bits(mask) for mask in division.members.values()}
    found = np.flatnonzero(_in_span(_basis(rows.tobytes(), len(rows)), masks.astype(float)))
    places = [k for k in found if k < len(hidden) or to_bits(masks[k]) not in named]
    if not places:
        return ()
    solved = np.linalg.lstsq(rows.T.astype(float), masks[places].T.astype(float), rcond=None)[0]
    return tuple((names[k], _used(shown, parts)) for k, parts in zip(places, solved.T, strict=True))


def _used(shown: tuple[str, ...], parts: Floats) -> tuple[Part, ...]:
    return tuple((domain, part) for domain, part in zip(shown, parts.tolist(), strict=True) if abs(part) > EPS)


def _range(scene: Scene, parts: Iterable[Part]) -> Range:
    low = high = 0.0
    for domain, factor in parts:
        ends = [factor * end for end in scene.counts.get(domain, OPEN)]
        low, high = low + min(ends), high + max(ends)
    return round(low, 6), round(high, 6)


def _is_small(low: float, high: float, threshold: int) -> bool:
    """Return whether the group may hold a person, but fewer than the threshold.

    Negative sizes count people who left.
    """
    return (high >= 1 and low < threshold) or (low <= -1 and high > -threshold)


def _least_missed(scene: Scene, parts: Sequence[str]) -> list[str]:
    """Order parts of a whole by what a reader misses without them.

    Groups that are not compared with others come first, large ones before small ones: the figure of a large group
    is closest to that of the whole, which stays.
    """
    return sorted(parts, key=lambda domain: (domain in scene.compared, -_size(scene, domain), domain))


def _culprits(scene: Scene, domains: Sequence[str]) -> tuple[Place, ...]:
    """Return groups that the newest release can withhold, everyone last."""
    able = [domain for domain in domains if domain in scene.current]
    able.sort(key=lambda domain: domain == EVERYONE)
    return tuple((scene.base, domain) for domain in able)


def _size(scene: Scene, domain: str) -> float:
    return scene.counts.get(domain, OPEN)[1]


@lru_cache(maxsize=256)
def _basis(rows: bytes, count: int) -> Floats:
    """Return an orthonormal basis of the space that the published groups span."""
    matrix = np.frombuffer(rows, dtype=bool).reshape(count, -1).astype(float)
    _, sizes, directions = np.linalg.svd(matrix, full_matrices=False)
    return np.asarray(directions[sizes > EPS * max(sizes[0], 1.0)])


def _in_span(basis: Floats, vectors: Floats) -> NDArray[np.bool_]:
    rest = vectors - (vectors @ basis.T) @ basis
    return np.asarray((rest**2).sum(axis=1) < EPS)
