"""From a survey file to a `Survey` that is proven sound, or to every one of its problems at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.questionnaire.checking import find_problems
from app.questionnaire.conditions import RuleReader
from app.questionnaire.definition import Section, Survey
from app.questionnaire.document import entries, line_of, parse, read_fields
from app.questionnaire.indices import place_of, read_indices, read_shares, remember
from app.questionnaire.items import ItemReader, Written, names_of
from app.questionnaire.options import check_text, read_lists, read_scales
from app.questionnaire.problems import Problem, Slips, SurveyProblems
from app.questionnaire.shape import DEFAULTS, SECTION, SURVEY


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
        told = f"expected a survey file at {path.name!r}, found none to read ({error.strerror})"
        raise SurveyProblems([Problem(1, "file", told)]) from None


@lru_cache(maxsize=32)
def _load(text: str) -> Survey:
    slips = Slips()
    document = parse(text, slips)
    survey, lines = _assemble(document, text, slips) if document is not None else (None, {})
    if survey is not None:
        slips.found += find_problems(survey, lines)
    if slips.found or survey is None:
        raise SurveyProblems(slips.found)
    return survey


def _assemble(document: Any, text: str, slips: Slips) -> tuple[Survey, dict[str, int]]:
    fields = read_fields(document, SURVEY, "survey", 1, slips)
    lines = {"survey": 1, "short_form": line_of(document, "short_form")}
    for name in ("title", "introduction"):
        check_text(fields.get(name), (), "survey", line_of(document, name), slips)
    scales = read_scales(fields.get("scales"), slips)
    defaults = (
        read_fields(fields["defaults"], DEFAULTS, "defaults", line_of(document, "defaults"), slips)
        if "defaults" in fields
        else {}
    )
    reader = ItemReader(
        scales, defaults, read_lists(fields.get("lists"), slips), frozenset(fields.get("switched_on", ())), slips
    )
    rough = [_read_section(node, line, reader, slips, lines) for _, node, line in entries(fields.get("sections", []))]
    written = [each for _, _, items in rough for each in items]
    names = names_of(written)
    items = {each.item.code: each.with_rule(names, slips) for each in written if not each.waiting}
    lines |= {each.item.code: each.condition_line or each.line for each in written}
    _check_switches(fields, reader, slips, line_of(document, "switched_on"))
    survey = Survey(
        id=fields.get("id", ""),
        version=fields.get("version", ""),
        title=fields.get("title", ""),
        introduction=fields.get("introduction"),
        sections=tuple(_make_section(section, node, items_of, names, slips) for section, node, items_of in rough),
        items=items,
        scales=scales,
        indices=read_indices(fields.get("indices"), slips, lines),
        shares=read_shares(fields.get("shares"), names, slips, lines),
        short_form=tuple(fields.get("short_form", ())),
        set_aside=tuple(each.item for each in written if each.waiting),
        text=text,
    )  # fmt: skip
    return survey, lines


def _check_switches(fields: Mapping[str, Any], reader: ItemReader, slips: Slips, line: int) -> None:
    for code in fields.get("switched_on", ()):
        if code not in reader.known:
            slips.add(line, "switched_on", f"refers to {code}, which is not an item")


def _read_section(
    node: Any, line: int, reader: ItemReader, slips: Slips, lines: dict[str, int]
) -> tuple[dict[str, Any], Any, list[Written]]:
    place = place_of("section", node)
    fields = read_fields(node, SECTION, place, line, slips)
    remember(place, line, lines, slips)
    for name in ("title", "introduction"):
        check_text(fields.get(name), ("agency",), place, line, slips)
    check_text(fields.get("support"), (), place, line, slips)
    sensitive = fields.get("sensitive", False)
    if sensitive != ("support" in fields):
        slips.add(line, place, "expected a line of support in a sensitive section, and only there")
    items = [
        each
        for _, item, at in entries(fields.get("items", []))
        for each in reader.read(item, fields.get("id", ""), sensitive, at)
    ]
    return fields, node, items


def _make_section(fields: dict[str, Any], node: Any, items: list[Written], names: Any, slips: Slips) -> Section:
    rule = None
    if "show_if" in fields:
        rule = RuleReader(names, place_of("section", node), slips).read(fields["show_if"], line_of(node, "show_if"))
    return Section(
        id=fields.get("id", ""),
        title=fields.get("title", ""),
        items=tuple(each.item.code for each in items if not each.waiting),
        introduction=fields.get("introduction"),
        sensitive=fields.get("sensitive", False),
        show_if=rule,
        support=fields.get("support"),
    )


def freeze(text: str, lists: Mapping[str, Mapping[int, str]] | None = None, switched_on: Sequence[str] = ()) -> str:
    """The text of a survey for one fielding: with its lists filled in and its optional items switched on.

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
    frozen = "\n".join(lines) + "\n"
    load_survey(frozen)
    return frozen
