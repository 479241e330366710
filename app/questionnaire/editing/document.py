"""Open the text of a survey file for changes, and write it back with its comments."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from app.questionnaire.loading import load_survey
from app.questionnaire.problems import Problem, ProblemList, SurveyProblems
from app.questionnaire.survey_words import Translations
from app.questionnaire.yaml_document import parse, tidy

# Fields that the plan of a round adds to a survey; they belong to the round and not to the questions.
OF_THE_ROUND = ("lists", "support")
NOT_WORDING = (*OF_THE_ROUND, "version", "switched_on", "translations")
WIDEST = 100_000  # no line is wrapped, so that a change stays one line


class NoSuchPlace(SurveyProblems):
    """Refuse a change of something that the survey does not have."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__([Problem(1, place, reason)])


def open_document(text: str) -> CommentedMap:
    """Return the file as a mapping that keeps its comments. Raises `SurveyProblems`."""
    problem_list = ProblemList()
    document = parse(text, problem_list)
    if document is None or problem_list.found:
        raise SurveyProblems(problem_list.found)
    return document


def write_document(document: CommentedMap) -> str:
    """Return the text of a file; a survey that does not hold together is refused with its places."""
    text = dump(document)
    load_survey(text)
    return text


def dump(document: Any) -> str:
    yaml = YAML(typ="rt")
    yaml.width = WIDEST
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()


def write_translations(text: str, translations: Translations) -> str:
    """Return the file with these translations in place of its own; the same text where there are none."""
    document = open_document(text)
    if not translations and "translations" not in document:
        return text
    document["translations"] = {language: dict(lines) for language, lines in translations.items()}
    return write_document(document)


def without_round(text: str) -> str:
    """Return the questions of a round as a survey file: without what the plan of a round adds."""
    document = open_document(text)
    for name in (*OF_THE_ROUND, "switched_on"):
        document.pop(name, None)
    return write_document(document)


def in_round(questions: str, text: str) -> str:
    """Return other questions with the areas and lines of support of a round."""
    document, before = open_document(questions), open_document(text)
    for name in OF_THE_ROUND:
        document.pop(name, None)
        if name in before:
            document[name] = before[name]
    return write_document(document)


def digest_questions(document: CommentedMap) -> str:
    """Return 8 hexadecimal digits of everything that is asked, whatever the version, the round and the translations."""
    asked = {name: value for name, value in document.items() if name not in NOT_WORDING}
    return hashlib.sha256(to_content(asked).encode()).hexdigest()[:8]


def to_content(node: Any) -> str:
    """Return what a file says, whatever the way it is written; the order of questions and answers counts."""
    return json.dumps(_in_order(node), ensure_ascii=False)


def _in_order(node: Any) -> Any:
    """Return mappings as pairs: the fields of a place by name, the answers of a question as they stand."""
    if isinstance(node, dict):
        pairs = [[str(key), _in_order(value)] for key, value in node.items()]
        return pairs if any(isinstance(key, int) for key in node) else sorted(pairs, key=lambda pair: pair[0])
    if isinstance(node, list):
        return [_in_order(each) for each in node]
    return str(node).strip() if isinstance(node, str) else node


def find_item(document: CommentedMap, code: str) -> tuple[CommentedSeq, int, CommentedMap]:
    """Return the list of items that holds a question, its position there and the question."""
    for section in document["sections"]:
        for position, item in enumerate(section["items"]):
            if item["code"] == code:
                return section["items"], position, item
    raise NoSuchPlace(code, "expected a question of this survey, found none of that name")


def find_section(document: CommentedMap, name: str) -> CommentedMap:
    for section in document["sections"]:
        if section["id"] == name:
            return section  # type: ignore[no-any-return]
    raise NoSuchPlace(f"section {name}", "expected a part of this survey, found none of that name")


def items_of(document: CommentedMap) -> Iterator[tuple[CommentedMap, CommentedMap]]:
    """Yield each section with each of its questions."""
    for section in document["sections"]:
        for item in section["items"]:
            yield section, item


def text_of(node: CommentedMap, name: str) -> str:
    return str(tidy(node.get(name, "")))
