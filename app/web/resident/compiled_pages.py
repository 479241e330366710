"""Render each page once for each survey round, language and agency; later requests copy it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from app.language.number_isolation import isolate_numbers
from app.questionnaire import wording
from app.questionnaire.answers import can_err
from app.questionnaire.duration import estimate_minutes
from app.questionnaire.skip_logic import to_script, to_stylesheet
from app.services.intake.submission import OpenWave, OpenWaveAgency
from app.services.waves.wave_words import WaveWords
from app.web import rendering
from app.web.locale import choose_name, list_languages_of
from app.web.resident.even_sizes import EvenSizes
from app.web.resident.question_views import to_parts
from app.web.resident.snapshot import LONGEST_FILLER, Bytes, Headers, Snapshot, html_headers, take_snapshot
from app.web.view_models import AgencyChoiceScreen, FactsView, Screen, SurveyScreen, ThanksScreen, TokenScreen

NUMBER_PLACE = "{the number of this page}"
FILLER_PLACE = "{its filler}"
# 203 and not 200: Chromium keeps a 200 page in memory after it was left, even one that says no-store, and without
# script its Back button would show every tick. With another status of success it is fetched again, and is blank.
FIRST_VIEW = 203
BY_CODE = "?"  # in place of an agency: no agency has this web address name


@dataclass(frozen=True)
class CompiledPage:
    """The resident's document before any answer, with its screen."""

    screen: SurveyScreen
    words: WaveWords
    policy: str
    snapshot: Snapshot
    headers: Headers
    headers_packed: Headers

    def view(self, number: str, sizes: EvenSizes, *, packed: bool) -> Bytes:
        """Return the page with its number and filler, of the size of all replies of its survey round."""
        headers = sizes.headers(FIRST_VIEW, self.headers_packed if packed else self.headers)
        if packed:
            size = sizes.packed(self.snapshot.largest)
            return Bytes(FIRST_VIEW, headers, self.snapshot.packed(number, draw_filler(), size))
        size = sizes.plain(self.snapshot.largest_plain)
        return Bytes(FIRST_VIEW, headers, self.snapshot.plain(number, draw_filler(), size))


@dataclass(frozen=True)
class ReadyPage:
    """A page that is the same for everyone, with its headers plain and packed."""

    text: bytes
    plain: Headers
    packed: Headers

    def view(self, sizes: EvenSizes, *, packed: bool) -> Bytes:
        return sizes.reply(200, self.packed if packed else self.plain, self.text, packed=packed)


def draw_filler() -> int:
    """Draw the length of a page's filler."""
    return secrets.randbelow(LONGEST_FILLER)


def compile_page(fielded: OpenWave, agency: OpenWaveAgency | None, lang: str, undecided: bool = False) -> CompiledPage:
    screen, words = replace(lay_out(fielded, agency, lang), undecided=undecided), fielded.words_in(lang)
    policy = rendering.policy(screen, screen.skips, frozen=words)
    snapshot = take_snapshot(rendering.render(screen, frozen=words), NUMBER_PLACE, FILLER_PLACE)
    plain, packed = html_headers(lang, policy, packed=False), html_headers(lang, policy, packed=True)
    return CompiledPage(screen, words, policy, snapshot, plain, packed)


def lay_out(fielded: OpenWave, agency: OpenWaveAgency | None, lang: str) -> SurveyScreen:
    """Build the empty screen of a survey round in one language, about one agency."""
    survey, frozen = fielded.survey, fielded.words_in(lang)
    words, page = frozen.catalogs[survey.catalog], frozen.catalogs[rendering.WORDS]
    keys = None if can_err(survey) else fielded.keys
    tokens = fielded.tokens.pin if keys and fielded.tokens else ""
    return (TokenScreen if tokens else SurveyScreen)(
        lang=lang,
        address=f"/s/{fielded.slug}",
        number=NUMBER_PLACE,
        filler=FILLER_PLACE,
        agency=agency.slug if agency else "",
        community=choose_name(fielded.community_name, lang),
        introduction=wording.survey_introduction(survey, words),
        language_links=list_languages_of(fielded),
        parts=to_parts(survey, words, page, name_of(agency, lang)),
        rules=to_script(survey).replace("<", "\\u003c"),
        skips=to_stylesheet(survey).replace("<", ""),
        draft=lang in fielded.drafts,
        contact=isolate_numbers(fielded.contact, lang),
        code_policy=fielded.code,
        voices=" ".join(frozen.voices),
        audio=f"/s/{fielded.slug}/audio/{lang}/" if lang in survey.audio else "",
        keys=keys,
        tokens=tokens,
        facts=to_facts_view(fielded, lang),
    )


def lay_out_choice(fielded: OpenWave, lang: str) -> AgencyChoiceScreen:
    """Build the screen on which a resident chooses the agency."""
    return AgencyChoiceScreen(
        lang=lang,
        address=f"/s/{fielded.slug}",
        community=choose_name(fielded.community_name, lang),
        language_links=list_languages_of(fielded),
        agencies=tuple(choose_name(agency.names, lang) for agency in fielded.agencies),
        contact=isolate_numbers(fielded.contact, lang),
        code_policy=fielded.code,
    )


def to_facts_view(fielded: OpenWave, lang: str, base_url: str = "") -> FactsView:
    facts, words = fielded.facts, fielded.words_in(lang)
    return FactsView(
        minutes=facts.minutes or estimate_minutes(fielded.survey),
        asked_by=facts.asked_by,
        last_day=words.write_date(facts.last_day) if facts.last_day else "",
        results_day=words.write_date(facts.results_day) if facts.results_day else "",
        place=f"{base_url}/reports" if base_url else "",
    )


def to_thanks(fielded: OpenWave, lang: str, base_url: str) -> ThanksScreen:
    words = fielded.words_in(lang).catalogs[fielded.survey.catalog]
    support = (wording.section_support(section, words) for section in fielded.survey.sections)
    facts = to_facts_view(fielded, lang, base_url)
    contact = isolate_numbers(fielded.contact, lang)
    return ThanksScreen(lang, contact, facts, tuple(dict.fromkeys(line for line in support if line)))


def name_of(agency: OpenWaveAgency | None, lang: str) -> str:
    """Return the agency's name; isolate it where it is in another language than the page."""
    if agency is None:
        return ""
    name = choose_name(agency.names, lang)
    return name.words if name.lang == lang else f"\u2068{name.words}\u2069"


def ready(screen: Screen, words: WaveWords) -> ReadyPage:
    html, policy = rendering.render(screen, frozen=words).encode(), rendering.policy(screen, frozen=words)
    plain, packed = (html_headers(screen.lang, policy, packed=each) for each in (False, True))
    return ReadyPage(html, plain, packed)


class CompiledPages:
    """The pages and thanks of open survey rounds, rendered again after a round changes."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._waves: dict[str, OpenWave] = {}
        self._sheets: dict[tuple[str, str, str], CompiledPage] = {}
        self._thanks: dict[tuple[str, str], ReadyPage] = {}
        self._choices: dict[tuple[str, str], ReadyPage] = {}
        self._sizes: dict[str, EvenSizes] = {}

    def sizes(self, fielded: OpenWave) -> EvenSizes:
        """Return the size of all replies of a survey round."""
        return self._sizes.setdefault(fielded.slug, EvenSizes())

    def sheet(self, fielded: OpenWave, agency: OpenWaveAgency | None, lang: str) -> CompiledPage:
        self._notice(fielded)
        key = (fielded.slug, lang, agency.slug if agency else "")
        if key not in self._sheets:
            self._sheets[key] = compile_page(fielded, agency, lang)
        return self._sheets[key]

    def by_code(self, fielded: OpenWave, lang: str) -> CompiledPage:
        """Return the page that asks for the code before any question; the code decides the agency."""
        self._notice(fielded)
        key = (fielded.slug, lang, BY_CODE)
        if key not in self._sheets:
            self._sheets[key] = compile_page(fielded, fielded.agencies[0], lang, undecided=True)
        return self._sheets[key]

    def thanks(self, fielded: OpenWave, lang: str) -> ReadyPage:
        self._notice(fielded)
        key = (fielded.slug, lang)
        if key not in self._thanks:
            self._thanks[key] = ready(to_thanks(fielded, lang, self._base_url), fielded.words_in(lang))
        return self._thanks[key]

    def choice(self, fielded: OpenWave, lang: str) -> ReadyPage:
        """Return the page with a link to the questions about each agency."""
        self._notice(fielded)
        key = (fielded.slug, lang)
        if key not in self._choices:
            self._choices[key] = ready(lay_out_choice(fielded, lang), fielded.words_in(lang))
        return self._choices[key]

    def _notice(self, fielded: OpenWave) -> None:
        """Drop the pages of a survey round that has changed."""
        known = self._waves.get(fielded.slug)
        if known is fielded:
            return
        self._waves[fielded.slug] = fielded
        if known is not None and known != fielded:
            self._sheets = {key: sheet for key, sheet in self._sheets.items() if key[0] != fielded.slug}
            self._thanks = {key: page for key, page in self._thanks.items() if key[0] != fielded.slug}
            self._choices = {key: page for key, page in self._choices.items() if key[0] != fielded.slug}
