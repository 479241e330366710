"""The surveys that come with the product are the instrument that was designed: items, facets, rules and care."""

import re

import pytest

from app.questionnaire.definition import DONT_KNOW, PREFER_NOT
from app.questionnaire.rules import evaluate
from tests.questionnaire.walks import SHIPPED, load_shipped

CORE = load_shipped("community-trust")
ITEMS = [
    *(f"A{n}" for n in range(1, 6)),
    *(f"B{n}" for n in range(1, 15)),
    *(f"C{n}" for n in range(1, 6)),
    *(f"D{n}" for n in range(1, 8)),
    *(f"E{n}" for n in range(1, 4)),
]


def test_the_core_survey_asks_its_thirty_four_items_in_order():
    written = list(dict.fromkeys(item.context for item in CORE.items.values()))
    core = [code for code in written if re.fullmatch(r"[A-E]\d+", code)]
    assert core == ITEMS
    assert len(core) == 34


def test_background_is_optional_with_key_variables_flagged():
    background = next(section for section in CORE.sections if section.id == "background")
    assert [CORE.items[code].key_variable for code in background.items] == [
        "age", "gender", "race", "language", None, "area", "education", "disability", None
    ]  # fmt: skip
    assert all(item.prefer_not for item in CORE.items.values())


def test_the_indices_are_those_of_the_design():
    facets = {index.id: [(facet.items, facet.minimum_answered) for facet in index.facets] for index in CORE.indices}
    assert facets == {
        "CTI": [
            (("B1", "B2", "B3", "B4"), 3),
            (("B5", "B6"), 2),
            (("B7", "B8"), 2),
            (("B9", "B10", "B11"), 2),
            (("B12", "B13", "B14"), 2),
        ],
        "ITI": [(("A1", "A2", "A3", "A4", "A5"), 3)],
        "HSI": [(("C1", "C2", "C3", "C4"), 3)],
        "contact_score": [(("D2",), 1)],
        "safety_score": [(("E1",), 1)],
        "voice_score": [(("E2",), 1)],
    }
    cti = CORE.indices[0]
    assert (cti.minimum_facets, cti.rated) == (3, "agency")
    assert [code for code, item in CORE.items.items() if item.reversed] == ["B6"]


def test_sensitive_sections_can_be_skipped_and_offer_support():
    sensitive = [section for section in CORE.sections if section.sensitive]
    assert [section.id for section in sensitive] == ["barriers", "victims"]
    assert all(section.support for section in sensitive)
    contexts = {CORE.items[code].context for section in sensitive for code in section.items}
    assert contexts == {"C5", "D5", "D5N", "D6", "D7"}
    assert {item.context for item in CORE.items.values() if item.sensitive} == contexts | {"JUSTICE"}


@pytest.mark.parametrize(
    ("share", "answers", "expected"),
    [
        ("reported_to_police", {"D5": [1, 2], "D5N_1": 3, "D6_1": 2, "D5N_2": 1, "D6_2": 3}, (3, 4)),
        ("reported_to_anyone", {"D5": [1, 2], "D5N_1": 3, "D6_1": 2, "D5N_2": 1, "D6_2": 3}, (4, 4)),
        ("reported_to_police", {"D5": [1], "D5N_1": 3, "D6_1": -8}, (0, 0)),
        ("language_access", {"D3": 1, "D4": 2}, (1, 1)),
        ("language_access", {"D3": 1, "D4": 4}, (0, 1)),
        ("language_access", {"D3": 2, "D4": -9}, (0, 0)),
        ("barriers", {"C5": [12]}, (0, 1)),
        ("barriers", {"C5": -7}, (0, 0)),
        ("awareness", {"E3": 3}, (0, 1)),
    ],
)
def test_share_counts_the_intended_people(share, answers, expected):
    parts = next(each for each in CORE.shares if each.id == share).parts
    counts = [
        (answers[part.times] if part.times else 1, evaluate(part.met, answers))
        for part in parts
        if evaluate(part.base, answers)
    ]
    assert (sum(times for times, met in counts if met), sum(times for times, _ in counts)) == expected


@pytest.mark.parametrize(
    ("name", "codes"), [("staff", [f"S{n}" for n in range(1, 9)]), ("partners", [f"P{n}" for n in range(1, 7)])]
)
def test_the_modules_ask_their_items(name, codes):
    survey = load_shipped(name)
    assert [code for code in survey.items if re.fullmatch(r"[SP]\d+", code)] == codes


@pytest.mark.parametrize("name", SHIPPED)
def test_scales_and_choices_avoid_the_special_codes(name):
    for item in load_shipped(name).items.values():
        codes = [option.code for option in item.choices]
        assert len(codes) == len(set(codes))
        assert all(code >= 0 or code in (DONT_KNOW, PREFER_NOT) for code in codes)


def syllables(word):
    """A rough count, good enough for a reading level: groups of vowels, without a silent e."""
    groups = re.findall(r"[aeiouy]+", word.lower().removesuffix("e"))
    return max(1, len(groups))


def test_the_questions_read_at_about_grade_six():
    """Flesch-Kincaid over all questions; long lists of equal words (B5) are part of it."""
    texts = [item.text.replace("{agency}", "the police").replace("{option}", "theft") for item in CORE.items.values()]
    words = [word for text in texts for word in re.findall(r"[A-Za-z']+", text)]
    grade = 0.39 * len(words) / len(texts) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    assert grade < 7.0


@pytest.mark.parametrize("name", SHIPPED)
def test_title_names_no_sensitive_topic(name):
    assert not re.search(r"trust|police|agency|crime|victim", load_shipped(name).title, re.IGNORECASE)
