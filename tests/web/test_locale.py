"""The language of a page: the requested one, else the browser's, else English or the first language of the wave."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web import rendering
from app.web.locale import choose_language, choose_name, read_accepted
from app.web.resident.compiled_pages import compile_page
from app.web.view_models import LanguageLink
from tests.web.reading import Page
from tests.web.service import WAVE, Service

OFFERED = ("en", "es", "ar")


@pytest.mark.parametrize(
    ("asked", "accepted", "chosen"),
    [
        ("es", "ar", "es"),
        (None, "ar-EG,en;q=0.5", "ar"),
        (None, "fr,es-MX;q=0.8,en;q=0.7", "es"),
        (None, "en;q=0.2,es;q=0.9", "es"),
        ("xx", "fr", "en"),
        (None, "", "en"),
        (None, "es;q=0", "en"),
        (None, "*", "en"),
        (None, "es;q=nonsense,ar", "ar"),
    ],
)
def test_requested_language_precedes_the_browser_and_english(asked: str | None, accepted: str, chosen: str) -> None:
    assert choose_language(asked, accepted, OFFERED) == chosen


def test_a_wave_without_english_falls_back_to_its_first_language() -> None:
    assert choose_language(None, "fr", ("ar", "es")) == "ar"


@given(asked=st.none() | st.text(), accepted=st.text())
def test_any_header_leads_to_a_language_that_is_offered(asked: str | None, accepted: str) -> None:
    assert choose_language(asked, accepted, OFFERED) in OFFERED
    assert all(tag.strip() for tag in read_accepted(accepted))


def test_a_name_says_which_language_it_is_in() -> None:
    names = {"en": "Riverside", "ar": "ريفرسايد"}
    assert choose_name(names, "ar").lang == "ar"
    assert choose_name(names, "es").lang == "en"
    assert choose_name({"ar": "ريفرسايد"}, "es").lang == "ar"


def test_many_languages_are_folded_under_that_of_the_page(city: Service) -> None:
    fielded = city.app.state.ballots.find_open_wave(WAVE)
    screen = compile_page(fielded, None, "ar").screen
    many = tuple(LanguageLink(f"x-{n}", f"Language {n}", "ltr") for n in range(24))
    page = Page(rendering.render(replace(screen, language_links=(*many, *screen.language_links))))
    assert "العربية" in page.all("summary")[0].text
    assert len([each for each in page.all("a") if "lang" in each.attributes]) == 24 + 3
    assert page.one("a", aria_current="true").attributes["href"] == "?lang=ar"
    assert not Page(rendering.render(screen)).all("details", class_="language_links")
