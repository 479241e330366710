"""Keep text from becoming a formula in a spreadsheet."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guard(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets a sign before it; numbers stay numbers.

    >>> guard("=1+1"), guard("-3"), guard(-3.1), guard("age=2")
    ("'=1+1", "'-3", -3.1, 'age=2')
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
