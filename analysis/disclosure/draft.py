"""Define a report before protection. Drafts hold true numbers, so they never leave `services` unpublished."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Literal

from analysis.disclosure.catalogue import EVERYONE, Catalogue, domain_id
from analysis.disclosure.claims import Claims
from analysis.disclosure.sealing import SealedValue
from analysis.disclosure.shares import counted_part
from analysis.errors import AnalysisError, UnequalLengths
from analysis.results import Estimates

Kind = Literal["index", "share", "count", "gap", "figure"]
Unit = Literal["points", "percent", "number", "people"]
FactKind = Literal["date", "text", "count", "rate", "constant", "compared", "clear"]
ALL = "all"
UNITS: dict[Kind, Unit] = {
    "index": "points",
    "share": "percent",
    "count": "people",
    "gap": "points",
    "figure": "number",
}


class LacksEstimates(AnalysisError):
    """Refuse a table without estimates that is not a table of counts."""

    def __init__(self, table: str, kind: str) -> None:
        self.table, self.kind = table, kind
        super().__init__(f"expected estimates in table '{table}' of kind '{kind}', but got none")


@dataclass(frozen=True, slots=True, eq=False)
class DraftTable:
    """Hold a table of true figures, one row for each figure.

    Parameters
    ----------
    id, title
        Its name, unique in the report, and the heading (a message id; it may hold no unpublished number).
    kind
        ``index`` (points 0-100), ``share`` (0-1, shown in percent), ``count`` (people), ``gap`` (a difference) or
        ``figure``.
    rows
        The group of each row, by its id in the catalog; left out, it is read from the estimates.
    estimates
        The figures; None in a table of counts.
    counts
        People behind each row: the base of an estimate, the count itself in a table of counts.
    against
        In a table of gaps the group that each row is compared with; None for something outside this wave.
    base
        Name of the set of people who have a value. Tables with one base must agree on their counts. By default the
        answered column of each row; ``all`` (everyone who responded) in a table of counts.
    heaviest
        Largest part of each row's weight that one person holds; left out, weights are taken as equal.
    structural_zeros
        Groups that cannot have a member by definition.
    sensitive
        Whether the answers are: shares are then shown in steps that are worth at least five people.
    unit
        If it is not the usual one of the kind (a gap between shares is in ``percent``).
    """

    id: str
    title: str
    kind: Kind
    counts: tuple[int, ...]
    estimates: Estimates | None = None
    rows: tuple[str, ...] = ()
    against: tuple[str | None, ...] = ()
    base: str | None = None
    heaviest: tuple[float, ...] | None = None
    structural_zeros: frozenset[str] = frozenset()
    sensitive: bool = False
    unit: Unit | None = None

    def __post_init__(self) -> None:
        if self.estimates is None and self.kind != "count":
            raise LacksEstimates(self.id, self.kind)
        if not self.rows and self.estimates is not None:
            object.__setattr__(self, "rows", tuple(domain_id(row.group) for row in self.estimates))
        if self.kind == "gap" and not self.against:
            object.__setattr__(self, "against", (EVERYONE,) * len(self.rows))
        for name in ("counts", "against", "heaviest", "estimates"):
            found = getattr(self, name)
            if found and len(found) != len(self.rows):
                raise UnequalLengths(f"{self.id}.{name}", len(self.rows), len(found))

    @property
    def shown_unit(self) -> Unit:
        """Return the unit in which the figures are shown."""
        return self.unit or UNITS[self.kind]

    @property
    def terms(self) -> tuple[str, ...]:
        """Return the estimated term of each row."""
        return ("n",) * len(self.rows) if self.estimates is None else tuple(row.term for row in self.estimates)

    def part(self, k: int, groups: AbstractSet[str]) -> tuple[str, int] | None:
        """Return the group of the catalog that a share is about, and its people; None where weights are not equal."""
        if self.kind != "share" or self.estimates is None:
            return None
        group = self.terms[k] if self.rows[k] == EVERYONE else f"{self.rows[k]}, {self.terms[k]}"
        people = counted_part(self.estimates.rows[k]) if group in groups else None
        return None if people is None else (group, people)

    @property
    def bases(self) -> tuple[str, ...]:
        """Return the set of people behind each row."""
        if self.base is not None or self.kind == "count":
            return (self.base or ALL,) * len(self.rows)
        return tuple(term.split("=", 1)[0] for term in self.terms)


@dataclass(frozen=True, slots=True)
class DraftFact:
    """Hold a single statement of the method box or the text.

    Parameters
    ----------
    name
        Its name in the section.
    value
        A text or ISO date, a true number of people (``count``), the pair part and whole (``rate``), or a public
        constant.
    kind
        ``text`` may hold no number that is not also declared; ``constant`` declares one (a threshold, a population
        total). ``compared`` and ``clear`` name a sample source, and become the number of its comparisons that are
        shown, and of those that are clear.
    domain
        The group that the count is the size of, for the audit; None for a number of other things.
    """

    name: str
    value: str | int | float | tuple[int, int]
    kind: FactKind
    domain: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class DraftSection:
    """Hold one part of a report."""

    name: str
    tables: tuple[DraftTable, ...] = ()
    facts: tuple[DraftFact, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class DraftReport:
    """Hold a whole report with true numbers.

    Parameters
    ----------
    wave
        Name of the wave; only its earlier reports are history.
    data
        Name of the state of the answers, for instance their digest: reports on the same answers carry the same name,
        and each change, also of a single answer, gives a new one. Weights and recipes do not enter it.
    catalogue
        The groups that the report may cover.
    sections
        Its parts in order.
    earlier
        Reports of waves before this one, the first one first. The report repeats their headlines unchanged beside its
        own.
    claims
        The places where the report may call a difference clear, and its judge; None where it never does.
    """

    wave: str
    data: str
    catalogue: Catalogue
    sections: tuple[DraftSection, ...]
    earlier: tuple[SealedValue[Any], ...] = ()
    claims: Claims | None = None

    @property
    def tables(self) -> tuple[DraftTable, ...]:
        """Return all tables in order."""
        return tuple(table for section in self.sections for table in section.tables)

    def counted(self) -> Iterator[tuple[str, str, int]]:
        """Return base, group and true count of every counted number, numbers behind shares among them."""
        groups = frozenset(self.catalogue.ids)
        for table in self.tables:
            yield from zip(table.bases, table.rows, table.counts, strict=True)
            parts = ((table.bases[k], table.part(k, groups)) for k in range(len(table.rows)))
            yield from ((base, *found) for base, found in parts if found is not None)
        for section in self.sections:
            for fact in section.facts:
                if fact.kind == "count" and fact.domain is not None:
                    assert isinstance(fact.value, int)
                    yield ALL, fact.domain, fact.value
