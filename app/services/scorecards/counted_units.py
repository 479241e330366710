"""Uploaded figures as the gate takes them: what counts people becomes units, what counts things is told as it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from analysis.disclosure import DraftTable, DraftUnit, domain_id
from app.records.measures import MeasureValue
from app.services.scorecards.definitions import Definitions

MET, NOT_MET, UNKNOWN = "met", "not met", "unknown"
ANSWER, KNOWN = "answer", "known"
LEAST_PERSON_MONTHS = 120  # ten people for a year


@dataclass(frozen=True)
class CountedUpload:
    """The figures of one measure of one agency in one period: the whole first, then its breakdowns."""

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
    """Values in the order of agency, measure and period; without its whole nothing of a figure is told."""
    groups = groupby(values, key=lambda row: (row.agency_id, row.measure, row.period))
    uploads = [
        CountedUpload(names[agency_id], measure, period, list(rows)) for (agency_id, measure, period), rows in groups
    ]
    return [each for each in uploads if any(not row.breakdown for row in each.rows)]


def digest(numbers: Any) -> str:
    """A name for a state of numbers."""
    return hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()[:16]


def people_units(uploads: Iterable[CountedUpload], definitions: Definitions) -> list[DraftUnit]:
    """One unit for each figure that is a share of people."""
    return [to_unit(each) for each in uploads if definitions.get(each.measure).kind == "people"]


def to_unit(upload: CountedUpload) -> DraftUnit:
    """Who met it, who did not, and of whom it is not known; the levels of a breakdown divide those who are known."""
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
    """The groups of those who met it, did not, and are not known, within a group."""
    met, not_met, unknown = (domain_id(((ANSWER, answer), *group)) for answer in (MET, NOT_MET, UNKNOWN))
    return met, not_met, unknown


def facts_of(upload: CountedUpload) -> dict[str, Any]:
    """Who stands for a figure, and how it was counted."""
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
    }


def things_of(upload: CountedUpload, people: bool) -> dict[str, Any]:
    """A figure about nobody: its numbers as they were uploaded. Costs of a few people are not told."""
    rows = [_thing(row, people) for row in sorted(upload.rows, key=lambda row: (row.breakdown, row.level))]
    return {**facts_of(upload), "rows": rows}


def _thing(row: MeasureValue, people: bool) -> dict[str, Any]:
    place = {"breakdown": row.breakdown, "level": row.level}
    if people and row.denominator < LEAST_PERSON_MONTHS:
        return {**place, "reason": "too_few"}
    if people:
        # Rounded to a whole number of dollars and of tens of months, it fits no single bill.
        months = round(row.denominator, -1)
        return {**place, "numerator": round(row.numerator / row.denominator) * months, "denominator": months}
    return {**place, "numerator": row.numerator, "denominator": row.denominator, "unknown": row.unknown}
