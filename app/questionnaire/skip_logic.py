"""When each question of a survey is on the path: as rules, as one style sheet and as data for the script."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import lru_cache

from app.questionnaire.definition import Survey
from app.questionnaire.rules import Rule, all_of, expand, to_css, to_json


@lru_cache(maxsize=64)
def _rules(survey: Survey) -> tuple[dict[str, Rule], dict[str, Rule]]:
    items: dict[str, Rule] = {}
    sections: dict[str, Rule] = {}
    for section in survey.sections:
        if section.show_if:
            sections[section.id] = expand(section.show_if, items)
        for code in section.items:
            own = survey.items[code].show_if
            parts = [sections[section.id]] if section.show_if else []
            parts += [expand(own, items)] if own else []
            if parts:
                items[code] = all_of(*parts)
    return items, sections


def item_rules(survey: Survey) -> dict[str, Rule]:
    """For each item with a condition (its own, its section's or inherited), the whole condition."""
    return _rules(survey)[0]


def section_rules(survey: Survey) -> dict[str, Rule]:
    return _rules(survey)[1]


def to_stylesheet(survey: Survey) -> str:
    """CSS that hides what is off the path, without script.

    Inside `@supports` because `:is()` forgives a `:has()` it does not know, and would hide too much.
    """
    hidden: dict[str, list[str]] = defaultdict(list)
    for section, rule in section_rules(survey).items():
        hidden[to_css(rule)].append(f"#s-{section}")
    for code, rule in item_rules(survey).items():
        hidden[to_css(rule)].append(f"#q-{survey.items[code].question}")
    once = {css: ",".join(dict.fromkeys(ids)) for css, ids in hidden.items()}
    lines = (f"#survey:not({css}) :is({ids}){{display:none}}" for css, ids in once.items())
    return "@supports selector(:has(*)){@media screen{" + "".join(lines) + "}}" if hidden else ""


def to_script(survey: Survey) -> str:
    """JSON for the script: `{"q-D2": rule, "s-victims": rule}` by the id of what is shown."""
    rules = {f"s-{section}": to_json(rule) for section, rule in section_rules(survey).items()}
    rules |= {f"q-{survey.items[code].question}": to_json(rule) for code, rule in item_rules(survey).items()}
    return json.dumps(rules, separators=(",", ":"))
