"""Convert uploaded figures for disclosure control: counts of people become units, others are published as such."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from analysis.disclosure import DraftTable, DraftUnit, Rules, domain_id
from analysis.disclosure.cells import rounded_count
from app.records.measures import MeasureValue
from app.services.scorecards.definitions import Definitions, Measure

MET, NOT_MET, UNKNOWN = "met", "not met", "unknown"
ANSWER, KNOWN = "answer", "known"
LEAST_PERSON_MONTHS = 120  # ten people for a year
SEATS_BY_GROUP = "2.1b"
FEWEST, BASE = Rules().count_threshold, Rules().rounding_base


def _rounded(number: float) -> float:
    return float(rounded_count(round(number), BASE))


@dataclass(frozen=True)
class CountedUpload:
    """Hold the figures of one measure of one agency in one period: the whole first, then its breakdowns."""

    agency: str
    measure: str
    period: str
    rows: Sequence[MeasureValue]

    @property
    def id(self) -> str:
        return f"{self.agency}/{self.measure}/{self.period}"

    @property
    def whole(self) -> MeasureValue:
        return next(row for row in self.rows if not row.breakdown)

    @property
    def parts(self) -> list[MeasureValue]:
        return [row for row in self.rows if row.breakdown]


def to_uploads(values: Iterable[MeasureValue], names: Mapping[int, str]) -> list[CountedUpload]:
    """Group values that are ordered by agency, measure and period. A figure without its whole is dropped."""
    groups = groupby(values, key=lambda row: (row.agency_id, row.measure, row.period))
    uploads = [
        CountedUpload(names[agency_id], measure, period, list(rows)) for (agency_id, measure, period), rows in groups
    ]
    return [each for each in uploads if any(not row.breakdown for row in each.rows)]


def digest(numbers: Any) -> str:
    """Return a digest of numbers."""
    return hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()[:16]


def people_units(uploads: Iterable[CountedUpload], definitions: Definitions) -> list[DraftUnit]:
    """Return one unit for each figure that is a share of people."""
    return [to_unit(each) for each in uploads if definitions.get(each.measure).kind == "people"]


def to_unit(upload: CountedUpload) -> DraftUnit:
    """Return the counts met, not met and unknown; the levels of a breakdown divide those who are known."""
    cells = dict(_cells(upload))
    levels: dict[str, list[str]] = {}
    for row in upload.parts:
        levels.setdefault(row.breakdown, []).append(row.level)
    nobody = frozenset(domain for domain in cells if domain.startswith(f"{ANSWER}={UNKNOWN}, "))
    table = DraftTable(
        "counts", "counts", "count", tuple(cells.values()), rows=tuple(cells), base="staff", structural_zeros=nobody
    )
    return DraftUnit(
        id=upload.id,
        data=digest(cells),
        variables={ANSWER: (MET, NOT_MET, UNKNOWN), **levels},
        tables=(table,),
        crossings=tuple((ANSWER, name) for name in levels),
        groupings={KNOWN: (ANSWER, {"yes": (MET, NOT_MET)})},
    )


def _cells(upload: CountedUpload) -> Iterator[tuple[str, int]]:
    whole = upload.whole
    yield f"{KNOWN}=yes", int(whole.denominator)
    yield from zip(
        answers_of(()),
        (int(whole.numerator), int(whole.denominator - whole.numerator), int(whole.unknown)),
        strict=True,
    )
    for row in upload.parts:
        group = ((row.breakdown, row.level),)
        yield domain_id(group), int(row.denominator)
        yield from zip(answers_of(group), (int(row.numerator), int(row.denominator - row.numerator), 0), strict=True)


def answers_of(group: Sequence[tuple[str, str]]) -> tuple[str, str, str]:
    """Return the domains of those who met it, did not, and are unknown, within a group."""
    met, not_met, unknown = (domain_id(((ANSWER, answer), *group)) for answer in (MET, NOT_MET, UNKNOWN))
    return met, not_met, unknown


def facts_of(upload: CountedUpload) -> dict[str, Any]:
    """Return the source of a figure, its attesting office, and its version."""
    row = upload.whole
    return {
        "agency": upload.agency,
        "measure": upload.measure,
        "period": upload.period,
        "version": row.version,
        "new_trend": row.new_trend,
        "revision": max(each.revision for each in upload.rows),
        "source": row.source,
        "attested_by": row.attested_by,
        "attested_on": f"{row.attested_on}",
        "correction": next((each.correction for each in upload.rows if each.correction), ""),
    }


def things_of(upload: CountedUpload, measure: Measure, counted: Collection[str] = ()) -> dict[str, Any]:
    """Return a figure that is not about people, as it was uploaded. Costs of a few people are hidden.

    Seats taken are the base of 2.1b, which counts them by group: where that unit is among `counted`, the figure names
    it instead of a number of its own, so that the audit of the unit decides whether it is shown.
    """
    unit = f"{upload.agency}/{SEATS_BY_GROUP}/{upload.period}"
    if measure.rounded and unit in counted:
        row = {"breakdown": "", "level": "", "denominator": upload.whole.denominator, "counted_in": unit}
        return {**facts_of(upload), "rows": [row]}
    ordered = sorted(upload.rows, key=lambda row: (row.breakdown, row.level))
    rows = [_thing(row, measure) for row in ordered]
    return {**facts_of(upload), "rows": _without_rests(upload, rows) if measure.people else rows}


def _without_rests(upload: CountedUpload, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Hide every level of a breakdown that leaves few people: their cost would follow from the whole and the rest."""
    months = dict.fromkeys({row.breakdown for row in upload.parts}, 0.0)
    for row in upload.parts:
        months[row.breakdown] += row.denominator
    few = {name for name, sum_ in months.items() if 0 < upload.whole.denominator - sum_ < LEAST_PERSON_MONTHS}
    few |= {row["breakdown"] for row in rows if row["breakdown"] and "reason" in row}
    return [_protecting(row) if row["breakdown"] in few and "reason" not in row else row for row in rows]


def _protecting(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"breakdown": row["breakdown"], "level": row["level"], "reason": "protects_another"}


def hidden_of(upload: CountedUpload) -> dict[str, Any]:
    """Return the facts of a figure that is hidden whole, because small numbers would follow from it."""
    return {**facts_of(upload), "rows": [_protecting({"breakdown": "", "level": ""})]}


def _thing(row: MeasureValue, measure: Measure) -> dict[str, Any]:
    level, people = {"breakdown": row.breakdown, "level": row.level}, measure.people
    if measure.rounded:
        if row.breakdown or row.numerator < FEWEST:
            return {**level, "reason": "too_few"}
        seats = {"numerator": _rounded(row.numerator), "denominator": row.denominator, "unknown": row.unknown}
        return {**level, **seats}
    if people and row.denominator < LEAST_PERSON_MONTHS:
        return {**level, "reason": "too_few"}
    if people:
        # Whole dollars and tens of months do not identify a single bill.
        months = round(row.denominator, -1)
        return {**level, "numerator": round(row.numerator / row.denominator) * months, "denominator": months}
    return {**level, "numerator": row.numerator, "denominator": row.denominator, "unknown": row.unknown}
