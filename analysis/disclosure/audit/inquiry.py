"""Run the whole audit: rules, shares, changes, subtraction, and the open range of each hidden count."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from analysis.disclosure.audit.change import find_few_changes
from analysis.disclosure.audit.distribution import find_known_ends
from analysis.disclosure.audit.findings import Audit, Finding, Place
from analysis.disclosure.audit.hidden import CountAudit, Settled, audit_counts
from analysis.disclosure.audit.knowledge import EarlierRelease, Knowledge, Range, answers_of, known_counts
from analysis.disclosure.audit.space import Division, make_divisions, open_variables
from analysis.disclosure.audit.subtraction import Scene, find_small_groups
from analysis.disclosure.catalogue import EVERYONE, Catalogue
from analysis.disclosure.cells import Reason, Shown, Withheld
from analysis.disclosure.obedience import violations

GUARDED: frozenset[Reason] = frozenset({"one_dominates", "changed_by_few"})


@dataclass(frozen=True, eq=False)
class Case:
    """Hold the input of an audit.

    Parameters
    ----------
    catalogue
        The groups.
    releases
        Everything published for the wave in order; the last one is the newest and can still be changed.
    counts
        True numbers of people by base and group, of the newest release's answers.
    """

    catalogue: Catalogue
    releases: tuple[EarlierRelease, ...]
    counts: Mapping[Place, int] = field(default_factory=dict)

    @property
    def newest(self) -> EarlierRelease:
        """Return the release that can still be changed."""
        return self.releases[-1]

    @property
    def answers(self) -> Mapping[tuple[str, str], Range]:
        """Return the numbers of people with an answer that data sets on the same answers show."""
        return answers_of(self.releases[:-1], self.newest.data)

    @cached_property
    def divisions(self) -> tuple[Division, ...]:
        """Return the finest groups that the releases distinguish."""
        rows = [row for release in self.releases for table in release.tables for row in table.rows]
        used = {row.domain for row in rows} | {row.part for row in rows if row.part is not None}
        used |= {domain for release in self.releases for domain in release.ranges}
        used |= {domain for _, domain in self.counts}
        return make_divisions(self.catalogue, used, open_variables(self.catalogue, self.counts))

    def with_newest(self, newest: EarlierRelease) -> "Case":
        """Return the case with another newest release."""
        case = Case(self.catalogue, (*self.releases[:-1], newest), self.counts)
        case.__dict__["divisions"] = self.divisions
        return case

    @cached_property
    def stated_before(self) -> frozenset[tuple[Place, bool]]:
        """Return places that an earlier release on the same answers shows, and whether with an estimate."""
        return frozenset(
            ((row.base, domain), table.kind != "count")
            for release in self.releases[:-1]
            if release.data == self.newest.data
            for table in release.tables
            for row in table.rows
            if isinstance(row.cell, Shown)
            for domain in row.counts
        )


def audit_releases(
    catalogue: Catalogue,
    releases: Sequence[EarlierRelease],
    counts: Mapping[Place, int],
    knowledge: Knowledge = "all",
) -> Audit:
    """Find every fact about few people that a reader of all releases of a wave could derive.

    Parameters
    ----------
    catalogue
        The groups that the releases cover.
    releases
        All releases of the wave in order.
    counts
        True numbers of people by base and group, of the answers behind the newest release.
    knowledge
        The reader's knowledge beside the numbers: ``none``, ``rule`` (thresholds and reasons) or ``all`` (also
        structural zeros, that counts are whole, and membership of the hidden group).

    Examples
    --------
    >>> from analysis.disclosure.draft import DraftTable
    >>> from analysis.disclosure.rules import Rules
    >>> from analysis.disclosure.tables import protect
    >>> people = {"everyone": 63, "sex=w": 60, "sex=m": 3}
    >>> table = DraftTable("who", "Who answered", "count", tuple(people.values()), rows=tuple(people))
    >>> naive = Rules(rounding_base=1)
    >>> release = EarlierRelease("1", naive, protect([table], naive))
    >>> counts = {("all", name): n for name, n in people.items()}
    >>> found = audit_releases(Catalogue.of({"sex": ["w", "m"]}), [release], counts)
    >>> [(leak.leak, leak.group, leak.low, leak.high) for leak in found.findings]
    [('exact', 'sex=m', 3.0, 3.0)]
    """
    case = Case(catalogue, tuple(releases), dict(counts))
    hidden = audit_open_counts(case, knowledge)
    findings = (
        *find_disobedience(case),
        *find_known_ends(case.newest.tables, case.newest.rules, case.answers),
        *find_changes(case),
        *find_subtractions(case),
        *hidden.findings,
    )
    return Audit(findings, hidden.cells, len(case.releases), hidden.problems, hidden.whole_problems)


def find_known_before(
    catalogue: Catalogue, releases: Sequence[EarlierRelease], counts: Mapping[Place, int]
) -> frozenset[Finding]:
    """Find hidden counts of the newest release whose range is as narrow for a reader of the earlier ones alone."""
    case = Case(catalogue, tuple(releases), dict(counts))
    silent = case.with_newest(EarlierRelease(case.newest.data, case.newest.rules))
    return frozenset(audit_open_counts(silent, attacked=case.releases).findings)


def find_disobedience(case: Case) -> Iterator[Finding]:
    """Find cells of the newest release that break the rules."""
    for name, row, broken in violations(case.newest.tables, case.newest.rules):
        yield Finding("rule", row.base, row.domain, 0, 0, ((row.base, row.domain),), f"{name}: {broken}")
    threshold = case.newest.rules.count_threshold
    for table in case.newest.tables:
        for row in table.rows:
            n = min(case.counts.get((row.base, group), threshold) for group in row.counts)
            if isinstance(row.cell, Shown) and n < threshold and "structural" not in row.cell.flags:
                yield Finding("rule", row.base, row.domain, n, n, ((row.base, row.domain),), f"{table.id}: too few")


def find_changes(case: Case) -> Iterator[Finding]:
    """Find groups that differ by few people between the newest release and an earlier one."""
    return find_few_changes(case.releases, case.counts, case.divisions)


def find_subtractions(case: Case) -> Iterator[Finding]:
    """Find small groups whose estimate follows from the estimates of other groups on the same answers."""
    sizes = known_counts([r for r in case.releases if r.data == case.newest.data], "all")
    for base in sorted({row.base for table in case.newest.tables for row in table.rows}):
        shown = _shown_estimates(case, base)
        if not shown:
            continue
        before = frozenset(domain for (stated, domain), estimated in case.stated_before if stated == base and estimated)
        counts: dict[str, Range] = dict(sizes.get((case.newest.data, base), {}))
        counts.update({domain: (n, n) for (of, domain), n in case.counts.items() if of == base})
        guarded, compared = _guarded(case, base), _compared(case, base)
        threshold = case.newest.rules.count_threshold
        scene = Scene(base, shown | before, shown - before, counts, guarded, threshold, compared)
        yield from find_small_groups(scene, case.divisions)


def audit_open_counts(
    case: Case,
    knowledge: Knowledge = "all",
    settled: frozenset[Settled] = frozenset(),
    attacked: Sequence[EarlierRelease] = (),
) -> CountAudit:
    """Compute the open range of each hidden count by linear and integer programs.

    The counts are those that `attacked` hides; by default, the case's own releases.
    """
    shown = {
        (row.base, group)
        for table in case.newest.tables
        for row in table.rows
        if isinstance(row.cell, Shown) and "structural" not in row.cell.flags
        for group in (row.domain, row.part)
        if group is not None
    }
    able = frozenset(shown - {place for place, _ in case.stated_before})
    return audit_counts(case.releases, case.counts, case.divisions, able, knowledge, settled, attacked)


def _shown_estimates(case: Case, base: str) -> frozenset[str]:
    return frozenset(
        domain
        for table in case.newest.tables
        if table.kind != "count"
        for row in table.rows
        if row.base == base and isinstance(row.cell, Shown)
        for domain in row.speaks_of
    )


def _compared(case: Case, base: str) -> frozenset[str]:
    """Return groups whose difference from another group is shown."""
    return frozenset(
        row.domain
        for table in case.newest.tables
        for row in table.rows
        if row.base == base and row.against is not None and isinstance(row.cell, Shown)
    )


def _guarded(case: Case, base: str) -> frozenset[str]:
    return frozenset(
        row.domain
        for table in case.newest.tables
        for row in table.rows
        if row.base == base and isinstance(row.cell, Withheld) and row.cell.reason in GUARDED and row.domain != EVERYONE
    )
