"""The questionnaire as it was asked, in one language, with the codes of every answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.language.catalogues import Catalogue, load_catalogue
from app.questionnaire import wording
from app.questionnaire.definition import Item, Option, Section, Survey
from app.questionnaire.rules import AllOf, AnyOf, Atom, Not, Rule
from app.services.releases.package import words
from app.services.releases.package.rendering import render_page
from app.services.releases.package.study import Study

UNNAMED = "…"  # for the agency, which differs from person to person


@dataclass(frozen=True)
class Answer:
    code: int
    words: str


@dataclass(frozen=True)
class Question:
    code: str
    words: str
    universe: str
    note: str | None
    ends: tuple[str, str] | None
    first: int
    last: int
    options: tuple[Answer, ...]


@dataclass(frozen=True)
class Part:
    title: str
    introduction: str | None
    questions: tuple[Question, ...]


def write_questionnaire(survey: Survey, study: Study, lang: str) -> bytes:
    catalogue, text = load_catalogue(lang, survey.id), words.speak(lang).text
    title = wording.survey_title(survey, catalogue)
    return render_page(
        "questionnaire.html",
        lang,
        f"{text('Questionnaire')}: {title}",
        survey_title=title,
        survey=study.survey,
        study_title=study.title[lang],
        introduction=wording.survey_introduction(survey, catalogue),
        sections=[_part(survey, section, catalogue, lang) for section in survey.sections],
    )


def _part(survey: Survey, section: Section, catalogue: Catalogue, lang: str) -> Part:
    return Part(
        wording.section_title(section, catalogue, UNNAMED),
        wording.section_introduction(section, catalogue, UNNAMED),
        tuple(_question(survey, survey.items[code], catalogue, lang) for code in section.items if code in survey.items),
    )


def _question(survey: Survey, item: Item, catalogue: Catalogue, lang: str) -> Question:
    scale = survey.scales[item.scale] if item.scale else None
    return Question(
        item.code,
        wording.item_text(item, catalogue, UNNAMED),
        words.speak(lang).text(words.ASKED_WHERE, rule=write_rule(item.show_if)) if item.show_if else "",
        wording.item_note(item, catalogue, UNNAMED),
        wording.scale_ends(scale, catalogue) if scale else None,
        item.options[0].code if item.options else 0,
        item.options[-1].code if item.options else 0,
        tuple(_answers(item.choices, catalogue)),
    )


def _answers(options: tuple[Option, ...], catalogue: Catalogue) -> Iterator[Answer]:
    for option in options:
        said = wording.option_text(option, catalogue)
        yield Answer(option.code, "" if said == str(option.code) else said)


def write_rule(rule: Rule) -> str:
    """A condition in signs that need no translation: `D3 = 1`, `D1 = 1, 2 & D6 = 3`."""
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
