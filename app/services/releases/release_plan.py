"""Decide which background variables a data set has: `surveys/<id>/release.yaml`, or a cautious rule without one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from ruamel.yaml import YAML

from analysis.release import KeyPlan, ReleasePlan
from analysis.report import ReportPlan
from app.paths import SURVEYS
from app.questionnaire.definition import Item, Survey
from app.questionnaire.rules import items_named_in
from app.questionnaire.skip_logic import item_rules
from app.services.reports.households import HOUSEHOLD

FILE = "release.yaml"
MOST_KEYS = 4
ALL = "all"

Steps = tuple[tuple[tuple[int, ...], ...], ...]


def to_release_plan(survey: Survey, report: ReportPlan) -> ReleasePlan:
    """Return the plan of a data set: the contents of its report, and its background questions."""
    rules = read_rules(survey.catalog)
    return ReleasePlan(
        report,
        tuple(_keys(survey, rules.get("keys"))),
        marked=frozenset(_marked_items(survey)),
        harmless={name: frozenset(codes) for name, codes in rules.get("harmless", {}).items()},
        visible=frozenset(item.code for item in survey.items.values() if item.visible and item.key_variable is None),
        asked_after={code: frozenset(items_named_in(rule)) for code, rule in item_rules(survey).items()},
    )


@cache
def read_rules(survey: str) -> Mapping[str, Any]:
    path = SURVEYS / survey / FILE
    return YAML(typ="safe").load(path.read_text("utf-8")) if path.exists() else {}


def _keys(survey: Survey, wanted: Mapping[str, Any] | None) -> Iterator[KeyPlan]:
    """Yield the file's keys that the wave asked. Without a file, the first four, kept or merged completely."""
    asked = {item.code: item for item in survey.key_variables}
    if wanted is None:
        wanted = {code: {"steps": ALL} for code in list(asked)[:MOST_KEYS]}
    for code, rule in wanted.items():
        if code in asked:
            yield _key(asked[code], rule)


def _key(item: Item, rule: Mapping[str, Any]) -> KeyPlan:
    codes = tuple(option.code for option in item.options)
    several = rule.get("several", max(codes) + 1) if item.kind.takes_several else None
    every = codes if several is None else (*codes, several)
    assert item.key_variable is not None
    return KeyPlan(
        item.key_variable,
        item.code,
        codes,
        _steps(rule["steps"], every),
        several=several,
        labels={option.code: option.text for option in item.options if option.context is None},
    )


def _steps(steps: Any, codes: tuple[int, ...]) -> Steps:
    """Return the merging steps of a key."""
    if steps == ALL:
        return ((codes,),)
    return tuple(tuple(tuple(group) for group in groups) for groups in steps)


def _marked_items(survey: Survey) -> Iterator[str]:
    """Yield names and columns of every background question that could identify a person."""
    yield HOUSEHOLD
    for item in survey.key_variables:
        yield from filter(None, (item.key_variable, item.code))
        if item.kind.takes_several:
            yield from (f"{name}_{option.code}" for name in (item.key_variable, item.code) for option in item.options)
