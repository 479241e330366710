"""Filters as they are written in a plan: ``in_us == 1``, ``age >= 65``, ``region in R1, R2``."""

import re

from analysis.frames import Condition
from analysis.plan.nodes import Node

PATTERN = re.compile(r"^\s*(?P<column>.+?)\s*(?P<op>==|!=|<=|>=|<|>|\sin\s)\s*(?P<value>.+?)\s*$")
EXPECTED = "a condition such as 'age >= 65', 'wave == 2021' or 'region in R1, R2'"


def condition(node: Node) -> Condition | None:
    """One condition; quotes around a value are taken off."""
    found = PATTERN.match(node.value) if isinstance(node.value, str) else None
    if found is None:
        node.refuse(EXPECTED)
        return None
    column, op, value = found["column"].strip("'\""), found["op"].strip(), found["value"]
    if op == "in":
        return Condition(column, op, [_unquoted(part) for part in value.strip("[]()").split(",")])
    if op in ("<", "<=", ">", ">=") and not _is_number(value):
        node.refuse(f"a number after {op}", f"'{value}'")
        return None
    return Condition(column, op, _unquoted(value))


def _unquoted(value: str) -> str:
    return value.strip().strip("'\"")


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
