"""Convert a survey to the page's parts and questions, in one language, about one agency."""

from __future__ import annotations

from app.language.catalogs import MessageCatalog
from app.questionnaire import wording
from app.questionnaire.definition import Item, Option, Section, Survey
from app.questionnaire.rules import input_id
from app.services.intake.submission import find_rated
from app.web.resident.condition_text import describe_condition
from app.web.resident.question_context import QuestionContext
from app.web.resident.scale_layout import LONGEST_ROW, has_numbers, lay_out_scale
from app.web.resident.screens import split_into_screens
from app.web.view_models import Choice, SurveyItem, SurveyPart, SurveyQuestion


def to_parts(survey: Survey, words: MessageCatalog, page: MessageCatalog, agency: str) -> tuple[SurveyPart, ...]:
    numbers = {item.code: number for number, items in enumerate(survey.questions.values(), 1) for item in items}
    context = QuestionContext(survey, words, page, agency, numbers)
    following = [f"s-{section.id}" for section in survey.sections[1:]] + ["end"]
    return tuple(to_part(section, after, context) for section, after in zip(survey.sections, following, strict=True))


def to_part(section: Section, following: str, context: QuestionContext) -> SurveyPart:
    words = context.words
    questions = tuple(to_question(items, context) for items in list_questions(section, context.survey))
    return SurveyPart(
        id=f"s-{section.id}",
        title=wording.section_title(section, words, context.agency),
        introduction=wording.section_introduction(section, words, context.agency),
        condition=describe_condition(section.show_if, context) if section.show_if else None,
        sensitive=section.sensitive,
        support=wording.section_support(section, words),
        questions=questions,
        next=following,
        rated=not set(section.items).isdisjoint(find_rated(context.survey)),
        screens=split_into_screens(questions),
    )


def list_questions(section: Section, survey: Survey) -> list[tuple[Item, ...]]:
    """The items of each question of a section."""
    return [survey.questions[code] for code in dict.fromkeys(survey.items[code].question for code in section.items)]


def to_question(items: tuple[Item, ...], context: QuestionContext) -> SurveyQuestion:
    words, item = context.words, items[0]
    return SurveyQuestion(
        code=item.question,
        number=context.numbers[item.code],
        words=wording.question_text(item, words, context.agency),
        hint=wording.item_note(item, words, context.agency) or hint_for(item, context.page),
        condition=describe_condition(item.show_if, context) if item.show_if else None,
        template=item.kind.show.template,
        input=item.kind.show.input,
        row=is_row(item),
        layout=find_layout(item, words),
        ends=scale_end_texts(item, context),
        items=tuple(to_item(each, context) for each in items),
    )


def to_item(item: Item, context: QuestionContext) -> SurveyItem:
    label, words = item.part.option if item.part else None, context.words
    ends = scale_end_texts(item, context)
    of_option = dict(zip((item.options[0], item.options[-1]), ends, strict=True)) if ends else {}
    return SurveyItem(
        item.code,
        wording.option_text(label, words) if label else "",
        label is not None and label.context is None,
        tuple(to_choice(item, option, words, of_option.get(option, "")) for option in item.choices),
    )


def scale_end_texts(item: Item, context: QuestionContext) -> tuple[str, str] | None:
    """Return the labels of the first and the last number of a scale."""
    return wording.scale_ends(context.survey.scales[item.scale], context.words) if item.scale else None


def is_row(item: Item) -> bool:
    """Numbers stand side by side on paper; the last may say "10 or more"."""
    return 5 < len(item.options) <= LONGEST_ROW and has_numbers([option.text for option in item.options])


def find_layout(item: Item, words: MessageCatalog) -> str:
    """Return the classes of the row of a scale. Answers that are no scale, such as Yes and No, are a list."""
    is_scale = item.scale or item.part or is_row(item)
    return lay_out_scale([wording.option_text(option, words) for option in item.options]) if is_scale else ""


def hint_for(item: Item, page: MessageCatalog) -> str | None:
    hint = item.kind.show.hint
    return page.named(f"hint.{item.kind.name}", hint) if hint and len(item.choices) > 1 else None


def to_choice(item: Item, option: Option, words: MessageCatalog, end: str) -> Choice:
    return Choice(
        id=input_id(item.code, option.code),
        value=str(option.code),
        words=wording.option_text(option, words),
        exclusive=option.exclusive and item.kind.takes_several,
        apart=option.code < 0,
        any_direction=option.context is None and not option.text.isdigit(),
        end=end,
    )
