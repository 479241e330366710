"""`/desk/{wave}`: staff enter answers from paper, by telephone, beside a person, or on a shared device.

The questionnaire and the way of an answer are the resident's own. Staff type the code of the help point once; it stays
in the page, so that no device stores it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp

from app.language.number_isolation import isolate_numbers
from app.services.intake.submission import ASSISTED, OpenWave, OpenWaveAgency, SubmissionForm
from app.web.error_pages import PageRefused
from app.web.locale import choose_language, choose_name, list_languages_of
from app.web.resident.compiled_pages import to_facts_view
from app.web.resident.form_data import Arrival
from app.web.resident.survey_pages import ResidentPages, draw_number, find_named
from app.web.view_models import (
    DeskScreen,
    InterviewScreen,
    KioskScreen,
    KioskThanksScreen,
    PaperEntryScreen,
    StartAgain,
    SurveyScreen,
    TelephoneScreen,
    ThanksScreen,
)

SCREENS: Mapping[str, type[SurveyScreen]] = {
    each.mode: each for each in (PaperEntryScreen, TelephoneScreen, InterviewScreen, KioskScreen)
}


class DeskPages(ResidentPages):
    """Serve `/desk/{wave}` to the staff of a help point: enter the code, begin with a person, and send."""

    address = "/desk/"

    async def show(self, request: Request) -> ASGIApp:
        fielded, _ = await self.get_open(request)
        return self.respond(request, fielded, welcome(fielded))

    async def take_in(self, request: Request, fielded: OpenWave, arrival: Arrival) -> ASGIApp:
        if not fielded.is_open:
            raise PageRefused("closed", "en")
        if not await run_in_threadpool(self.ballots.is_desk_open, fielded, arrival.desk):
            return self.respond(request, fielded, welcome(fielded, is_wrong=True), 403)
        if arrival.mode not in SCREENS:
            return self.respond(request, fielded, welcome(fielded, desk=arrival.desk))
        if arrival.wish == "begin":
            return self.begin(request, fielded, arrival)
        return await super().take_in(request, fielded, arrival)

    async def take_in_plainly(self, request: Request, fielded: OpenWave, arrival: Arrival) -> ASGIApp:
        """Take the form in as with script: staff see errors with the answers, and their device is no resident's."""
        return await self.take_in(request, fielded, arrival)

    def begin(self, request: Request, fielded: OpenWave, arrival: Arrival) -> ASGIApp:
        """Show an empty page for the next person."""
        lang = choose_language(arrival.one("_lang"), "", fielded.languages)
        number = draw_number()
        agency = self.find_agency(fielded, arrival, number)
        screen = replace(self.sheets.sheet(fielded, agency, lang).screen, number=number)
        return self.respond(request, fielded, self.fit(screen, arrival))

    def find_agency(self, fielded: OpenWave, arrival: Arrival, number: str) -> OpenWaveAgency | None:
        """Return the agency that staff chose, such as that of a paper form, or the one that the page's number draws."""
        return find_named(fielded, arrival.one("_agency")) or self.ballots.choose_agency(fielded, number)

    def to_form(self, request: Request, arrival: Arrival, number: str, lang: str) -> SubmissionForm:
        return replace(super().to_form(request, arrival, number, lang), source=ASSISTED)

    def thank(self, request: Request, fielded: OpenWave, arrival: Arrival, lang: str) -> ASGIApp:
        kind = KioskThanksScreen if arrival.mode == KioskScreen.mode else ThanksScreen
        start_again = to_start_again(request.scope["path"], arrival, lang)
        facts = to_facts_view(fielded, lang)
        return self.respond(
            request, fielded, kind(lang, isolate_numbers(fielded.contact, lang), facts, start_again=start_again)
        )

    def fit(self, screen: SurveyScreen, arrival: Arrival) -> SurveyScreen:
        """Convert the resident's screen to this mode of the help point."""
        address = screen.address.replace(ResidentPages.address, self.address, 1)
        values = {each.name: getattr(screen, each.name) for each in fields(screen)}
        values |= {
            "address": address,
            "start_again": to_start_again(address, arrival, screen.lang),
            "closed": arrival.closed,
            "tokens": "",
            "keys": None,  # the server seals: its errors must reach the page of a help point with the answers
        }
        return SCREENS[arrival.mode](**values)


def to_start_again(address: str, arrival: Arrival, lang: str) -> StartAgain:
    return StartAgain(address, arrival.desk, arrival.mode, lang)


def welcome(fielded: OpenWave, desk: str = "", *, is_wrong: bool = False) -> DeskScreen:
    return DeskScreen(
        lang="en",
        address=f"{DeskPages.address}{fielded.slug}",
        paper=f"{ResidentPages.address}{fielded.slug}/paper",
        community=choose_name(fielded.community_name, "en"),
        language_links=list_languages_of(fielded),
        agencies=tuple((agency.slug, choose_name(agency.names, "en")) for agency in fielded.agencies),
        desk=desk,
        is_wrong=is_wrong,
    )
