"""Reads indices and shares, which are computed from the answers. `checking` finds whether they can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.questionnaire.conditions import Names, RuleReader
from app.questionnaire.definition import Facet, Index, Item, Share, SharePart
from app.questionnaire.kinds.number import NUMBER
from app.questionnaire.options import check_text
from app.questionnaire.problems import ProblemList
from app.questionnaire.shape import FACET, INDEX, SHARE
from app.questionnaire.yaml_document import entries, line_of, read_fields

Parts = Mapping[str, Sequence[str]]


def name_parts(codes: Sequence[str], parts: Parts) -> tuple[str, ...]:
    """The codes of items, where a question with several is named by its own code.

    >>> name_parts(["A", "G1"], {"G1": ["G1_1", "G1_2"]})
    ('A', 'G1_1', 'G1_2')
    """
    return tuple(each for code in codes for each in parts.get(code, (code,)))


def read_indices(node: Any, parts: Parts, problem_list: ProblemList, lines: dict[str, int]) -> tuple[Index, ...]:
    found = (_read_index(value, line, parts, problem_list, lines) for _, value, line in entries(node or []))
    return tuple(index for index in found if index)


def _read_index(node: Any, line: int, parts: Parts, problem_list: ProblemList, lines: dict[str, int]) -> Index | None:
    place = place_of("index", node)
    fields = read_fields(node, INDEX, place, line, problem_list)
    if not {"id", "title", "facets", "minimum_facets"} <= fields.keys():
        return None
    remember(place, line, lines, problem_list)
    check_text(fields["title"], (), place, line, problem_list)
    facets = tuple(
        facet
        for _, value, at in entries(fields["facets"])
        if (facet := _read_facet(value, fields["id"], at, parts, problem_list, lines))
    )
    return Index(fields["id"], fields["title"], facets, int(fields["minimum_facets"]), fields.get("rated"))


def _read_facet(
    node: Any, index: str, line: int, parts: Parts, problem_list: ProblemList, lines: dict[str, int]
) -> Facet | None:
    place = place_of(f"index {index} facet", node)
    fields = read_fields(node, FACET, place, line, problem_list)
    if not {"id", "title", "items", "minimum_answered"} <= fields.keys():
        return None
    remember(place, line, lines, problem_list)
    check_text(fields["title"], (), place, line, problem_list)
    return Facet(fields["id"], fields["title"], name_parts(fields["items"], parts), int(fields["minimum_answered"]))


def read_shares(node: Any, names: Names, problem_list: ProblemList, lines: dict[str, int]) -> tuple[Share, ...]:
    found = (_read_share(value, line, names, problem_list, lines) for _, value, line in entries(node or []))
    return tuple(share for share in found if share)


def _read_share(node: Any, line: int, names: Names, problem_list: ProblemList, lines: dict[str, int]) -> Share | None:
    place = place_of("share", node)
    fields = read_fields(node, SHARE, place, line, problem_list)
    if not {"id", "title", "base", "met"} <= fields.keys():
        return None
    remember(place, line, lines, problem_list)
    check_text(fields["title"], (), place, line, problem_list)
    views = _views(fields.get("for_each"), names, place, line, problem_list)
    parts = [_read_part(node, fields, view, place, line, problem_list) for view in views]
    sound = tuple(part for part in parts if part)
    return Share(fields["id"], fields["title"], sound) if len(sound) == len(parts) else None


def _views(for_each: str | None, names: Names, place: str, line: int, problem_list: ProblemList) -> list[Names]:
    """The meanings of the codes, once for every option that the items were made for."""
    if for_each is None:
        return [names]
    parent = names.items.get(for_each, ())
    if len(parent) != 1 or not parent[0].kind.takes_several:
        problem_list.add(line, place, f"expected for_each to name a multiple item, found {for_each}")
        return []
    made = {item.of_option: item for items in names.items.values() for item in items if item.of_option}
    return [names.within(made[option]) for option in parent[0].options if option in made]


def _read_part(
    node: Any, fields: dict[str, Any], names: Names, place: str, line: int, problem_list: ProblemList
) -> SharePart | None:
    reader = RuleReader(names, place, problem_list)
    base = reader.read(fields["base"], line_of(node, "base"))
    met = reader.read(fields["met"], line_of(node, "met"))
    times = names.items.get(fields["times"], ()) if "times" in fields else None
    if times is not None and not _counts(times):
        problem_list.add(line, place, f"expected times to name one number item, found {fields['times']}")
        return None
    return SharePart(base, met, times[0].code if times else None) if base and met else None


def _counts(items: tuple[Item, ...]) -> bool:
    return len(items) == 1 and items[0].kind is NUMBER


def place_of(word: str, node: Any) -> str:
    name = node.get("id") if isinstance(node, dict) else None
    return f"{word} {name}" if isinstance(name, str) else word


def remember(place: str, line: int, lines: dict[str, int], problem_list: ProblemList) -> None:
    """Keep the line of a place; a second one of the same name is a problem."""
    if place in lines:
        problem_list.add(line, place, f"expected every name once; line {lines[place]} has it already")
    lines.setdefault(place, line)
