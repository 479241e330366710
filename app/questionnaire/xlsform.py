"""A survey as an XLSForm workbook, which ODK, KoboToolbox and others read.

Columns and sheets named `ct_...`, which other tools ignore, hold everything that XLSForm has no column for;
`xlsform_reading` takes it back. A question with several items is a row for each. Items made by `for_each` become plain
items; shares stay behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from app.language.catalogs import MessageCatalog
from app.language.languages import get_language
from app.questionnaire import wording
from app.questionnaire.definition import Item, Option, Part, Section, Survey
from app.questionnaire.relevance import to_relevant
from app.questionnaire.xlsform_reading import from_xlsform

__all__ = ["from_xlsform", "to_xlsform"]

Row = dict[str, object]
Words = Mapping[str, MessageCatalog]
PIPED = "{agency}"


def to_xlsform(survey: Survey, catalogs: Words) -> bytes:
    """The workbook's bytes; `catalogs` gives a catalog for each language wanted, the first being the default."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets = {
        "survey": _survey_rows(survey, catalogs),
        "choices": _choice_rows(survey, catalogs),
        "settings": [_settings(survey, catalogs)],
        "ct_indices": _index_rows(survey),
    }
    for name, rows in sheets.items():
        _fill(book, name, list(rows))
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill(book: Workbook, name: str, rows: list[Row]) -> None:
    sheet = book.create_sheet(name)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    sheet.append(columns)
    for number, row in enumerate(rows, start=2):
        for place, column in enumerate(columns, start=1):
            if (value := row.get(column)) is not None:
                cell = sheet.cell(number, place, _clean(value))
                # Text stays text, also where it begins like a formula.
                cell.data_type = "s" if isinstance(value, str) else cell.data_type


def _clean(value: object) -> object:
    """Without the characters that a workbook cannot hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value


def _labels(catalogs: Words, column: str, texts: Iterable[str | None]) -> Row:
    languages = (get_language(code) for code in catalogs)
    return {
        f"{column}::{language.own_name} ({language.code})": text
        for language, text in zip(languages, texts, strict=True)
        if text
    }


def _settings(survey: Survey, catalogs: Words) -> Row:
    default = get_language(next(iter(catalogs)))
    return {
        "form_title": survey.title,
        "form_id": survey.id,
        "version": survey.version,
        "default_language": f"{default.own_name} ({default.code})",
        "ct_introduction": survey.introduction,
        "ct_catalog": survey.catalog if survey.catalog != survey.id else None,
        "ct_short_form": " ".join(survey.short_form),
    }


def _survey_rows(survey: Survey, catalogs: Words) -> Iterator[Row]:
    for section in survey.sections:
        if section.items:
            yield _group_row(section, catalogs)
            for code in section.items:
                yield _item_row(survey, survey.items[code], catalogs)
            yield {"type": "end_group"}


def _group_row(section: Section, catalogs: Words) -> Row:
    titles = (wording.section_title(section, words, PIPED) for words in catalogs.values())
    return {
        "type": "begin_group",
        "name": _name(section.id),
        **_labels(catalogs, "label", titles),
        "relevant": to_relevant(section.show_if) if section.show_if else None,
        "ct_id": section.id,
        "ct_introduction": section.introduction,
        "ct_sensitive": "yes" if section.sensitive else None,
        "ct_support": section.support,
        "ct_support_from": "plan" if section.support_lines is not None else None,
    }


def _item_row(survey: Survey, item: Item, catalogs: Words) -> Row:
    texts = (wording.item_text(item, words, PIPED) for words in catalogs.values())
    notes = [wording.item_note(item, words, PIPED) for words in catalogs.values()]
    return {
        "type": f"{item.kind.workbook.type_word} {_list_name(item)}",
        "name": item.code,
        **_labels(catalogs, "label", texts),
        **_labels(catalogs, "hint", notes),
        "relevant": to_relevant(item.show_if) if item.show_if else None,
        "constraint": item.kind.workbook.constraint(item, survey.questions[item.question]),
        "ct_kind": item.kind.name,
        "ct_scale": item.scale,
        "ct_construct": item.construct,
        "ct_reversed": "yes" if item.reversed else None,
        "ct_sensitive": "yes" if item.sensitive else "no",
        "ct_visible": "yes" if item.visible else None,
        "ct_key_variable": item.key_variable,
        **(_part_columns(item, item.part) if item.part else {}),
    }


def _part_columns(item: Item, part: Part) -> Row:
    """The columns that bind the rows of one question together."""
    first, last = item.span or (None, None)
    return {
        "ct_question": part.question,
        "ct_text": item.text,
        "ct_part": str(part.option.code),
        "ct_part_text": part.option.text,
        "ct_from": first,
        "ct_to": last,
    }


def _name(text: str) -> str:
    """A name as XML allows it, which XLSForm asks for."""
    return f"section_{text}"


def _list_name(item: Item) -> str:
    """Items on one scale share a list, as long as they offer the same choices off the scale."""
    base = item.scale or f"{item.code if item.part else item.context}_options"
    return base + "_dk" * item.dont_know + "_pn" * item.prefer_not


def _choice_rows(survey: Survey, catalogs: Words) -> Iterator[Row]:
    lists = {_list_name(item): item for item in survey.items.values()}
    for name, item in lists.items():
        ends = _ends(survey, item)
        for option in item.choices:
            texts = [_choice_text(survey, item, option, words) for words in catalogs.values()]
            yield {
                "list_name": name,
                "name": str(option.code),
                **_labels(catalogs, "label", texts),
                "ct_text": option.text,
                "ct_exclusive": "yes" if option.exclusive else None,
                "ct_people": option.people,
                "ct_end": ends.get(option.code),
            }


def _ends(survey: Survey, item: Item) -> dict[int, str]:
    scale = survey.scales[item.scale] if item.scale else None
    if scale is None or scale.low is None or scale.high is None:
        return {}
    return {scale.options[0].code: scale.low, scale.options[-1].code: scale.high}


def _choice_text(survey: Survey, item: Item, option: Option, words: MessageCatalog) -> str:
    """Bare numbers at the ends of a scale carry the words for that end."""
    text = wording.option_text(option, words)
    ends = wording.scale_ends(survey.scales[item.scale], words) if item.scale else None
    if ends is None or option.code not in (item.options[0].code, item.options[-1].code):
        return text
    return f"{text} ({ends[0] if option.code == item.options[0].code else ends[1]})"


def _index_rows(survey: Survey) -> Iterator[Row]:
    for index in survey.indices:
        for facet in index.facets:
            yield {
                "index": index.id,
                "title": index.title,
                "rated": index.rated,
                "minimum_facets": index.minimum_facets,
                "facet": facet.id,
                "facet_title": facet.title,
                "items": " ".join(facet.items),
                "minimum_answered": facet.minimum_answered,
            }
