"""From an XLSForm workbook to the text of a survey file, ours or another tool's.

Only coded questions are taken. Everything that a survey of ours cannot hold (free text, places, photos, calculations)
is reported row by row, all together; what comes in another shape (codes for words, shorter names) is noted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from types import MappingProxyType
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from app.questionnaire.definition import DONT_KNOW_OPTION, PREFER_NOT_OPTION, Row
from app.questionnaire.loading import load_survey
from app.questionnaire.messages import sentences_in
from app.questionnaire.problems import SurveyProblems
from app.questionnaire.relevance import NotUnderstood
from app.questionnaire.xlsform_names import FormNames
from app.questionnaire.xlsform_problems import FILE, SETTINGS, SURVEY, FormReport, RowProblem
from app.questionnaire.xlsform_rows import RowReader, without_empty
from app.questionnaire.xlsform_sheets import ROW, read_sheets
from app.questionnaire.xlsform_words import MISSING, Words, choose_source, find_languages, name_default_language

NOTHING: Mapping[int, str] = MappingProxyType({})
APART = (DONT_KNOW_OPTION.context, PREFER_NOT_OPTION.context)  # these have translations already


@dataclass(frozen=True)
class ImportedForm:
    """A form as a survey file.

    `notes` say what came in another shape; `translations` hold the words of the other languages, by the language as
    the form names it and the context of each sentence. `left_out` holds the rows that the survey cannot hold, where the
    caller asked to leave them out.
    """

    text: str
    notes: tuple[RowProblem, ...]
    translations: Mapping[str, Mapping[str, str]]
    left_out: tuple[RowProblem, ...] = ()


def from_xlsform(content: bytes) -> str:
    """The survey as YAML, ready to be saved, read and loaded; raises `SurveyProblems` with every row it cannot take."""
    return read_form(content).text


def read_form(
    content: bytes, language: str | None = None, survey_id: str | None = None, leave_out: bool = False
) -> ImportedForm:
    """The survey with notes and translations; `language` names the source where it is not English.

    `leave_out` takes the form without the rows that a survey cannot hold, and without those that depend on them.
    """
    report = FormReport()
    sheets = read_sheets(content, report)
    _stop_if_refused(report)
    name_default_language(sheets)
    languages = find_languages([*sheets["survey"], *sheets.get("choices", [])])
    source = _choose(sheets, languages, language, report)
    _stop_if_refused(report)
    if source and "" in languages:
        report.note(1, "label", f"words without a language are not kept beside {languages[source]}", FILE)
    form = _Form(sheets, Words(source), survey_id)
    text, report = _without_refused(form) if leave_out else (form.to_text(report), report)
    others = {key: name for key, name in languages.items() if key not in (source, "")}
    rows = {problem.line: problem.message for problem in report.refused}
    translations = {name: form.translate(key, rows) for key, name in others.items()}
    return ImportedForm(text, tuple(report.notes), translations, tuple(report.refused))


def _stop_if_refused(report: FormReport) -> None:
    if report.refused:
        raise SurveyProblems(report.refused)


def _choose(
    sheets: Mapping[str, list[Row]], languages: Mapping[str, str], wanted: str | None, report: FormReport
) -> str:
    try:
        return choose_source(languages, _settings(sheets).get("default_language", ""), wanted)
    except NotUnderstood as problem:
        report.refuse(1, "language", str(problem), FILE)
        return ""


def _settings(sheets: Mapping[str, list[Row]]) -> Row:
    return next(iter(sheets.get("settings", [])), {})


@dataclass(frozen=True)
class _Form:
    """The sheets of a form, the words of its source, and the wanted id."""

    sheets: Mapping[str, list[Row]]
    source: Words
    survey_id: str | None

    def to_text(self, report: FormReport) -> str:
        """The text of the file, which loads; raises `SurveyProblems`."""
        names = FormNames(report)
        document = self.read(self.source, report, names)
        _stop_if_refused(report)
        return _check(document, names)

    def read(
        self, words: Words, report: FormReport, names: FormNames, left_out: Mapping[int, str] = NOTHING
    ) -> dict[str, Any]:
        reader = RowReader(self.sheets, words, self.source, report, names, left_out=left_out)
        return _read_document(reader, self.survey_id)

    def translate(self, language: str, left_out: Mapping[int, str]) -> dict[str, str]:
        """The sentences in another language by their contexts, without those that have no words in it."""
        report = FormReport()
        document = self.read(Words(language, missing=MISSING), report, FormNames(report), left_out)
        found = {each.context: each.text for each in sentences_in(to_yaml(document))}
        return {context: text for context, text in found.items() if MISSING not in text and context not in APART}


def _without_refused(form: _Form) -> tuple[str, FormReport]:
    """The text without the rows that are refused when they are read or when the survey is checked."""
    left_out: dict[int, str] = {}
    while True:
        report = FormReport()
        names = FormNames(report)
        document = form.read(form.source, report, names, left_out)
        if report.broken or not document["sections"]:
            raise SurveyProblems(report.refused)
        try:
            return _check(document, names), report
        except SurveyProblems as refused:
            found = {each.line: each.message for each in refused.problems if getattr(each, "sheet", "") == SURVEY}
            if not found.keys() - left_out.keys():
                raise SurveyProblems([*report.refused, *refused.problems]) from None
            left_out |= found


def _check(document: dict[str, Any], names: FormNames) -> str:
    text = to_yaml(document)
    try:
        load_survey(text)
    except SurveyProblems as refused:
        raise SurveyProblems([names.place(problem) for problem in refused.problems]) from None
    return text


def to_yaml(document: dict[str, Any]) -> str:
    yaml = YAML()
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def _read_document(reader: RowReader, survey_id: str | None) -> dict[str, Any]:
    sheets, words, names = reader.sheets, reader.words, reader.names
    settings = _settings(sheets)
    sections = reader.read()
    title = settings.get("form_title") or survey_id or "Survey"
    document = {
        "id": survey_id or names.to_word(settings.get("form_id") or title),
        "version": DoubleQuotedScalarString(settings.get("version", "1")),
        "catalog": settings.get("ct_catalog"),
        "title": words.fixed(title),
        "introduction": settings.get("ct_introduction") and words.fixed(settings["ct_introduction"]),
        "scales": reader.scales or None,
        "sections": sections,
        "indices": _read_indices(sheets.get("ct_indices", [])) or None,
        "short_form": settings.get("ct_short_form", "").split() or None,
    }
    names.rows.setdefault("settings", (int(settings.get(ROW, "1")), SETTINGS))
    return without_empty(document)


def _read_indices(rows: list[Row]) -> list[dict[str, Any]]:
    by_index: dict[str, list[Row]] = {}
    for row in rows:
        by_index.setdefault(row.get("index", ""), []).append(row)
    return [
        without_empty(
            {
                "id": name,
                "title": facets[0].get("title"),
                "rated": facets[0].get("rated"),
                "minimum_facets": _whole(facets[0].get("minimum_facets")),
                "facets": [_facet(row) for row in facets],
            }
        )
        for name, facets in by_index.items()
    ]


def _facet(row: Row) -> dict[str, Any]:
    return {
        "id": row.get("facet"),
        "title": row.get("facet_title"),
        "items": row.get("items", "").split(),
        "minimum_answered": _whole(row.get("minimum_answered")),
    }


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None
