"""Every screen that a resident or a helper can meet, in one language, made without a server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace

from app.language.languages import LANGUAGES
from app.questionnaire.answers import AnswerProblem
from app.services.ballots.invitation_codes import Invitation
from app.services.intake.submission import AnswerErrors, OpenWave, OpenWaveAgency, Verdict
from app.services.waves.letters import to_letters, to_page
from app.services.waves.page_sentences import ERRORS
from app.web import rendering
from app.web.error_pages import STATUS_OF_KIND
from app.web.locale import list_language_links
from app.web.resident.compiled_pages import CompiledPage, compile_page
from app.web.resident.help_point_pages import SCREENS
from app.web.resident.paper_form import lay_out_paper
from app.web.resident.survey_pages import describe_problems
from app.web.site.home import to_open_wave_link
from app.web.view_models import (
    FactsView,
    HomeScreen,
    KioskThanksScreen,
    RefusedScreen,
    StartAgain,
    SurveyScreen,
    ThanksScreen,
)
from tests.questionnaire.walks import load_shipped

NAME = "Rivermeadow"
AGENCY = "Zephyr"
CONTACT = "555 0100"
FACTS = FactsView(9, "", "2026-12-13", "2027-02-15", "https://survey.example.org/reports")
SUPPORT = "988"
GENERAL = [slip for slip in ERRORS if isinstance(slip, Verdict) or slip == "not_stored"]
ASKING = (Verdict.COUNTED, Verdict.COUNTED_BEFORE, Verdict.WAVE_CLOSED)


def make_fielded(languages: tuple[str, ...] = tuple(LANGUAGES), survey_id: str = "community-trust") -> OpenWave:
    """A real questionnaire as a wave in all languages, none of them reviewed."""
    agency = OpenWaveAgency("zephyr", dict.fromkeys(languages, AGENCY), 1.0)
    names, survey = dict.fromkeys(languages, NAME), load_shipped(survey_id)
    drafts = frozenset(languages)
    return OpenWave("walk", names, survey, languages, (agency,), "optional", True, drafts, CONTACT, 1)


def survey_screens(fielded: OpenWave, lang: str) -> Iterator[tuple[str, SurveyScreen]]:
    """Return the survey as it opens, with every kind of answer error, and at a help point."""
    sheet = compile_page(fielded, fielded.agencies[0], lang)
    yield "survey", replace(sheet.screen, number="0" * 32)
    yield "form_errors", with_slips(sheet, AnswerErrors(tuple(answer_problems(fielded))))
    for slip in GENERAL:
        yield f"slip {slip}", with_slips(sheet, slip)
    stated = {each.name: getattr(sheet.screen, each.name) for each in fields(sheet.screen)}
    for mode, kind in SCREENS.items():
        yield f"desk {mode}", kind(**stated | {"start_again": StartAgain("/desk/walk", "ABCDE-FGHJK", mode, lang)})


def answer_problems(fielded: OpenWave) -> Iterator[AnswerProblem]:
    items = list(fielded.survey.items)
    for code, item in zip(("unknown_choice", "one_answer_only", "not_together"), items, strict=False):
        yield AnswerProblem(item, code)  # type: ignore[arg-type]


def with_slips(sheet: CompiledPage, slip: AnswerErrors | Verdict | object) -> SurveyScreen:
    problems = describe_problems(slip, sheet)  # type: ignore[arg-type]
    wrong = {problem.field: problem.words for problem in problems if problem.field}
    return replace(sheet.screen, number="0" * 32, problems=problems, wrong=wrong)


def all_screens(fielded: OpenWave, lang: str) -> Iterator[tuple[str, str]]:
    """(name, page) of everything."""
    for name, screen in survey_screens(fielded, lang):
        yield name, rendering.render(screen)
    start_again = StartAgain("/desk/walk", "ABCDE-FGHJK", "kiosk", lang)
    yield "thanks", rendering.render(ThanksScreen(lang, CONTACT, FACTS, (SUPPORT,)))
    yield (
        "thanks at a device for many",
        rendering.render(KioskThanksScreen(lang, CONTACT, FACTS, start_again=start_again)),
    )
    for kind in STATUS_OF_KIND:
        yield f"refused {kind}", rendering.render(RefusedScreen(lang, kind, "1234abcd"))
    yield "home", rendering.render(HomeScreen(lang, list_language_links(), (to_open_wave_link(fielded, lang),), ()))
    yield "paper", rendering.render(lay_out_paper(fielded, fielded.agencies[0], lang, "https://survey.example.org"))
    invitation = Invitation("ABCDEFGHJK", "https://survey.example.org/s/walk#0123456789", "address sample", "", lang)
    yield "letter", to_page(to_letters(fielded, [invitation]), NAME, lang)


def names_in(fielded: OpenWave) -> set[str]:
    """Return the texts that are the same in every language: the names of this wave, and codes."""
    stated = {
        option.text for item in fielded.survey.items.values() for option in item.choices if option.context is None
    }
    given = {NAME, AGENCY, AGENCY.lower(), CONTACT, "ABCDE-FGHJK", "1234abcd", "walk", *fielded.survey.items}
    return given | {text for text in stated if not text.isdigit()}
