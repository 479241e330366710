"""A resident answers, from the first page to the thanks, as the service sees it."""

from datetime import date

import pytest

from app.services.ballots.invitation_codes import create_codes
from tests.journeys.conftest import Resident
from tests.web.service import WAVE, Service


def give_code(city: Service) -> str:
    return create_codes(city.engine, city.settings, WAVE, 1, "address sample", "north")[0].typed


def test_few_answers_are_accepted_with_thanks(alice: Resident, city: Service) -> None:
    alice.opens()
    alice.ticks(A1=7, B1=4, D1=[1, 4])
    alice.sends()
    assert alice.status == 200
    assert alice.is_thanked
    assert city.kept() == 1


def test_the_thanks_show_nothing_of_the_answers(alice: Resident) -> None:
    alice.opens()
    alice.ticks(A1=7, B1=-7)
    alice.sends()
    assert not alice.page.all("input")
    assert not alice.page.all("form")
    assert str(date.today().year) not in alice.page.one("body").text


def test_page_sent_twice_counts_once(alice: Resident, city: Service) -> None:
    alice.opens()
    alice.ticks(A1=7)
    page = alice.page
    for _ in range(3):
        alice.page = page
        alice.sends()
        assert alice.is_thanked
    assert city.kept() == 1


def test_language_change_keeps_answers_and_stores_nothing(alice: Resident, city: Service) -> None:
    alice.opens("en")
    alice.types_code("abc")
    alice.ticks(A1=7, B1=-8, C5=[1, 9], D1=[2])
    number = alice.page.field("_number")
    for lang, direction in (("ar", "rtl"), ("es", "ltr"), ("en", "ltr")):
        alice.presses(f"lang:{lang}")
        kept = alice.page.fields()
        assert (alice.status, alice.page.lang) == (200, lang)
        assert alice.page.one("html").attributes["dir"] == direction
        assert (kept["A1"], kept["B1"], kept["C5"], kept["D1"]) == (["7"], ["-8"], ["1", "9"], ["2"])
        assert (kept["_code"], kept["_number"]) == (["abc"], [number])
        assert (kept["_lang"], kept["_agency"]) == ([lang], ["police"])
        alice.ticked = {}
    assert city.kept() == 0


def test_a_change_of_language_does_not_change_the_agency(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from app.services.waves.plan_file import PlannedAgency
    from tests.web.service import POLICE, open_city

    court = PlannedAgency("court", {"en": "the court", "es": "el tribunal", "ar": "المحكمة"})
    with open_city(tmp_path, agencies=(POLICE, court)) as city:
        alice = Resident(city)
        for place, agency in (("/1", "court"), ("/2", "police")):
            alice.opens(place=place)
            assert alice.page.field("_agency") == agency
            alice.presses("lang:es")
            assert alice.page.field("_agency") == agency


def test_no_reload_of_the_open_address_brings_another_agency(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from app.services.waves.plan_file import PlannedAgency
    from tests.web.reading import Page
    from tests.web.service import POLICE, open_city

    court = PlannedAgency("court", {"en": "the court", "es": "el tribunal", "ar": "المحكمة"})
    with open_city(tmp_path, agencies=(POLICE, court)) as city:
        for lang, words in (("en", "the court"), ("es", "el tribunal")):
            # An agency that is not in the plan, such as in an old letter, leads to the same choice.
            paths = [city.address] * 10 + [f"{city.address}/3"]
            shown = {city.client.get(path, params={"lang": lang}).text for path in paths}
            assert len(shown) == 1
            page = shown.pop()
            assert words in page
            assert "_number" not in page
        assert [page.count(f'href="{city.address}/{end}') for end in ("code", "1", "2", "3")] == [1, 1, 1, 0]
        for place, agency in ((1, "court"), (2, "police")):
            asked = [city.client.get(f"{city.address}/{place}").text for _ in range(10)]
            assert {Page(each).field("_agency") for each in asked} == {agency}


def test_answer_error_returns_the_page_with_the_question_named(alice: Resident, city: Service) -> None:
    alice.opens()
    alice.ticks(A1=7, D1=[1, 6])
    alice.sends()
    link = alice.page.all("a", href="#D1-1")
    assert alice.status == 422
    assert alice.page.title.startswith("Error:")
    assert "did you have contact with any of these" in link[0].text
    assert "Two of these answers do not go together" in alice.page.one("p", id="w-D1").text
    assert alice.page.one("fieldset", id="q-D1").attributes["aria-describedby"].startswith("w-D1")
    assert alice.page.fields()["D1"] == ["1", "6"]
    assert city.kept() == 0


@pytest.mark.parametrize("lang", ["es", "ar"])
def test_answer_error_is_shown_in_the_language_of_the_page(alice: Resident, lang: str) -> None:
    alice.opens(lang)
    alice.ticks(D1=[1, 6])
    alice.sends()
    assert alice.page.lang == lang
    assert alice.page.title.startswith({"es": "Error:", "ar": "خطأ:"}[lang])


def test_corrected_answer_error_counts_once(alice: Resident, city: Service) -> None:
    alice.opens()
    alice.ticks(A1=7, D1=[1, 6])
    alice.sends()
    alice.ticks(D1=[1])
    alice.sends()
    assert alice.is_thanked
    assert city.kept() == 1


def test_an_empty_page_is_not_counted(alice: Resident, city: Service) -> None:
    alice.opens()
    alice.sends()
    assert (alice.status, city.kept()) == (422, 0)
    assert "You have not answered any question yet." in alice.problems


def test_answers_off_the_path_are_no_error(alice: Resident, city: Service) -> None:
    alice.opens()
    alice.ticks(A1=7, D1=[6], D2=4, D4=1)
    alice.sends()
    assert alice.is_thanked
    assert city.kept() == 1


def test_a_code_counts_once_and_its_reuse_is_refused_kindly(alice: Resident, charlie: Resident, city: Service) -> None:
    code = give_code(city)
    alice.opens()
    alice.ticks(A1=7)
    alice.types_code(f" {code[:5].lower()}-{code[5:]} ")
    alice.sends()
    assert alice.is_thanked
    charlie.opens()
    charlie.ticks(A1=0)
    charlie.types_code(code)
    charlie.sends()
    assert (charlie.status, city.kept()) == (422, 1)
    assert "This code has already been used" in charlie.problems
    assert "for a new one" in charlie.page.one("p", id="w-code").text
    assert charlie.page.field("A1") == "0"


def test_invented_code_is_unknown(charlie: Resident, city: Service) -> None:
    charlie.opens()
    charlie.ticks(A1=7)
    charlie.types_code("AAAAA-AAAAB")
    charlie.sends()
    assert (charlie.status, city.kept()) == (422, 0)
    assert charlie.page.one("input", id="code").attributes["aria-invalid"] == "true"


def test_where_codes_are_required_a_page_without_one_comes_back(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from tests.web.service import open_city

    with open_city(tmp_path, codes="required") as city:
        alice = Resident(city)
        alice.opens()
        alice.ticks(A1=7)
        alice.sends()
        assert "Type the code from your letter or card." in alice.problems
        alice.types_code(give_code(city))
        alice.sends()
        assert alice.is_thanked


def test_reloading_a_letter_never_changes_its_agency(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from app.services.waves.plan_file import PlannedAgency
    from tests.web.reading import Page
    from tests.web.service import POLICE, open_city

    court = PlannedAgency("court", {"en": "the court", "es": "el tribunal", "ar": "المحكمة"})
    with open_city(tmp_path, agencies=(POLICE, court)) as city:
        for invitation in create_codes(city.engine, city.settings, WAVE, 6, "address sample", "north"):
            path = invitation.link.partition("#")[0].removeprefix(city.settings.base_url)
            assert len({Page(city.client.get(path).text).field("_agency") for _ in range(5)}) == 1


def test_code_brings_back_the_page_about_its_own_agency(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from app.services.waves.plan_file import PlannedAgency
    from tests.web.service import POLICE, open_city

    court = PlannedAgency("court", {"en": "the court", "es": "el tribunal", "ar": "المحكمة"})
    with open_city(tmp_path, agencies=(POLICE, court)) as city:
        alice, invitation = (
            Resident(city),
            create_codes(city.engine, city.settings, WAVE, 1, "address sample", "north")[0],
        )
        own = invitation.link.partition("#")[0][-1]
        alice.opens(place="/2" if own == "1" else "/1")
        first = alice.page.field("_agency")
        alice.ticks(A1=7, B1=4)
        alice.types_code(invitation.typed)
        alice.sends()
        assert alice.page.field("_agency") != first
        assert "Your letter asks about another agency" in alice.problems
        assert "B1" not in alice.page.fields()
        assert alice.page.field("A1") == "7"
        alice.ticked = {}
        alice.ticks(B1=2)
        alice.sends()
        assert alice.is_thanked


def test_letter_of_an_agency_that_left_the_plan_still_opens(city: Service) -> None:
    assert city.client.get(f"/s/{WAVE}/3").is_success
    assert city.client.get(f"/s/{WAVE}/police").status_code == 404
