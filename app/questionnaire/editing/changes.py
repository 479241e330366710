"""The changes of a survey, each a value that is applied to the text of its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from app.questionnaire.definition import Survey
from app.questionnaire.editing.document import (
    NoSuchPlace,
    digest_questions,
    find_item,
    find_section,
    items_of,
    open_document,
    text_of,
    to_content,
    write_document,
)
from app.questionnaire.editing.places import find_needs
from app.questionnaire.loading import load_survey
from app.questionnaire.messages import sentences_of
from app.questionnaire.survey_words import Translations


class SurveyChange:
    """A step from one survey to the next."""

    def apply(self, document: CommentedMap, survey: Survey) -> None:
        """Change the document in place; raises `SurveyProblems` where the survey has no such place."""
        raise NotImplementedError

    def describe(self) -> str:
        """Return what changed, in a few words for the list of versions."""
        raise NotImplementedError


def apply_changes(text: str, changes: Sequence[SurveyChange], base: str = "", kept: Translations | None = None) -> str:
    """Return the text after the changes: a survey that loads. Raises `SurveyProblems` with the place of each problem.

    `base` is the text of the survey that the service brings: questions equal to it keep its version, all others have
    a version of their own that depends on them alone. `kept` are translations that stay though their sentence changes.
    """
    document, survey = open_document(text), load_survey(text)
    before, content = _sentences(document), to_content(document)
    for change in changes:
        change.apply(document, survey)
    if to_content(document) == content:
        return text
    _drop_stale(document, before, kept or {})
    if base:
        _restore_switches(document, base)
    set_version(document, base)
    return write_document(document)


@dataclass(frozen=True)
class Base:
    """Hold what edits need of the survey that they began with: what it asks, and the questions that are always on."""

    digest: str
    always: frozenset[str]


@lru_cache(maxsize=16)
def read_base(text: str) -> Base:
    document = open_document(text)
    always = frozenset(str(item["code"]) for _, item in items_of(document) if not item.get("off_by_default"))
    return Base(digest_questions(document), always)


def _restore_switches(document: CommentedMap, base: str) -> None:
    """Write a question that is on, and that the base always asks, as the base does."""
    always = read_base(base).always
    chosen = document.get("switched_on", ())
    for _, item in items_of(document):
        if item["code"] in chosen and item["code"] in always:
            item.pop("off_by_default", None)
    set_list(document, "switched_on", [code for code in chosen if code not in always])


def set_list(document: CommentedMap, name: str, values: Sequence[str]) -> None:
    """Set a list, or take its name away where it is empty."""
    if values:
        document[name] = list(values)
    else:
        document.pop(name, None)


def set_version(document: CommentedMap, base: str) -> None:
    version = str(document["version"]).partition("+")[0]
    digest = digest_questions(document)
    is_base = bool(base) and digest == read_base(base).digest
    document["version"] = version if is_base else f"{version}+{digest}"


def _sentences(document: CommentedMap) -> dict[str, str]:
    return {each.context: each.text for each in sentences_of(document)}


def _drop_stale(document: CommentedMap, before: Mapping[str, str], kept: Translations) -> None:
    """Take out the translations of sentences that changed, but for those to keep."""
    now = _sentences(document)
    changed = {context for context in before if now.get(context) != before[context]}
    for language, lines in list(document.get("translations", {}).items()):
        for context in changed & set(lines):
            del lines[context]
        if not lines:
            del document["translations"][language]
    for language, words in kept.items():
        for context in changed & set(words) & set(now):
            own = document.setdefault("translations", CommentedMap()).setdefault(language, CommentedMap())
            own[context] = words[context]
    if "translations" in document and not document["translations"]:
        del document["translations"]


@dataclass(frozen=True)
class Switch(SurveyChange):
    """Ask a question in this round, or leave it out."""

    code: str
    on: bool

    def apply(self, document: CommentedMap, survey: Survey) -> None:
        item = find_item(document, self.code)[2]
        if not self.on and (needs := find_needs(survey, self.code)):
            raise NoSuchPlace(self.code, f"expected to stay on, because it is needed by {', '.join(needs)}")
        chosen = [code for code in document.get("switched_on", ()) if code != self.code]
        if self.on and item.get("off_by_default"):
            chosen.append(self.code)
        if not self.on:
            item["off_by_default"] = True
        set_list(document, "switched_on", chosen)

    def describe(self) -> str:
        return f"{self.code}: switched {'on' if self.on else 'off'}"


@dataclass(frozen=True)
class Reword(SurveyChange):
    """Change the words of a question; None leaves a field as it is, an empty text takes it away.

    `answers` are the words of its own answers or of its scale by code, `more` those of answers to add, and `without`
    the codes of answers to take away. `low` and `high` are the ends of a scale of numbers.
    """

    code: str
    text: str | None = None
    note: str | None = None
    comment: str | None = None
    answers: Mapping[int, str] = field(default_factory=dict)
    more: tuple[str, ...] = ()
    without: frozenset[int] = frozenset()
    low: str | None = None
    high: str | None = None
    dont_know: bool | None = None
    prefer_not: bool | None = None

    def apply(self, document: CommentedMap, survey: Survey) -> None:
        item = find_item(document, self.code)[2]
        for name in ("text", "note", "comment"):
            set_text(item, name, getattr(self, name))
        defaults = document.get("defaults", {})
        for name in ("dont_know", "prefer_not"):
            wanted = getattr(self, name)
            if wanted is not None and wanted != item.get(name, defaults.get(name, False)):
                item[name] = wanted
        self._change_answers(document, item)

    def _change_answers(self, document: CommentedMap, item: CommentedMap) -> None:
        if not (self.answers or self.more or self.without or self.low or self.high):
            return
        holder, name = answers_of(document, item)
        if holder is None:
            raise NoSuchPlace(self.code, "expected a question with answers of its own")
        for end in ("low", "high"):
            set_text(holder, end, getattr(self, end) or None)
        options = holder.get(name, CommentedMap())
        for code, words in self.answers.items():
            set_answer(options, code, words, self.code)
        for code in self.without:
            options.pop(code, None)
        for words in self.more:
            options[max(options, default=0) + 1] = words
        if options:
            holder[name] = options

    def describe(self) -> str:
        return f"{self.code}: words changed"


def answers_of(document: CommentedMap, item: CommentedMap) -> tuple[CommentedMap | None, str]:
    """Return the mapping that holds the answers of a question, and the name of the field: its own or its scale's."""
    if "statements" in item:
        return item, "statements"
    if "options" in item:
        return item, "options"
    scale = item.get("scale")
    return document.get("scales", {}).get(scale), "options"


def set_text(node: CommentedMap, name: str, words: str | None) -> None:
    """Set a sentence where it changed; the way it is written stays where it did not."""
    if words is None or words.strip() == text_of(node, name):
        return
    if words.strip():
        node[name] = words.strip()
    else:
        node.pop(name, None)


def set_answer(options: CommentedMap, code: int, words: str, place: str) -> None:
    if code not in options:
        raise NoSuchPlace(place, f"expected one of its answers, found none with the code {code}")
    own = options[code]
    if isinstance(own, CommentedMap):
        set_text(own, "text", words)
        if not words.strip():
            own["text"] = ""
    elif words.strip() != str(own).strip():
        options[code] = words.strip()


@dataclass(frozen=True)
class RewordPart(SurveyChange):
    """Change the title and the introduction of a part."""

    section: str
    title: str
    introduction: str | None = None

    def apply(self, document: CommentedMap, survey: Survey) -> None:
        section = find_section(document, self.section)
        set_text(section, "title", self.title)
        set_text(section, "introduction", self.introduction)

    def describe(self) -> str:
        return f"part {self.section}: words changed"


@dataclass(frozen=True)
class Move(SurveyChange):
    """Move a question by places within its part, or to the end of another part."""

    code: str
    by: int = 0
    section: str = ""

    def apply(self, document: CommentedMap, survey: Survey) -> None:
        items, position, item = find_item(document, self.code)
        target = find_section(document, self.section)["items"] if self.section else items
        if target is not items:
            if len(items) == 1:
                raise NoSuchPlace(self.code, "expected to stay, because its part would be empty")
            del items[position]
            target.append(item)
            return
        wanted = position + self.by
        if not 0 <= wanted < len(items):
            raise NoSuchPlace(self.code, "expected to stay, because its part has no place there")
        del items[position]
        items.insert(wanted, item)

    def describe(self) -> str:
        if self.section:
            return f"{self.code}: moved to part {self.section}"
        return f"{self.code}: moved {'down' if self.by > 0 else 'up'}"


@dataclass(frozen=True)
class SetCondition(SurveyChange):
    """Set the condition of a question as a survey file writes it; None asks everyone."""

    code: str
    condition: Mapping[str, Any] | None

    def apply(self, document: CommentedMap, survey: Survey) -> None:
        item = find_item(document, self.code)[2]
        if self.condition is None:
            item.pop("show_if", None)
        else:
            item["show_if"] = plain_map(self.condition)

    def describe(self) -> str:
        return f"{self.code}: condition {'changed' if self.condition else 'removed'}"


@dataclass(frozen=True)
class Add(SurveyChange):
    """Add a question at the end of a part, or before another question; `fields` are those of a survey file.

    `scales` are added where the survey has none of that name; `new_part` is the title of a part to make for it.
    """

    section: str
    fields: Mapping[str, Any]
    scales: Mapping[str, Any] = field(default_factory=dict)
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    new_part: str = ""

    def apply(self, document: CommentedMap, survey: Survey) -> None:
        if self.new_part:
            document["sections"].append(CommentedMap(id=self.section, title=self.new_part, items=CommentedSeq()))
        items = find_section(document, self.section)["items"]
        items.append(plain_map(self.fields))
        for name, scale in self.scales.items():
            document.setdefault("scales", CommentedMap()).setdefault(name, plain_map(scale))
        for language, lines in self.translations.items():
            own = document.setdefault("translations", CommentedMap()).setdefault(language, CommentedMap())
            for context, words in lines.items():
                own.setdefault(context, words)

    def describe(self) -> str:
        return f"{self.fields['code']}: added"


@dataclass(frozen=True)
class Delete(SurveyChange):
    """Take a question out of the survey."""

    code: str

    def apply(self, document: CommentedMap, survey: Survey) -> None:
        items, position, _ = find_item(document, self.code)
        if needs := find_needs(survey, self.code):
            raise NoSuchPlace(self.code, f"expected to stay, because it is needed by {', '.join(needs)}")
        del items[position]
        sections = document["sections"]
        for number, section in enumerate(list(sections)):
            if section["items"] is items and not items:
                del sections[number]
        chosen = [code for code in document.get("switched_on", ()) if code != self.code]
        set_list(document, "switched_on", chosen)

    def describe(self) -> str:
        return f"{self.code}: deleted"


def plain_map(value: Any) -> Any:
    """Return mappings and lists as the writer of files takes them."""
    if isinstance(value, Mapping):
        return CommentedMap({key: plain_map(each) for key, each in value.items()})
    if isinstance(value, (list, tuple)):
        return CommentedSeq(plain_map(each) for each in value)
    return value


def codes_in(document: CommentedMap) -> frozenset[str]:
    """Return the codes of all questions of a file."""
    return frozenset(str(item["code"]) for _, item in items_of(document))
