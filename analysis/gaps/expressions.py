"""Smooth expressions of estimates and their slopes, by the complex step. Nothing but arithmetic is ever run."""

import ast
import cmath
import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from analysis.errors import AnalysisError
from analysis.frames.numbers import WRITTEN

STEP = 1e-30  # f(x + ih) = f(x) + ih f'(x): no difference is taken, so the step may be this small

OPERATORS: Mapping[type, Callable[[Any, Any], Any]] = MappingProxyType(
    {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Div: operator.truediv,
        ast.Pow: operator.pow,
        ast.BitXor: operator.pow,
    }
)
FUNCTIONS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {"log": cmath.log, "exp": cmath.exp, "sqrt": cmath.sqrt}
)


class BadExpression(AnalysisError):
    """An expression that cannot be read or worked out."""

    def __init__(self, expression: str, found: str) -> None:
        self.expression, self.found = expression, found
        super().__init__(
            f"expected an expression of labels and numbers with + - * / ^, log, exp or sqrt, "
            f"but found {found} in '{expression}'"
        )


def slopes_of(
    expression: str, value_of: Callable[[str], float], known: Iterable[str] = ()
) -> tuple[float, dict[str, float]]:
    """Return the value of an expression and its slope in each label.

    A label of `known` is read as one, the longest first, wherever it stands as a whole: ``18-34`` and ``2021`` are
    labels there, and not arithmetic. A number that equals a label is that label.

    Raises
    ------
    BadExpression
        An expression that is not arithmetic, holds no label, or has no value.

    Examples
    --------
    >>> slopes_of("a / b", {"a": 6.0, "b": 2.0}.__getitem__)
    (3.0, {'a': 0.5, 'b': -1.5})
    >>> slopes_of("35+ - 18-34", {"35+": 6.0, "18-34": 2.0}.__getitem__, ["18-34", "35+"])
    (4.0, {'35+': 1.0, '18-34': -1.0})
    """
    tree, quoted = _parse(expression, list(known))
    labels = list(dict.fromkeys(_labels(tree, quoted)))
    if not labels:
        raise BadExpression(expression, "no label")
    values = {label: complex(value_of(label)) for label in labels}
    try:
        whole = _evaluate(tree, values, quoted, expression)
        slopes = {
            label: _evaluate(tree, {**values, label: values[label] + 1j * STEP}, quoted, expression).imag / STEP
            for label in labels
        }
    except (ZeroDivisionError, OverflowError, ValueError):
        raise BadExpression(expression, "a division by zero or the logarithm of zero") from None
    if whole.imag and not math.isnan(whole.real):
        raise BadExpression(expression, "the logarithm or root of a negative number")
    return whole.real, slopes


def _parse(expression: str, known: list[str]) -> tuple[ast.expr, dict[str, str]]:
    """Parse an expression; return its tree and the label that each stand-in name means."""
    quoted: dict[str, str] = {}

    def stand_in(match: re.Match[str]) -> str:
        name = f"_label{len(quoted)}"
        quoted[name] = match.group(1) or match.group(0)
        return name

    plain = re.sub(_pattern(known), stand_in, expression).strip()
    try:
        tree = ast.parse(plain, mode="eval").body
    except (SyntaxError, ValueError):
        raise BadExpression(expression, "something that is not arithmetic") from None
    tree = _NumberLabels(known, quoted).visit(tree)
    if any(isinstance(node, ast.Constant) and isinstance(node.value, bool) for node in ast.walk(tree)):
        raise BadExpression(expression, "a truth value")
    if any(re.match(r"\d", label) for label in known):
        _check_terms(tree, expression)
    return tree, quoted


def _pattern(known: Iterable[str]) -> str:
    """Return a pattern of labels in backticks and of the known labels, the longest first."""
    words = [label for label in sorted(set(known), key=len, reverse=True) if re.search(r"\w", label)]
    return "|".join(["`([^`]+)`", *map(_whole, words)])


def _whole(label: str) -> str:
    """Return a pattern of a label that is neither part of a longer word or number nor the name of a function."""
    before = r"(?<![\w.])" if re.match(r"\w", label) else ""
    after = r"(?!\w|\.\w|\s*\()" if re.search(r"\w$", label) else ""
    return before + re.escape(label) + after


class _NumberLabels(ast.NodeTransformer):
    """Replace each number that equals a label, such as 2021 beside the label ``2021.0``, with that label."""

    def __init__(self, known: Iterable[str], quoted: dict[str, str]) -> None:
        self.quoted = quoted
        self.labels = {float(label): label for label in known if WRITTEN.fullmatch(label)}

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """Return the label's stand-in name, or the number."""
        if isinstance(node.value, bool) or not isinstance(node.value, int | float) or node.value not in self.labels:
            return node
        name = f"_label{len(self.quoted)}"
        self.quoted[name] = self.labels[node.value]
        return ast.Name(name)


def _check_terms(tree: ast.expr, expression: str) -> None:
    """Refuse ``2022 - 2020`` where 2020 is no label: beside labels with digits, it is more likely a slip than a number.

    A number of one digit, or with a decimal point, may still be added.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            for side in (node.left, node.right):
                if isinstance(side, ast.Constant) and isinstance(side.value, int) and side.value > 9:
                    raise BadExpression(expression, f"{side.value}, which is no label (write {side.value}.0 to add it)")


def _label(node: ast.expr, quoted: Mapping[str, str]) -> str | None:
    """The label a name stands for; ``api.stu`` is one name, as in R."""
    if isinstance(node, ast.Name):
        return quoted.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        before = _label(node.value, quoted)
        return None if before is None else f"{before}.{node.attr}"
    return None


def _labels(node: ast.AST, quoted: Mapping[str, str]) -> list[str]:
    if isinstance(node, ast.Call):
        return [name for part in node.args for name in _labels(part, quoted)]
    label = _label(node, quoted) if isinstance(node, ast.expr) else None
    if label is not None:
        return [label]
    return [name for part in ast.iter_child_nodes(node) for name in _labels(part, quoted)]


def _evaluate(node: ast.expr, values: Mapping[str, complex], quoted: Mapping[str, str], text: str) -> complex:
    label = _label(node, quoted)
    if label is not None:
        return values[label]
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return complex(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_evaluate(node.operand, values, quoted, text)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        left, right = (_evaluate(side, values, quoted, text) for side in (node.left, node.right))
        return complex(OPERATORS[type(node.op)](left, right))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        if node.func.id in FUNCTIONS:
            return complex(FUNCTIONS[node.func.id](_evaluate(node.args[0], values, quoted, text)))
        raise BadExpression(text, f"the function '{node.func.id}'")
    raise BadExpression(text, "something that is not arithmetic")
