"""Repair tables: withhold more cells and audit again until nothing leaks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from analysis.disclosure.audit.distribution import Answers, column_of, find_known_ends
from analysis.disclosure.audit.findings import Audit, Finding, Place
from analysis.disclosure.audit.hidden import CountAudit
from analysis.disclosure.audit.inquiry import (
    Case,
    audit_open_counts,
    find_changes,
    find_disobedience,
    find_subtractions,
)
from analysis.disclosure.audit.knowledge import EarlierRelease, answers_of
from analysis.disclosure.catalogue import EVERYONE, Catalogue
from analysis.disclosure.cells import Reason, Shown, Withheld
from analysis.disclosure.draft import DraftTable
from analysis.disclosure.rules import Rules
from analysis.disclosure.shares import SHARE_STEPS
from analysis.disclosure.tables import ProtectedRow, ProtectedTable, Steps, protect
from analysis.errors import AnalysisError

MOST_ROUNDS = 200
Tables = tuple[ProtectedTable, ...]
Look = Callable[[Case], Iterable[Finding]]


class TooFewNewAnswers(AnalysisError):
    """Refuse a report on nearly the same people as an earlier one, because the difference would show the new ones."""

    def __init__(self, base: str, release: str) -> None:
        self.base, self.release = base, release
        super().__init__(
            f"expected enough answers to have changed since {release} that no few people can be found by comparing, "
            f"but those in base '{base}' changed by too few"
        )


class EarlierPublicationLeaks(AnalysisError):
    """Refuse a report because earlier publications disclose a small group, whatever it withholds."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(
            f"expected earlier reports to keep small groups hidden, but they give away '{finding.group}' "
            f"in base '{finding.base}'"
        )


class StillLeaks(AnalysisError):
    """Stop because withholding did not end."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(f"expected a clean audit, but {len(self.findings)} leaks are left")


@dataclass(frozen=True, slots=True)
class Guarded:
    """Hold tables that leak nothing, and their audit."""

    tables: Tables
    audit: Audit


def guard(
    drafts: tuple[DraftTable, ...],
    catalogue: Catalogue,
    data: str,
    history: tuple[EarlierRelease, ...],
    rules: Rules,
    counts: Mapping[Place, int],
) -> Guarded:
    """Protect tables so that they, alone or with the history, disclose no small group."""
    answers = answers_of(history, data)
    tables = _with_guarded_ends(drafts, rules, counts, catalogue, answers)
    case = Case(catalogue, (*history, EarlierRelease(data, rules, tables)), counts)
    hidden = _CountLooks()
    case = _until_all_clean(
        case,
        {
            find_changes: "changed_by_few",
            find_subtractions: "protects_another",
            hidden: "protects_another",
            _find_ends: "protects_another",
        },
    )
    return Guarded(case.newest.tables, _last_look(case, hidden.last))


def _until_all_clean(case: Case, looks: Mapping[Look, Reason]) -> Case:
    """Repair until every look finds these very tables clean: a cell hidden for one may let another follow."""
    clean: dict[Look, Case] = {}
    while waiting := [look for look in looks if clean.get(look) is not case]:
        case = clean[waiting[0]] = _until_clean(case, waiting[0], looks[waiting[0]])
    return case


def _find_ends(case: Case) -> tuple[Finding, ...]:
    """Find ends that follow now: a cell that was hidden later may say that its group is small."""
    return tuple(find_known_ends(case.newest.tables, case.newest.rules, case.answers))


class _CountLooks:
    """Audit the hidden counts repeatedly, each time only those that are not settled."""

    def __init__(self) -> None:
        self.last = CountAudit()

    def __call__(self, case: Case) -> tuple[Finding, ...]:
        found = audit_open_counts(case, settled=self.last.settled)
        self.last = replace(
            found,
            problems=found.problems + self.last.problems,
            whole_problems=found.whole_problems + self.last.whole_problems,
        )
        return found.findings


def _last_look(case: Case, hidden: CountAudit) -> Audit:
    """Return the audit of tables that all looks found clean and whose cells obey the rules."""
    if left := tuple(find_disobedience(case)):
        raise StillLeaks(left)
    return Audit((), hidden.cells, len(case.releases), hidden.problems, hidden.whole_problems)


def _until_clean(case: Case, find: Look, reason: Reason) -> Case:
    for _ in range(MOST_ROUNDS):
        findings = tuple(find(case))
        if not findings:
            return case
        case = case.with_newest(replace(case.newest, tables=_repaired(case.newest.tables, findings, reason)))
    raise StillLeaks(findings)


def _repaired(tables: Tables, findings: Iterable[Finding], reason: Reason) -> Tables:
    """Withhold the best place of each finding. A finding that shares a place with an earlier one may need no more."""
    taken: set[Place] = set()
    for finding in findings:
        if not finding.by:
            raise EarlierPublicationLeaks(finding)
        if taken & set(finding.by):
            continue
        if finding.leak == "change" and finding.by[0][1] == EVERYONE:
            raise TooFewNewAnswers(finding.base, finding.note)
        taken.add(finding.by[0])
        tables = withhold(tables, finding.by[0], reason, with_counts=finding.leak in ("exact", "narrow", "change"))
    return tables


def withhold(tables: Tables, place: Place, reason: Reason, *, with_counts: bool) -> Tables:
    """Return tables without any figure on a group in a base."""
    base, domain = place

    def change(row: ProtectedRow) -> ProtectedRow:
        groups = row.counts if with_counts else row.speaks_of
        return row.withheld(reason) if row.base == base and domain in groups else row

    return tuple(table.changed(change) if with_counts or table.kind != "count" else table for table in tables)


def _with_guarded_ends(
    drafts: tuple[DraftTable, ...], rules: Rules, counts: Mapping[Place, int], catalogue: Catalogue, answers: Answers
) -> Tables:
    """Protect each cell, with shares in coarser steps where a hidden end would follow from the other answers."""
    steps: Steps = {}
    while True:
        tables = protect(drafts, rules, steps, catalogue)
        findings = [found for found in find_known_ends(tables, rules, answers) if _key(found) not in _given_up(steps)]
        if not findings:
            return _agreeing(_without(tables, _given_up(steps)), counts, rules)
        for key in {_key(found) for found in findings}:
            steps[key] = _coarser(tables, key)


def _key(finding: Finding) -> tuple[str, str, str]:
    """Return table, group and question of a leaking share."""
    return finding.note, finding.by[0][1], column_of(finding.group.split(": ", 1)[1])


def _coarser(tables: Tables, key: tuple[str, str, str]) -> float:
    used = max(
        row.cell.step
        for table in tables
        if table.id == key[0]
        for row in table.rows
        if (row.domain, column_of(row.term)) == key[1:] and isinstance(row.cell, Shown)
    )
    return next((step for step in SHARE_STEPS if step > used), 100.0)


def _given_up(steps: Steps) -> set[tuple[str, str, str]]:
    return {key for key, step in steps.items() if step > SHARE_STEPS[-1]}


def _without(tables: Tables, keys: set[tuple[str, str, str]]) -> Tables:
    def changed(table: ProtectedTable) -> ProtectedTable:
        return table.changed(
            lambda row: row.withheld("protects_another") if (table.id, row.domain, column_of(row.term)) in keys else row
        )

    return tuple(changed(table) for table in tables)


def _agreeing(tables: Tables, counts: Mapping[Place, int], rules: Rules) -> Tables:
    """Hide a group, and gaps to it, in all tables on the same base if one of them must hide it."""
    for table in tables:
        for row in table.rows:
            if isinstance(row.cell, Withheld) and row.cell.reason == "one_dominates":
                tables = withhold(tables, (row.base, row.domain), "one_dominates", with_counts=False)
    for place, n in counts.items():
        if n < rules.score_minimum:
            tables = withhold(tables, place, "too_few", with_counts=False)
    return tables
