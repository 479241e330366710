"""Reads sections: their own fields, and the items inside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.questionnaire.conditions import Names, RuleReader
from app.questionnaire.definition import Section
from app.questionnaire.indices import place_of, remember
from app.questionnaire.items import ItemReader, Written
from app.questionnaire.options import check_text
from app.questionnaire.problems import ProblemList
from app.questionnaire.shape import SECTION
from app.questionnaire.yaml_document import entries, line_of, read_fields


@dataclass(frozen=True)
class WrittenSection:
    """A section with its condition still as written, until every item is known."""

    fields: dict[str, Any]
    place: str
    condition_line: int
    items: tuple[Written, ...]

    def with_rule(self, names: Names, lines: Mapping[str, str], problem_list: ProblemList) -> Section:
        """Return the section; `lines` are those that the plan gives."""
        fields = self.fields
        reader = RuleReader(names, self.place, problem_list)
        return Section(
            id=fields.get("id", ""),
            title=fields.get("title", ""),
            items=tuple(each.item.code for each in self.items if not each.waiting),
            introduction=fields.get("introduction"),
            sensitive=fields.get("sensitive", False),
            show_if=reader.read(fields["show_if"], self.condition_line) if "show_if" in fields else None,
            support=fields.get("support"),
            support_lines=lines if "support_from" in fields else None,
        )


def read_sections(
    node: Any, reader: ItemReader, problem_list: ProblemList, lines: dict[str, int]
) -> list[WrittenSection]:
    return [_read_section(value, line, reader, problem_list, lines) for _, value, line in entries(node or [])]


def _read_section(
    node: Any, line: int, reader: ItemReader, problem_list: ProblemList, lines: dict[str, int]
) -> WrittenSection:
    place = place_of("section", node)
    fields = read_fields(node, SECTION, place, line, problem_list)
    remember(place, line, lines, problem_list)
    for name in ("title", "introduction"):
        check_text(fields.get(name), ("agency",), place, line, problem_list)
    check_text(fields.get("support"), (), place, line, problem_list)
    sensitive = fields.get("sensitive", False)
    if ("support" in fields) + ("support_from" in fields) != sensitive:
        problem_list.add(line, place, "expected a line of support in a sensitive section, and only there")
    items = (reader.read(item, fields.get("id", ""), sensitive, at) for _, item, at in entries(fields.get("items", [])))
    condition_line = line_of(node, "show_if") if "show_if" in fields else line
    return WrittenSection(fields, place, condition_line, tuple(each for made in items for each in made))
