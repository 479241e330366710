"""The part of XPath that forms write in `relevant`, `constraint` and `choice_filter`: read, then evaluated."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

SELF = "."
DEEPEST = 50
STRAIGHT = str.maketrans("“”„‟‘’‚‛", "\"\"\"\"''''")


class NotUnderstood(ValueError):
    """An expression, or a row, that goes beyond coded answers."""


@dataclass(frozen=True)
class Literal:
    """A text or a number."""

    value: str | float


@dataclass(frozen=True)
class Answer:
    """The answer to a question, or `.` for the answer to the question of the row itself."""

    name: str


@dataclass(frozen=True)
class ChoiceColumn:
    """A column of the sheet `choices`."""

    name: str


@dataclass(frozen=True)
class Call:
    """A function or an operator with its operands."""

    function: str
    operands: tuple[Node, ...]


Node = Literal | Answer | ChoiceColumn | Call
Value = str | float | bool | Collection[str]

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt,
}  # fmt: skip
MIRRORED = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
FUNCTIONS = (
    "selected", "count-selected", "not", "true", "false", "if", "date", "number", "int", "string", "string-length",
)  # fmt: skip

_TOKEN = re.compile(
    r"\s*(?:\$\{\s*(?P<name>[^}]*?)\s*\}|(?:current\(\)/)?(?:\.\.?/)+(?:[\w-]+/)*(?P<path>[A-Za-z_][\w.-]*)|'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<number>-?\d+(?:\.\d+)?)(?![\w.])"
    r"|(?P<word>[A-Za-z_][\w-]*(?:\.[\w-]+)*)|(?P<self>\.)(?![\w./])|(?P<sign>!=|>=|<=|=|<|>|\(|\)|,))"
)


# The part of the pattern -> the kind of token; a path such as ../state names an answer by its last step.
TOKENS = {"single": "text", "double": "text", "path": "name"}


def read_expression(text: str) -> Node:
    """The tree of an expression; raises `NotUnderstood`."""
    return _Parser(text).parse()


class _Parser:
    """Recursive descent over the tokens, one method for each level of binding."""

    def __init__(self, text: str) -> None:
        self.text = text.translate(STRAIGHT).strip()
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(self.text):
            found = _TOKEN.match(self.text, at)
            if not found or found.lastgroup is None:
                raise NotUnderstood(f"cannot read {self.text[at : at + 20]!r}")
            kind = TOKENS.get(found.lastgroup, found.lastgroup)
            self.tokens.append((kind, found[found.lastgroup]))
            at = found.end()
        self.tokens.append(("end", ""))

    def parse(self) -> Node:
        found = self._either(0)
        if self.tokens[0][0] != "end":
            raise NotUnderstood(f"did not expect {self.tokens[0][1]!r}")
        return found

    def _take(self, sign: str = "") -> tuple[str, str]:
        kind, value = self.tokens[0]
        if sign and (kind, value) != ("sign", sign):
            raise NotUnderstood(f"expected {sign}, found {value or 'the end'!r}")
        return self.tokens.pop(0)

    def _joined(self, word: str, part: Callable[[int], Node], depth: int) -> Node:
        parts = [part(depth)]
        while self.tokens[0] == ("word", word):
            self._take()
            parts.append(part(depth))
        return parts[0] if len(parts) == 1 else Call(word, tuple(parts))

    def _either(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise NotUnderstood("too deep")
        return self._joined("or", self._both, depth)

    def _both(self, depth: int) -> Node:
        return self._joined("and", self._comparison, depth)

    def _comparison(self, depth: int) -> Node:
        left = self._operand(depth)
        kind, sign = self.tokens[0]
        if kind != "sign" or sign not in COMPARISONS:
            return left
        self._take()
        return Call(sign, (left, self._operand(depth)))

    def _operand(self, depth: int) -> Node:
        kind, value = self._take()
        match kind:
            case "sign" if value == "(":
                inner = self._either(depth + 1)
                self._take(")")
                return inner
            case "text":
                return Literal(value)
            case "number":
                return Literal(float(value))
            case "name":
                return Answer(value)
            case "self":
                return Answer(SELF)
            case "word" if self.tokens[0] == ("sign", "("):
                return self._call(value, depth)
            case "word":
                return ChoiceColumn(value)
        raise NotUnderstood(f"did not expect {value or 'the end'!r}")

    def _call(self, function: str, depth: int) -> Node:
        if function not in FUNCTIONS:
            raise NotUnderstood(f"the function {function}() is not known here")
        self._take("(")
        operands = []
        while self.tokens[0] != ("sign", ")"):
            operands.append(self._either(depth + 1))
            if self.tokens[0] != ("sign", ")"):
                self._take(",")
        self._take(")")
        expected = {"selected": 2, "true": 0, "false": 0, "if": 3}.get(function, 1)
        if len(operands) != expected:
            raise NotUnderstood(f"expected {expected} operands of {function}(), found {len(operands)}")
        return Call(function, tuple(operands))


def evaluate(node: Node, own: Value, columns: Mapping[str, str] | None = None) -> Value:
    """The value for one answer to the row's own question and one row of choices; raises `NotUnderstood`.

    >>> evaluate(read_expression("not(selected(., '9') and count-selected(.) > 1)"), ["2", "9"])
    False
    """
    match node:
        case Literal(value):
            return value
        case Answer(name):
            if name != SELF:
                raise NotUnderstood(f"it asks the answer to {name}")
            return own
        case ChoiceColumn(name):
            if columns is None:
                raise NotUnderstood(f"did not expect {name!r}")
            return columns.get(name.lower(), "")
        case Call("and", operands):
            return all(truth(evaluate(each, own, columns)) for each in operands)
        case Call("or", operands):
            return any(truth(evaluate(each, own, columns)) for each in operands)
        case Call("if", (condition, yes, no)):
            return evaluate(yes if truth(evaluate(condition, own, columns)) else no, own, columns)
        case Call(function, operands):
            return _apply(function, [evaluate(each, own, columns) for each in operands])


def answers_in(node: Node) -> set[str]:
    """The questions whose answers an expression asks, other than the row's own.

    >>> sorted(answers_in(read_expression("state = ${state} or selected(../kind, 'a')")))
    ['kind', 'state']
    """
    match node:
        case Answer(name):
            return {name} - {SELF}
        case Call(_, operands):
            return set().union(*map(answers_in, operands))
    return set()


def fill_answers(node: Node, answers: Mapping[str, str]) -> Node:
    """The same expression with texts in the place of answers; several choices are one text with spaces."""
    match node:
        case Answer(name) if name in answers:
            return Literal(answers[name])
        case Call(function, operands):
            return Call(function, tuple(fill_answers(each, answers) for each in operands))
    return node


def columns_in(node: Node) -> list[str]:
    """The columns of the sheet `choices` that an expression names, in order.

    >>> columns_in(read_expression("pastel = yes and not(pastel = 'no')"))
    ['pastel', 'yes']
    """
    match node:
        case ChoiceColumn(name):
            return [name]
        case Call(_, operands):
            return list(dict.fromkeys(name for each in operands for name in columns_in(each)))
    return []


def replace_columns(node: Node, words: Collection[str]) -> Node:
    """The same expression with these words as texts instead of columns."""
    match node:
        case ChoiceColumn(name) if name in words:
            return Literal(name)
        case Call(function, operands):
            return Call(function, tuple(replace_columns(each, words) for each in operands))
    return node


def truth(value: Value) -> bool:
    return value if isinstance(value, bool) else value != 0 and bool(value)


def _apply(function: str, values: list[Value]) -> Value:
    if function in COMPARISONS:
        return _compare(function, values[0], values[1])
    match function:
        case "true" | "false":
            return function == "true"
        case "not":
            return not truth(values[0])
        case "selected":
            return _text(values[1]) in _chosen(values[0])
        case "count-selected":
            return float(len(_chosen(values[0])))
        case "string-length":
            return float(len(_text(values[0])))
        case "number" | "int":
            return to_number(values[0])
    return _text(values[0])


def _chosen(value: Value) -> Collection[str]:
    return _text(value).split() if isinstance(value, (str, float, bool)) else value


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.0f}" if value == int(value) else str(value)
    return value if isinstance(value, str) else " ".join(value)


def to_number(value: Value) -> float:
    """A number as XPath converts it; NaN where there is none."""
    try:
        return float(value) if isinstance(value, (bool, float)) else float(_text(value))
    except ValueError:
        return float("nan")


def _compare(sign: str, left: Value, right: Value) -> bool:
    """Numbers where one side is a number; dates in the order of the calendar; other texts by being the same."""
    texts = _text(left), _text(right)
    dates = all(re.fullmatch(r"\d{4}-\d\d-\d\d", each) for each in texts)
    if dates:
        order = (texts[0] > texts[1]) - (texts[0] < texts[1])
        return COMPARISONS[sign](order, 0)
    if sign in ("=", "!=") and not any(isinstance(each, (bool, float)) for each in (left, right)):
        return (texts[0] == texts[1]) == (sign == "=")
    return COMPARISONS[sign](to_number(left), to_number(right))
