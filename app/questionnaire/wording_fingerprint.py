"""Find what two versions of a survey ask alike: fingerprints of what a respondent reads and of how it is counted.

A trend joins two versions where the fingerprints are equal, whatever the versions are called. The order of questions
and the notes to translators do not count.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from app.questionnaire.definition import Facet, Index, Item, Option, Share, Survey
from app.questionnaire.rules import items_named_in


def fingerprint_item(survey: Survey, item: Item) -> str:
    """Return the fingerprint of an item: its words, its answers and their ends, and the people who are asked."""
    scale = survey.scales.get(item.scale or "")
    return _fingerprint(
        item.code,
        item.text,
        item.note,
        item.of_option.text if item.of_option else None,
        item.kind.name,
        _words(item.options),
        (scale.low, scale.high) if scale else None,
        (item.reversed, item.dont_know, item.prefer_not),
        repr(item.show_if),
    )


def fingerprint_facet(survey: Survey, facet: Facet) -> str:
    return _fingerprint(facet.id, facet.minimum_answered, _of_items(survey, facet.items))


def fingerprint_index(survey: Survey, index: Index) -> str:
    """Return the fingerprint of an index: its rule, and that of every facet and item."""
    return _fingerprint(index.id, index.minimum_facets, [fingerprint_facet(survey, each) for each in index.facets])


def fingerprint_share(survey: Survey, share: Share) -> str:
    """Return the fingerprint of a share: its rules, and that of every item they name."""
    rules = [(repr(part.base), repr(part.met), part.times) for part in share.parts]
    named = {code for part in share.parts for rule in (part.base, part.met) for code in items_named_in(rule)}
    named |= {part.times for part in share.parts if part.times}
    return _fingerprint(share.id, rules, _of_items(survey, sorted(named)))


def find_same_items(before: Survey, now: Survey) -> frozenset[str]:
    """Return the codes of the items that both versions ask alike."""
    return frozenset(
        code
        for code in before.items.keys() & now.items.keys()
        if fingerprint_item(before, before.items[code]) == fingerprint_item(now, now.items[code])
    )


def find_same_columns(before: Survey, now: Survey) -> frozenset[str]:
    """Return the indices (`CTI`) and facets (`CTI:openness`) that both versions compute from the same questions."""
    return frozenset(name for name, _ in _columns(before) & _columns(now))


def _columns(survey: Survey) -> frozenset[tuple[str, str]]:
    indices = ((index.id, fingerprint_index(survey, index)) for index in survey.indices)
    facets = (
        (f"{index.id}:{facet.id}", fingerprint_facet(survey, facet))
        for index in survey.indices
        for facet in index.facets
    )
    return frozenset((*indices, *facets))


def _of_items(survey: Survey, codes: Iterable[str]) -> list[str]:
    return [fingerprint_item(survey, survey.items[code]) for code in codes if code in survey.items]


def _words(options: Sequence[Option]) -> list[tuple[int, str, bool]]:
    return [(option.code, option.text, option.exclusive) for option in options]


def _fingerprint(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:16]
