"""Publish scorecards: the only gate that makes a `PublishedScorecard` from a draft."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.disclosure.canonical import frozen, sha256, to_bytes
from analysis.disclosure.obedience import violations
from analysis.disclosure.rules import Rules, to_rules
from analysis.disclosure.scorecard.draft import DraftScorecard, DraftUnit, Quote
from analysis.disclosure.scorecard.units import PublishedUnit, publish_unit, to_unit
from analysis.disclosure.sealing import _SEAL, Contents, SealedValue
from analysis.disclosure.tables import ProtectedRow, ProtectedTable
from analysis.errors import AnalysisError

SCHEMA = "commontrust/scorecard/1"


class BrokenScorecard(AnalysisError):
    """Refuse stored bytes that are not a scorecard of this module."""

    def __init__(self, expected: str, arrived: str) -> None:
        self.expected, self.arrived = expected, arrived
        super().__init__(f"expected stored scorecard bytes {expected}, but {arrived}")


class NotInReport(AnalysisError):
    """Refuse to quote a figure that the report does not hold."""

    def __init__(self, quote: Quote) -> None:
        self.figure = quote.figure
        super().__init__(
            f"expected '{quote.term}' of '{quote.domain}' in table '{quote.table}' of the report on "
            f"'{quote.report.wave}' to be quoted as '{quote.figure}', but it is not there"
        )


class RepeatedUnit(AnalysisError):
    """Refuse two units of one scorecard with the same name."""

    def __init__(self, unit: str) -> None:
        self.unit = unit
        super().__init__(f"expected each unit of a scorecard to have its own id, but '{unit}' stands twice")


class UnitNotProtected(AnalysisError):
    """Refuse a unit that cannot be published, by its name."""

    def __init__(self, unit: str, reason: AnalysisError) -> None:
        self.unit, self.reason = unit, reason
        super().__init__(f"the numbers of '{unit}': {reason}")


class PublishedScorecard(SealedValue[tuple[PublishedUnit, ...]]):
    """Hold a scorecard that anyone may read. `publish_scorecard` makes it, or `restore_scorecard` from its bytes."""

    __slots__ = ()

    @property
    def subject(self) -> str:
        """Return the community, or community/agency."""
        return str(self.document["subject"])

    @property
    def units(self) -> tuple[PublishedUnit, ...]:
        """Return all numbers that count people, with all cells protected."""
        return self._contents.parts

    @property
    def tables(self) -> tuple[ProtectedTable, ...]:
        """Return the tables of all units."""
        return tuple(table for unit in self.units for table in unit.tables)


def publish_scorecard(
    draft: DraftScorecard, history: Sequence[PublishedScorecard] = (), rules: Rules | None = None
) -> PublishedScorecard:
    """Protect each unit of a draft, audit it with all its earlier versions, quote, and freeze.

    Parameters
    ----------
    draft
        The scorecard with true numbers.
    history
        All scorecards published so far that may hold the same units, in their order.
    rules
        Thresholds; ours by default.

    Raises
    ------
    AnalysisError
        When the draft cannot be published; nothing of it leaves. The children: RepeatedUnit, NotInReport, and
        UnitNotProtected with the reason of `publish`.

    Examples
    --------
    >>> from analysis.disclosure.draft import DraftTable
    >>> from analysis.disclosure.scorecard.draft import DraftUnit
    >>> people = DraftTable("staff", "staff", "count", (63, 60, 3), rows=("everyone", "sex=w", "sex=m"))
    >>> unit = DraftUnit("police/staff/2026", "1", {"sex": ("w", "m")}, (people,))
    >>> card = publish_scorecard(DraftScorecard("river-city", (unit,)))
    >>> [row.cell.to_document().get("value") for row in card.tables[0].rows]
    [65.0, 60.0, None]
    """
    rules = rules or Rules()
    earlier: dict[str, list[PublishedUnit]] = {}
    for card in history:
        for unit in card.units:
            earlier.setdefault(unit.id, []).append(unit)
    _check_ids([unit.id for unit in draft.units])
    units = tuple(_published(unit, earlier.get(unit.id, ()), rules) for unit in draft.units)
    content = to_bytes(
        {
            "schema": SCHEMA,
            "subject": draft.subject,
            "rules": rules.to_document(),
            "notes": [f"laxer rule: {name}" for name in rules.lowered],
            "units": [unit.to_document() for unit in units],
            "quotes": [_quoted(quote) for quote in draft.quotes],
            "public": draft.public,
        }
    )
    return PublishedScorecard(_SEAL, Contents(frozen(json.loads(content)), content, units))


def restore_scorecard(content: bytes, fingerprint: str) -> PublishedScorecard:
    """Restore a scorecard from its stored bytes; refuse bytes that `publish_scorecard` did not make.

    Raises
    ------
    BrokenScorecard
        When fingerprint, form or a cell is wrong.
    """
    if sha256(content) != fingerprint:
        raise BrokenScorecard(f"with fingerprint {fingerprint}", f"theirs is {sha256(content)}")
    try:
        document = json.loads(content)
        rules = to_rules(document["rules"])
        units = tuple(to_unit(unit, rules) for unit in document["units"])
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenScorecard(f"in the form {SCHEMA}", f"reading failed: {error!r}") from error
    if document["schema"] != SCHEMA or to_bytes(document) != content:
        raise BrokenScorecard(f"in the form {SCHEMA}", "they are written otherwise")
    for unit in units:
        for table, row, broken in violations(unit.tables, rules):
            raise BrokenScorecard("whose cells obey their rules", f"in '{unit.id}' {table} of '{row.domain}': {broken}")
    return PublishedScorecard(_SEAL, Contents(frozen(document), content, units))


def _published(unit: DraftUnit, earlier: Sequence[PublishedUnit], rules: Rules) -> PublishedUnit:
    try:
        return publish_unit(unit, earlier, rules)
    except AnalysisError as refused:
        raise UnitNotProtected(unit.id, refused) from refused


def _check_ids(ids: Sequence[str]) -> None:
    seen: set[str] = set()
    for id in ids:
        if id in seen:
            raise RepeatedUnit(id)
        seen.add(id)


def _quoted(quote: Quote) -> Mapping[str, Any]:
    table, row = _find(quote)
    return {
        "figure": quote.figure,
        "wave": quote.report.wave,
        "report": quote.report.sha256,
        "table": table.id,
        "kind": table.kind,
        "unit": table.unit,
        **row.to_document(),
    }


def _find(quote: Quote) -> tuple[ProtectedTable, ProtectedRow]:
    for table in quote.report.tables:
        for row in table.rows if table.id == quote.table else ():
            if (row.domain, row.term) == (quote.domain, quote.term):
                return table, row
    raise NotInReport(quote)
