"""Return figures from waves: quoted from reports on residents, estimated from waves of staff and partners.

Staff and partners have waves of their own, which invite everyone. Only nonresponse is uncertain, so the
variance has the finite population correction: n of N answered, as if at random.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from analysis.design import Design
from analysis.disclosure import EVERYONE, DraftTable, DraftUnit, PublishedReport, Quote, Rules, restore, step_of
from analysis.disclosure.cells import shown_count
from analysis.estimation import share
from analysis.frames import Factor, Table
from analysis.results import Estimate, Estimates
from app.questionnaire.definition import Survey
from app.questionnaire.loading import load_survey
from app.questionnaire.wording_fingerprint import fingerprint_facet, fingerprint_index, fingerprint_share
from app.records.ballots import Opened, opened_of
from app.records.codes import batch_counts
from app.records.reports import find_report
from app.records.wave_lifecycle import CLOSED, PUBLISHED
from app.records.waves import Wave, rated_agencies_of, waves_of
from app.services.reports.publish import check_is_counted, digest
from app.services.reports.samples import to_table
from app.services.scorecards.definitions import Definitions, FigureSource

RESIDENTS = "community-trust"
BY_GROUP = "index_by_"  # begins the tables of an index by groups of residents
STAFF_SURVEYS = ("staff", "partners")
BEST_FIRST = ("address-sample", "open-link", "partner-outreach", "assisted")


Floats = NDArray[np.float64]


# --- residents: quoted


def quotes_of(session: Session, community_id: int, definitions: Definitions, agency: str = "") -> list[Quote]:
    """Return every figure of residents, or those about one agency, from the newest report of each wave."""
    found = []
    for wave in waves_of(session, community_id):
        frozen = find_report(session, wave.id or 0) if asks_residents(wave) else None
        if frozen is not None:
            report = restore(frozen.content, frozen.sha256)
            found += [quote for name, source in _of(definitions, RESIDENTS) for quote in _quotes(report, name, source)]
    return [quote for quote in found if not agency or f"agency={agency}" in quote.domain.split(", ")]


def asks_residents(wave: Wave) -> bool:
    """Return whether a wave asks the survey of residents, or a community's own version with the same words."""
    return RESIDENTS in (wave.survey_id, load_survey(wave.survey_text).catalog)


def _of(definitions: Definitions, survey: str) -> list[tuple[str, FigureSource]]:
    return [(name, source) for name, source in definitions.wave_figures.items() if source.survey == survey]


def fingerprint_source(survey: Survey, source: FigureSource) -> str:
    """Return the fingerprint of the questions behind a figure; empty where the survey does not ask them."""
    indices = {index.id: fingerprint_index(survey, index) for index in survey.indices}
    facets = {
        f"{index.id}:{facet.id}": fingerprint_facet(survey, facet) for index in survey.indices for facet in index.facets
    }
    shares = {share.id: fingerprint_share(survey, share) for share in survey.shares}
    return (shares if source.share else {**indices, **facets}).get(source.term, "")


def _quotes(report: PublishedReport, name: str, source: FigureSource) -> Iterator[Quote]:
    """Yield the figure in the best sample source: people drawn at random before people who chose to take part."""
    sources = {str(row["name"]).split(".")[0] for row in report.document["sections"]}
    for sample in sorted(sources & set(BEST_FIRST), key=BEST_FIRST.index):
        ids = [f"{sample}.{table}" for table in _tables_of(source)]
        begins = f"{sample}.{BY_GROUP}" if source.by_group else None
        tables = [table for table in report.tables if table.id in ids or (begins and table.id.startswith(begins))]
        rows = [(table.id, row) for table in tables for row in table.rows]
        found = [Quote(name, report, table, row.domain, row.term) for table, row in rows if row.term == source.term]
        if found:
            yield from found
            return


def _tables_of(source: FigureSource) -> tuple[str, ...]:
    if source.by_group:
        return ()
    return (f"share_{source.share}",) if source.share else ("index", "facets", "other_indices")


# --- staff and partners: estimated


@dataclass(frozen=True)
class StaffWave:
    """Hold a closed wave of the staff of its agencies, or of partners.

    `everyone` is the number of invited people, if known.
    """

    wave: Wave
    opened: Opened
    everyone: float | None
    agencies: tuple[str, ...] = ()

    def to_public(self, definitions: Definitions) -> dict[str, Any]:
        """Return what everyone may know about the wave; a small one has its shares in steps."""
        return {
            "agencies": list(self.agencies),
            "answered": shown_count(len(self.opened), Rules()),
            "invited": shown_count(round(self.everyone), Rules()) if self.everyone else None,
            "steps": steps_of(self, definitions),
            "unit": self.id,
            "survey": self.wave.survey_id,
            "wave": self.wave.slug,
            "fielded": f"{self.wave.opened_on}/{self.wave.closed_on}",
            "finite": self.everyone is not None,
        }

    @property
    def id(self) -> str:
        return f"{self.wave.slug}/{self.wave.survey_id}"


def staff_waves(session: Session, community_id: int, agency: str = "") -> list[StaffWave]:
    """Return the closed waves of staff and partners whose boxes are open: all, or those of one agency alone."""
    waves = [wave for wave in waves_of(session, community_id) if wave.survey_id in STAFF_SURVEYS]
    found = [_staff_wave(session, wave) for wave in waves if wave.status in (CLOSED, PUBLISHED)]
    return [each for each in found if not agency or each.agencies == (agency,)]


def _staff_wave(session: Session, wave: Wave) -> StaffWave:
    check_is_counted(session, wave)
    assert wave.id is not None
    batches = batch_counts(session, wave.id)
    frames = [batch.frame for batch in batches]
    known = bool(frames) and all(frame is not None for frame in frames)
    everyone = float(sum({batch.stratum: batch.frame or 0 for batch in batches}.values())) if known else None
    agencies = tuple(rated.slug for rated, _ in rated_agencies_of(session, wave.id))
    return StaffWave(wave, opened_of(session, wave.id), everyone, agencies)


def to_unit(staff_wave: StaffWave, definitions: Definitions) -> DraftUnit | None:
    """Return all shares of the wave with their intervals among those who answered, or None where no one did."""
    columns = _columns_of(staff_wave, definitions)
    rows = [row for name, column in columns.items() for row in _estimate(name, column, staff_wave.everyone)]
    if not rows:
        return None
    estimates = Estimates("share", tuple(rows), np.full((len(rows), len(rows)), np.nan), int(min(r.df for r in rows)))
    table = DraftTable(
        "shares", "shares", "share", tuple(row.n for row in rows), estimates, rows=(EVERYONE,) * len(rows)
    )
    return DraftUnit(staff_wave.id, digest(staff_wave.opened)[:16], {}, (table,))


def steps_of(staff_wave: StaffWave, definitions: Definitions) -> dict[str, dict[str, Any]]:
    """Return the shares of a wave that is too small for estimates, in steps, if everyone was asked."""
    if staff_wave.everyone is None:
        return {}
    columns = _columns_of(staff_wave, definitions)
    met = {name: (int(np.nansum(column)), int((~np.isnan(column)).sum())) for name, column in columns.items()}
    steps = {name: step_of(*numbers) for name, numbers in met.items()}
    return {name: asdict(step) for name, step in steps.items() if step is not None}


def _columns_of(staff_wave: StaffWave, definitions: Definitions) -> dict[str, Floats]:
    survey = load_survey(staff_wave.wave.survey_text)
    return dict(_columns(survey, staff_wave.opened, _of(definitions, staff_wave.wave.survey_id)))


def _columns(
    survey: Survey, opened: Opened, sources: Iterable[tuple[str, FigureSource]]
) -> Iterator[tuple[str, Floats]]:
    """Yield 1 where a respondent meets it, 0 where not, and NaN where it was not answered."""
    if not len(opened):
        return
    table = to_table(survey, opened)
    for name, source in sources:
        if source.share:
            met, base = table.numbers(f"{source.share}:met"), table.numbers(f"{source.share}:base")
            yield name, np.where(base > 0, met, np.nan)
        else:
            yield name, _answers(survey, table, source)


def _answers(survey: Survey, table: Table, source: FigureSource) -> Floats:
    item = survey.items[source.item]
    if item.kind.takes_several:
        chosen = [table.numbers(f"{item.code}_{code}") for code in source.met]
        return np.where(np.isnan(chosen[0]), np.nan, np.max(chosen, axis=0))
    values = table.numbers(item.code)
    answered = np.isin(values, [option.code for option in item.options])
    return np.where(answered, np.isin(values, source.met), np.nan)


def _estimate(name: str, column: Floats, everyone: float | None) -> list[Estimate]:
    """Return the share of those who answered, as a sample of `everyone`."""
    answered = ~np.isnan(column)
    if answered.sum() < 2:
        return []
    codes = column[answered].astype(np.int64)
    columns: Mapping[str, Any] = {"met": Factor(codes, ("no", "yes"))}
    size = max(everyone or 0.0, float(answered.sum()))
    if everyone is not None:
        columns = {**columns, "everyone": np.full(len(codes), size)}
    design = Design.of(columns, fpc=("everyone",) if everyone is not None else ())
    rows = [row for row in share(design, "met") if row.term == "met=yes"]
    return [replace(row, term=name) for row in rows]
