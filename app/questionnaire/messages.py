"""The sentences of a survey file, for translators: each with its context, its line and the note beside it.

`extract` is the entry point for Babel. `wording` asks the catalogs for the same contexts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, BinaryIO

from app.questionnaire.definition import DONT_KNOW_OPTION, PREFER_NOT_OPTION, Survey
from app.questionnaire.kinds import KINDS
from app.questionnaire.problems import ProblemList
from app.questionnaire.yaml_document import entries, line_of, parse, tidy


@dataclass(frozen=True)
class Sentence:
    """One sentence as a translator sees it."""

    context: str
    text: str
    line: int
    comment: str = ""


def sentences(survey: Survey) -> list[Sentence]:
    """All sentences of a survey in the order of its file, those of items set aside too."""
    return sentences_in(survey.text)


def sentences_in(text: str) -> list[Sentence]:
    """All sentences of the text of a survey file, loaded or not."""
    return list(_sentences_in(text))


@lru_cache(maxsize=8)
def _sentences_in(text: str) -> tuple[Sentence, ...]:
    document = parse(text, ProblemList())
    assert document is not None, "a loaded survey keeps the text that it came from"
    return tuple(sentences_of(document))


def extract(
    fileobj: BinaryIO, keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, str, tuple[str, str], list[str]]]:
    """Babel's extractor protocol: every sentence as `pgettext(context, text)`."""
    document = parse(fileobj.read().decode("utf-8"), ProblemList())
    for sentence in sentences_of(document) if document is not None else ():
        yield (
            sentence.line,
            "pgettext",
            (sentence.context, sentence.text),
            [sentence.comment] if sentence.comment else [],
        )


def sentences_of(document: Any) -> Iterator[Sentence]:
    """Yield all sentences of a parsed survey file."""
    yield from _fields(document, "survey", ("title", "introduction"))
    for option in (DONT_KNOW_OPTION, PREFER_NOT_OPTION):
        yield Sentence(str(option.context), option.text, 1, "Stands apart from every scale.")
    for name, scale, _ in entries(document.get("scales", {})):
        yield from _fields(scale, name, ("low", "high"))
        yield from _options(scale.get("options", {}), name, scale.get("comment", ""))
    for _, section, _ in entries(document.get("sections", [])):
        yield from _of_section(section)
    for _, index, _ in entries(document.get("indices", [])):
        yield from _fields(index, f"index.{index['id']}", ("title",))
        for _, facet, line in entries(index["facets"]):
            yield Sentence(f"index.{index['id']}.{facet['id']}", tidy(facet["title"]), line)
    for _, share, _ in entries(document.get("shares", [])):
        yield from _fields(share, f"share.{share['id']}", ("title",))


def _of_section(section: Any) -> Iterator[Sentence]:
    yield from _fields(section, section["id"], ("title", "introduction", "support"))
    for _, item, _ in entries(section["items"]):
        construct = f"Construct: {item['construct']}." if "construct" in item else ""
        yield from _fields(item, item["code"], ("text",), construct)
        yield from _fields(item, item["code"], ("note",))
        kind = KINDS.get(item.get("kind"), KINDS["scale"])
        for name, prefix in kind.file.words:
            yield from _options(item.get(name, {}), item["code"], item.get("comment", ""), prefix)


PEOPLE = (
    "The people of a group as the subject of a sentence, such as “… trust the police less than other residents do”."
)


def _fields(node: Any, context: str, names: tuple[str, ...], more: str = "") -> Iterator[Sentence]:
    comment = " ".join(part for part in (more, tidy(node.get("comment", ""))) if part)
    for name in names:
        if name in node:
            yield Sentence(f"{context}.{name}", tidy(node[name]), line_of(node, name), comment)


def _options(node: Any, context: str, comment: str, prefix: str = "") -> Iterator[Sentence]:
    for code, value, line in entries(node):
        own = value if isinstance(value, dict) else {"text": value}
        yield Sentence(f"{context}.{prefix}{code}", tidy(own["text"]), line, tidy(own.get("comment", comment)))
        if "people" in own:
            yield Sentence(f"{context}.{prefix}{code}.people", tidy(own["people"]), line, PEOPLE)
