"""Turn the derived figures of a community into rows of measures, which replace typed ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.records.measures import MeasureValue
from app.services.registers.derivation import FROM_REGISTER, Derived, Work, derive
from app.services.scorecards.definitions import load_definitions


def with_derived(typed: Sequence[MeasureValue], work: Work, agencies: Mapping[int, str]) -> list[MeasureValue]:
    """Return the typed figures with those of the registers in their places, by agency, measure and period."""
    ids = {slug: id for id, slug in agencies.items()}
    derived = [row for found in derive(work) if found.agency in ids for row in _rows(found, ids[found.agency])]
    places = {_place(row) for row in derived}
    return sorted([*(row for row in typed if _place(row) not in places), *derived], key=_order)


def narrow_figures(work: Work) -> set[str]:
    """Return the names of the derived figures that are hidden, such as police/2.1b/2025-Q1."""
    return {f"{found.agency}/{found.measure}/{found.period}" for found in derive(work) if found.narrow}


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
