"""Smooth expressions of estimates and their slopes, by the complex step. Nothing but arithmetic is ever run."""

import ast
import cmath
import operator
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from analysis.errors import AnalysisError

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


def slopes_of(expression: str, value_of: Callable[[str], float]) -> tuple[float, dict[str, float]]:
    """The value of an expression and its slope in each label.

    Examples
    --------
    >>> slopes_of("a / b", {"a": 6.0, "b": 2.0}.__getitem__)
    (3.0, {'a': 0.5, 'b': -1.5})
    """
    tree, quoted = _parse(expression)
    labels = list(dict.fromkeys(_labels(tree, quoted)))
    values = {label: complex(value_of(label)) for label in labels}
    try:
        whole = _evaluate(tree, values, quoted, expression)
        slopes = {
            label: _evaluate(tree, {**values, label: values[label] + 1j * STEP}, quoted, expression).imag / STEP
            for label in labels
        }
    except (ZeroDivisionError, OverflowError, ValueError):
        raise BadExpression(expression, "a division by zero or the logarithm of zero") from None
    if whole.imag:
        raise BadExpression(expression, "the logarithm or root of a negative number")
    return whole.real, slopes


def _parse(expression: str) -> tuple[ast.expr, dict[str, str]]:
    """The tree, and what the stand-ins for labels in backticks mean."""
    quoted: dict[str, str] = {}

    def stand_in(match: re.Match[str]) -> str:
        name = f"_label{len(quoted)}"
        quoted[name] = match.group(1)
        return name

    try:
        return ast.parse(re.sub(r"`([^`]+)`", stand_in, expression), mode="eval").body, quoted
    except SyntaxError:
        raise BadExpression(expression, "something that is not arithmetic") from None


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
