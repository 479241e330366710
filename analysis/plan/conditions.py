"""Filters as they are written in a plan: ``in_us == 1``, ``age >= 65``, ``region in R1, R2``."""

import re

from analysis.frames import Condition
from analysis.frames.chronology import in_time
from analysis.frames.condition import is_date
from analysis.plan.nodes import Node
from analysis.reading.number_text import is_plain_number

PATTERN = re.compile(r"^\s*(?P<column>.+?)\s*(?P<op>==|!=|<=|>=|<|>|\sin\s)\s*(?P<value>.+?)\s*$")
JOINED = re.compile(r"(\s(and|or|AND|OR)\s|&|\|).*(==|!=|<=|>=|<|>|\sin\s)")
ORDERED = ("<", "<=", ">", ">=")
EXPECTED = "a condition such as 'age >= 65', 'wave == 2021' or 'region in R1, R2'"


SEVERAL = (
    "one condition; conditions that must all hold are a list, such as [age >= 30, sex == F], and several values of "
    "one column are 'region in R1, R2'"
)


def condition(node: Node) -> Condition | None:
    """One condition; quotes around a value are taken off."""
    found = PATTERN.match(node.value) if isinstance(node.value, str) else None
    if found is None:
        single = isinstance(node.value, str) and "=" in node.value
        node.refuse(f"{EXPECTED}{'; two equal signs compare' if single else ''}")
        return None
    column, op, value = found["column"].strip("'\""), found["op"].strip(), found["value"]
    if JOINED.search(value) and value[:1] not in "'\"":
        node.refuse(SEVERAL)
        return None
    if op == "in":
        return Condition(column, op, [_unquoted(part) for part in value.strip("[]()").split(",")])
    if op in ORDERED and not (is_plain_number(value) or is_dated(_unquoted(value))):
        node.refuse(f"a number or a date such as 2024-01-31 or Jan 2024 after {op}", f"'{value}'")
        return None
    return Condition(column, op, _unquoted(value))


def _unquoted(value: str) -> str:
    return value.strip().strip("'\"")


def is_dated(value: object) -> bool:
    """Whether a value has a place in time: a date, or text such as ``Jan 2024`` or ``wave 3``.

    Examples
    --------
    >>> is_dated("Jan 2024"), is_dated("2024-01-31"), is_dated("often")
    (True, True, False)
    """
    return is_date(value) or (isinstance(value, str) and in_time([value]) is not None)


def is_condition(value: str) -> bool:
    """Whether a text reads as a condition.

    Examples
    --------
    >>> is_condition("trust >= 6"), is_condition("trust")
    (True, False)
    """
    return PATTERN.match(value) is not None
