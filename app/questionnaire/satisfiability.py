"""Decide whether any possible answers make a rule true, by an exact search over the truths of its atoms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.questionnaire.definition import Item
from app.questionnaire.rules import AllOf, AnyOf, Atom, Not, Rule, atoms

MOST_STEPS = 5_000
Truth = Mapping[Atom, bool]


class TooEntangled(Exception):
    """The rule has more combinations than can be proved in reasonable time."""


def can_hold(rule: Rule, items: Mapping[str, Item]) -> bool:
    """True where some answers, also none, make the rule true."""
    by_item: dict[str, list[Atom]] = {}
    for atom in dict.fromkeys(atoms(rule)):
        by_item.setdefault(atom.item, []).append(atom)
    worlds = [list(possible_truths(items[code], found)) for code, found in by_item.items()]
    return _search(rule, worlds, {}, [MOST_STEPS])


def possible_truths(item: Item, found: Sequence[Atom]) -> Iterable[Truth]:
    """Every combination of truth that one answer to the item can give to the atoms about it."""
    states = {(0,) * len(found)}
    for option in item.choices:
        counts = [int(option.code in atom.codes) for atom in found]
        # With several answers, options add up; an exclusive one, or the only answer, stands alone.
        before = states if item.kind.takes_several and not option.exclusive else {(0,) * len(found)}
        states = states | {_add(state, counts, found) for state in before}
    if item.kind.takes_several:
        states |= {_add((0,) * len(found), [int(o.code in a.codes) for a in found], found) for o in item.choices}
    truths = {tuple(count >= atom.at_least for count, atom in zip(state, found, strict=True)) for state in states}
    return [dict(zip(found, truth, strict=True)) for truth in sorted(truths)]


def _add(state: Sequence[int], counts: Sequence[int], found: Sequence[Atom]) -> tuple[int, ...]:
    return tuple(min(a + b, atom.at_least) for a, b, atom in zip(state, counts, found, strict=True))


def _search(rule: Rule, worlds: Sequence[Sequence[Truth]], known: Truth, steps: list[int]) -> bool:
    steps[0] -= 1
    if steps[0] < 0:
        raise TooEntangled
    decided = truth_so_far(rule, known)
    if decided is not None or not worlds:
        return bool(decided)
    return any(_search(rule, worlds[1:], {**known, **truth}, steps) for truth in worlds[0])


def truth_so_far(rule: Rule, known: Truth) -> bool | None:
    """The truth of the rule where the known atoms settle it."""
    match rule:
        case Atom():
            return known.get(rule)
        case AllOf(rules):
            return _settle((truth_so_far(each, known) for each in rules), settled_by=False)
        case AnyOf(rules):
            return _settle((truth_so_far(each, known) for each in rules), settled_by=True)
        case Not(inner):
            decided = truth_so_far(inner, known)
            return None if decided is None else not decided


def _settle(parts: Iterable[bool | None], settled_by: bool) -> bool | None:
    found = set(parts)
    if settled_by in found:
        return settled_by
    return None if None in found else not settled_by
