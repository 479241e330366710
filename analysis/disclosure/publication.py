"""Publish reports: the only gate that makes a `PublishedReport` from a draft."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.disclosure.audit import EarlierRelease
from analysis.disclosure.canonical import frozen, sha256, to_bytes
from analysis.disclosure.catalogue import Catalogue, to_catalogue
from analysis.disclosure.cells import Reason, Withheld
from analysis.disclosure.consistency import check_same_data, counts_of
from analysis.disclosure.draft import ALL, DraftFact, DraftReport, DraftSection, DraftTable
from analysis.disclosure.history import Published, joined_catalogue, of_wave
from analysis.disclosure.judging import with_verdicts
from analysis.disclosure.obedience import violations
from analysis.disclosure.presence import without_presence
from analysis.disclosure.repair import Guarded, guard
from analysis.disclosure.rules import Rules, to_rules
from analysis.disclosure.sealing import _SEAL, Contents, Sealed, SealedValue
from analysis.disclosure.tables import ProtectedTable, to_table
from analysis.disclosure.trend import stated_before, tables_before
from analysis.disclosure.wording import check_words, published_value
from analysis.errors import AnalysisError

SCHEMA = "commontrust/report/1"
COUNTED = "counted"


class BrokenReport(AnalysisError):
    """Refuse stored bytes that are not a report of this module."""

    def __init__(self, expected: str, arrived: str) -> None:
        self.expected, self.arrived = expected, arrived
        super().__init__(f"expected stored report bytes {expected}, but {arrived}")


class PublishedReport(SealedValue[tuple[ProtectedTable, ...]]):
    """Hold a report that anyone may read. `publish` makes it, or `restore` from its stored bytes."""

    __slots__ = ()

    @property
    def tables(self) -> tuple[ProtectedTable, ...]:
        """Return its tables, with all cells protected."""
        return self._contents.parts

    @property
    def audit(self) -> Mapping[str, int]:
        """Return the number of hidden numbers attacked; none was recovered or left narrow."""
        found: Mapping[str, int] = self.document["audit"]
        return found

    def to_release(self, catalogue: Catalogue) -> EarlierRelease:
        """Return a reader's knowledge from it on the groups of a catalog."""
        return EarlierRelease(self.document["data"], to_rules(self.document["rules"]), self.tables)


@dataclass(frozen=True, slots=True)
class Withholding:
    """Describe a figure that the report will not show, with its reason."""

    table: str
    domain: str
    term: str
    reason: Reason


def publish(draft: DraftReport, history: Sequence[Published], rules: Rules | None = None) -> PublishedReport:
    """Protect a draft, audit it with everything published for its wave, and freeze it.

    Parameters
    ----------
    draft
        The report with true numbers.
    history
        All reports and data sets published so far; those of other waves are left aside.
    rules
        Thresholds; ours by default.

    Raises
    ------
    AnalysisError
        When the draft cannot be published; nothing of it leaves. The children: UnprotectedNumber, BadFact (wording);
        RepeatedTable, InconsistentCounts, LargerThanAll, Overlapping, SameDataOtherCounts (consistency); UnknownDomain,
        CatalogueChanged (`catalogue`); TooFewNewAnswers, EarlierPublicationLeaks, StillLeaks (repair).

    Examples
    --------
    >>> from analysis.disclosure.catalogue import Catalogue
    >>> table = DraftTable("who", "Who answered", "count", (63, 60, 3), rows=("everyone", "sex=w", "sex=m"))
    >>> draft = DraftReport("w1", "1", Catalogue.of({"sex": ["w", "m"]}), (DraftSection("who", (table,)),))
    >>> [row.cell.to_document().get("value") for row in publish(draft, []).tables[0].rows]
    [65.0, 60.0, None]
    """
    rules = rules or Rules()
    guarded = _guarded(draft, history, rules)
    content = to_bytes(_document(draft, guarded, rules))
    return PublishedReport(_SEAL, Contents(frozen(json.loads(content)), content, guarded.tables))


def preview(draft: DraftReport, history: Sequence[Published], rules: Rules | None = None) -> list[Withholding]:
    """List the figures that `publish` would withhold, with reasons; raise the errors that `publish` raises."""
    return withheld_of(_guarded(draft, history, rules or Rules()).tables)


def withheld_of(tables: Sequence[ProtectedTable]) -> list[Withholding]:
    """Return the figures that tables do not show."""
    return [
        Withholding(table.id, row.domain, row.term, row.cell.reason)
        for table in tables
        for row in table.rows
        if isinstance(row.cell, Withheld)
    ]


def restore(content: bytes, fingerprint: str) -> PublishedReport:
    """Restore a report from its stored bytes; refuse bytes that `publish` did not make.

    Raises
    ------
    BrokenReport
        When fingerprint, form or a cell is wrong.
    """
    if sha256(content) != fingerprint:
        raise BrokenReport(f"with fingerprint {fingerprint}", f"theirs is {sha256(content)}")
    try:
        document = json.loads(content)
        tables = tuple(to_table(table) for table in _tables_in(document))
        for before in tables_before(document):
            to_table(before)
        rules = to_rules(document["rules"])
        to_catalogue(document["catalogue"])
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenReport(f"in the form {SCHEMA}", f"reading failed: {error!r}") from error
    if document["schema"] != SCHEMA or to_bytes(document) != content:
        raise BrokenReport(f"in the form {SCHEMA}", "they are written otherwise")
    for table, row, broken in violations(tables, rules):
        raise BrokenReport("whose cells obey their rules", f"in '{table}' the cell of '{row.domain}' has a {broken}")
    return PublishedReport(_SEAL, Contents(frozen(document), content, tables))


def _guarded(draft: DraftReport, history: Sequence[Published], rules: Rules) -> Guarded:
    check_words(draft)
    counts = counts_of(draft)
    earlier = of_wave(history, draft.wave)
    catalogue = joined_catalogue(draft.catalogue, earlier)
    releases = tuple(each.to_release(catalogue) for each in earlier)
    check_same_data(draft, counts, releases)
    guarded = guard(_all_tables(draft), catalogue, draft.data, releases, rules, counts)
    tables = guarded.tables if draft.claims is None else with_verdicts(guarded.tables, draft.claims, rules)
    return replace(guarded, tables=without_presence(tables, draft.catalogue))


def _all_tables(draft: DraftReport) -> tuple[DraftTable, ...]:
    """Return the tables, and one more table with the groups that single statements count."""
    sizes = {fact.domain: fact.value for fact in _counted_facts(draft) if isinstance(fact.value, int)}
    counted = DraftTable(
        COUNTED, "", "count", tuple(sizes.values()), rows=tuple(domain or "" for domain in sizes), base=ALL
    )
    return (*draft.tables, counted) if sizes else draft.tables


def _counted_facts(draft: DraftReport) -> list[DraftFact]:
    return [
        fact for section in draft.sections for fact in section.facts if fact.kind == "count" and fact.domain is not None
    ]


def _document(draft: DraftReport, guarded: Guarded, rules: Rules) -> dict[str, Any]:
    tables = {table.id: table for table in guarded.tables}
    counted = {row.domain: row.cell.to_document() for row in tables[COUNTED].rows} if COUNTED in tables else {}
    return {
        "schema": SCHEMA,
        "wave": draft.wave,
        "data": draft.data,
        "rules": rules.to_document(),
        "notes": [f"laxer rule: {name}" for name in rules.lowered],
        "catalogue": draft.catalogue.to_document(),
        "sections": [_section(section, tables, counted, rules) for section in draft.sections],
        COUNTED: tables[COUNTED].to_document() if COUNTED in tables else None,
        "withheld": [
            {"table": found.table, "domain": found.domain, "term": found.term, "reason": found.reason}
            for found in withheld_of(guarded.tables)
        ],
        "audit": guarded.audit.to_document(),
        **({"earlier": _earlier(draft)} if draft.earlier else {}),
    }


def _earlier(draft: DraftReport) -> list[dict[str, Any]]:
    for each in draft.earlier:
        if not isinstance(each, PublishedReport):
            raise Sealed("PublishedReport")
    return stated_before((each.document, each.sha256) for each in draft.earlier)


def _section(
    section: DraftSection,
    tables: Mapping[str, ProtectedTable],
    counted: Mapping[str, Mapping[str, Any]],
    rules: Rules,
) -> dict[str, Any]:
    facts = {}
    for fact in section.facts:
        if fact.kind in ("compared", "clear"):
            facts[fact.name] = {"kind": "constant", "value": _verdicts(tables, fact)}
            continue
        cell = counted.get(fact.domain or "") if fact.kind == "count" else None
        value = published_value(fact, rules) if cell is None else cell.get("n")
        facts[fact.name] = {"kind": fact.kind, "value": value}
    return {
        "name": section.name,
        "facts": facts,
        "tables": [tables[table.id].to_document() for table in section.tables],
    }


def _verdicts(tables: Mapping[str, ProtectedTable], fact: DraftFact) -> int:
    """Count the comparisons of a source that are shown, or those that are clear."""
    own = [row.verdict for id, table in tables.items() if id.startswith(f"{fact.value}.") for row in table.rows]
    found = [verdict for verdict in own if verdict is not None]
    return len(found) if fact.kind == "compared" else len(found) - found.count("unclear")


def _tables_in(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    tables = [table for section in document["sections"] for table in section["tables"]]
    return [*tables, document[COUNTED]] if document[COUNTED] else tables
