"""The questionnaire as the page shows it: a survey put into one language, about one agency."""

from __future__ import annotations

from app.language.catalogues import Catalogue
from app.questionnaire import wording
from app.questionnaire.definition import Item, Option, Section, Survey
from app.questionnaire.rules import input_id
from app.web.resident.condition_text import tell_condition
from app.web.resident.question_context import Telling
from app.web.view_models import Choice, Part, Question

LONGEST_ROW = 11


def tell(survey: Survey, words: Catalogue, page: Catalogue, agency: str) -> tuple[Part, ...]:
    numbers = {code: number for number, code in enumerate(survey.items, 1)}
    telling = Telling(survey, words, page, agency, numbers)
    following = [f"s-{section.id}" for section in survey.sections[1:]] + ["end"]
    return tuple(tell_part(section, after, telling) for section, after in zip(survey.sections, following, strict=True))


def tell_part(section: Section, following: str, telling: Telling) -> Part:
    words = telling.words
    return Part(
        id=f"s-{section.id}",
        title=wording.section_title(section, words, telling.agency),
        introduction=wording.section_introduction(section, words, telling.agency),
        condition=tell_condition(section.show_if, telling) if section.show_if else None,
        sensitive=section.sensitive,
        support=wording.section_support(section, words),
        questions=tuple(tell_question(telling.survey.items[code], telling) for code in section.items),
        next=following,
    )


def tell_question(item: Item, telling: Telling) -> Question:
    words = telling.words
    return Question(
        code=item.code,
        number=telling.numbers[item.code],
        words=wording.item_text(item, words, telling.agency),
        hint=wording.item_note(item, words, telling.agency) or hint_for(item, telling.page),
        condition=tell_condition(item.show_if, telling) if item.show_if else None,
        input="checkbox" if item.kind == "multiple" else "radio",
        row=is_row(item),
        ends=tell_ends(item, telling),
        choices=tuple(tell_choice(item, option, words) for option in item.choices),
    )


def tell_ends(item: Item, telling: Telling) -> tuple[str, str] | None:
    """What the first and the last number of a scale mean."""
    ends = wording.scale_ends(telling.survey.scales[item.scale], telling.words) if item.scale else None
    if ends is None:
        return None
    return f"{item.options[0].text} = {ends[0]}", f"{item.options[-1].text} = {ends[1]}"


def is_row(item: Item) -> bool:
    """Numbers stand side by side; the last may say "10 or more"."""
    return 5 < len(item.options) <= LONGEST_ROW and all(option.text.isdigit() for option in item.options[:-1])


def hint_for(item: Item, page: Catalogue) -> str | None:
    return page.text("You can choose more than one.") if item.kind == "multiple" else None


def tell_choice(item: Item, option: Option, words: Catalogue) -> Choice:
    return Choice(
        id=input_id(item.code, option.code),
        value=str(option.code),
        words=wording.option_text(option, words),
        exclusive=option.exclusive and item.kind == "multiple",
        apart=option.code < 0,
        any_direction=option.context is None and not option.text.isdigit(),
    )
