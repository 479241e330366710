"""Whether the true counts of a draft fit together and to what was published on the same answers."""

from collections.abc import Mapping, Sequence

from analysis.disclosure.audit import EarlierRelease
from analysis.disclosure.audit.knowledge import known_counts
from analysis.disclosure.catalogue import EVERYONE, Catalogue, UnknownDomain
from analysis.disclosure.draft import ALL, DraftReport
from analysis.errors import AnalysisError

Place = tuple[str, str]


class RepeatedTable(AnalysisError):
    """Refuse two tables of one report with the same name."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(f"expected each table of a report to have its own id, but '{table}' stands twice")


class InconsistentCounts(AnalysisError):
    """Refuse two different counts of one group of one base."""

    def __init__(self, base: str, group: str, first: int, second: int) -> None:
        self.base, self.group, self.first, self.second = base, group, first, second
        super().__init__(
            f"expected one count of '{group}' in base '{base}', but found {first} and {second}; "
            "tables about different people need different bases"
        )


class Overlapping(AnalysisError):
    """Refuse groups of one family that together hold more people than there are."""

    def __init__(self, base: str, family: str, parts: int, whole: int) -> None:
        self.base, self.family, self.parts, self.whole = base, family, parts, whole
        super().__init__(
            f"expected the groups of '{family}' in base '{base}' to divide everyone ({whole}), but they add up to "
            f"{parts}; a question with several answers needs one variable for each answer"
        )


class LargerThanAll(AnalysisError):
    """Refuse more people with a value than respondents."""

    def __init__(self, base: str, group: str, n: int, everyone: int) -> None:
        self.base, self.group, self.n, self.everyone = base, group, n, everyone
        super().__init__(
            f"expected at most the {everyone} people of base '{ALL}' in '{group}' of base '{base}', but found {n}"
        )


class SameDataOtherCounts(AnalysisError):
    """Refuse counts that contradict an earlier report on the same answers."""

    def __init__(self, data: str, base: str, group: str) -> None:
        self.data, self.base, self.group = data, base, group
        super().__init__(
            f"expected the counts that were published on answers '{data}', but '{group}' in base '{base}' differs; "
            "changed answers need a new name"
        )


def counts_of(draft: DraftReport) -> dict[Place, int]:
    """Return the true count of each base and group, after a check that all tables agree."""
    _check_ids(draft)
    known = set(draft.catalogue.ids)
    counts: dict[Place, int] = {}
    for base, group, n in draft.counted():
        if group not in known:
            raise UnknownDomain(group, draft.catalogue.ids)
        if counts.setdefault((base, group), n) != n:
            raise InconsistentCounts(base, group, counts[base, group], n)
    _check_bases(counts)
    _check_families(draft.catalogue, counts)
    return counts


def check_same_data(draft: DraftReport, counts: Mapping[Place, int], history: Sequence[EarlierRelease]) -> None:
    """Raise when the true counts contradict an earlier report on the same answers."""
    known = known_counts([release for release in history if release.data == draft.data], "all")
    for (_, base), facts in known.items():
        for group, (low, high) in facts.items():
            if not low <= counts.get((base, group), low) <= high:
                raise SameDataOtherCounts(draft.data, base, group)


def _check_ids(draft: DraftReport) -> None:
    seen: set[str] = set()
    for table in draft.tables:
        if table.id in seen:
            raise RepeatedTable(table.id)
        seen.add(table.id)


def _check_bases(counts: Mapping[Place, int]) -> None:
    for (base, group), n in counts.items():
        if n > counts.get((ALL, group), n):
            raise LargerThanAll(base, group, n, counts[ALL, group])


def _check_families(catalogue: Catalogue, counts: Mapping[Place, int]) -> None:
    families = {domain.id: domain.family for domain in catalogue.domains}
    sums: dict[Place, int] = {}
    for (base, group), n in counts.items():
        sums[base, families[group]] = sums.get((base, families[group]), 0) + n
    for (base, family), parts in sums.items():
        whole = counts.get((base, EVERYONE), parts)
        if parts > whole:
            raise Overlapping(base, family, parts, whole)
