"""The questionnaire as the page shows it: a survey put into one language, about one agency."""

from __future__ import annotations

from app.language.catalogs import MessageCatalog
from app.questionnaire import wording
from app.questionnaire.definition import Item, Option, Section, Survey
from app.questionnaire.rules import input_id
from app.web.resident.condition_text import describe_condition
from app.web.resident.question_context import QuestionContext
from app.web.view_models import Choice, SurveyPart, SurveyQuestion

LONGEST_ROW = 11


def to_parts(survey: Survey, words: MessageCatalog, page: MessageCatalog, agency: str) -> tuple[SurveyPart, ...]:
    numbers = {code: number for number, code in enumerate(survey.items, 1)}
    context = QuestionContext(survey, words, page, agency, numbers)
    following = [f"s-{section.id}" for section in survey.sections[1:]] + ["end"]
    return tuple(to_part(section, after, context) for section, after in zip(survey.sections, following, strict=True))


def to_part(section: Section, following: str, context: QuestionContext) -> SurveyPart:
    words = context.words
    return SurveyPart(
        id=f"s-{section.id}",
        title=wording.section_title(section, words, context.agency),
        introduction=wording.section_introduction(section, words, context.agency),
        condition=describe_condition(section.show_if, context) if section.show_if else None,
        sensitive=section.sensitive,
        support=wording.section_support(section, words),
        questions=tuple(to_question(context.survey.items[code], context) for code in section.items),
        next=following,
    )


def to_question(item: Item, context: QuestionContext) -> SurveyQuestion:
    words = context.words
    return SurveyQuestion(
        code=item.code,
        number=context.numbers[item.code],
        words=wording.item_text(item, words, context.agency),
        hint=wording.item_note(item, words, context.agency) or hint_for(item, context.page),
        condition=describe_condition(item.show_if, context) if item.show_if else None,
        input="checkbox" if item.kind == "multiple" else "radio",
        row=is_row(item),
        ends=scale_end_texts(item, context),
        choices=tuple(to_choice(item, option, words) for option in item.choices),
    )


def scale_end_texts(item: Item, context: QuestionContext) -> tuple[str, str] | None:
    """What the first and the last number of a scale mean."""
    ends = wording.scale_ends(context.survey.scales[item.scale], context.words) if item.scale else None
    if ends is None:
        return None
    return f"{item.options[0].text} = {ends[0]}", f"{item.options[-1].text} = {ends[1]}"


def is_row(item: Item) -> bool:
    """Numbers stand side by side; the last may say "10 or more"."""
    return 5 < len(item.options) <= LONGEST_ROW and all(option.text.isdigit() for option in item.options[:-1])


def hint_for(item: Item, page: MessageCatalog) -> str | None:
    return page.text("You can choose more than one.") if item.kind == "multiple" else None


def to_choice(item: Item, option: Option, words: MessageCatalog) -> Choice:
    return Choice(
        id=input_id(item.code, option.code),
        value=str(option.code),
        words=wording.option_text(option, words),
        exclusive=option.exclusive and item.kind == "multiple",
        apart=option.code < 0,
        any_direction=option.context is None and not option.text.isdigit(),
    )
