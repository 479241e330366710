"""Find the codes of a plan that the data do not hold."""

from collections.abc import Iterable, Mapping

from analysis.frames import Table
from analysis.reading.number_text import is_plain_number

ALL = "all"


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
