"""The words of an open wave never change: not after an upgrade, and not when a file is damaged or absent."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import FileSystemLoader
from starlette.testclient import TestClient

from app.language import catalogs, formats, review_state
from app.main import create_app
from app.paths import LOCALES
from app.services.ballots.invitation_codes import Invitation
from app.services.communities.profiles import name_agency, name_community
from app.services.waves import letter_sentences, letters, lifecycle, page_sentences, page_sources, word_freezing
from app.services.waves.letters import write_letters
from app.services.waves.plan_file import PlannedAgency
from app.web import rendering
from app.web.headers import hash_source
from tests.services.making import ACT
from tests.web.service import RIVERSIDE, WAVE, Service, open_city

LANGUAGES = ("en", "es", "ar")
ADDED = "so"
NUMBER = re.compile(rb'(?<=_fill" value=")0+|[0-9a-f]{32}|\s+$')  # and the filler of a page
SENTENCES = re.compile(r'^msgid "(?!"\nmsgstr)', re.MULTILINE)  # all but the header
TRANSLATIONS = re.compile(r'^(msgstr(?:\[\d\])? ")(?!"\n"Language)', re.MULTILINE)
CALL = re.compile(r"""((?:text|plural)\(["'])""")
NAMES = {lang: f"the police of Riverside ({lang})" for lang in (*LANGUAGES, ADDED)}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The real questionnaire about two agencies, in four languages, the last of which was added to the open wave."""
    agencies = (
        PlannedAgency("police", NAMES, short_names={"en": "the police"}),
        PlannedAgency("housing", {lang: f"housing ({lang})" for lang in NAMES}),
    )
    names = {lang: f"Riverside ({lang})" for lang in NAMES}
    with open_city(
        tmp_path_factory.mktemp("city"), languages=LANGUAGES, agencies=agencies, community_names=RIVERSIDE | names
    ) as service:
        lifecycle.add_language(service.engine, service.settings, WAVE, ADDED, ACT, is_draft=True)
        yield service


@pytest.fixture(scope="module")
def before(city: Service) -> dict[str, bytes]:
    return read_everything(city)


def read_everything(city: Service) -> dict[str, bytes]:
    """Every page of the wave as an application that has just started shows it, and its letters."""
    pages = {}
    with TestClient(create_app(city.settings)) as client:
        for lang in (*LANGUAGES, ADDED):
            pages[f"{lang} page"] = client.get(f"{city.address}/2?lang={lang}")
            pages[f"{lang} choice"] = client.get(f"{city.address}?lang={lang}")
            pages[f"{lang} thanks"] = client.get(f"{city.address}/thanks?lang={lang}")
            pages[f"{lang} paper"] = client.get(f"{city.address}/paper?lang={lang}&agency=police")
            number = "0" * 32
            sent = {"_lang": lang, "_number": number, "_do": "send", "_pace": "900"}
            pages[f"{lang} nothing answered"] = client.post(city.address, data=sent)
            pages[f"{lang} without script"] = client.post(city.address, data=sent | {"_pace": ""})
            pages[f"{lang} wrong answer"] = client.post(city.address, data=sent | {"A1": "99", "_pace": "3"})
            pages[f"{lang} in another language"] = client.post(city.address, data=sent | {"_do": f"lang:{lang}"})
            pages[f"{lang} desk"] = client.get(f"/desk/{WAVE}?lang={lang}")
        pages["closed round"] = client.get("/s/unknown")
    assert {page.status_code for page in pages.values()} == {200, 203, 204, 404, 422}
    letters = write_letters(city.engine, WAVE, [Invitation("A", "https://x.test/s/w#a", "home", "", None)], b"k" * 32)
    return {name: NUMBER.sub(b"", page.content) for name, page in pages.items()} | {"letters": letters.encode()}


def reword(catalog: str) -> str:
    """A later version says everything in other words, in English too: its catalogs hold no earlier sentence."""
    return SENTENCES.sub('msgid "New: ', translate_anew(catalog))


def translate_anew(catalog: str) -> str:
    """A later version translates the same English sentences in other words."""
    return TRANSLATIONS.sub(r"\1New: ", catalog)


UPGRADES: dict[str, Callable[[str], str]] = {
    "sentences reworded": reword,
    "translations changed": translate_anew,
    "files damaged": lambda catalog: catalog[: len(catalog) // 2] + '\nmsgid "unfinished\n',
    "files empty": lambda catalog: "",
}


def upgrade(folder: Path, change: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve from a copy of the catalogs in which the files of the survey and of its page are others."""
    shutil.copytree(LOCALES, folder)
    for path in folder.glob("*/LC_MESSAGES/*.po"):
        if path.stem in ("community-trust", "interface", "letters"):
            path.write_text(change(path.read_text("utf-8")), "utf-8")
    serve_from(folder, monkeypatch)


def forget_sources() -> None:
    for cached in (rendering.load_asset, rendering.environment_of, letters._template):
        cached.cache_clear()


@pytest.fixture
def _renewed_sources() -> Iterator[None]:
    yield
    forget_sources()


def change_sources(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve templates, styles, scripts and sentences of code that all say something else."""
    for place in (rendering.TEMPLATES, Path(letters.__file__).parent):
        for path in place.rglob("*"):
            if path.suffix in (".html", ".css", ".js"):
                copy = folder / path.relative_to(place)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_text(CHANGES[path.suffix](path.read_text("utf-8")), "utf-8")
    monkeypatch.setattr(rendering, "TEMPLATES", folder)
    monkeypatch.setattr(rendering.ENVIRONMENT, "loader", FileSystemLoader(folder))
    monkeypatch.setattr(rendering.ENVIRONMENT, "cache", {})
    forget_sources()
    for table in (page_sentences.ERRORS, page_sentences.CONDITIONS, page_sentences.FACTS, letter_sentences.SENTENCES):
        for name, sentence in table.items():
            monkeypatch.setitem(table, name, f"New: {sentence}")
    monkeypatch.setattr(formats, "date", lambda day, lang: f"New: {day}")


CHANGES: Mapping[str, Callable[[str], str]] = {
    ".html": lambda text: re.sub(r"""((?:text|plural)\(["'])""", r"\1New: ", text).replace(
        "</main>", "<p>New</p></main>"
    ),
    ".css": lambda text: text + "\nmain { color: red; }\n",
    ".js": lambda text: text + "\nconsole.log(1);\n",
}


def serve_from(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for function in (catalogs.load_catalog, review_state.read_fingerprints):
        monkeypatch.setattr(function, "__defaults__", (folder,))


@pytest.mark.slow
@pytest.mark.parametrize("change", UPGRADES)
def test_an_upgrade_changes_no_byte(
    city: Service, before: dict[str, bytes], change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(tmp_path / "locales", UPGRADES[change], monkeypatch)
    after = read_everything(city)
    assert [name for name in before if after[name] != before[name]] == []


@pytest.mark.usefixtures("_renewed_sources")
def test_new_templates_and_sentences_change_no_byte(
    city: Service, before: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(tmp_path / "locales", reword, monkeypatch)
    change_sources(tmp_path / "templates", monkeypatch)
    after = read_everything(city)
    staff = {name for name in before if name.endswith("desk")}  # pages of staff are those of each version
    assert {name for name in before if after[name] != before[name]} <= staff | {"closed round"}


def test_frozen_page_that_cannot_be_filled_is_shown_as_now(city: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later version may lack a value of a frozen template; residents still get a page, with its styles allowed."""
    asking = page_sources.to_sources(
        page_sources.read_sources().files | {"thanks.html": "{{ a_value_of_then }}", "site.css": "p { color: red; }"}
    )
    real = word_freezing.unpack
    monkeypatch.setattr(word_freezing, "_UNPACKED", {})
    monkeypatch.setattr(word_freezing, "unpack", lambda content: replace(real(content), sources=asking))
    with TestClient(create_app(city.settings)) as client:
        page = client.get(f"{city.address}/thanks?lang=es")
    assert page.status_code == 200
    assert "color: red" not in page.text
    style = rendering.load_asset("site.css")
    assert style in page.text
    assert hash_source(style) in page.headers["content-security-policy"]


def test_a_language_without_files_changes_no_byte(
    city: Service, before: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve_from(tmp_path, monkeypatch)
    after = read_everything(city)
    assert [name for name in before if after[name] != before[name]] == []


def test_a_new_name_reaches_only_later_rounds(city: Service, before: dict[str, bytes]) -> None:
    name_community(city.engine, "river-city", {lang: f"New city ({lang})" for lang in NAMES}, ACT)
    name_agency(city.engine, "river-city", "police", {lang: f"new police ({lang})" for lang in NAMES}, ACT)
    after = read_everything(city)
    assert [name for name in before if after[name] != before[name]] == []
