"""The resident's page: one small response holds the whole survey, and each page carries a number of its own."""

import gzip
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.language.languages import LANGUAGES as EVERY_LANGUAGE
from app.services.waves.plan_file import PlannedAgency
from app.web.rendering import load_asset
from app.web.resident.snapshot import take_snapshot
from app.web.view_models import TokenScreen
from tests.web.reading import Page
from tests.web.service import LANGUAGES, Service, open_city, open_service

CORE_ITEMS = 34
HEAVIEST_PAGE = 25 * 1024
HEAVIEST_SCRIPT = 10 * 1024


def open_packed(service: Service, lang: str = "en") -> bytes:
    request = service.client.build_request(
        "GET", service.address, params={"lang": lang}, headers={"accept-encoding": "gzip"}
    )
    answer = service.client.send(request, stream=True)
    assert answer.headers["content-encoding"] == "gzip"
    return b"".join(answer.iter_raw())


def test_survey_with_style_and_script_weighs_at_most_25_kb(tmp_path: Path) -> None:
    names = dict.fromkeys(EVERY_LANGUAGE, "Riverside")
    plan = {"community_names": names, "agencies": (PlannedAgency("police", names),)}
    with open_city(tmp_path, coded=2, languages=tuple(EVERY_LANGUAGE), **plan) as city:
        for lang in EVERY_LANGUAGE:
            packed = open_packed(city, lang)
            page = Page(gzip.decompress(packed).decode())
            assert page.one("html").attributes["lang"] == lang
            assert len(page.all("fieldset")) >= CORE_ITEMS
            assert page.all("style")
            assert len(page.all("script")) == 5  # with the one that buys tokens, and the rules
            assert len(packed) <= HEAVIEST_PAGE, lang


def test_script_weighs_at_most_10_kb_and_holds_no_sentence() -> None:
    script = load_asset("leave.js") + load_asset("seal.js") + load_asset("survey.js")
    assert len(script.encode()) <= HEAVIEST_SCRIPT
    texts = re.findall(r'"([^"]*)"', script + load_asset("token.js"))
    assert not [text for text in texts if re.fullmatch(r"[A-Z][a-z]+( [a-z]+)+.*", text)]


def test_script_with_tokens_weighs_at_most_10_kb_compressed() -> None:
    script = "".join(map(load_asset, TokenScreen.scripts))
    assert len(gzip.compress(script.encode())) <= HEAVIEST_SCRIPT
    assert len(load_asset("token.js").encode()) <= HEAVIEST_SCRIPT / 4


def test_packed_and_plain_are_the_same_page(service: Service) -> None:
    plain = service.client.get(service.address, headers={"accept-encoding": "identity"})
    packed = gzip.decompress(open_packed(service)).decode()
    blank = re.compile(r"""(?<=_fill" value=")0+|(?<=_number" value=")[0-9a-f]{32}|\s+$""")
    assert "content-encoding" not in plain.headers
    assert blank.sub("", plain.text) == blank.sub("", packed)


@given(
    start=st.text(max_size=3000),
    end=st.text(max_size=200),
    number=st.text("0123456789abcdef", min_size=32, max_size=32),
    filler=st.integers(0, 8191),
)
def test_a_snapshot_finished_by_hand_is_a_whole_gzip_file(start: str, end: str, number: str, filler: int) -> None:
    snapshot = take_snapshot(f"{start}<NUMBER>-<FILLER>{end}", "<NUMBER>", "<FILLER>")
    whole = f"{start}{number}-{'0' * filler}{end}".encode()
    assert snapshot.plain(number, filler) == whole
    packed = snapshot.packed(number, filler, snapshot.largest)
    assert len(packed) == snapshot.largest
    assert gzip.decompress(packed).rstrip(b" ") == whole.rstrip(b" ")


def test_first_page_has_status_203_against_back_caching(service: Service) -> None:
    assert service.client.get(service.address).status_code == 203


def test_every_page_has_a_number_of_its_own(service: Service) -> None:
    numbers = {Page(service.client.get(service.address).text).field("_number") for _ in range(20)}
    assert len(numbers) == 20
    assert all(re.fullmatch(r"[0-9a-f]{32}", number) for number in numbers)


def test_all_pages_of_a_language_have_one_size(service: Service) -> None:
    assert len({len(open_packed(service)) for _ in range(20)}) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_title_and_link_preview_are_neutral(city: Service, lang: str) -> None:
    page = Page(city.client.get(city.address, params={"lang": lang}).text)
    stated = page.title + page.one("meta", property="og:title").attributes["content"]
    assert not re.search(r"police|polic[ií]a|شرطة|trust|confianza|ثقة|Riverside", stated, re.IGNORECASE)
    assert "noindex" in page.one("meta", name="robots").attributes["content"]


@pytest.mark.parametrize(("lang", "direction"), [("en", "ltr"), ("es", "ltr"), ("ar", "rtl")])
def test_a_page_says_its_language_and_direction(city: Service, lang: str, direction: str) -> None:
    answer = city.client.get(city.address, params={"lang": lang})
    root = Page(answer.text).one("html").attributes
    assert (root["lang"], root["dir"], answer.headers["content-language"]) == (lang, direction, lang)


@pytest.mark.parametrize("end", ["", "/paper"])
def test_telephone_of_the_contact_runs_from_left_to_right(city: Service, end: str) -> None:
    pages = [city.client.get(f"{city.address}{end}", params={"lang": lang}).text for lang in ("ar", "en")]
    assert ["\u2066555 0100\u2069" in page for page in pages] == [True, False]
    assert "call 555 0100" in pages[1]


def test_each_language_has_its_own_name_and_direction(city: Service) -> None:
    links = {
        each.attributes["lang"]: each
        for each in Page(city.client.get(city.address).text).all("a")
        if "lang" in each.attributes
    }
    assert (links["ar"].text, links["ar"].attributes["dir"]) == ("العربية", "rtl")
    assert (links["es"].text, links["es"].attributes["href"]) == ("Español", "?lang=es")


def test_enter_in_a_field_presses_no_button(service: Service) -> None:
    first = Page(service.client.get(service.address).text).all("button")[0]
    assert "disabled" in first.attributes


def test_nothing_is_completed_by_the_browser(service: Service) -> None:
    page = Page(service.client.get(service.address).text)
    assert page.one("form").attributes["autocomplete"] == "off"
    assert page.one("input", name="_code").attributes["autocomplete"] == "off"


def test_answers_off_the_scale_stand_apart(service: Service) -> None:
    page = Page(service.client.get(service.address).text)
    ids = [e.attributes.get("id", e.tag) for e in page.elements if e.tag in ("input", "hr")]
    assert ids[ids.index("B1-3") : ids.index("B1-m7") + 1] == ["B1-3", "hr", "B1-m8", "B1-m7"]


def test_a_sensitive_part_has_a_help_line_and_can_be_skipped(service: Service) -> None:
    page = Page(service.client.get(service.address).text)
    assert "You can call 988 at any time." in page.one("section", id="s-harm").text
    assert page.one("a", data_skip="1").attributes["href"] == "#end"


def test_paper_says_in_words_when_a_question_is_not_for_you(service: Service) -> None:
    page = Page(service.client.get(service.address).text)
    stated = {p.text for p in page.all("p", class_="paper")}
    assert "Answer this only if you ticked in question 3: Police / Clinic." in stated
    assert "Answer this only if you ticked in question 5: Yes." in stated


def test_the_promise_comes_before_the_first_question(service: Service) -> None:
    html = service.client.get(service.address).text
    assert html.index("Promises we cannot make") < html.index("<fieldset")


def test_a_draft_language_says_so(tmp_path: object) -> None:
    with open_service(tmp_path, drafts=("en",)) as drafted:  # type: ignore[arg-type]
        assert "This translation is a draft." in drafted.client.get(drafted.address).text


@pytest.mark.parametrize(("policy", "fields"), [("none", 0), ("optional", 1), ("required", 1)])
def test_a_code_is_asked_for_only_where_the_wave_has_codes(tmp_path: object, policy: str, fields: int) -> None:
    with open_service(tmp_path, codes=policy) as service:  # type: ignore[arg-type]
        page = Page(service.client.get(service.address).text)
        assert len(page.all("input", name="_code")) == fields
        assert [f.attributes.get("aria-required") for f in page.all("input", name="_code")] == (
            ["true"] if policy == "required" else [None] * fields
        )


def test_hostile_names_are_shown_as_text(tmp_path: object) -> None:
    from app.services.waves.plan_file import PlannedAgency

    evil = '"><script>alert(1)</script>{{7*7}}<img src=x onerror=alert(2)>'
    agencies = (PlannedAgency("police", {"en": evil}),)
    with open_service(tmp_path, agencies=agencies, community_names={"en": evil}, contact=evil) as service:  # type: ignore[arg-type]
        for path in (service.address, "/"):
            page = Page(service.client.get(path).text)
            assert not page.all("img")
            assert not [script for script in page.all("script") if "alert" in script.text]
            assert evil in page.one("html").text
