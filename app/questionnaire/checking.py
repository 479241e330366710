"""Proofs about a whole survey, each problem with its line: every item can be reached and left, every index computed.

Items are asked in one order and every one can be left empty, so a journey can only stop short where a condition looks
forward or round in a circle, or where nothing can be chosen; both are refused here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from app.questionnaire.definition import Facet, Index, Survey
from app.questionnaire.identifiability import check_identifiability
from app.questionnaire.path import short_form_items
from app.questionnaire.problems import Problem
from app.questionnaire.rules import Not, Rule, all_of, expand, items_named_in
from app.questionnaire.satisfiability import TooEntangled, can_hold
from app.questionnaire.skip_logic import item_rules

__all__ = ["check_identifiability", "find_problems"]

Lines = Mapping[str, int]
RESERVED = ("survey", "answer", "index", "share")
ENTANGLED = "has a condition too entangled to prove; split it"


def find_problems(survey: Survey, lines: Lines) -> list[Problem]:
    """Everything that does not hold together; `lines` gives the line of each place."""
    order = list(_order_problems(survey, lines))
    found = [*_shape_problems(survey, lines), *order]
    for index in survey.indices:
        found += _index_problems(survey, index, lines)
    if not order:
        found += _reach_problems(survey, lines)
        found += _share_problems(survey, lines)
        found += _short_form_problems(survey, lines)
    return found


def _shape_problems(survey: Survey, lines: Lines) -> Iterator[Problem]:
    if not survey.items:
        yield Problem(1, "survey", "has no item that can be asked")
    aside = {item.section for item in survey.set_aside}
    for section in survey.sections:
        if not section.items and section.id not in aside:
            yield Problem(lines.get(f"section {section.id}", 1), f"section {section.id}", "has no items")
    yield from _name_problems(survey, lines)
    names = [item.key_variable for item in (*survey.items.values(), *survey.set_aside) if item.key_variable]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem(1, "survey", f"expected key variable {name} at one item, found it at {names.count(name)}")


def _name_problems(survey: Survey, lines: Lines) -> Iterator[Problem]:
    """Items, sections and scales share the names under which their sentences are translated."""
    taken = dict.fromkeys(RESERVED, "the format")
    owners = [(section.id, f"section {section.id}") for section in survey.sections]
    owners += [(name, f"scale {name}") for name in survey.scales]
    owners += [(code, code) for code in dict.fromkeys(item.context for item in survey.items.values())]
    for name, place in owners:
        if name in taken and (name in RESERVED or not _differs(taken[name], place)):
            yield Problem(lines.get(place, 1), place, f"expected another name: {taken[name]} uses {name} already")
        taken.setdefault(name, place)


def _differs(first: str, second: str) -> bool:
    """A section's sentences (`x.title`) never meet those of a scale or item (`x.1`, `x.text`)."""
    return first.startswith("section ") != second.startswith("section ")


def _conditions(survey: Survey) -> Iterator[tuple[str, str, Rule]]:
    """(place, first item that the condition governs, condition) of every section and item."""
    for section in survey.sections:
        if section.show_if and section.items:
            yield f"section {section.id}", section.items[0], section.show_if
    for item in survey.items.values():
        if item.show_if:
            yield item.code, item.code, item.show_if


def _order_problems(survey: Survey, lines: Lines) -> Iterator[Problem]:
    position = {code: number for number, code in enumerate(survey.items)}
    asks: dict[str, set[str]] = {}
    for _, code, rule in _conditions(survey):
        asks.setdefault(code, set()).update(items_named_in(rule))
    for place, code, rule in _conditions(survey):
        for other in items_named_in(rule):
            if position[other] >= position[code]:
                round_trip = other == code or code in _all_asked_by(other, asks)
                message = "goes round in a loop" if round_trip else f"refers to {other}, which comes later"
                yield Problem(lines.get(place, 1), place, message + (f" through {other}" if round_trip else ""))


def _all_asked_by(code: str, asks: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [code]
    while waiting:
        new = asks.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _reach_problems(survey: Survey, lines: Lines) -> Iterator[Problem]:
    rules = item_rules(survey)
    for code, rule in rules.items():
        yield from _unless(survey, rule, lines.get(code, 1), code, "can never be shown: its condition cannot be true")
    for place, _, rule in _conditions(survey):
        opposite = Not(expand(rule, rules))
        yield from _unless(
            survey, opposite, lines.get(place, 1), place, "has a condition that is always true; leave it out"
        )


def _unless(survey: Survey, rule: Rule, line: int, place: str, message: str) -> Iterator[Problem]:
    """The problem, unless some answers make the rule true."""
    try:
        if not can_hold(rule, survey.items):
            yield Problem(line, place, message)
    except TooEntangled:
        yield Problem(line, place, ENTANGLED)


def _index_problems(survey: Survey, index: Index, lines: Lines) -> Iterator[Problem]:
    place = f"index {index.id}"
    line = lines.get(place, 1)
    half, most = len(index.facets) // 2 + 1, len(index.facets)
    if not half <= index.minimum_facets <= most:
        yield Problem(line, place, f"expected minimum_facets from {half} to {most}, found {index.minimum_facets}")
    items = [code for facet in index.facets for code in facet.items]
    for code in sorted({code for code in items if items.count(code) > 1}):
        yield Problem(line, place, f"expected every item once, found {code} {items.count(code)} times")
    for facet in index.facets:
        where = f"{place} facet {facet.id}"
        messages = list(_facet_problems(survey, facet))
        yield from (Problem(lines.get(where, line), where, each) for each in messages)


def _facet_problems(survey: Survey, facet: Facet) -> Iterator[str]:
    aside = {item.context for item in survey.set_aside}
    unknown = [code for code in facet.items if code not in survey.items]
    for code in unknown:
        yield f"refers to {code}, which is not {'always asked' if code in aside else 'an item'}"
    if unknown:
        return
    scales = {survey.items[code].scale for code in facet.items}
    if None in scales:
        unscaled = ", ".join(code for code in facet.items if survey.items[code].scale is None)
        yield f"expected items on a scale, found {unscaled}"
    elif len(scales) > 1:
        yield f"expected all items on one scale, found {', '.join(sorted(map(str, scales)))}"
    half, most = len(facet.items) // 2 + 1, len(facet.items)
    if not half <= facet.minimum_answered <= most:
        yield f"expected minimum_answered from {half} (more than half) to {most}, found {facet.minimum_answered}"
    elif not _can_be_asked_together(survey, facet):
        yield f"can never be computed: no path asks {facet.minimum_answered} of its items"


def _can_be_asked_together(survey: Survey, facet: Facet) -> bool:
    rules = item_rules(survey)
    needed = facet.minimum_answered - sum(code not in rules for code in facet.items)
    conditional = [rules[code] for code in facet.items if code in rules]
    return needed <= 0 or any(_possible(survey, chosen) for chosen in combinations(conditional, needed))


def _possible(survey: Survey, rules: Iterable[Rule]) -> bool:
    try:
        return can_hold(all_of(*rules), survey.items)
    except TooEntangled:
        return True  # reported at the items themselves


def _share_problems(survey: Survey, lines: Lines) -> Iterator[Problem]:
    rules = item_rules(survey)
    for share in survey.shares:
        place = f"share {share.id}"
        for part in share.parts:
            both = all_of(expand(part.base, rules), expand(part.met, rules))
            yield from _unless(
                survey, both, lines.get(place, 1), place, "can never be met: no answers make base and met true"
            )


def _short_form_problems(survey: Survey, lines: Lines) -> Iterator[Problem]:
    line = lines.get("short_form", 1)
    asked = short_form_items(survey)
    rules = item_rules(survey)
    for code in survey.short_form:
        if code not in survey.items:
            yield Problem(line, "short_form", f"refers to {code}, which is not an item")
        elif survey.short_form.count(code) > 1:
            yield Problem(line, "short_form", f"expected every item once, found {code} twice")
        elif missing := [other for other in items_named_in(rules[code]) if other not in asked] if code in rules else []:
            yield Problem(line, "short_form", f"asks {code}, whose condition needs {', '.join(missing)}")
