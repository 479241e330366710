"""Read the published document into values: sources, tables, rows and cells, without words or layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.services.reports.response_rates import DIVIDED, may_divide_letters, withhold_rates
from app.web.reports.limits import interval_of_limit

Document = Mapping[str, Any]

ADDRESS_SAMPLE = "address-sample"
OPEN_LINK = "open-link"
OTHER = "other"  # answers that lost their own source, because too few answered alike
# The order of the sources on the page; an unknown source comes last.
SOURCES = (ADDRESS_SAMPLE, OPEN_LINK, "partner-outreach", "assisted", OTHER)
METHOD = "method"
BY_INTERVAL = "by interval"  # in reports frozen before verdicts were, the interval says whether a difference is clear


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure with its interval, counts and flags, or the reason why it is hidden."""

    shown: bool
    value: float = 0.0
    low: float | None = None
    high: float | None = None
    se: float | None = None
    n: int = 0
    n_effective: int | None = None
    flags: tuple[str, ...] = ()
    reason: str = ""
    verdict: str | None = BY_INTERVAL

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both bounds, where the figure has them; a share stated as a limit gets those of all shares within it."""
        if self.is_bound and self.n_effective:
            return interval_of_limit(self.value, self.n_effective, is_upper="at_most" in self.flags)
        return None if self.low is None or self.high is None else (self.low, self.high)

    @property
    def is_bound(self) -> bool:
        """Whether the value is only an upper or lower bound."""
        return "at_most" in self.flags or "at_least" in self.flags


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One figure of a table: its group (`levels`: variable -> level) and its subject (`term`)."""

    domain: str
    levels: Mapping[str, str]
    term: str
    base: str
    against: str | None
    cell: Cell

    @property
    def agency(self) -> str:
        """The agency that was rated; empty where the figure is not about one."""
        return self.levels.get("agency", "")

    @property
    def group(self) -> tuple[str, str] | None:
        """Variable and level of the group; None for everyone."""
        return next(((name, level) for name, level in self.levels.items() if name not in ("source", "agency")), None)


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """A table of one source; `name` is its id without the source."""

    id: str
    name: str
    section: str
    kind: str
    unit: str
    sensitive: bool
    rows: tuple[DocumentRow, ...]

    def of(self, *, agency: str | None = None, term: str | None = None) -> Iterator[DocumentRow]:
        """The rows about an agency, or with a term."""
        for row in self.rows:
            if (agency is None or row.agency == agency) and (term is None or row.term == term):
                yield row


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """The facts and tables of one source of answers."""

    id: str
    facts: Mapping[str, Any]
    tables: Mapping[str, DocumentTable]

    @property
    def is_random(self) -> bool:
        """Whether people were drawn at random: only then is there a margin of sampling error."""
        return self.facts.get("probability") == "yes"

    def starting(self, prefix: str) -> Iterator[tuple[str, DocumentTable]]:
        """Yield the tables whose names begin with the prefix, by the rest of the name."""
        for name, table in self.tables.items():
            if name.startswith(prefix):
                yield name.removeprefix(prefix), table


@dataclass(frozen=True, slots=True)
class EarlierWave:
    """An earlier wave as published: the headline of each source, its survey and its weighting."""

    wave: str
    fielded: str
    survey: str
    wording: str
    weighted_by: Mapping[str, str]
    headlines: Mapping[str, DocumentTable]


@dataclass(frozen=True, slots=True)
class DocumentContents:
    """A whole report."""

    wave: str
    facts: Mapping[str, Any]
    rules: Mapping[str, float]
    laxer: tuple[str, ...]
    variables: Mapping[str, tuple[str, ...]]
    withheld: tuple[tuple[str, str], ...]
    audited: int
    sources: tuple[DocumentSource, ...]
    earlier: tuple[EarlierWave, ...] = ()

    @property
    def agencies(self) -> tuple[str, ...]:
        """The rated agencies, in the order of the wave."""
        return self.variables.get("agency", ())

    @property
    def groups(self) -> tuple[str, ...]:
        """The variables that define groups of people."""
        return tuple(name for name in self.variables if name not in ("source", "agency", "quality"))


def read_document(document: Document) -> DocumentContents:
    """The document as values."""
    return DocumentContents(
        wave=document["wave"],
        facts=_facts_of(document, METHOD),
        rules=document["rules"],
        laxer=tuple(note.removeprefix("laxer rule: ") for note in document["notes"]),
        variables={name: tuple(levels) for name, levels in document["catalogue"]["variables"].items()},
        withheld=tuple((found["table"], found["reason"]) for found in document["withheld"]),
        audited=document["audit"]["cells"],
        sources=tuple(_read_sources(document)),
        earlier=tuple(_read_earlier(each) for each in document.get("earlier", ())),
    )


def read_levels(domain: str) -> dict[str, str]:
    """The levels in a name of the catalog.

    >>> read_levels("source=open-link, age=2"), read_levels("everyone")
    ({'source': 'open-link', 'age': '2'}, {})
    """
    return dict(part.split("=", 1) for part in domain.split(", ") if "=" in part)


def read_cell(cell: Document, verdict: str | None = BY_INTERVAL) -> Cell:
    """A cell of the document, with the verdict of its row."""
    if not cell["shown"]:
        return Cell(shown=False, reason=cell["reason"], verdict=verdict)
    facts = {name: cell[name] for name in ("value", "low", "high", "se", "n", "n_effective")}
    return Cell(shown=True, flags=tuple(cell["flags"]), verdict=verdict, **facts)


def _read_sources(document: Document) -> Iterator[DocumentSource]:
    there = dict.fromkeys(section["name"].split(".", 1)[0] for section in document["sections"])
    known = [source for source in SOURCES if source in there]
    is_divided = may_divide_letters(there)
    for source in (*known, *(name for name in there if name not in (*SOURCES, METHOD))):
        facts = _facts_of(document, f"{source}.{METHOD}")
        if is_divided and source in DIVIDED:
            facts = withhold_rates(facts)
        yield DocumentSource(source, facts, _tables_of(document, f"{source}."))


def _read_earlier(document: Document) -> EarlierWave:
    sources = {each["source"]: each for each in document["sources"]}
    return EarlierWave(
        wave=document["wave"],
        fielded=document["fielded"] or "",
        survey=document["survey"] or "",
        wording=document.get("wording") or "",
        weighted_by={name: each["weighted_by"] or "" for name, each in sources.items()},
        headlines={name: _read_table(each["table"], f"{name}.", "headline") for name, each in sources.items()},
    )


def _facts_of(document: Document, section: str) -> dict[str, Any]:
    found = (each["facts"] for each in document["sections"] if each["name"] == section)
    return {name: fact["value"] for facts in found for name, fact in facts.items()}


def _tables_of(document: Document, prefix: str) -> dict[str, DocumentTable]:
    tables = (
        _read_table(table, prefix, section["name"].removeprefix(prefix))
        for section in document["sections"]
        if section["name"].startswith(prefix)
        for table in section["tables"]
    )
    return {table.name: table for table in tables}


def _read_table(table: Document, prefix: str, section: str) -> DocumentTable:
    rows = tuple(map(_read_row, table["rows"]))
    name = table["id"].removeprefix(prefix)
    return DocumentTable(table["id"], name, section, table["kind"], table["unit"], table["sensitive"], rows)


def _read_row(row: Document) -> DocumentRow:
    cell = read_cell(row["cell"], row.get("verdict", BY_INTERVAL))
    return DocumentRow(row["domain"], read_levels(row["domain"]), row["term"], row["base"], row["against"], cell)
