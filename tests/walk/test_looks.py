"""A sample of the walk: each language in one of the looks, so that every look is seen in several scripts."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from app.language.languages import LANGUAGES, get_language
from app.services.intake.submission import OpenWave
from app.web import rendering
from tests.browser.conftest import Open, chromium, open_window, serving
from tests.walk.looks import LOOKS, find_faults, is_scale_mirrored, open_look, show
from tests.walk.screens import make_fielded, survey_screens
from tests.walk.switching import open_world, switch_on_the_server, switch_with_script
from tests.web import reading
from tests.web.service import Service

__all__ = ["chromium", "open_window"]
pytestmark = pytest.mark.browser
SAMPLE = list(zip(LANGUAGES, list(LOOKS) * len(LANGUAGES), strict=False))


@pytest.fixture(scope="module")
def fielded() -> OpenWave:
    return make_fielded()


@pytest.fixture(scope="module")
def windows(chromium: Browser) -> Iterator[dict[str, Page]]:
    """One window for each look."""
    found = {look: open_look(chromium, look).new_page() for look in LOOKS}
    yield found
    for page in found.values():
        page.context.close()


@pytest.mark.parametrize(("lang", "look"), SAMPLE)
def test_the_whole_questionnaire_has_no_fault(
    fielded: OpenWave, windows: dict[str, Page], lang: str, look: str
) -> None:
    page = windows[look]
    screen = next(screen for name, screen in survey_screens(fielded, lang) if name == "form_errors")
    show(page, rendering.render(screen), look)
    assert find_faults(page) == []
    assert is_scale_mirrored(page, "A1", range(6)) is (get_language(lang).direction == "rtl")


def test_a_planted_fault_is_found(windows: dict[str, Page]) -> None:
    page = windows["light"]
    page.set_content('<html lang="en"><title>x</title><main><h1>x</h1><img src="data:,"><button>.</button></main>')
    assert {fault.split(":")[0] for fault in find_faults(page)} >= {"axe image-alt", "smaller than 44 pixels"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with open_world(tmp_path_factory.mktemp("world")) as service:
        yield service


def test_answers_survive_changes_of_language_on_the_server(world: Service) -> None:
    assert switch_on_the_server(world, 60, random.Random(7), list(LANGUAGES)) == 0


def test_answers_survive_changes_of_language_with_script(world: Service, open_window: Open) -> None:
    with serving(world) as port:
        visit = open_window(f"http://127.0.0.1:{port}{world.address}")
        assert switch_with_script(visit.page, 40, random.Random(7), list(LANGUAGES)) == 0
        assert visit.complaints == []


def test_a_hundred_people_behind_one_address_all_get_through(world: Service) -> None:
    """Without script no one of a busy network is turned away, or asked to press again."""
    before = world.kept()
    for person in range(100):
        page = reading.Page(world.client.get(world.address).text)
        fields = page.fields() | {"A1": [str(person % 11)], "_do": ["send"]}
        answer = reading.Page(world.client.post(world.address, data=fields).text)
        assert answer.one("body").attributes["data-screen"] == "thanks"
    assert world.kept() == before + 100
