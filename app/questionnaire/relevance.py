"""Conditions as XLSForm writes them in its `relevant` column: the part of XPath that coded answers need."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from app.questionnaire.rules import AllOf, AnyOf, Atom, Not, Rule

Written = dict[str, Any]


def to_relevant(rule: Rule) -> str:
    match rule:
        case Atom():
            return _atom(rule)
        case AllOf(rules):
            return "(" + " and ".join(map(to_relevant, rules)) + ")"
        case AnyOf(rules):
            return "(" + " or ".join(map(to_relevant, rules)) + ")"
        case Not(inner):
            return f"not({to_relevant(inner)})"


def _atom(atom: Atom) -> str:
    name = f"${{{atom.item}}}"
    match atom.operator:
        case "answered":
            return f"{name} != ''"
        case "any_in" | "all_in":
            word = " and " if atom.operator == "all_in" else " or "
            return "(" + word.join(f"selected({name}, '{code}')" for code in atom.codes) + ")"
        case "count_at_least" if atom.at_least == 1:
            return "(" + " or ".join(f"selected({name}, '{code}')" for code in atom.codes) + ")"
        case "count_at_least":
            return f"count-selected({name}) >= {atom.at_least}"
        case _:
            return "(" + " or ".join(f"{name} = '{code}'" for code in atom.codes) + ")"


class NotUnderstood(ValueError):
    """A condition that goes beyond coded answers."""


_TOKEN = re.compile(
    r"\s*(?:\$\{(?P<name>[^}]+)\}|'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<number>-?\d+)(?![\d.])"
    r"|(?P<word>count-selected|selected|not|and|or|true)\b|(?P<sign>!=|>=|<=|=|<|>|\(|\)|,))"
)


def read_relevant(text: str) -> Written:
    """The condition in the words of a survey file."""
    return _Parser(text).parse()


class _Parser:
    """Recursive descent over the tokens, one method for each level of binding."""

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(self.text):
            found = _TOKEN.match(self.text, at)
            if not found or found.lastgroup is None:
                raise NotUnderstood(f"cannot read {self.text[at : at + 20]!r}")
            kind = "text" if found.lastgroup in ("single", "double", "number") else found.lastgroup
            self.tokens.append((kind, found[found.lastgroup]))
            at = found.end()
        self.tokens.append(("end", ""))

    def parse(self) -> Written:
        rule = self._either(0)
        if self.tokens[0][0] != "end":
            raise NotUnderstood(f"did not expect {self.tokens[0][1]!r}")
        return rule

    def _take(self, *expected: str) -> str:
        kind, value = self.tokens[0]
        if expected and kind not in expected and value not in expected:
            raise NotUnderstood(f"expected {' or '.join(expected)}, found {value or 'the end'!r}")
        self.tokens.pop(0)
        return value

    def _joined(self, word: str, part: Callable[[int], Written], depth: int) -> list[Written]:
        parts = [part(depth)]
        while self.tokens[0] == ("word", word):
            self._take()
            parts.append(part(depth))
        return parts

    def _either(self, depth: int) -> Written:
        if depth > 50:
            raise NotUnderstood("too deep")
        return gather("any", self._joined("or", self._both, depth))

    def _both(self, depth: int) -> Written:
        return gather("all", self._joined("and", self._one, depth))

    def _one(self, depth: int) -> Written:
        kind, value = self.tokens[0]
        if value == "(" and kind == "sign":
            self._take()
            rule = self._either(depth + 1)
            self._take(")")
            return rule
        if kind == "word" and value == "not":
            self._take()
            self._take("(")
            rule = self._either(depth + 1)
            self._take(")")
            return {"not": rule}
        if kind == "word" and value in ("selected", "count-selected"):
            return self._of_several()
        return self._comparison()

    def _of_several(self) -> Written:
        function = self._take()
        self._take("(")
        name = self._take("name")
        if function == "selected":
            self._take(",")
            code = self._code()
            self._take(")")
            return {"any_in": {name: [code]}}
        self._take(")")
        sign = self._take(">=", ">")
        return {"count_at_least": {name: self._code() + (sign == ">")}}

    def _comparison(self) -> Written:
        name = self._take("name")
        sign = self._take("=", "!=", "<", ">", "<=", ">=")
        if self.tokens[0] == ("text", ""):
            self._take()
            return {"answered": name} if sign == "!=" else {"not": {"answered": name}}
        code = self._code()
        match sign:
            case "=":
                return {"equal": {name: code}}
            case "!=":
                return {"not": {"equal": {name: code}}}
            case "<" | "<=":
                return {"less": {name: code + (sign == "<=")}}
            case _:
                return {"more": {name: code - (sign == ">=")}}

    def _code(self) -> int:
        value = self._take("text")
        try:
            return int(value)
        except ValueError:
            raise NotUnderstood(f"expected a code (a whole number), found {value!r}") from None


def gather(word: str, parts: list[Written]) -> Written:
    """`any` of equals on one item is `in`; `any` and `all` of single selections are `any_in` and `all_in`."""
    if len(parts) == 1:
        return parts[0]
    heads = {(next(iter(part)), *_about(part)) for part in parts}
    operator, *about = heads.pop()
    if not heads and about:
        codes = [code for part in parts for code in _codes(part[operator][about[0]])]
        single = all(len(_codes(part[operator][about[0]])) == 1 for part in parts)
        if word == "any" and operator in ("equal", "any_in"):
            return {"in" if operator == "equal" else "any_in": {about[0]: codes}}
        if word == "all" and operator == "any_in" and single:
            return {"all_in": {about[0]: codes}}
    return {word: parts}


def _about(part: Written) -> tuple[str, ...]:
    inner = next(iter(part.values()))
    return tuple(inner) if isinstance(inner, dict) and "answered" not in part and "not" not in part else ()


def _codes(value: Any) -> list[int]:
    return value if isinstance(value, list) else [value]
