"""The resident's page: show it, show it again in another language or with its errors, and thank for it."""

from __future__ import annotations

import gzip
import json
import re
import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict, replace

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import ASGIApp

from app.errors import AnswerNotStored
from app.language.languages import LANGUAGES
from app.services.ballots.invitation_codes import read_code
from app.services.intake.submission import (
    OTHER_AGENCY,
    AnswerErrors,
    BallotBox,
    OpenWave,
    OpenWaveAgency,
    SubmissionForm,
    Verdict,
    WaveTokens,
    find_rated,
)
from app.services.waves.audio import find_recording
from app.web import rendering
from app.web.error_pages import PageRefused
from app.web.headers import NOTHING, find_header, takes_gzip
from app.web.locale import choose_language
from app.web.metrics import RoundedCounters
from app.web.resident.answer_errors import describe_answer_errors, describe_general_error
from app.web.resident.compiled_pages import CompiledPage, CompiledPages, draw_filler
from app.web.resident.form_data import Arrival, read_arrival
from app.web.resident.paper_form import lay_out_paper
from app.web.resident.snapshot import html_headers
from app.web.view_models import ProblemView, Screen, SurveyScreen

ASKED = re.compile(rb"(?:^|&)lang=([A-Za-z0-9_-]{2,20})(?=&|$)")
PLACE = re.compile(r"[1-9][0-9]?")  # of an agency, in the address of a letter
MOST_DRAWS = 10_000  # numbers until one chooses a wanted agency
TOO_MANY = 429  # requests for tokens from one network: the script says so, waits and asks again
NEW_KEYS = 409  # the script seals again with the keys in it
CODE_PAGE, ASK_AGENCY = "code", "agency"  # an address, and the button on it
STAY = 204  # the browser stays on the page that it shows, with every answer
ASK_FOR_WORK = 429  # the script reads the task in it, does the work and sends again


class ResidentPages:
    """Serve a survey round's questionnaire at `/s/{wave}`: show it, take it in, print it, read it aloud."""

    address = "/s/"

    def __init__(self, ballots: BallotBox, counters: RoundedCounters) -> None:
        self.ballots, self.counters = ballots, counters
        self.sheets = CompiledPages(ballots.base_url)

    async def show(self, request: Request) -> ASGIApp:
        fielded, lang = await self.get_open(request)
        typed = request.path_params.get("agency")
        if asks_code_first(fielded, typed):
            sheet = self.sheets.by_code(fielded, lang)
            self.counters.add("pages_shown")
            return sheet.view(draw_number(), self.sheets.sizes(fielded), packed=takes_gzip(request))
        place = find_place(fielded, None if typed == CODE_PAGE else typed)
        if place is None and chooses_agency(fielded):
            return self.sheets.choice(fielded, lang).view(self.sheets.sizes(fielded), packed=takes_gzip(request))
        number = self.draw_number_for(fielded, place)
        sheet = self.sheets.sheet(fielded, self.ballots.choose_agency(fielded, number), lang)
        self.counters.add("pages_shown")
        return sheet.view(number, self.sheets.sizes(fielded), packed=takes_gzip(request))

    def draw_number_for(self, fielded: OpenWave, place: int | None) -> str:
        """Draw the number of a page. In an address with a place, from 0 on, it chooses the agency of that place."""
        if place is None:
            return draw_number()
        wanted = fielded.agencies[place]
        numbers = (draw_number() for _ in range(MOST_DRAWS))
        found = next((each for each in numbers if self.ballots.choose_agency(fielded, each) == wanted), None)
        return found or draw_number()

    async def show_thanks(self, request: Request) -> ASGIApp:
        """Show the thanks, to which a page without script is led after it sent its answers."""
        fielded = await self.get_fielded(request)
        lang = language_asked_for(request, fielded.languages)
        return self.sheets.thanks(fielded, lang).view(self.sheets.sizes(fielded), packed=takes_gzip(request))

    async def show_paper(self, request: Request) -> ASGIApp:
        """Show the form to print and to fill in with a pen."""
        fielded = await self.get_fielded(request)
        lang = language_asked_for(request, fielded.languages)
        named = find_named(fielded, request.query_params.get("agency", ""))
        agency = named or self.ballots.choose_agency(fielded, draw_number())
        return self.respond(request, fielded, lay_out_paper(fielded, agency, lang, self.ballots.base_url))

    async def send_recording(self, request: Request) -> ASGIApp:
        """Send the recording of a question."""
        survey = (await self.get_fielded(request)).survey
        path = find_recording(survey, request.path_params["lang"], request.path_params["question"])
        if path is None:
            raise PageRefused("not_found")
        return FileResponse(path, media_type="audio/mpeg")

    async def receive(self, request: Request) -> ASGIApp:
        fielded = await self.get_fielded(request)
        arrival = await read_arrival(request)
        if arrival.is_scripted:
            return await self.take_in(request, fielded, arrival)
        return await self.take_in_plainly(request, fielded, arrival)

    async def take_in_plainly(self, request: Request, fielded: OpenWave, arrival: Arrival) -> ASGIApp:
        """Count the answers of a page without script. No answer of the service repeats any of them.

        A page that answers a form stays in the history of the phone together with the form. So the browser is led on to
        a page of its own address (303), and where nothing was counted it stays on the page that it has (204).
        """
        lang = choose_language(arrival.one("_lang"), "", fielded.languages)
        if arrival.wish == ASK_AGENCY:
            return self.lead_by_code(fielded, arrival, lang)
        if arrival.wish != "send":
            asked = choose_language(arrival.wish.removeprefix("lang:"), "", fielded.languages)
            return self.lead_to(fielded, self.place_of(fielded, arrival), asked)
        form = self.to_form(request, arrival, arrival.number or draw_number(), lang)
        # It can do no work, and pressing the button once more would only cost its answers.
        try:
            outcome = await self.ballots.submit(fielded, replace(form, proof=replace(form.proof, was_asked=True)))
        except AnswerNotStored:
            outcome = None
        if outcome in (Verdict.COUNTED, Verdict.COUNTED_BEFORE):
            self.counters.add("answers_" + outcome.name.lower())
            return self.lead_to(fielded, "/thanks", lang)
        if outcome is Verdict.WAVE_CLOSED:
            await self.ballots.renew_open_wave(fielded.slug)
            return self.lead_to(fielded, self.place_of(fielded, arrival), lang)
        self.counters.add("answers_shown_again")
        if is_about_another_agency(outcome):
            return self.lead_to(fielded, self.place_of(fielded, arrival), lang)
        return self.sheets.sizes(fielded).bare(STAY)

    def lead_by_code(self, fielded: OpenWave, arrival: Arrival, lang: str) -> ASGIApp:
        """Lead to the page of the agency that a code decides. The page of a text that is no code stays as it is."""
        if read_code(arrival.code) is None:
            return self.sheets.sizes(fielded).bare(STAY)
        return self.lead_to(fielded, self.place_of(fielded, arrival), lang)

    def lead_to(self, fielded: OpenWave, page: str, lang: str) -> ASGIApp:
        """Lead the browser on to a page of the survey round."""
        address = f"{self.address}{fielded.slug}{page}?lang={lang}"
        return self.sheets.sizes(fielded).bare(303, ((b"location", address.encode()),))

    def place_of(self, fielded: OpenWave, arrival: Arrival) -> str:
        """Return the end of the address of the page about the agency that the code chooses, else the page's number."""
        if len(fielded.agencies) < 2 or not (arrival.number or arrival.code):
            return ""
        agency = self.ballots.choose_agency(fielded, arrival.number or draw_number(), arrival.code)
        return f"/{fielded.agencies.index(agency) + 1}" if agency else ""

    async def take_in(self, request: Request, fielded: OpenWave, arrival: Arrival) -> ASGIApp:
        """Count the answers and thank for them, or show the page again."""
        lang = choose_language(arrival.one("_lang"), "", fielded.languages)
        if arrival.wish == "token" and fielded.tokens:
            return await self.sell_token(request, fielded, fielded.tokens, arrival)
        if arrival.wish != "send":
            check_can_seal(fielded, arrival, lang)
            return self.show_again(request, fielded, arrival, arrival.wish.removeprefix("lang:") or lang)
        number = arrival.number or draw_number()
        try:
            outcome = await self.ballots.submit(fielded, self.to_form(request, arrival, number, lang))
        except AnswerNotStored:
            check_can_seal(fielded, arrival, lang)
            return self.show_again(request, fielded, arrival, lang, "not_stored", status=503)
        match outcome:
            case Verdict.COUNTED | Verdict.COUNTED_BEFORE:
                self.counters.add("answers_" + outcome.name.lower())
                return self.thank(request, fielded, arrival, lang)
            case Verdict.BOX_CHANGED:
                return await self.send_new_keys(request, fielded)
            case Verdict.WAVE_CLOSED:
                raise PageRefused("closed", lang)
            case Verdict.PROOF_WANTED:
                self.counters.add("answers_asked_for_work")
                if arrival.is_scripted:
                    return self.send_to_script(request, fielded, self.ballots.task_of(number), ASK_FOR_WORK)
                return self.show_again(request, fielded, arrival, lang, outcome, status=ASK_FOR_WORK)
            case _:
                check_can_seal(fielded, arrival, lang)
                self.counters.add("answers_shown_again")
                return self.show_again(request, fielded, arrival, lang, outcome, status=422)

    async def sell_token(self, request: Request, fielded: OpenWave, tokens: WaveTokens, arrival: Arrival) -> ASGIApp:
        """Send a key, its signature of the page's blinded message, and the fingerprints of all keys."""
        if not self.ballots.may_ask_for_token(find_address(request)):
            return self.send_to_script(request, fielded, "{}", TOO_MANY)
        try:
            sold = await self.ballots.sell_token(fielded, tokens, arrival.code, arrival.blinded)
        except AnswerNotStored:
            return self.send_to_script(request, fielded, "{}", 503)
        parts = {"key": sold.modulus, "keys": tokens.fingerprints, "signed": sold.signed}
        document = {name: b64encode(part).decode() for name, part in parts.items()} | {"agency": sold.agency}
        return self.send_to_script(request, fielded, json.dumps(document), 200)

    async def send_new_keys(self, request: Request, fielded: OpenWave) -> ASGIApp:
        """Send the keys of the new box, so that the page seals its answers again."""
        renewed = await self.ballots.renew_open_wave(fielded.slug)
        if renewed is None or renewed.keys is None:
            raise PageRefused("not_stored")
        return self.send_to_script(request, fielded, json.dumps(asdict(renewed.keys)), NEW_KEYS)

    def send_to_script(self, request: Request, fielded: OpenWave, text: str, status: int) -> ASGIApp:
        """Send a few words to the script, in a reply as long as a page."""
        packed = takes_gzip(request)
        return self.sheets.sizes(fielded).reply(
            status, html_headers("en", NOTHING, packed=packed), text.encode(), packed=packed
        )

    def to_form(self, request: Request, arrival: Arrival, number: str, lang: str) -> SubmissionForm:
        return arrival.to_form(number, lang, find_address(request))

    def thank(self, request: Request, fielded: OpenWave, arrival: Arrival, lang: str) -> ASGIApp:
        return self.sheets.thanks(fielded, lang).view(self.sheets.sizes(fielded), packed=takes_gzip(request))

    async def get_open(self, request: Request) -> tuple[OpenWave, str]:
        """Find the survey round of an address and the language to show it in."""
        fielded = await self.get_fielded(request)
        if not fielded.is_open:
            raise PageRefused("closed", language_asked_for(request, tuple(LANGUAGES)))
        if fielded.is_forged:
            lang = language_asked_for(request, fielded.languages)
            raise PageRefused("not_stored", lang, fielded.words_in(lang))
        return fielded, language_asked_for(request, fielded.languages)

    async def get_fielded(self, request: Request) -> OpenWave:
        try:
            fielded = await self.ballots.find_wave(request.path_params["wave"])
        except AnswerNotStored:
            raise PageRefused("not_stored") from None
        if fielded is None:
            raise PageRefused("not_found")
        return fielded

    def show_again(
        self,
        request: Request,
        fielded: OpenWave,
        arrival: Arrival,
        lang: str,
        problem: AnswerErrors | Verdict | str | None = None,
        status: int = 200,
    ) -> ASGIApp:
        """Show the page again with the answers and their errors. Nothing is stored."""
        lang = choose_language(lang, "", fielded.languages)
        number = arrival.number or draw_number()
        agency = self.find_agency(fielded, arrival, number)
        is_undecided = arrival.is_undecided and asks_code_first(fielded, CODE_PAGE)
        sheet = self.sheets.by_code(fielded, lang) if is_undecided else self.sheets.sheet(fielded, agency, lang)
        problems = describe_problems(problem, sheet)
        # An answer about another agency is no answer about this one.
        dropped = find_rated(fielded.survey) if agency and agency.slug != arrival.one("_agency") else ()
        screen = replace(
            sheet.screen,
            number=number,
            filler="0" * draw_filler(),
            code=arrival.code,
            at=arrival.position,
            chosen={code: frozenset(values) for code, values in arrival.answers.items() if code not in dropped},
            problems=problems,
            asked=problem is Verdict.PROOF_WANTED,
            wrong={problem.field: problem.words for problem in problems if problem.field},
        )
        return self.respond_evenly(request, fielded, self.fit(screen, arrival), status)

    def respond_evenly(self, request: Request, fielded: OpenWave, screen: SurveyScreen, status: int) -> ASGIApp:
        """Respond with a page of the size of all replies of the survey round."""
        packed = takes_gzip(request)
        words = fielded.words_in(screen.lang)
        headers = html_headers(screen.lang, rendering.policy(screen, screen.skips, frozen=words), packed=packed)
        text = rendering.render(screen, frozen=words).encode()
        return self.sheets.sizes(fielded).reply(status, headers, text, packed=packed)

    def find_agency(self, fielded: OpenWave, arrival: Arrival, number: str) -> OpenWaveAgency | None:
        """Return the agency of a page that is shown again, which a change of language does not change."""
        return self.ballots.choose_agency(fielded, number, arrival.code)

    def fit(self, screen: SurveyScreen, arrival: Arrival) -> SurveyScreen:
        """Return the screen as this route shows it."""
        return screen

    def respond(self, request: Request, fielded: OpenWave, screen: Screen, status: int = 200) -> Response:
        skips = screen.skips if isinstance(screen, SurveyScreen) else ""
        words = fielded.words_in(screen.lang)
        html = rendering.render(screen, frozen=words)
        return respond(request, html, screen.lang, rendering.policy(screen, skips, frozen=words), status)


def check_can_seal(fielded: OpenWave, arrival: Arrival, lang: str) -> None:
    """Refuse a script a new page that would send its answers unsealed or with a code. It keeps them and tries again."""
    if fielded.is_forged and arrival.is_scripted:
        raise PageRefused("not_stored", lang, fielded.words_in(lang))


def language_asked_for(request: Request, languages: Sequence[str]) -> str:
    """Return the language that the address asks for, else the best that the browser accepts."""
    return choose_language(find_asked(request), find_header(request, b"accept-language"), languages)


def is_about_another_agency(outcome: object) -> bool:
    return isinstance(outcome, AnswerErrors) and outcome.problems[0].code == OTHER_AGENCY


def describe_problems(problem: AnswerErrors | Verdict | str | None, sheet: CompiledPage) -> tuple[ProblemView, ...]:
    page = sheet.words.catalogs[rendering.WORDS]
    match problem:
        case None:
            return ()
        case AnswerErrors(problems):
            return describe_answer_errors(problems, sheet.screen, page)
        case _:
            return (describe_general_error(problem, sheet.screen, page),)


def find_place(fielded: OpenWave, typed: str | None) -> int | None:
    """Return the place of the agency in an address, from 0 on; None where it names none.

    A letter that was printed before the agencies of a draft changed may name one that is no longer there.
    """
    if typed is None:
        return None
    if not PLACE.fullmatch(typed):
        raise PageRefused("not_found")
    return int(typed) - 1 if int(typed) <= len(fielded.agencies) else None


def asks_code_first(fielded: OpenWave, typed: str | None) -> bool:
    """Return whether an address names no agency and a code decides it, so that no part is asked about a wrong one.

    Where codes are optional, people with one come here from the page that lists the agencies.
    """
    if len(fielded.agencies) < 2:
        return False
    return (fielded.code == "required" and typed is None) or (fielded.code != "none" and typed == CODE_PAGE)


def chooses_agency(fielded: OpenWave) -> bool:
    """Return whether the open address lets residents choose the agency.

    A draw at each load could be repeated until another agency appears, and nothing that stays the same between loads
    may be known of a resident. Where each answer needs a code, the code decides the agency.
    """
    return fielded.code != "required" and len(fielded.agencies) > 1


def find_named(fielded: OpenWave, slug: str) -> OpenWaveAgency | None:
    return next((agency for agency in fielded.agencies if agency.slug == slug), None)


def draw_number() -> str:
    return secrets.token_hex(16)


def find_address(request: Request) -> str:
    return request.client.host if request.client else ""


def find_asked(request: Request) -> str | None:
    """Return the language in the address."""
    found = ASKED.search(request.scope["query_string"])
    return found[1].decode() if found else None


def respond(request: Request, html: str, lang: str, policy: str, status: int) -> Response:
    headers = {"content-security-policy": policy, "content-language": lang}
    if not takes_gzip(request):
        return HTMLResponse(html, status, headers)
    return HTMLResponse(gzip.compress(html.encode(), 6), status, headers | {"content-encoding": "gzip"})
