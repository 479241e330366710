"""Draft a scorecard before protection, from everything stored about a community or one of its agencies."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlmodel import Session

from analysis.disclosure import DraftScorecard, Quote
from app.errors import Refused
from app.questionnaire.loading import load_survey
from app.records.communities import Agency, Community, agencies_of
from app.records.measures import ImprovementEvent, events_of, statements_of, targets_of, values_of
from app.records.population import population_of
from app.records.reports import find_report
from app.records.waves import get_wave
from app.records.workforce import workforce_of_all
from app.services.scorecards import counted_units, staff_counts, wave_figures
from app.services.scorecards.counted_units import CountedUpload
from app.services.scorecards.definitions import Definitions, load_definitions
from app.services.scorecards.resident_shares import residents_of

MOST_AGENCIES = 60  # on one page; with more, each agency has a scorecard of its own


class NeedsCompanion(Refused):
    """Refuse to publish a measure alone that would be misread alone."""

    def __init__(self, measure: str, needed: str, agency: str, period: str) -> None:
        self.measure, self.needed, self.agency, self.period = measure, needed, agency, period
        super().__init__(
            f"Expected {needed} of {agency} for {period} beside {measure}, which is never published without it: "
            "load it, then publish."
        )


class TooManyAgencies(Refused):
    def __init__(self, community: str, agencies: int) -> None:
        self.community, self.agencies = community, agencies
        super().__init__(
            f"Expected at most {MOST_AGENCIES} agencies with figures on the scorecard of {community}, got {agencies}: "
            "publish a scorecard for each agency."
        )


def draft_scorecard(session: Session, community: Community, agency: Agency | None = None) -> DraftScorecard:
    """Return everything to publish about a community, or about one agency."""
    assert community.id is not None
    definitions = load_definitions()
    included = [agency] if agency else agencies_of(session, community.id)
    names = {each.id or 0: each.slug for each in included}
    uploads = counted_units.to_uploads(values_of(session, names), names)
    years = staff_counts.to_years(workforce_of_all(session, list(names)), names)
    active = {each.agency for each in uploads} | {each.agency for each in years}
    if len(active) > MOST_AGENCIES:
        raise TooManyAgencies(community.slug, len(active))
    check_companions(uploads, definitions)
    quotes = [] if agency else wave_figures.quotes_of(session, community.id, definitions)
    waves = [] if agency else wave_figures.staff_waves(session, community.id)
    wave_units = [unit for unit in (wave_figures.to_unit(each, definitions) for each in waves) if unit is not None]
    units = (*counted_units.people_units(uploads, definitions), *map(staff_counts.to_unit, years), *wave_units)
    public = {
        "agencies": sorted(active),
        "uploads": [
            {**counted_units.facts_of(each), "unit": each.id} for each in _of_people(uploads, definitions, True)
        ],
        "things": [
            counted_units.things_of(each, definitions.get(each.measure).people)
            for each in _of_people(uploads, definitions, False)
        ],
        "staff": [each.to_public() for each in years],
        "residents": [each.to_public() for each in residents_of(population_of(session, community.id))] if years else [],
        "waves": [each.to_public() for each in waves if len(each.opened)],
        "reports": _reports(session, quotes, definitions),
        **_notes(session, community.id),
    }
    subject = f"{community.slug}/{agency.slug}" if agency else community.slug
    return DraftScorecard(subject, units, tuple(quotes), public)


def check_companions(uploads: Collection[CountedUpload], definitions: Definitions) -> None:
    """Check that a measure that needs another one has it in every period."""
    loaded = {(each.agency, each.measure, each.period) for each in uploads}
    for each in uploads:
        for needed in definitions.get(each.measure).needs:
            if (each.agency, needed, each.period) not in loaded:
                raise NeedsCompanion(each.measure, needed, each.agency, each.period)


def _of_people(uploads: Iterable[CountedUpload], definitions: Definitions, people: bool) -> list[CountedUpload]:
    return [each for each in uploads if (definitions.get(each.measure).kind == "people") is people]


def _reports(session: Session, quotes: Sequence[Quote], definitions: Definitions) -> list[dict[str, Any]]:
    """Return the dates and versions of the quoted reports, and the fingerprints of the questions of each figure."""
    found = []
    for slug in dict.fromkeys(quote.report.wave for quote in quotes):
        wave = get_wave(session, slug)
        frozen = find_report(session, wave.id or 0)
        assert frozen is not None
        fielded = f"{wave.opened_on}/{wave.closed_on}"
        survey = f"{wave.survey_id} {wave.survey_version}"
        asked = load_survey(wave.survey_text)
        figures = {
            quote.figure: definitions.wave_figures[quote.figure] for quote in quotes if quote.report.wave == slug
        }
        wording = {name: wave_figures.fingerprint_source(asked, source) for name, source in sorted(figures.items())}
        found.append(
            {"wave": slug, "fielded": fielded, "survey": survey, "version": frozen.version, "wording": wording}
        )
    return sorted(found, key=lambda each: each["fielded"])


def _notes(session: Session, community_id: int) -> dict[str, Any]:
    return {
        "targets": [
            {"measure": each.measure, "value": each.value, "by_year": each.by_year, "agreed_on": f"{each.agreed_on}"}
            for each in targets_of(session, community_id).values()
        ],
        "statements": [
            {
                "question": each.question, "answer": each.answer, "words": each.words, "lang": each.lang,
                "attested_by": each.attested_by, "attested_on": f"{each.attested_on}",
            }
            for each in statements_of(session, community_id).values()
        ],
        "events": [_event(each) for each in events_of(session, community_id)],
    }  # fmt: skip


def _event(event: ImprovementEvent) -> dict[str, Any]:
    names = ("title", "worked", "did_not_work", "report", "lang")
    return {"event": event.slug, "held_on": f"{event.held_on}", **{name: getattr(event, name) for name in names}}
