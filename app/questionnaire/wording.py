"""The sentences of a survey in one language, with the agency's name and the piped option filled in."""

from __future__ import annotations

from app.language.catalogs import MessageCatalog, load_catalog
from app.language.languages import SOURCE
from app.language.number_isolation import isolate_numbers
from app.questionnaire.calendar import month_name
from app.questionnaire.definition import INTERFACE, MONTH, Facet, Index, Item, Option, Scale, Section, Share, Survey


def survey_title(survey: Survey, words: MessageCatalog) -> str:
    return words.text(survey.title, "survey.title")


def survey_introduction(survey: Survey, words: MessageCatalog) -> str | None:
    return words.text(survey.introduction, "survey.introduction") if survey.introduction else None


def section_title(section: Section, words: MessageCatalog, agency: str = "") -> str:
    return _sentence(words.text(section.title, f"{section.id}.title", agency=agency))


def section_introduction(section: Section, words: MessageCatalog, agency: str = "") -> str | None:
    if not section.introduction:
        return None
    return _sentence(words.text(section.introduction, f"{section.id}.introduction", agency=agency))


def section_support(section: Section, words: MessageCatalog) -> str | None:
    """The line of support: the section's own, or the one that the plan gives in the language of the words."""
    line = words.text(section.support, f"{section.id}.support") if section.support else None
    if section.support_lines is not None:
        line = section.support_lines.get(words.language)
    return isolate_numbers(line, words.language) if line else line


def item_text(item: Item, words: MessageCatalog, agency: str = "") -> str:
    """The whole wording of an item; in a grid or ranking the question, then the words of this item."""
    question = question_text(item, words, agency)
    return f"{question} – {option_text(item.part.option, words)}" if item.part else question


def question_text(item: Item, words: MessageCatalog, agency: str = "") -> str:
    option = option_text(item.of_option, words) if item.of_option else ""
    return _sentence(words.text(item.text, f"{item.context}.text", agency=agency, option=option))


def item_note(item: Item, words: MessageCatalog, agency: str = "") -> str | None:
    return words.text(item.note, f"{item.context}.note", agency=agency) if item.note else None


def option_text(option: Option, words: MessageCatalog) -> str:
    if option.names:
        return dict(option.names).get(words.language, option.text)
    if option.context == MONTH:
        return words.months[option.code - 1] if words.months else month_name(option.code, words.language)
    if option.context == INTERFACE:
        return (words.interface or load_catalog(words.language, INTERFACE)).text(option.text)
    return words.text(option.text, option.context) if option.context else option.text


def people_text(option: Option, words: MessageCatalog) -> str:
    """The people who chose an option, as a noun phrase ("people aged 65 or older"); empty where it has none yet."""
    if not option.people:
        return ""
    found = words.find(option.people, f"{option.context}.people")
    return found[0] if found else option.people if words.language == SOURCE else ""


def scale_ends(scale: Scale, words: MessageCatalog) -> tuple[str, str] | None:
    """The words at both ends of a scale of bare numbers."""
    if scale.low is None or scale.high is None:
        return None
    return words.text(scale.low, f"{scale.id}.low"), words.text(scale.high, f"{scale.id}.high")


def index_title(index: Index, words: MessageCatalog) -> str:
    return words.text(index.title, f"index.{index.id}.title")


def facet_title(index: Index, facet: Facet, words: MessageCatalog) -> str:
    return words.text(facet.title, f"index.{index.id}.{facet.id}")


def share_title(share: Share, words: MessageCatalog) -> str:
    return words.text(share.title, f"share.{share.id}.title")


def _sentence(text: str) -> str:
    """A sentence that begins with an agency's name begins with a capital all the same."""
    return text[:1].upper() + text[1:]
