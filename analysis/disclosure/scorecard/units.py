"""One unit through the gate: protected, audited together with every earlier version of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.disclosure.audit import EarlierRelease
from analysis.disclosure.catalogue import Catalogue, to_catalogue
from analysis.disclosure.consistency import counts_of
from analysis.disclosure.draft import DraftReport, DraftSection
from analysis.disclosure.repair import TooFewNewAnswers, guard
from analysis.disclosure.rules import Rules
from analysis.disclosure.scorecard.draft import DraftUnit
from analysis.disclosure.tables import ProtectedTable, protect, to_table

NO_AUDIT = {"cells": 0, "recovered": 0, "narrow": 0}


@dataclass(frozen=True, slots=True, eq=False)
class PublishedUnit:
    """Hold a protected unit."""

    id: str
    data: str
    rules: Rules
    catalogue: Catalogue
    tables: tuple[ProtectedTable, ...]
    audit: Mapping[str, int]

    def to_release(self) -> EarlierRelease:
        """Return the unit as the audit reads it."""
        return EarlierRelease(self.data, self.rules, self.tables)

    def to_document(self) -> dict[str, Any]:
        """Return the unit as the scorecard's document holds it."""
        return {
            "id": self.id,
            "data": self.data,
            "catalogue": self.catalogue.to_document(),
            "tables": [table.to_document() for table in self.tables],
            "audit": dict(self.audit),
        }


def to_unit(document: Mapping[str, Any], rules: Rules) -> PublishedUnit:
    """Read the unit from a scorecard's document."""
    return PublishedUnit(
        document["id"],
        document["data"],
        rules,
        to_catalogue(document["catalogue"]),
        tuple(to_table(table) for table in document["tables"]),
        document["audit"],
    )


def publish_unit(draft: DraftUnit, earlier: Sequence[PublishedUnit], rules: Rules) -> PublishedUnit:
    """Protect a unit. Unchanged numbers keep their earlier published form.

    If a correction concerns few people, so that its difference to an earlier version would show them, the gate
    withholds the whole unit.
    """
    if earlier and earlier[-1].data == draft.data and earlier[-1].rules == rules:
        return earlier[-1]
    catalogue = draft.catalogue([each.catalogue for each in earlier])
    counts = counts_of(DraftReport(draft.id, draft.data, catalogue, (DraftSection(draft.id, draft.tables),)))
    history = tuple(each.to_release() for each in earlier)
    try:
        guarded = guard(draft.tables, catalogue, draft.data, history, rules, counts)
    except TooFewNewAnswers:
        return PublishedUnit(draft.id, draft.data, rules, catalogue, _silent(draft, rules), NO_AUDIT)
    return PublishedUnit(draft.id, draft.data, rules, catalogue, guarded.tables, guarded.audit.to_document())


def _silent(draft: DraftUnit, rules: Rules) -> tuple[ProtectedTable, ...]:
    return tuple(table.changed(lambda row: row.withheld("changed_by_few")) for table in protect(draft.tables, rules))
