"""Translators get every sentence that a page asks the catalogs for, with its place and a note."""

from io import BytesIO

import pytest
from babel.messages.extract import extract as babel_extract

from app.language.catalogs import MessageCatalog, english_plural
from app.questionnaire import wording
from app.questionnaire.codebook import to_codebook
from app.questionnaire.definition import INTERFACE, MONTH
from app.questionnaire.loading import load_survey
from app.questionnaire.messages import extract, sentences
from tests.questionnaire.walks import ROOT, SHIPPED, TINY, load_shipped

OF_OTHER_CATALOGS = (INTERFACE, MONTH)  # the words of pages, and the calendar
SURVEYS = {name: load_shipped(name) for name in SHIPPED} | {path.stem: load_survey(path) for path in TINY}


def shouting(survey):
    """A catalog in which every sentence of the survey, and no other, is translated: into capitals."""
    loud = {(each.context, each.text): (f"«{each.text}»",) for each in sentences(survey)}
    return MessageCatalog("es", survey.id, loud, english_plural)


def everything_said(survey, words):
    yield wording.survey_title(survey, words)
    yield wording.survey_introduction(survey, words)
    for section in survey.sections:
        yield wording.section_title(section, words, "Police")
        yield wording.section_introduction(section, words, "Police")
        yield wording.section_support(section, words)
    for item in survey.items.values():
        yield wording.item_text(item, words, "Police")
        yield wording.item_note(item, words, "Police")
        for option in item.choices:
            if option.context and option.context not in OF_OTHER_CATALOGS:
                yield wording.option_text(option, words)
    for scale in survey.scales.values():
        yield from wording.scale_ends(scale, words) or ()
    for index in survey.indices:
        yield wording.index_title(index, words)
        for facet in index.facets:
            yield wording.facet_title(index, facet, words)
    for share in survey.shares:
        yield wording.share_title(share, words)


@pytest.mark.parametrize("name", SURVEYS)
def test_every_shown_sentence_is_in_the_template(name):
    survey = SURVEYS[name]
    said = [sentence for sentence in everything_said(survey, shouting(survey)) if sentence]
    assert said
    assert all(sentence.startswith("«") for sentence in said)
    assert not any("{" in sentence for sentence in said)


def test_a_sentence_carries_its_context_line_and_note():
    core = SURVEYS["community-trust"]
    found = {each.context: each for each in sentences(core)}
    assert found["B6.text"].comment.startswith("Construct: distributive fairness: worse treatment. Agreeing is bad")
    assert found["B6.text"].line == 1 + core.text.splitlines().index(
        "        text: People like me get worse treatment from {agency} than other people do."
    )
    assert {"agree.1", "trust.low", "C5.12", "trust.title", "index.CTI.openness", "D6.text"} <= found.keys()
    assert {"JUSTICE.text", "AREA.text"} <= found.keys(), "items set aside are translated too"


@pytest.mark.parametrize("name", SHIPPED)
def test_every_construct_is_explained_to_translators(name):
    """Its name alone is no help: a note says what is meant, or what must not be said."""
    bare = [
        each.context
        for each in sentences(SURVEYS[name])
        if each.comment.startswith("Construct: ") and each.comment.endswith(".") and each.comment.count(". ") == 0
    ]
    assert bare == []


def test_no_two_sentences_share_a_context():
    for survey in SURVEYS.values():
        contexts = [each.context for each in sentences(survey)]
        assert len(contexts) == len(set(contexts))


def test_babel_can_use_the_extractor():
    text = (ROOT / "tests" / "surveys" / "plain.yaml").read_bytes()
    found = babel_extract(extract, BytesIO(text), {"pgettext": ((1, "c"), 2)})
    assert (9, "Ask A.", [], "A.text") in list(found)


def test_the_option_chosen_stands_in_the_question_about_it():
    survey = SURVEYS["for_each"]
    english = MessageCatalog("en", "for-each", {}, english_plural)
    assert wording.item_text(survey.items["R_2"], english) == "Fraud - was it reported?"


def test_sentence_that_begins_with_the_agency_is_capitalized():
    english = MessageCatalog("en", "community-trust", {}, english_plural)
    stated = wording.item_text(SURVEYS["community-trust"].items["B8"], english, "the Riverside police")
    assert stated.startswith("The Riverside police does a good job")


def test_the_codebook_names_every_code_of_every_item():
    survey = SURVEYS["sound"]
    rows = to_codebook(survey, MessageCatalog("en", "sound", {}, english_plural))
    assert [(row.code, row.label) for row in rows if row.item == "A"] == [
        (1, "Disagree"), (2, "Neither"), (3, "Agree"), (-5, "No answer"), (-9, "Not asked"), (-6, "Withheld")
    ]  # fmt: skip
    assert {row.item for row in rows} == set(survey.items)
