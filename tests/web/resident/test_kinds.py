"""Every kind of question on the resident's page, on paper and at the help point, with its errors."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.language.catalogs import load_catalog
from app.questionnaire.definition import Survey
from app.questionnaire.kinds import KINDS
from app.questionnaire.loading import load_survey
from app.services.ballots.envelopes import PLAIN_SIZE, Ballot, largest_ballot, to_plain
from app.services.intake.submission import OpenWave
from app.services.waves.assisted_entry import open_desk
from app.web import rendering
from app.web.resident.compiled_pages import lay_out
from app.web.resident.paper_form import lay_out_paper
from tests.questionnaire.walks import ROOT, to_form
from tests.services.making import ACT
from tests.web.reading import Page
from tests.web.service import WAVE, Service, open_service

TEXT = (ROOT / "tests" / "surveys" / "every_kind.yaml").read_text("utf-8")
SURVEY: Survey = load_survey(TEXT)
FIELDED = OpenWave("x", {"en": "X"}, SURVEY, ("en",), (), "none", True, frozenset(), "", 1)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with open_service(tmp_path_factory.mktemp("kinds"), survey=TEXT) as service:
        yield service


def simulate(seed: int) -> dict[str, list[str]]:
    rng, chosen = random.Random(seed), {}
    for items in SURVEY.questions.values():
        chosen |= items[0].kind.answer.simulate(items, rng.random)
    return to_form(chosen)


def list_values(page: Page) -> dict[str, set[str]]:
    """The values that each field of the page offers."""
    found: dict[str, set[str]] = {}
    name = ""
    for element in page.elements:
        shown = element.attributes
        if element.tag == "select":
            name = shown["name"]
        if element.tag == "option" and shown["value"] and name in SURVEY.items:
            found.setdefault(name, set()).add(shown["value"])
        if element.tag == "input" and shown.get("type") in ("radio", "checkbox"):
            found.setdefault(shown["name"], set()).add(shown["value"])
    return found


CODES = {item.code: {str(option.code) for option in item.choices} for item in SURVEY.items.values()}


def test_the_page_offers_every_choice_of_every_kind() -> None:
    assert {item.kind.name for item in SURVEY.items.values()} == set(KINDS)
    assert list_values(Page(rendering.render(lay_out(FIELDED, None, "en")))) == CODES


def test_the_paper_form_offers_every_choice_of_every_kind() -> None:
    page = Page(rendering.render(lay_out_paper(FIELDED, None, "en", "https://x.test")))
    found: dict[str, set[str]] = {}
    for element in page.elements:
        if item := element.attributes.get("data-item"):
            found.setdefault(item, set()).add(element.attributes["data-value"])
    assert found == CODES


def test_paper_says_in_words_when_a_part_decides() -> None:
    html = rendering.render(lay_out_paper(FIELDED, None, "en", "https://x.test"))
    number = list(SURVEY.questions).index("R") + 1
    assert f"Answer this only if you ticked in question {number}: 1" in html


def test_question_of_several_items_is_one_numbered_fieldset() -> None:
    page = Page(rendering.render(lay_out(FIELDED, None, "en")))
    questions = [each.attributes["id"] for each in page.all("fieldset") if "id" in each.attributes]
    assert questions == [f"q-{code}" for code in SURVEY.questions]


def test_a_grid_comes_in_blocks_of_at_most_five() -> None:
    html = rendering.render(lay_out(FIELDED, None, "en"))
    blocks = html.split('<div class="block">')[1:]
    assert [block.split("</section>")[0].count('<fieldset class="g">') for block in blocks] == [5, 1]


@pytest.mark.parametrize("seed", range(5))
def test_a_sound_answer_of_every_kind_is_counted(asked: Service, seed: int) -> None:
    before = asked.kept()
    answer = asked.client.post(asked.address, data=simulate(seed) | {"_do": "send", "_pace": "3"})
    assert 'data-screen="thanks"' in answer.text
    assert asked.kept() == before + 1


@pytest.mark.parametrize(
    ("fields", "question", "place", "words"),
    [
        ({"R_1": "1", "R_2": "1"}, "R", "R_1-1", "You gave one number twice."),
        ({"R_1": "3"}, "R", "R_1-1", "You left out a number."),
        ({"D_month": "2"}, "D", "D_year", "Choose the year too"),
        ({"D_year": "118", "D_month": "1"}, "D", "D_year", "lies outside the time"),
        ({"G_2": "9"}, "G", "G_1-1", "Choose one of the answers shown."),
        ({"G_2": ["1", "2"]}, "G", "G_1-1", "Choose only one answer."),
    ],
)
def test_an_answer_error_is_shown_and_nothing_is_lost(
    asked: Service, fields: dict[str, object], question: str, place: str, words: str
) -> None:
    before = asked.kept()
    answer = asked.client.post(asked.address, data=fields | {"_do": "send", "_pace": "3"})
    page = Page(answer.text)
    assert answer.status_code == 422
    assert words in page.one("a", href=f"#{place}").text
    assert words in page.one("p", id=f"w-{question}").text
    sent = {name: values for name, values in page.fields().items() if name in SURVEY.items and values != [""]}
    offered = {name: [value] if isinstance(value, str) else value for name, value in fields.items()}
    assert sent == {name: values for name, values in offered.items() if set(values) <= CODES[name]} or len(sent) == 1
    assert asked.kept() == before


def test_the_help_point_takes_every_kind_in(asked: Service) -> None:
    code = open_desk(asked.engine, asked.settings, WAVE, "library", ACT)
    address, before = f"/desk/{WAVE}", asked.kept()
    begun = asked.client.post(address, data={"_desk": code, "_do": "begin", "_mode": "paper"})
    page = Page(begun.text)
    assert list_values(page) == CODES
    fields = {name: values for name, values in page.fields().items() if name != "_do"}
    asked.client.post(address, data=fields | simulate(11) | {"_do": "send"})
    assert asked.kept() == before + 1


def test_the_largest_ballot_holds_any_answer() -> None:
    from app.questionnaire.answers import Answers, read_answers

    largest = largest_ballot(SURVEY)
    assert largest <= PLAIN_SIZE
    for seed in range(50):
        answers = read_answers(SURVEY, simulate(seed))
        assert isinstance(answers, Answers)
        assert len(to_plain(Ballot("s", "s", "a", answers.coded()))) <= largest


@pytest.mark.parametrize("mode", ["ar", "ht", "zh-Hant"])
def test_a_page_of_another_language_has_the_words_of_its_kinds(mode: str) -> None:
    page = load_catalog(mode, rendering.WORDS)
    for kind in KINDS.values():
        for sentence in (*dict(kind.answer.problems).values(), *filter(None, [kind.show.hint])):
            assert page.text(sentence) != sentence


def test_a_survey_of_every_kind_opens_with_a_short_form(tmp_path: Path) -> None:
    from app.questionnaire.path import short_form_items

    assert {"R_1", "R_2", "R_3", "D_year", "D_month", "VOTE_year"} <= short_form_items(SURVEY)
