"""Conditions on coded answers, with one meaning in Python, in CSS and in the page's script.

Every atom, whatever its operator, says "at least `at_least` of `codes` are chosen in `item`". An item that is
unanswered or off the path has nothing chosen, so an atom about it is false, and only `Not` flips that. Loading works
out `codes` from the item's options; `skip_logic` adds the item's own condition to every atom (`expand`), so that CSS
and script, which still see ticks on hidden questions, agree with the server.

The markup that the selectors need (the page renders exactly this):

    <form id="survey">                                       one element wraps all questions
      <section id="s-{section}">
        <fieldset id="q-{item}">                             radio: scale, single, number; checkbox: multiple
          <legend>...</legend>
          <input type="radio" id="{item}-{code}" name="{item}" value="{code}"> <label for="{item}-{code}">...</label>
          <input type="radio" id="{item}-m8" name="{item}" value="-8"> <label for="{item}-m8">Don't know</label>

All inputs of an item are siblings of each other (labels between them, no wrapper): counting uses `~`. A negative code
is written `m8` in the id (`input_id`). `to_css(rule)` gives pseudo-classes to stand directly behind `#survey`:

    equal D3 1            :has(#D3-1:checked)
    in D6 3, 4            :has(:is(#D6-3,#D6-4):checked)
    count_at_least C5 2   :has(:is(#C5-1,#C5-2):checked~:is(#C5-1,#C5-2):checked)
    all a, b              ab            any a, b   :is(a,b)            not a   :not(a)

`skip_logic.to_stylesheet(survey)` writes the whole sheet: `#survey:not({rule}) #q-{item}{display:none}`, inside
`@media screen` and `@supports selector(:has(*))`, so paper and a browser without `:has()` show everything.
`to_json(rule)` is `["D1",[1,2],1]` for an atom (item, codes, at least), else `{"all":[...]}`, `{"any":[...]}` or
`{"not":...}`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Operator = Literal["equal", "not_equal", "in", "any_in", "all_in", "count_at_least", "less", "more", "answered"]
OPERATORS: tuple[Operator, ...] = (
    "equal",
    "not_equal",
    "in",
    "any_in",
    "all_in",
    "count_at_least",
    "less",
    "more",
    "answered",
)
CONNECTIVES = ("all", "any", "not")

Coded = Mapping[str, int | Collection[int]]


@dataclass(frozen=True)
class Atom:
    """`operator` and `values` as written; `codes` and `at_least` as meant."""

    operator: Operator
    item: str
    values: tuple[int, ...]
    codes: tuple[int, ...]
    at_least: int = 1


@dataclass(frozen=True)
class AllOf:
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class AnyOf:
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Not:
    rule: Rule


Rule = Atom | AllOf | AnyOf | Not


def evaluate(rule: Rule, answers: Coded) -> bool:
    """Whether the rule holds for answers that are on the path (absent, -9 and -5 all mean nothing chosen)."""
    match rule:
        case Atom():
            return count_chosen(rule, answers) >= rule.at_least
        case AllOf(rules):
            return all(evaluate(each, answers) for each in rules)
        case AnyOf(rules):
            return any(evaluate(each, answers) for each in rules)
        case Not(inner):
            return not evaluate(inner, answers)


def count_chosen(atom: Atom, answers: Coded) -> int:
    answer = answers.get(atom.item, ())
    if isinstance(answer, int):
        return int(answer in atom.codes)
    return sum(code in atom.codes for code in set(answer))


def atoms(rule: Rule) -> Iterator[Atom]:
    match rule:
        case Atom():
            yield rule
        case AllOf(rules) | AnyOf(rules):
            for each in rules:
                yield from atoms(each)
        case Not(inner):
            yield from atoms(inner)


def items_named_in(rule: Rule) -> tuple[str, ...]:
    return tuple(dict.fromkeys(atom.item for atom in atoms(rule)))


def change_atoms(rule: Rule, change: Callable[[Atom], Rule]) -> Rule:
    """The same rule with every atom replaced."""
    match rule:
        case Atom():
            return change(rule)
        case AllOf(rules):
            return all_of(*(change_atoms(each, change) for each in rules))
        case AnyOf(rules):
            return AnyOf(tuple(change_atoms(each, change) for each in rules))
        case Not(inner):
            return Not(change_atoms(inner, change))


def all_of(*rules: Rule) -> Rule:
    """All of them, flat and each once; a single one stays itself."""
    flat = [part for rule in rules for part in (rule.rules if isinstance(rule, AllOf) else (rule,))]
    once = tuple(dict.fromkeys(flat))
    return once[0] if len(once) == 1 else AllOf(once)


def expand(rule: Rule, shown: Mapping[str, Rule]) -> Rule:
    """Give every atom the condition of its own item, so that a tick on a hidden question counts for nothing."""
    return change_atoms(rule, lambda atom: all_of(atom, shown[atom.item]) if atom.item in shown else atom)


def input_id(item: str, code: int) -> str:
    return f"{item}-{code}" if code >= 0 else f"{item}-m{-code}"


def to_css(rule: Rule) -> str:
    """Pseudo-classes for `#survey` that match exactly while the rule holds on the page."""
    match rule:
        case Atom():
            return f":has({'~'.join([_checked(rule)] * rule.at_least)})"
        case AllOf(rules):
            return "".join(map(to_css, rules))
        case AnyOf(rules):
            return f":is({','.join(map(to_css, rules))})"
        case Not(inner):
            return f":not({to_css(inner)})"


def _checked(atom: Atom) -> str:
    ids = ",".join(f"#{input_id(atom.item, code)}" for code in atom.codes)
    return f"{ids}:checked" if len(atom.codes) == 1 else f":is({ids}):checked"


def to_json(rule: Rule) -> object:
    """The rule as plain lists and dictionaries for the page's script."""
    match rule:
        case Atom():
            return [rule.item, list(rule.codes), rule.at_least]
        case AllOf(rules):
            return {"all": [to_json(each) for each in rules]}
        case AnyOf(rules):
            return {"any": [to_json(each) for each in rules]}
        case Not(inner):
            return {"not": to_json(inner)}
