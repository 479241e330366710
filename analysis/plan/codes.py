"""Find the codes that a plan means by its labels, and those that the data do not hold."""

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.frames import Condition, Table
from analysis.reading.number_text import is_plain_number

ALL = "all"


def code_text(code: Any) -> str:
    """Return a code as text, whole numbers without a point."""
    return str(int(code)) if isinstance(code, float) and code.is_integer() else str(code)


def by_code(condition: Condition, table: Table, labels: Mapping[str, Mapping[str, str]]) -> tuple[Condition, ...]:
    """Return the conditions on codes that a condition on labels means; a code of the data goes before a label.

    Examples
    --------
    >>> table, labels = Table({"sex": [1, 2, 3]}), {"sex": {"1": "man", "2": "woman", "3": "woman"}}
    >>> by_code(Condition("sex", "==", "woman"), table, labels)
    (Condition(column='sex', op='in', value=['2', '3']),)
    """
    own = labels.get(condition.column, {})
    if not own or condition.op not in ("==", "!=", "in"):
        return (condition,)
    held = {code_text(level) for level in table.factor(condition.column).levels}
    asked = condition.value if condition.op == "in" else [condition.value]
    codes = [code for value in asked for code in _codes_of(value, own, held)]
    if condition.op == "!=":
        return tuple(Condition(condition.column, "!=", code) for code in codes)
    return (
        Condition(condition.column, "in", codes) if len(codes) > 1 else Condition(condition.column, "==", codes[0]),
    )


def _codes_of(value: str, labels: Mapping[str, str], held: set[str]) -> list[str]:
    found = [] if value in held else [code for code, label in labels.items() if label == value]
    return found or [value]


def idle_codes(table: Table, missing: Mapping[str, Iterable[str]], labels: Mapping[str, Mapping[str, str]]) -> str:
    """Return a note on the codes of ``missing`` and ``labels`` that match no row; empty where each matches one.

    Examples
    --------
    >>> idle_codes(Table({"q": [1, 9]}), {"q": ["9", "8"]}, {"q": {"1": "yes", "2": "no"}})
    'codes of the plan match no row: missing 8 in q; labels 2 in q'
    """
    parts = [("missing", _idle(table, missing)), ("labels", _idle(table, labels))]
    named = [f"{kind} {', '.join(codes)}" for kind, codes in parts if codes]
    return f"codes of the plan match no row: {'; '.join(named)}" if named else ""


def _idle(table: Table, codes: Mapping[str, Iterable[str]]) -> list[str]:
    held = {name: _held(table, name) for name in codes}
    return [f"{code} in {name}" for name, own in codes.items() for code in own if _plain(code) not in held[name]]


def _held(table: Table, name: str) -> set[str | float]:
    """Return the levels of a column, or of all numeric columns; a name that is no column holds none."""
    names = [x for x in table.names if table.is_numeric(x)] if name == ALL else [name] if name in table.names else []
    return {_plain(str(level)) for x in names for level in table.factor(x).levels}


def _plain(code: str) -> str | float:
    """Return the number that a code writes, so that 9 and 9.0 are one code."""
    return float(code) if is_plain_number(code) else code
