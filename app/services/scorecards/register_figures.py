"""Turn the derived figures of a community into rows of measures, which replace typed ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from app.records.measures import MeasureValue
from app.services.common.periods import parse_period
from app.services.registers.derivation import FROM_REGISTER, Derived, Work, derive, heard_groups, seats_on
from app.services.registers.seat_bounds import is_narrow
from app.services.scorecards.definitions import load_definitions

ATTENDANCE = ("2.1a", "2.1b")


def with_derived(typed: Sequence[MeasureValue], work: Work, agencies: Mapping[int, str]) -> list[MeasureValue]:
    """Return the typed figures with those of the registers in their places, by agency, measure and period."""
    ids = {slug: id for id, slug in agencies.items()}
    derived = [row for found in derive(work) if found.agency in ids for row in _rows(found, ids[found.agency])]
    places = {_place(row) for row in derived}
    return sorted([*(row for row in typed if _place(row) not in places), *derived], key=_order)


def narrow_figures(work: Work) -> set[str]:
    """Return the names of the derived figures that are hidden, such as police/2.1b/2025-Q1."""
    return {f"{found.agency}/{found.measure}/{found.period}" for found in derive(work) if found.narrow}


def narrow_typed(values: Iterable[MeasureValue], work: Work, agencies: Mapping[int, str]) -> set[str]:
    """Return the names of typed figures of attendance that are hidden, because seats are public in the register."""
    found: dict[tuple[int, str], dict[str, MeasureValue]] = {}
    for row in values:
        if row.measure in ATTENDANCE and not row.breakdown and not row.source.startswith(FROM_REGISTER):
            found.setdefault((row.agency_id, row.period), {})[row.measure] = row
    return {
        f"{agencies[agency_id]}/{measure}/{period}"
        for (agency_id, period), rows in found.items()
        if _is_narrow(rows, seats_on(work, parse_period(period).last_day), heard_groups(work))
        for measure in rows
    }


def _is_narrow(rows: Mapping[str, MeasureValue], seats: Mapping[str, int], speaking: Collection[str]) -> bool:
    """Return whether typed seats leave few people; without 2.1b, no one knows which seats were of whom."""
    taken, heard = (rows.get(measure) for measure in ATTENDANCE)
    if not sum(seats.values()):
        return False
    held = max(round(taken.denominator / sum(seats.values())), 1) if taken else 1
    over_all = {group: number * held for group, number in seats.items()}
    total = int(taken.numerator if taken else heard.denominator if heard else 0)
    of_heard, groups = (int(heard.numerator), speaking) if heard else (total, tuple(seats))
    return is_narrow(over_all, total, of_heard, groups)


def _place(row: MeasureValue) -> tuple[int, str, str]:
    return row.agency_id, row.measure, row.period


def _order(row: MeasureValue) -> tuple[int, str, str, str, str]:
    return *_place(row), row.breakdown, row.level


def _rows(found: Derived, agency_id: int) -> Iterable[MeasureValue]:
    version = load_definitions().get(found.measure).version
    for breakdown, level, numerator, denominator in (("", "", found.numerator, found.denominator), *found.parts):
        yield MeasureValue(
            agency_id=agency_id, measure=found.measure, version=version, period=str(found.period),
            breakdown=breakdown, level=level, numerator=numerator, denominator=denominator,
            source=f"{FROM_REGISTER}{found.register}", attested_by=found.agency, attested_on=found.latest,
        )  # fmt: skip
