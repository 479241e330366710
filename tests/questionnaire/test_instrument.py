"""Version 1.1 of the residents' survey holds what docs/instrument.md says of it, item by item and in each language."""

import hashlib
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from app.language.catalogs import load_catalog
from app.language.languages import LANGUAGES
from app.questionnaire.definition import Item, Survey
from app.questionnaire.loading import freeze, load_survey
from app.questionnaire.wording_fingerprint import find_same_items
from app.services.reports.samples import headline_of
from tests.questionnaire.reading_grade import reading_grade

ROOT = Path(__file__).parents[2]
AREAS = {"areas": {1: "North Side", 2: "Old Town"}}
COLUMNS = ["item", "construct", "old", "new", "reason", "grade", "visible", "sensitive", "double", "trend"]
# "Or" names one thing in two words: the census asks for race or ethnicity so, and an adult is "18 or older".
ONE_THING = {"RACE", "ADULTS"}
FIRST_FILES = {
    "survey.yaml": "111fc4eacadd968312a8eb97e72b81bf2598560aa7e84d5e318aecc838886611",
    "release.yaml": "839c0229889d6f0a3c574396386fc5ea411e3e458ec14a79fe7fc97f2e205365",
}


@cache
def load_version(name: str) -> Survey:
    text = (ROOT / "surveys" / name / "survey.yaml").read_text("utf-8")
    return load_survey(freeze(text, AREAS, ["JUSTICE", "ADULTS"]))


def read_table() -> list[dict[str, str]]:
    lines = (ROOT / "docs" / "instrument.md").read_text("utf-8").splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if re.match(r"\| [A-Z]", line)]
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def written_items(survey: Survey) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for item in survey.items.values():
        found.setdefault(item.context, item)
    return found


OLD, NEW = load_version("community-trust"), load_version("community-trust-1-1")
ITEMS = written_items(NEW)


def test_first_version_keeps_its_files_byte_for_byte() -> None:
    folder = ROOT / "surveys" / "community-trust"
    assert {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FIRST_FILES} == FIRST_FILES
    assert (OLD.id, OLD.version, NEW.id, NEW.version) == ("community-trust", "1.0", "community-trust", "1.1")


def test_table_of_items_matches_the_surveys() -> None:
    rows, old, same = read_table(), written_items(OLD), find_same_items(OLD, NEW)
    assert [row["item"] for row in rows] == list(ITEMS)
    for row in rows:
        item = ITEMS[row["item"]]
        before = old[item.context].text if item.context in old else "–"
        parts = [code for code, part in NEW.items.items() if part.context == item.context]
        kept = sum(code in same for code in parts)
        assert row["construct"] == (item.construct or "background")
        assert (row["old"], row["new"]) == (before, "same" if before == item.text else item.text)
        assert row["grade"] == f"{reading_grade(item.text):.1f}"
        assert (row["visible"], row["sensitive"]) == tuple("yes" if x else "no" for x in (item.visible, item.sensitive))
        assert row["trend"] == ("yes" if kept == len(parts) else "in part" if kept else "no")
        assert row["double"] == "no"
        assert len(row["reason"]) > 9


@pytest.mark.parametrize("code", sorted(ITEMS.keys() - ONE_THING))
def test_no_item_asks_two_things(code: str) -> None:
    assert not re.search(r"\b(and|or)\b|/|;", ITEMS[code].text)


@pytest.mark.parametrize("code", ITEMS)
def test_no_item_needs_more_than_grade_six(code: str) -> None:
    assert reading_grade(ITEMS[code].text) <= 6.0


def test_no_item_of_the_new_version_asks_for_agreement() -> None:
    assert "agree" in OLD.scales
    assert "agree" not in NEW.scales


def test_experience_is_asked_before_crimes_and_service_is_named() -> None:
    order = list(NEW.items)
    assert max(map(order.index, ("E1", "E2", "E3"))) < order.index("D5")
    assert order.index("D1") < order.index("D8") < order.index("D2") < order.index("D3")
    assert all(item.of_option for item in NEW.items.values() if item.context in ("D6", "D7"))


def test_name_of_an_agency_never_acts_in_a_sentence() -> None:
    texts = [item.text for item in ITEMS.values() if "{agency}" in item.text]
    assert len(texts) == 7
    acting = re.compile(r"(^|[.?!] ){agency}|{agency} (does|is|has|would|will|treats|gives|uses|stands)\b")
    assert [text for text in texts if acting.search(text)] == [
        "Suppose you want to know how good the work of {agency} is. How likely is it that you can find out?"
    ]  # what is good here is the work


def test_short_form_of_twelve_items_gives_every_facet() -> None:
    assert len(NEW.short_form) <= 12
    for facet in headline_of(NEW).facets:
        assert len(set(facet.items) & set(NEW.short_form)) >= facet.minimum_answered


# --- scales in each language

SCALES = ("often", "well", "likely", "safe")
# Each end has a strongest word of its own, as in "not at all" and "completely"; people check that both are as strong.
OWN_ENDS = {("ar", "safe"), ("fr", "safe"), ("ht", "safe")}
IMPOSSIBLE = re.compile(
    "imp?oss?ib|imposib|不可能|ありえない|불가능|невозможн|неможлив|مستحيل|ناممکن|ناممكن|असंभव|ਅਸੰਭਵ|անհնար|không thể"
    "|เป็นไปไม่ได้",
    re.I,
)


def labels_of(scale: str, language: str) -> list[str]:
    words = load_catalog(language, NEW.catalog)
    return [words.text(option.text, option.context or "") for option in NEW.scales[scale].options]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scale", SCALES)
def test_scale_has_five_labels_and_no_impossible_end(scale: str, language: str) -> None:
    labels = labels_of(scale, language)
    assert len({label.casefold() for label in labels}) == len(labels) == 5
    assert not any(IMPOSSIBLE.search(label) for label in labels)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scale", ["well", "likely", "safe"])
def test_both_ends_add_the_same_word_to_the_step_before(scale: str, language: str) -> None:
    """Compare the letters that "very" adds to "unlikely" with those that it adds to "likely"."""
    counts = [Counter(label.casefold().replace(" ", "")) for label in labels_of(scale, language)]
    mirrored = counts[0] - counts[1] == counts[4] - counts[3]
    assert mirrored is ((language, scale) not in OWN_ENDS)
