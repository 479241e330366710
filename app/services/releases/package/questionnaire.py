"""Write the questionnaire as it was asked, in one language, with the codes of every answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.language.catalogs import MessageCatalog
from app.questionnaire import wording
from app.questionnaire.definition import Item, Option, Section, Survey
from app.questionnaire.rules import AllOf, AnyOf, Atom, Not, Rule
from app.questionnaire.survey_words import survey_words
from app.services.releases.package import words
from app.services.releases.package.rendering import render_page
from app.services.releases.package.study import ReleaseStudy

UNNAMED = "…"  # in place of the agency, which differs between respondents


@dataclass(frozen=True)
class CodedAnswer:
    code: int
    words: str


@dataclass(frozen=True)
class CodedQuestion:
    code: str
    words: str
    universe: str
    note: str | None
    ends: tuple[str, str] | None
    first: int
    last: int
    options: tuple[CodedAnswer, ...]


@dataclass(frozen=True)
class CodedSection:
    title: str
    introduction: str | None
    questions: tuple[CodedQuestion, ...]


def write_questionnaire(survey: Survey, study: ReleaseStudy, lang: str) -> bytes:
    catalog, text = survey_words(survey, lang), words.catalog_for(lang).text
    title = wording.survey_title(survey, catalog)
    return render_page(
        "questionnaire.html",
        lang,
        f"{text('Questionnaire')}: {title}",
        survey_title=title,
        survey=study.survey,
        study_title=study.title[lang],
        introduction=wording.survey_introduction(survey, catalog),
        sections=[_part(survey, section, catalog, lang) for section in survey.sections],
    )


def _part(survey: Survey, section: Section, catalog: MessageCatalog, lang: str) -> CodedSection:
    return CodedSection(
        wording.section_title(section, catalog, UNNAMED),
        wording.section_introduction(section, catalog, UNNAMED),
        tuple(_question(survey, survey.items[code], catalog, lang) for code in section.items if code in survey.items),
    )


def _question(survey: Survey, item: Item, catalog: MessageCatalog, lang: str) -> CodedQuestion:
    scale = survey.scales[item.scale] if item.scale else None
    return CodedQuestion(
        item.code,
        wording.item_text(item, catalog, UNNAMED),
        words.catalog_for(lang).text(words.ASKED_WHERE, rule=write_rule(item.show_if)) if item.show_if else "",
        wording.item_note(item, catalog, UNNAMED),
        wording.scale_ends(scale, catalog) if scale else None,
        item.options[0].code if item.options else 0,
        item.options[-1].code if item.options else 0,
        tuple(_answers(item.choices, catalog)),
    )


def _answers(options: tuple[Option, ...], catalog: MessageCatalog) -> Iterator[CodedAnswer]:
    for option in options:
        text = wording.option_text(option, catalog)
        yield CodedAnswer(option.code, "" if text == str(option.code) else text)


def write_rule(rule: Rule) -> str:
    """Return a condition in signs that need no translation: `D3 = 1`, `D1 = 1, 2 & D6 = 3`."""
    match rule:
        case Atom():
            few = f" (≥ {rule.at_least})" if rule.at_least > 1 else ""
            return f"{rule.item} = {', '.join(map(str, rule.codes))}{few}"
        case AllOf(rules):
            return " & ".join(_nested(each) for each in rules)
        case AnyOf(rules):
            return " | ".join(_nested(each) for each in rules)
        case Not(inner):
            return f"¬ {_nested(inner)}"


def _nested(rule: Rule) -> str:
    return write_rule(rule) if isinstance(rule, Atom) else f"({write_rule(rule)})"
