"""From a survey file to a `Survey` that is proven sound, or to every one of its problems at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.questionnaire.checking import find_problems
from app.questionnaire.definition import Scale, Survey
from app.questionnaire.indices import name_parts, read_indices, read_shares
from app.questionnaire.items import ItemReader, names_of, parts_of
from app.questionnaire.options import check_text, read_lists, read_scales
from app.questionnaire.problems import Problem, ProblemList, SurveyProblems
from app.questionnaire.sections import read_sections
from app.questionnaire.shape import DEFAULTS, SURVEY
from app.questionnaire.survey_words import check_translations
from app.questionnaire.yaml_document import line_of, parse, read_fields


def load_survey(source: Path | str) -> Survey:
    """The survey in a file, or in the text of one; kept in memory by its text."""
    if isinstance(source, Path) or "\n" not in source:
        return _load(_read_file(Path(source)))
    return _load(source)


def _read_file(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise SurveyProblems([Problem(1, "file", f"expected UTF-8 text, found other bytes: {error.reason}")]) from None
    except OSError as error:
        message = f"expected a survey file at {path.name!r}, found none to read ({error.strerror})"
        raise SurveyProblems([Problem(1, "file", message)]) from None


@lru_cache(maxsize=32)
def _load(text: str) -> Survey:
    problem_list = ProblemList()
    document = parse(text, problem_list)
    survey, lines = _assemble(document, text, problem_list) if document is not None else (None, {})
    if survey is not None:
        problem_list.found += find_problems(survey, lines)
    if problem_list.found or survey is None:
        raise SurveyProblems(problem_list.found)
    return survey


def _assemble(document: Any, text: str, problem_list: ProblemList) -> tuple[Survey, dict[str, int]]:
    """The survey as far as it can be read, and the line of every place in it."""
    fields = read_fields(document, SURVEY, "survey", 1, problem_list)
    lines = {"short_form": line_of(document, "short_form")}
    for name in ("title", "introduction"):
        check_text(fields.get(name), (), "survey", line_of(document, name), problem_list)
    scales = read_scales(fields.get("scales"), problem_list)
    reader = _make_reader(document, fields, scales, problem_list)
    sections = read_sections(fields.get("sections"), reader, problem_list, lines)
    written = [each for section in sections for each in section.items]
    names = names_of(written)
    parts = parts_of(written)
    _check_switches(fields, reader, problem_list, line_of(document, "switched_on"))
    survey = Survey(
        id=fields.get("id", ""),
        version=fields.get("version", ""),
        catalog=fields.get("catalog", ""),
        title=fields.get("title", ""),
        introduction=fields.get("introduction"),
        audio=tuple(fields.get("audio", ())),
        items={each.item.code: each.with_rule(names, problem_list) for each in written if not each.waiting},
        sections=tuple(section.with_rule(names, dict(fields.get("support", {})), problem_list) for section in sections),
        scales=scales,
        indices=read_indices(fields.get("indices"), parts, problem_list, lines),
        shares=read_shares(fields.get("shares"), names, problem_list, lines),
        short_form=name_parts(fields.get("short_form", ()), parts),
        set_aside=tuple(each.item for each in written if each.waiting),
        translations={code: dict(lines) for code, lines in fields.get("translations", {}).items()},
        text=text,
    )
    check_translations(document, survey.translations, problem_list)
    return survey, lines | {each.item.code: each.condition_line or each.line for each in written}


def _make_reader(
    document: Any, fields: Mapping[str, Any], scales: Mapping[str, Scale], problem_list: ProblemList
) -> ItemReader:
    defaults = fields.get("defaults")
    line = line_of(document, "defaults")
    return ItemReader(
        scales=scales,
        defaults=read_fields(defaults, DEFAULTS, "defaults", line, problem_list) if defaults else {},
        lists=read_lists(fields.get("lists"), problem_list),
        switched_on=frozenset(fields.get("switched_on", ())),
        problem_list=problem_list,
    )


def _check_switches(fields: Mapping[str, Any], reader: ItemReader, problem_list: ProblemList, line: int) -> None:
    for code in fields.get("switched_on", ()):
        if code not in reader.known:
            problem_list.add(line, "switched_on", f"refers to {code}, which is not an item")


def freeze(
    text: str,
    lists: Mapping[str, Mapping[int, str | Mapping[str, str]]] | None = None,
    switched_on: Sequence[str] = (),
    support: Mapping[str, str] | None = None,
) -> str:
    """The text of a survey for one fielding: its lists and lines of support filled in, its optional items switched on.

    An option of a list has one name, or a name for each language.
    The result is all that needs to be stored with a wave; comments and order of the file stay.
    """
    lines = [text.rstrip("\n"), ""]
    if lists:
        lines.append("lists:")
        for name, options in lists.items():
            lines.append(f"  {name}:")
            lines += [f"    {int(code)}: {json.dumps(label, ensure_ascii=False)}" for code, label in options.items()]
    if switched_on:
        lines.append(f"switched_on: [{', '.join(switched_on)}]")
    if support:
        lines += ["support:", *(f"  {code}: {json.dumps(line, ensure_ascii=False)}" for code, line in support.items())]
    frozen = "\n".join(lines) + "\n"
    load_survey(frozen)
    return frozen
