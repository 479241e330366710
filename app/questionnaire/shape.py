"""The survey format as tables: which fields there are, what values they take, and what they mean.

`yaml_document` checks files against them, `json_schema` writes them as a JSON Schema; `loading` and `checking` find
what only makes sense across fields. `kinds` adds the fields of each kind of question to those of an item.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.questionnaire.rules import CONNECTIVES, OPERATORS

CODE = r"[A-Za-z][A-Za-z0-9_]{0,23}"
WORD = r"[A-Za-z][A-Za-z0-9_-]{0,39}"
LARGEST_CODE = 999
LARGEST_ANSWER = 2999  # a year
LONGEST_TEXT = 600


@dataclass(frozen=True)
class Value:
    """A kind of value: how to say it, how to recognize it, and how JSON Schema says it."""

    phrase: str
    fits: Callable[[Any], bool]
    schema: Mapping[str, Any]


def is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_text(value: object) -> bool:
    return isinstance(value, str) and len(value.strip()) > 0 and len(value) <= LONGEST_TEXT


def _matches(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _list_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and len(value) > 0 and all(map(fits, value))


def _any_list(value: object) -> bool:
    return isinstance(value, list) and len(value) > 0


def _any_map(value: object) -> bool:
    return isinstance(value, dict) and len(value) > 0


def _is_lines(value: object) -> bool:
    return isinstance(value, dict) and len(value) > 0 and all(map(is_text, value.values()))


def _are_translations(value: object) -> bool:
    return isinstance(value, dict) and len(value) > 0 and all(map(_is_lines, value.values()))


_CODE_SCHEMA = {"type": "string", "pattern": f"^{CODE}$"}
_WORD_SCHEMA = {"type": "string", "pattern": f"^{WORD}$"}
_TEXT_SCHEMA = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT, "pattern": r"\S"}


def _list_schema(of: object) -> dict[str, object]:
    return {"type": "array", "minItems": 1, "items": of}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


def _named(of: object) -> dict[str, object]:
    return {"type": "object", "minProperties": 1, "additionalProperties": of, "propertyNames": _WORD_SCHEMA}


VALUES: dict[str, Value] = {
    "text": Value(f"text of 1 to {LONGEST_TEXT} characters", is_text, _TEXT_SCHEMA),
    "version": Value('text in quotes, such as "1.0"', is_text, _TEXT_SCHEMA),
    "code": Value("a code (a letter, then letters, digits, _)", _matches(CODE), _CODE_SCHEMA),
    "word": Value("a name (a letter, then letters, digits, _, -)", _matches(WORD), _WORD_SCHEMA),
    "flag": Value("true or false", lambda value: isinstance(value, bool), {"type": "boolean"}),
    "whole": Value(
        f"a whole number from 0 to {LARGEST_CODE}",
        lambda value: is_whole(value) and 0 <= value <= LARGEST_CODE,
        {"type": "integer", "minimum": 0, "maximum": LARGEST_CODE},
    ),
    "rated": Value("agency", lambda value: value == "agency", {"const": "agency"}),
    "plan": Value("plan", lambda value: value == "plan", {"const": "plan"}),
    "lines": Value("a mapping of languages to lines", _is_lines, _named(_TEXT_SCHEMA)),
    "translations": Value(
        "a mapping of languages to mappings of names to sentences",
        _are_translations,
        _named({"type": "object", "minProperties": 1, "additionalProperties": _TEXT_SCHEMA}),
    ),
    "codes": Value("a list of item codes", _list_of(_matches(CODE)), _list_schema(_CODE_SCHEMA)),
    "languages": Value("a list of language codes", _list_of(_matches(WORD)), _list_schema(_WORD_SCHEMA)),
    "rule": Value("a condition such as {equal: {D3: 1}}", _any_map, _ref("rule")),
    "options": Value("a mapping of codes to texts", _any_map, _ref("options")),
    "defaults": Value("a mapping", _any_map, _ref("defaults")),
    "scales": Value("a mapping of names to scales", _any_map, _named(_ref("scale"))),
    "lists": Value("a mapping of names to lists of options", _any_map, _named(_ref("list"))),
    "sections": Value("a list of sections", _any_list, _list_schema(_ref("section"))),
    "items": Value("a list of items", _any_list, _list_schema(_ref("item"))),
    "indices": Value("a list of indices", _any_list, _list_schema(_ref("index"))),
    "facets": Value("a list of facets", _any_list, _list_schema(_ref("facet"))),
    "shares": Value("a list of shares", _any_list, _list_schema(_ref("share"))),
}


@dataclass(frozen=True)
class Field:
    """One field: its value (a name in `VALUES`, or a value of its own) and what it means."""

    name: str
    value: str | Value
    means: str
    required: bool = False

    @property
    def shape(self) -> Value:
        return VALUES[self.value] if isinstance(self.value, str) else self.value


SURVEY = (
    Field(
        "id", "word", "Name of the survey; of its folder and catalogs too, unless `catalog` names them.", required=True
    ),
    Field("version", "version", "Version of the wording; a number needs quotes.", required=True),
    Field("catalog", "word", "Name of the folder and catalogs of this version, where it is not the id."),
    Field("title", "text", "Neutral title, the one that a phone shows in its history.", required=True),
    Field("introduction", "text", "First paragraph."),
    Field("comment", "text", "Note to translators."),
    Field("audio", "languages", "Languages with recordings of all items: audio/<language>/<code>.mp3 beside the file."),
    Field("defaults", "defaults", "Values for every item that has none of its own."),
    Field("scales", "scales", "Ordered answers that several items share."),
    Field("sections", "sections", "The items, in order, in sections.", required=True),
    Field("indices", "indices", "Indices of 0 to 100 points."),
    Field("shares", "shares", "Ratios of answers."),
    Field("short_form", "codes", "Items of the short form; key variables come with it."),
    Field("lists", "lists", "Options filled in for one fielding, such as the areas of a community."),
    Field("switched_on", "codes", "Items that are off by default and asked in this fielding."),
    Field(
        "translations",
        "translations",
        "Translations of the survey's own sentences by language, each under the name of its place, such as `A1.text`.",
    ),
    Field(
        "support", "lines", "The community's line of support in each language, for sections that take it from the plan."
    ),
)
DEFAULTS = (
    Field("dont_know", "flag", 'Offer "Don\'t know", code -8.'),
    Field("prefer_not", "flag", 'Offer "Prefer not to answer", code -7.'),
)
SCALE = (
    Field("options", "options", "Words for every code, lowest first."),
    Field("from", "whole", "Lowest number of a scale of bare numbers."),
    Field("to", "whole", "Highest number."),
    Field("low", "text", "Words at the low end."),
    Field("high", "text", "Words at the high end."),
    Field("comment", "text", "Note to translators."),
)
SECTION = (
    Field("id", "word", "Name of the section.", required=True),
    Field("title", "text", "Heading.", required=True),
    Field("introduction", "text", "Text under the heading."),
    Field("comment", "text", "Note to translators."),
    Field("sensitive", "flag", "Can be skipped whole, carries a line of support, never in small cells."),
    Field("support", "text", "The line of support of a sensitive section."),
    Field("support_from", "plan", "The line of support comes with the plan of a fielding, in each language."),
    Field("show_if", "rule", "When the section is shown."),
    Field("items", "items", "The items, in order.", required=True),
)
# The fields that every item may have; `kinds.ITEM` adds the kind and the fields of each kind.
ITEM = (
    Field("code", "code", "Name of the item in forms, files and tables.", required=True),
    Field("text", "text", "The question. May hold {agency}, and {option} under for_each.", required=True),
    Field("note", "text", "A hint under the question."),
    Field("comment", "text", "Note to translators."),
    Field("construct", "text", "The concept that the item measures."),
    Field("reversed", "flag", "High means bad: turned round before scoring."),
    Field("show_if", "rule", "When the item is asked."),
    Field("for_each", "code", "Ask once for every option chosen in this earlier multiple item."),
    Field("sensitive", "flag", "Never in small cells."),
    Field("key_variable", "word", "Its name in population tables: could help to single a person out."),
    Field("dont_know", "flag", 'Offer "Don\'t know", code -8.'),
    Field("prefer_not", "flag", 'Offer "Prefer not to answer", code -7.'),
    Field("visible", "flag", "Others can see the answer, so data sets treat it as a key."),
    Field("off_by_default", "flag", "Asked only where a fielding switches it on."),
)
OPTION = (
    Field("text", "text", "The words.", required=True),
    Field("exclusive", "flag", "Cannot stand together with another option."),
    Field("people", "text", "The people who choose it, as a noun phrase in a sentence of a report."),
    Field("comment", "text", "Note to translators."),
)
INDEX = (
    Field("id", "word", "Name of the index.", required=True),
    Field("title", "text", "Title.", required=True),
    Field("comment", "text", "Note to translators."),
    Field("rated", "rated", "The index speaks of the agency that the respondent rated."),
    Field("minimum_facets", "whole", "How many facets must exist.", required=True),
    Field("facets", "facets", "Its facets.", required=True),
)
FACET = (
    Field("id", "word", "Name of the facet.", required=True),
    Field("title", "text", "Title.", required=True),
    Field("items", "codes", "Items, all on one scale.", required=True),
    Field("minimum_answered", "whole", "How many must be answered: more than half.", required=True),
)
SHARE = (
    Field("id", "word", "Name of the share.", required=True),
    Field("title", "text", "Title.", required=True),
    Field("comment", "text", "Note to translators."),
    Field("for_each", "code", "One part for every option of this multiple item."),
    Field("base", "rule", "The people whom the share counts.", required=True),
    Field("met", "rule", "The people among them who meet the condition.", required=True),
    Field("times", "code", "The number item that says how many times."),
)

TABLES: dict[str, tuple[Field, ...]] = {
    "survey": SURVEY,
    "defaults": DEFAULTS,
    "scale": SCALE,
    "section": SECTION,
    "option": OPTION,
    "index": INDEX,
    "facet": FACET,
    "share": SHARE,
}
RULE_WORDS = (*OPERATORS, *CONNECTIVES)
