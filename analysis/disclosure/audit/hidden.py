"""Find the hidden numbers, and the range that the published ones leave open for each of them."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import coo_array, csr_array

from analysis.disclosure.audit.findings import Finding, Place
from analysis.disclosure.audit.knowledge import EarlierRelease, Knowledge, Known, known_counts
from analysis.disclosure.audit.ranges import Contradiction, Ranges, find_ranges
from analysis.disclosure.audit.space import Division, Mask
from analysis.disclosure.audit.system import Block, Builder, System, used_divisions
from analysis.disclosure.catalogue import EVERYONE
from analysis.disclosure.draft import ALL

# State of the answers, base, and the group as division and members.
Settled = tuple[str, str, int, bytes]


@dataclass(frozen=True, slots=True)
class CountAudit:
    """Hold leaks of hidden counts, the effort of the search, and settled numbers. More withholding keeps these open."""

    findings: tuple[Finding, ...] = ()
    cells: int = 0
    problems: int = 0
    whole_problems: int = 0
    settled: frozenset[Settled] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Describe one hidden number: a sum of finest groups in a block."""

    block: Block
    bases: tuple[str, ...]
    group: str
    division: int
    mask: Mask
    least: float

    @property
    def keys(self) -> list[Settled]:
        """Return the hidden number in each of its bases."""
        return [(self.block[0], base, self.division, self.mask.tobytes()) for base in self.bases]


def audit_counts(
    releases: Sequence[EarlierRelease],
    counts: Mapping[Place, int],
    divisions: Sequence[Division],
    able: frozenset[Place],
    knowledge: Knowledge,
    settled: frozenset[Settled] = frozenset(),
    attacked: Sequence[EarlierRelease] = (),
) -> CountAudit:
    """Attack each hidden count of a wave.

    Parameters
    ----------
    releases, counts, divisions, knowledge
        As in `Case`.
    able
        Places that the newest release could still withhold.
    settled
        Numbers that an audit of the same tables with more shown has found wide open.
    attacked
        Releases whose hidden counts are attacked, with the knowledge of `releases`; `releases` themselves by default.
    """
    known = known_counts(releases, knowledge)
    variables = frozenset().union(*(division.variables for division in divisions))
    blocks, aliases = _without_twins(known, variables)
    seen = known_counts(attacked, knowledge) if attacked else known
    every = tuple(_targets(releases, counts, divisions, seen, aliases, knowledge))
    cells = sum(len(target.bases) for target in every)
    targets = [target for target in every if not settled.issuperset(target.keys)]
    if not targets:
        return CountAudit(cells=cells, settled=settled)
    blocks = _in_touch(
        blocks, {target.block for target in targets} | {block for block in blocks if block[1] in variables}
    )
    ordered = _ordered(blocks, aliases, releases)
    wholes = {large for _, large in ordered} | {block for block in blocks if block[1] == ALL}
    builder = Builder(divisions, blocks, wholes)
    system, ranges = _ranges(builder, targets, ordered, releases[-1].rules.narrowest_range)
    findings: list[Finding] = []
    for k, target in enumerate(targets):
        if ranges.wide[k]:
            settled = settled.union(target.keys)
        else:
            findings += _findings(target, k, ranges, system, counts, able, aliases, releases)
    return CountAudit(tuple(findings), cells, ranges.problems, ranges.whole_problems, settled)


def _without_twins(
    known: Mapping[Block, Known], variables: frozenset[str]
) -> tuple[dict[Block, Known], dict[Block, tuple[str, ...]]]:
    """Merge bases with the same published numbers into one block, because the same follows for each of them."""
    first: dict[tuple[str, str, frozenset[tuple[str, tuple[float, float]]]], Block] = {}
    aliases: dict[Block, tuple[str, ...]] = {}
    for (data, base), facts in sorted(known.items()):
        block = first.setdefault((data, _kind(base, variables), frozenset(facts.items())), (data, base))
        aliases[block] = (*aliases.get(block, ()), base)
    return {block: known[block] for block in aliases}, aliases


def _kind(base: str, variables: frozenset[str]) -> str:
    """Return everyone's base and the bases of variables by name, as nothing else constrains their people so."""
    return base if base == ALL or base in variables else ""


def _in_touch(blocks: Mapping[Block, Known], attacked: set[Block]) -> dict[Block, Known]:
    """Return the attacked blocks and all respondents, who number at least as many in each group as any other block.

    Bases of variables count as attacked, because they hold everyone with a level.

    A block on the same answers shares only the respondents with others, so it adds no other information on them.
    Blocks on several states of the answers also constrain each other, so all stay.
    """
    if len({data for data, _ in blocks}) > 1:
        return dict(blocks)
    kept = {block: facts for block, facts in blocks.items() if block in attacked or block[1] == ALL}
    for block in [block for block in kept if block[1] == ALL]:
        facts = dict(kept[block])
        for other, found in blocks.items():
            for domain, (low, _) in found.items() if other not in kept else ():
                held = facts.get(domain, (0.0, math.inf))
                facts[domain] = (max(held[0], low), held[1])
        kept[block] = facts
    return kept


def _ordered(
    blocks: Mapping[Block, Known], aliases: Mapping[Block, tuple[str, ...]], releases: Sequence[EarlierRelease]
) -> list[tuple[Block, Block]]:
    """Pair blocks with the blocks that contain them: values within respondents, earlier states within later ones."""
    of_base = {(data, base): (data, first) for (data, first), bases in aliases.items() for base in bases}
    ordered = [(block, (block[0], ALL)) for block in blocks if block[1] != ALL and (block[0], ALL) in blocks]
    states = list(dict.fromkeys(release.data for release in releases))
    for earlier, later in pairwise(states):
        pairs = {
            (of_base[earlier, base], of_base[later, base])
            for data, base in of_base
            if data == earlier and (later, base) in of_base
        }
        ordered += sorted(pairs)
    return ordered


def _targets(
    releases: Sequence[EarlierRelease],
    counts: Mapping[Place, int],
    divisions: Sequence[Division],
    known: Mapping[Block, Known],
    aliases: Mapping[Block, tuple[str, ...]],
    knowledge: Knowledge,
) -> Iterator[Target]:
    newest, threshold = releases[-1].data, releases[-1].rules.count_threshold
    for block, bases in aliases.items():
        zeros = {domain for domain, found in known[block].items() if found == (0, 0)}
        seen: set[tuple[int, bytes]] = set()
        for k in range(len(divisions)) if block[1] == ALL else used_divisions(divisions, known[block]):
            division = divisions[k]
            if block[0] == newest:
                candidates = _hidden_now(division, known[block], bases, counts, threshold)
            else:
                candidates = _hidden_before(division, known[block], bases, counts, threshold)
            for group, mask, smallest, of in candidates:
                key = (k if not mask.all() else -1, mask.tobytes() if not mask.all() else b"")
                if key not in seen and not _is_empty(mask, zeros, division, block[1]):
                    seen.add(key)
                    yield Target(block, of, group, k, mask, float(knowledge == "all" and smallest >= 1))


def _is_empty(mask: Mask, zeros: set[str], division: Division, base: str) -> bool:
    """Return whether the group consists of structural zeros, which are no secret.

    So are people without a level of the variable that the base is made of.
    """
    rest = mask & ~division.without[base] if base in division.without else mask.copy()
    for domain in zeros & division.members.keys():
        rest &= ~division.members[domain]
    return not rest.any()


Hidden = tuple[str, Mask, int, tuple[str, ...]]


def _hidden_now(
    division: Division, known: Known, bases: tuple[str, ...], counts: Mapping[Place, int], threshold: int
) -> Iterator[Hidden]:
    """Return small groups of the catalog, and the rest of a whole without its shown parts."""
    for domain, mask in division.members.items():
        yield from _if_small(domain, mask, {b: counts[b, domain] for b in bases if (b, domain) in counts}, threshold)
    families: dict[str, list[str]] = {}
    for domain in division.members:
        if domain != EVERYONE and known.get(domain, (0, 0))[0] >= threshold:
            families.setdefault(division.families[domain], []).append(domain)
    for whole, outer in division.members.items():
        if known.get(whole, (0, 0))[0] < threshold:
            continue
        for family, members in families.items():
            if family != division.families[whole]:
                yield from _rest(division, whole, outer, members, bases, counts, threshold)


def _rest(
    division: Division,
    whole: str,
    outer: Mask,
    members: Sequence[str],
    bases: tuple[str, ...],
    counts: Mapping[Place, int],
    threshold: int,
) -> Iterator[Hidden]:
    inside = [domain for domain in members if not (division.members[domain] & ~outer).any()]
    if not inside:
        return
    rest = outer & ~np.any([division.members[domain] for domain in inside], axis=0)
    if not rest.any():
        return
    left = {
        base: counts[base, whole] - sum(counts[base, domain] for domain in inside)
        for base in bases
        if all((base, domain) in counts for domain in (whole, *inside))
    }
    yield from _if_small(f"{whole} without {', '.join(inside)}", rest, left, threshold)


def _if_small(group: str, mask: Mask, sizes: Mapping[str, int], threshold: int) -> Iterator[Hidden]:
    small = tuple(base for base, n in sizes.items() if n < threshold)
    if small and mask.any():
        yield group, mask, min(sizes[base] for base in small), small


def _hidden_before(
    division: Division, known: Known, bases: tuple[str, ...], counts: Mapping[Place, int], threshold: int
) -> Iterator[Hidden]:
    """Return groups that an earlier state of the answers hid. Their true size is not stored."""
    for domain, mask in division.members.items():
        found = known.get(domain, (0.0, 0.0))
        small = tuple(
            base for base in bases if found[1] < threshold or counts.get((base, domain), threshold) < threshold
        )
        if found[0] == 0 and found[1] > 0 and small and mask.any():
            yield domain, mask, 1, small


def _ranges(
    builder: Builder, targets: Sequence[Target], ordered: Sequence[tuple[Block, Block]], need: int
) -> tuple[System, Ranges]:
    """Return the ranges of the targets. People can withdraw answers, so an order that no population fits is dropped."""
    least = np.array([target.least for target in targets])
    system = builder.build(ordered)
    rows = _target_rows(builder, targets, system.size)
    try:
        return system, find_ranges(system, rows, least, need)
    except Contradiction:
        system = builder.build([(small, large) for small, large in ordered if small[0] == large[0]])
        return system, find_ranges(system, rows, least, need)


def _target_rows(builder: Builder, targets: Sequence[Target], size: int) -> csr_array:
    columns = [builder.atoms_of(target.block, target.division, target.mask) for target in targets]
    rows = np.repeat(np.arange(len(targets)), [len(found) for found in columns])
    flat = np.concatenate(columns)
    return csr_array(coo_array((np.ones(len(flat)), (rows, flat)), shape=(len(targets), size)))


def _findings(
    target: Target,
    k: int,
    ranges: Ranges,
    system: System,
    counts: Mapping[Place, int],
    able: frozenset[Place],
    aliases: Mapping[Block, tuple[str, ...]],
    releases: Sequence[EarlierRelease],
) -> Iterator[Finding]:
    low, high = float(ranges.low[k]), float(ranges.high[k])
    named = [system.named[j] for j in ranges.binding.get(k, ())]
    for base in target.bases:
        holding = {
            (base if block == target.block else other, domain)
            for block, domain in (name for name in named if name is not None)
            if block[0] == releases[-1].data
            for other in aliases[block]
        }
        by = holding & able or {place for place in able if place[0] == base}
        order = sorted(by, key=lambda place: (place[1] == EVERYONE, counts.get(place, 0), place))
        note = "" if target.block[0] == releases[-1].data else f"answers {target.block[0]}"
        yield Finding("exact" if low >= high else "narrow", base, target.group, low, high, tuple(order), note)
