"""Store uploaded measures: preview them first, then store all rows or none. An existing figure gets a new revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from app.errors import BadTable
from app.records.audit_log import record_act
from app.records.communities import agencies_of, get_community
from app.records.database import reading, writing
from app.records.measures import FigureInForce, FigureKey, figures_in_force, store_values
from app.services.common.actor import Actor
from app.services.scorecards.definitions import load_definitions
from app.services.scorecards.upload_check import check_upload
from app.services.scorecards.upload_rows import Rows
from app.services.scorecards.uploaded_figure import Numbers, StoredFigure, UploadedFigure, UploadPreview, WholeKey

COPIED_COLUMNS = (
    "measure", "version", "period", "breakdown", "level", "numerator", "denominator", "unknown", "source",
    "attested_by", "attested_on", "new_trend", "correction", "withdrawn",
)  # fmt: skip


@dataclass(frozen=True)
class Loaded:
    """Count the figures that were new, corrected, or unchanged."""

    new: int
    corrected: int
    unchanged: int
    agencies: int


def preview_measures(engine: Engine, community: str, rows: Rows, today: date | None = None) -> UploadPreview:
    """Return the effect of loading these rows, with every refused row and its reason."""
    today = today or datetime.now(UTC).date()
    with reading(engine) as session:
        agencies = _agencies(session, community)
        stored = _stored(agencies, figures_in_force(session, agencies.values()))
        return check_upload(rows, load_definitions(), stored, today)


def load_measures(engine: Engine, community: str, rows: Rows, actor: Actor, source: str) -> Loaded:
    """Store the figures of these rows; one refused row refuses all."""
    with writing(engine) as session:
        agencies = _agencies(session, community)
        in_force = figures_in_force(session, agencies.values())
        preview = check_upload(rows, load_definitions(), _stored(agencies, in_force), actor.now.date())
        if preview.refused:
            raise BadTable(source, [str(each) for each in preview.refused])
        changed = [each for each in preview.figures if not _is_stored(each, in_force, agencies)]
        store_values(session, [_to_row(each, in_force, agencies) for each in changed])
        loaded = _count(preview, changed, in_force, agencies)
        facts = {"rows": len(preview.figures), "new": loaded.new, "corrected": loaded.corrected}
        record_act(session, actor.name, "measures loaded", community, actor.now, source=source, **facts)
    return loaded


def _agencies(session: Session, community: str) -> dict[str, int]:
    found = get_community(session, community)
    assert found.id is not None
    return {agency.slug: agency.id or 0 for agency in agencies_of(session, found.id)}


def _key(figure: UploadedFigure, agencies: Mapping[str, int]) -> FigureKey:
    return agencies[figure.agency], *figure.key[1:]


def _stored(agencies: Mapping[str, int], in_force: Mapping[FigureKey, FigureInForce]) -> StoredFigure:
    names = {id: slug for slug, id in agencies.items()}
    versions: dict[tuple[str, str], dict[str, str]] = {}
    wholes: dict[WholeKey, Numbers] = {}
    parts: dict[WholeKey, dict[tuple[str, str], Numbers]] = {}
    for (agency_id, measure, period, breakdown, level), found in in_force.items():
        if found.withdrawn:
            continue
        key, numbers = (names[agency_id], measure, period), (found.numerator, found.denominator)
        if breakdown:
            parts.setdefault(key, {})[breakdown, level] = numbers
        else:
            versions.setdefault(key[:2], {})[period] = found.version
            wholes[key] = numbers
    return StoredFigure(frozenset(agencies), versions, wholes, parts)


def _is_stored(
    figure: UploadedFigure, in_force: Mapping[FigureKey, FigureInForce], agencies: Mapping[str, int]
) -> bool:
    found = in_force.get(_key(figure, agencies))
    uploaded = (figure.version, figure.numerator, figure.denominator, figure.unknown, figure.withdrawn)
    return found is not None and uploaded == found[1:]


def _to_row(
    figure: UploadedFigure, in_force: Mapping[FigureKey, FigureInForce], agencies: Mapping[str, int]
) -> dict[str, Any]:
    found = in_force.get(_key(figure, agencies))
    row = {name: getattr(figure, name) for name in COPIED_COLUMNS}
    return {"agency_id": agencies[figure.agency], "revision": found.revision + 1 if found else 1, **row}


def _count(
    preview: UploadPreview,
    changed: list[UploadedFigure],
    in_force: Mapping[FigureKey, FigureInForce],
    agencies: Mapping[str, int],
) -> Loaded:
    corrected = sum(_key(each, agencies) in in_force for each in changed)
    return Loaded(
        new=len(changed) - corrected,
        corrected=corrected,
        unchanged=len(preview.figures) - len(changed),
        agencies=len({each.agency for each in preview.figures}),
    )


def sums_of(preview: UploadPreview) -> Iterator[str]:
    """Yield the sums of the rows by measure and period, with which operators recognize their table."""
    sums: dict[tuple[str, str], list[float]] = {}
    for each in preview.figures:
        if not each.breakdown:
            both = sums.setdefault((each.measure, each.period), [0.0, 0.0, 0.0])
            both[0] += each.numerator
            both[1] += each.denominator
            both[2] += each.unknown
    for (measure, period), (numerator, denominator, unknown) in sums.items():
        yield f"{measure} {period}: {numerator:,.10g} of {denominator:,.10g}, unknown {unknown:,.10g}"
