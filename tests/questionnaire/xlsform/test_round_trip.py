"""Any survey, with items of every kind and conditions, comes back from a workbook the same."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from app.language.catalogs import load_catalog
from app.questionnaire import wording
from app.questionnaire.answers import read_answers
from app.questionnaire.kinds import KINDS
from app.questionnaire.loading import load_survey
from app.questionnaire.problems import SurveyProblems
from app.questionnaire.xlsform import to_xlsform
from app.questionnaire.xlsform_reading import from_xlsform, to_yaml
from tests.questionnaire.walks import to_form, walk

PLAIN = load_catalog("en", "any")
WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=591, exclude_characters="{}<\x7f\xa0\xad"), max_size=8)
FLAGS = st.sampled_from([True, None])
SCALE = {"scale": "agree"}
SCALES = {
    "agree": {"options": {1: "Disagree", 2: "Neither", 3: "Agree"}},
    "ten": {"from": 0, "to": 10, "low": "Worst", "high": "Best"},
}


@st.composite
def options(draw, most=5):
    codes = draw(st.lists(st.integers(0, 999), min_size=2, max_size=most, unique=True))
    return {code: f"{draw(WORDS)} {place}".strip() for place, code in enumerate(codes)}


@st.composite
def fields(draw, kind):
    apart = {"dont_know": draw(FLAGS), "prefer_not": draw(FLAGS)}
    match kind:
        case "scale":
            return {"scale": draw(st.sampled_from(list(SCALES))), "reversed": draw(FLAGS), **apart}
        case "grid":
            return {**SCALE, "statements": draw(options()), **apart}
        case "ranking":
            return {"options": draw(options())}
        case "date":
            first = draw(st.integers(1950, 2000))
            return {"from": f"{first}-03", "to": f"{first + draw(st.integers(1, 30))}-11", **apart}
        case "number":
            low = draw(st.integers(0, 900))
            return {"from": low, "to": low + draw(st.integers(1, 40)), **apart}
        case "multiple":
            found = draw(options())
            last = list(found)[-1]
            alone = draw(st.booleans())
            return {"options": found | ({last: {"text": found[last], "exclusive": True}} if alone else {}), **apart}
    return {"options": draw(options()), **apart}


@st.composite
def conditions(draw, before):
    """A condition on one of the items before."""
    item = draw(st.sampled_from(before))
    codes = [option.code for option in item.options]
    if item.kind.name == "date" or draw(st.booleans()):
        rule = {"answered": item.code}
    elif item.kind.takes_several:
        rule = {draw(st.sampled_from(["any_in", "all_in"])): {item.code: codes[:2]}}
    else:
        word = draw(st.sampled_from(["equal", "not_equal", "in", "less", "more"]))
        inside = {"less": codes[-1], "more": codes[0], "in": codes[:2]}.get(word, codes[0])
        rule = {word: {item.code: inside}}
    return {"not": rule} if draw(st.booleans()) else rule


@st.composite
def surveys(draw):
    kinds = draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=5))
    items, asked = [], []
    for number, kind in enumerate(kinds, 1):
        item = {"code": f"Q{number}", "kind": kind, "text": f"{draw(WORDS)}?", **draw(fields(kind))}
        if asked and draw(st.booleans()):
            item["show_if"] = draw(conditions(asked))
        items.append({name: value for name, value in item.items() if value is not None})
        loaded = load_or_none(items)
        asked = list(loaded.items.values()) if loaded else asked
    return to_yaml(document(items))


def document(items):
    head = {"id": "any", "version": "1", "title": "Any", "scales": SCALES}
    return head | {"sections": [{"id": "one", "title": "One", "introduction": "First.", "items": items}]}


def load_or_none(items):
    try:
        return load_survey(to_yaml(document(items)))
    except SurveyProblems:
        return None


def plain(item):
    """An item without its condition, and without the places of its words in catalogs."""
    choices = tuple(replace(option, context=None) for option in item.options)
    part = item.part and replace(item.part, option=replace(item.part.option, context=None))
    text = wording.item_text(item, PLAIN, "{agency}")
    return replace(item, options=choices, part=part, text=text, show_if=None)


@settings(max_examples=60)
@given(surveys(), st.randoms(use_true_random=False))
def test_a_survey_comes_back_the_same(text, rng):
    try:
        survey = load_survey(text)
    except SurveyProblems:
        return
    back = load_survey(from_xlsform(to_xlsform(survey, {"en": PLAIN})))
    assert [plain(item) for item in back.items.values()] == [plain(item) for item in survey.items.values()]
    assert [replace(each, show_if=None) for each in back.sections] == list(survey.sections)
    for _ in range(3):
        form = to_form(walk(survey, random.Random(rng.random()))[1])
        assert read_answers(back, form).coded() == read_answers(survey, form).coded()
