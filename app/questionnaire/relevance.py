"""Conditions as XLSForm writes them in its `relevant` column: the part of XPath that coded answers need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.questionnaire.rules import AllOf, AnyOf, Atom, Not, Rule
from app.questionnaire.xlsform_expressions import (
    COMPARISONS,
    MIRRORED,
    Answer,
    Call,
    Literal,
    Node,
    NotUnderstood,
    evaluate,
    read_expression,
)

__all__ = ["Asked", "NotUnderstood", "read_relevant", "to_condition", "to_relevant"]

Written = dict[str, Any]
WRAPPERS = ("number", "int", "string")


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


@dataclass(frozen=True)
class Asked:
    """A question of a form as conditions ask it: its code, and the code of each of its choices by name.

    Without `codes` it is a number; a question that cannot be asked says why in `refusal`. A question whose choices
    follow from earlier answers has `parts`: one question for each set of choices. A part with one choice is not asked;
    its choice counts as chosen under the condition `settled`. `worlds` are the earlier answers that lead to a part.
    """

    code: str
    several: bool = False
    codes: Mapping[str, int] | None = None
    refusal: str = ""
    parts: tuple[Asked, ...] = ()
    settled: Written | None = None
    worlds: tuple[Mapping[str, str], ...] = ()


def read_relevant(text: str, asked: Mapping[str, Asked] | None = None) -> Written | None:
    """The condition in the words of a survey file, None where it is always true; raises `NotUnderstood`.

    `asked` holds the questions before it, by their names in the form. Without it names and codes stay as they are.

    >>> read_relevant("${police} = 'yes'", {"police": Asked("police", codes={"yes": 1, "no": 2})})
    {'equal': {'police': 1}}
    """
    return to_condition(read_expression(text), asked)


def to_condition(node: Node, asked: Mapping[str, Asked] | None = None) -> Written | None:
    """The condition that an expression means, as `read_relevant` gives it."""
    found = _Translator(asked).translate(node)
    if found is False:
        raise NotUnderstood("it is never true")
    return None if found is True else found


@dataclass(frozen=True)
class _Translator:
    asked: Mapping[str, Asked] | None

    def translate(self, node: Node) -> Written | bool:
        match node:
            case Call("and" | "or" as word, operands):
                return self._joined(word, [self.translate(each) for each in operands])
            case Call("not", (inner,)):
                return negate(self.translate(inner))
            case Call("true" | "false" as word):
                return word == "true"
            case Call("selected", (of, Literal() as choice)):
                return self._selected(self._question(of), choice)
            case Call(sign, (left, right)) if sign in COMPARISONS:
                return self._comparison(sign, left, right)
        raise NotUnderstood("expected a comparison, selected() or count-selected()")

    def _joined(self, word: str, parts: list[Written | bool]) -> Written | bool:
        decides = word == "or"
        if decides in parts:
            return decides
        open_parts = [each for each in parts if not isinstance(each, bool)]
        return gather("any" if word == "or" else "all", open_parts) if open_parts else not decides

    def _question(self, node: Node) -> Asked:
        while isinstance(node, Call) and node.function in WRAPPERS:
            node = node.operands[0]
        if not isinstance(node, Answer):
            raise NotUnderstood("expected the name of a question, such as ${police}")
        if self.asked is None:
            return Asked(node.name, True)
        found = self.asked.get(node.name, Asked("", refusal=f"{node.name} is no question before it that was taken"))
        if found.refusal:
            raise NotUnderstood(found.refusal)
        return found

    def _selected(self, question: Asked, choice: Literal) -> Written:
        return self._chosen(question, choice, lambda part, code: _any_in(part, [code]))

    def _chosen(self, question: Asked, choice: Literal, write: Callable[[Asked, int], Written]) -> Written:
        """The condition that one choice is chosen, in whichever part offers it."""
        found = []
        for part in question.parts or (question,):
            codes = self._codes("=", part, choice)
            if len(codes) == 1:
                found.append(part.settled or write(part, codes[0]))
        if not found:
            names = dict.fromkeys(name for part in question.parts or (question,) for name in part.codes or ())
            known = f" (it has {', '.join(names)})" if names else ""
            raise NotUnderstood(f"{question.code} has no choice {str(choice.value)!r}{known}")
        return gather("any", found)

    def _codes(self, sign: str, question: Asked, literal: Literal) -> list[int]:
        """The codes of the choices for which the comparison holds."""
        if question.codes is None:
            number = float(literal.value) if _is_whole(literal.value) else None
            if number is None:
                raise NotUnderstood(f"expected a code (a whole number), found {str(literal.value)!r}")
            return [int(number)]
        comparison = Call(sign, (Answer("."), literal))
        return [code for name, code in question.codes.items() if evaluate(comparison, name) is True]

    def _comparison(self, sign: str, left: Node, right: Node) -> Written | bool:
        if isinstance(left, Literal):
            sign, left, right = MIRRORED[sign], right, left
        if not isinstance(right, Literal):
            raise NotUnderstood("expected a comparison with one value")
        if isinstance(left, Call) and left.function == "count-selected":
            return self._count(sign, self._question(left.operands[0]), right)
        if isinstance(left, Call) and left.function == "string-length":
            return self._length(sign, self._question(left.operands[0]), right)
        question = self._question(left)
        if right.value == "" and sign in ("=", "!="):
            answered = _at_least(question, 1)
            return answered if sign == "!=" else negate(answered)
        if sign in ("=", "!="):
            equal = self._equal(question, right)
            return equal if sign == "=" else {"not": equal}
        return self._order(sign, question, right)

    def _equal(self, question: Asked, literal: Literal) -> Written:
        return self._chosen(question, literal, _only)

    def _order(self, sign: str, question: Asked, literal: Literal) -> Written:
        if question.parts:
            fitting = [part for part in question.parts if self._codes(sign, part, literal)]
            if not fitting:
                raise NotUnderstood(f"no choice of {question.code} is {sign} {literal.value}")
            return gather("any", [part.settled or self._order(sign, part, literal) for part in fitting])
        codes = self._codes(sign, question, literal)
        if question.codes is not None:
            if question.several or not codes:
                raise NotUnderstood(f"no choice of {question.code} is {sign} {literal.value}")
            return {"in": {question.code: codes}} if len(codes) > 1 else {"equal": {question.code: codes[0]}}
        code = codes[0]
        if sign in ("<", "<="):
            return {"less": {question.code: code + (sign == "<=")}}
        return {"more": {question.code: code - (sign == ">=")}}

    def _count(self, sign: str, question: Asked, literal: Literal) -> Written | bool:
        if not question.several or not _is_whole(literal.value):
            raise NotUnderstood("expected count-selected() of a select_multiple and a whole number")
        count = int(float(literal.value))
        match sign:
            case ">=":
                return _at_least(question, count)
            case ">":
                return _at_least(question, count + 1)
            case "<":
                return negate(_at_least(question, count))
            case "<=":
                return negate(_at_least(question, count + 1))
        exactly = self._joined("and", [_at_least(question, count), negate(_at_least(question, count + 1))])
        return exactly if sign == "=" else negate(exactly)

    def _length(self, sign: str, question: Asked, literal: Literal) -> Written | bool:
        if (sign, literal.value) not in ((">", 0.0), ("!=", 0.0), (">=", 1.0)):
            raise NotUnderstood("expected string-length() to be compared as in string-length(...) > 0")
        return _at_least(question, 1)


def _any_in(question: Asked, codes: list[int]) -> Written:
    return {"any_in": {question.code: codes}} if question.several else {"equal": {question.code: codes[0]}}


def _only(question: Asked, code: int) -> Written:
    """The choice is chosen, and no other with it."""
    if question.codes is None or not question.several:
        return {"equal": {question.code: code}}
    alone: Written = {"not": {"count_at_least": {question.code: 2}}}
    return {"all": [_any_in(question, [code]), alone]} if len(question.codes) > 1 else _any_in(question, [code])


def _at_least(question: Asked, count: int) -> Written | bool:
    """At least so many choices; one is any answer."""
    if count <= 0:
        return True
    if question.parts:
        found = [_at_least(part, count) for part in question.parts]
        return gather("any", [each for each in found if not isinstance(each, bool)])
    if question.settled:
        return question.settled
    return {"answered": question.code} if count == 1 else {"count_at_least": {question.code: count}}


def negate(rule: Written | bool) -> Written | bool:
    return not rule if isinstance(rule, bool) else {"not": rule}


def _is_whole(value: str | float) -> bool:
    return float(value).is_integer() if isinstance(value, float) else value.strip().lstrip("-").isdecimal()


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
