"""Draft a scorecard before protection, from everything stored about a community or one of its agencies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from analysis.disclosure import DraftScorecard, Quote
from app.errors import Refused
from app.questionnaire.loading import load_survey
from app.records.communities import Agency, Community, agencies_of
from app.records.measures import ImprovementEvent, MeasureValue, events_of, statements_of, targets_of, values_of
from app.records.population import population_of
from app.records.reports import find_report
from app.records.waves import get_wave
from app.records.workforce import workforce_of_all
from app.services.registers.derivation import make_work
from app.services.registers.entries import former_cohorts, read_entries
from app.services.registers.public_view import public_registers
from app.services.reports.headline import is_drawn
from app.services.reports.samples import ADDRESS_SAMPLE
from app.services.scorecards import counted_units, staff_counts, wave_figures
from app.services.scorecards.counted_units import CountedUpload
from app.services.scorecards.definitions import Definitions, load_definitions
from app.services.scorecards.register_figures import narrow_figures, narrow_typed, with_derived
from app.services.scorecards.resident_shares import people_in_all, residents_of

MOST_AGENCIES = 60  # on one page; with more, each agency has a scorecard of its own


class TooManyAgencies(Refused):
    def __init__(self, community: str, agencies: int) -> None:
        self.community, self.agencies = community, agencies
        super().__init__(
            f"Expected at most {MOST_AGENCIES} agencies with figures on the scorecard of {community}, got {agencies}: "
            "publish a scorecard for each agency."
        )


def draft_scorecard(session: Session, community: Community, agency: Agency | None, today: date) -> DraftScorecard:
    """Return everything to publish about a community, or about one agency, until a day."""
    assert community.id is not None
    definitions = load_definitions()
    included = [agency] if agency else agencies_of(session, community.id)
    names = {each.id or 0: each.slug for each in included}
    values = values_of(session, names)
    entries = read_entries(session, community.id)
    work = make_work(entries, today, former_cohorts(session, community.id, entries))
    in_force = with_derived([each for each in values if not each.withdrawn], work, names)
    counted = _with_companions(counted_units.to_uploads(in_force, names), definitions)
    narrow = narrow_figures(work) | narrow_typed(in_force, work, names)
    uploads = [each for each in counted if each.id not in narrow]
    years = staff_counts.to_years(workforce_of_all(session, list(names)), names)
    active = {each.agency for each in uploads} | {each.agency for each in years}
    if len(active) > MOST_AGENCIES:
        raise TooManyAgencies(community.slug, len(active))
    quotes = wave_figures.quotes_of(session, community.id, definitions, agency.slug if agency else "")
    waves = wave_figures.staff_waves(session, community.id, agency.slug if agency else "")
    population = population_of(session, community.id)
    wave_units = [unit for unit in (wave_figures.to_unit(each, definitions) for each in waves) if unit is not None]
    units = (*counted_units.people_units(uploads, definitions), *map(staff_counts.to_unit, years), *wave_units)
    public = {
        "agencies": sorted(active),
        "uploads": [
            {**counted_units.facts_of(each), "unit": each.id} for each in _of_people(uploads, definitions, True)
        ],
        "things": [
            counted_units.things_of(each, definitions.get(each.measure), {unit.id for unit in units})
            for each in _of_people(uploads, definitions, False)
        ]
        + [counted_units.hidden_of(each) for each in counted if each.id in narrow],
        "staff": [each.to_public() for each in years],
        "residents": [each.to_public() for each in residents_of(population)] if years else [],
        "people": people_in_all(population),
        "withdrawn": [_withdrawal(each, names) for each in values if each.withdrawn],
        "waves": [each.to_public(definitions) for each in waves if len(each.opened)],
        "reports": _reports(session, quotes, definitions),
        **_notes(session, community.id),
        "registers": public_registers(work, agency.slug if agency else ""),
    }
    subject = f"{community.slug}/{agency.slug}" if agency else community.slug
    return DraftScorecard(subject, units, tuple(quotes), public)


def _with_companions(uploads: Sequence[CountedUpload], definitions: Definitions) -> list[CountedUpload]:
    """Leave out a measure in the periods in which the figure that it needs beside it is missing."""
    known = {(each.agency, each.measure, each.period) for each in uploads}
    return [
        each
        for each in uploads
        if all((each.agency, needed, each.period) in known for needed in definitions.get(each.measure).needs)
    ]


def _of_people(uploads: Iterable[CountedUpload], definitions: Definitions, people: bool) -> list[CountedUpload]:
    return [each for each in uploads if (definitions.get(each.measure).kind == "people") is people]


def _reports(session: Session, quotes: Sequence[Quote], definitions: Definitions) -> list[dict[str, Any]]:
    """Return the dates and versions of the quoted reports, and the fingerprints of the questions of each figure."""
    found = []
    for slug, report in {quote.report.wave: quote.report for quote in quotes}.items():
        wave = get_wave(session, slug)
        frozen = find_report(session, wave.id or 0)
        assert frozen is not None
        fielded = f"{wave.opened_on}/{wave.closed_on}"
        survey = f"{wave.survey_id} {wave.survey_version}"
        known = {"wave": slug, "fielded": fielded, "survey": survey, "version": frozen.version}
        asked = load_survey(wave.survey_text)
        figures = {
            quote.figure: definitions.wave_figures[quote.figure] for quote in quotes if quote.report.wave == slug
        }
        wording = {name: wave_figures.fingerprint_source(asked, source) for name, source in sorted(figures.items())}
        found.append({**known, "is_drawn": is_drawn(report, ADDRESS_SAMPLE), "wording": wording})
    return sorted(found, key=lambda each: each["fielded"])


def _notes(session: Session, community_id: int) -> dict[str, Any]:
    return {
        "targets": [
            {"measure": each.measure, "value": each.value, "by_year": each.by_year, "agreed_on": f"{each.agreed_on}"}
            for each in targets_of(session, community_id).values()
            if not each.withdrawn
        ],
        "statements": [
            {
                "question": each.question, "answer": each.answer, "words": each.words, "lang": each.lang,
                "attested_by": each.attested_by, "attested_on": f"{each.attested_on}",
            }
            for each in statements_of(session, community_id).values()
            if not each.withdrawn
        ],
        "events": [_event(each) for each in events_of(session, community_id) if not each.withdrawn],
    }  # fmt: skip


def _withdrawal(row: MeasureValue, names: Mapping[int, str]) -> dict[str, Any]:
    """Return what everyone may know about a figure that was taken back: never its numbers."""
    facts = {name: getattr(row, name) for name in ("measure", "period", "breakdown", "level", "revision")}
    return {**facts, "agency": names[row.agency_id], "correction": row.correction, "on": f"{row.attested_on}"}


def _event(event: ImprovementEvent) -> dict[str, Any]:
    names = ("title", "worked", "did_not_work", "report", "lang")
    return {"event": event.slug, "held_on": f"{event.held_on}", **{name: getattr(event, name) for name in names}}
