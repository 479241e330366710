"""Hostile forms: the service answers every form with a page, which names the mistake or ignores the field."""

from urllib.parse import parse_qs, quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.questionnaire.loading import load_survey
from app.web.resident.form_data import read_fields
from tests.web.reading import Page, encode
from tests.web.service import PATHS, Service

SURVEY = load_survey(PATHS)
NAUGHTY = [
    "", " ", "\x00", "\ufeff", "\u202e", "1e309", "NaN", "-0", "٣", "½", "1;DROP TABLE response", "{{7*7}}", "%00",
    "<script>alert(1)</script>", "%s%s%n", "../../etc/passwd", "' OR 1=1 --", "null", "undefined", "true",
    "9" * 5000, "😀" * 500, "\ud7ff", "ﷺ",
]  # fmt: skip
CODES = [str(option.code) for item in SURVEY.items.values() for option in item.choices]
HIDDEN = ["_number", "_agency", "_lang", "_code", "_at", "_do", "_", "__proto__"]

values = st.lists(st.sampled_from(CODES) | st.sampled_from(NAUGHTY) | st.text(max_size=30), max_size=6)
names = st.sampled_from([*SURVEY.items, *HIDDEN]) | st.text(max_size=20)
wishes = st.sampled_from(["send", "lang:es", "lang:en", "lang:", "lang:../x", "skip", ""]) | st.text(max_size=10)
forms = st.dictionaries(names, values, max_size=12)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=forms, wish=wishes)
def test_any_fields_give_a_page(service: Service, form: dict[str, list[str]], wish: str) -> None:
    answer = service.client.post(service.address, content=encode({**form, "_do": [wish], "_pace": ["3"]}))
    assert answer.status_code in (200, 422)
    assert Page(answer.text).one("body").attributes["data-screen"] in ("survey", "thanks")


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=2000),
    kind=st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data", "x", ""]),
)
def test_any_bytes_give_a_page(service: Service, body: bytes, kind: str) -> None:
    answer = service.client.post(service.address, content=b"_do=send&_pace=3&" + body, headers={"content-type": kind})
    assert answer.status_code in (200, 422)
    assert Page(answer.text).one("body").attributes["data-screen"] in ("survey", "thanks")


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(min_size=1, max_size=40), query=st.text(max_size=40))
def test_any_address_gives_a_page(service: Service, path: str, query: str) -> None:
    answer = service.client.get(f"/s/{quote(path, safe='')}?lang={quote(query)}")
    assert answer.status_code in (203, 404)


def test_typed_text_comes_back_as_text_only(service: Service) -> None:
    evil = '"><script>alert(1)</script>'
    answer = service.client.post(
        service.address, content=encode({"_do": ["send"], "_pace": ["3"], "_code": [evil], "A1": ["3"]})
    )
    page = Page(answer.text)
    assert answer.status_code == 422
    assert page.field("_code") == evil
    assert not [script for script in page.all("script") if "alert" in script.text]


def test_a_body_over_64_kb_is_refused_with_a_kind_page(service: Service) -> None:
    answer = service.client.post(service.address, content=b"A1=" + b"1" * 70_000)
    assert answer.status_code == 413
    assert "larger than this form allows" in answer.text


def test_a_body_that_hides_its_length_is_refused_too(service: Service) -> None:
    answer = service.client.post(service.address, content=iter([b"A1=" + b"1" * 40_000, b"2" * 40_000]))
    assert answer.status_code == 413


def test_a_body_of_very_many_fields_is_refused(service: Service) -> None:
    answer = service.client.post(service.address, content=b"a=1&" * 3000)
    assert answer.status_code == 413


def test_only_send_stores_an_answer(service: Service) -> None:
    before = service.kept()
    for wish in ("", "lang:en", "lang:xx", "SEND", "send ", "save"):
        answer = service.client.post(service.address, content=encode({"_do": [wish], "A1": ["3"], "_pace": ["3"]}))
        assert answer.status_code == 200
    assert service.kept() == before


def test_form_from_another_site_is_refused(service: Service) -> None:
    before = service.kept()
    fields = encode({"_do": ["send"], "A1": ["3"], "_agency": ["police"]})
    answer = service.client.post(service.address, content=fields, headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, service.kept()) == (403, before)


@given(body=st.text(st.sampled_from("ab=&;%+41é ")) | st.text())
def test_fast_form_reader_agrees_with_the_slow_one(body: str) -> None:
    assert read_fields(body) == parse_qs(body)
