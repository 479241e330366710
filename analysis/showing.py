"""Showing: short tables of results as text and as HTML."""

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

Row = Mapping[str, Any]

MOST_ROWS = 30  # rows that a table shows before it only counts the rest


def shown(value: Any) -> str:
    """Write one value: six digits of a number, nothing of a missing one.

    Examples
    --------
    >>> shown(51.32352941), shown(1853), shown(float("nan")), shown(1234567.8), shown("a")
    ('51.3235', '1,853', '', '1,234,568', 'a')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    if math.isinf(value):
        return str(value)
    if abs(value) >= 1e5 or float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:.6g}"


def text_table(title: str, rows: Sequence[Row], labels: Sequence[str] = ()) -> str:
    """Lay rows out as aligned text under a title; `labels` are the columns on the left that keep their text as it is.

    Examples
    --------
    >>> print(text_table("mean", [{"g": "a", "n": 3}, {"g": "bb", "n": 1200}], ["g"]))
    mean
    g       n
    a       3
    bb  1,200
    """
    head, body, rest = _cells(rows, labels)
    widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    left = [name in labels or _is_text(rows, name) for name in head]
    lines = [
        "  ".join(x.ljust(w) if of_text else x.rjust(w) for x, w, of_text in zip(cells, widths, left, strict=True))
        for cells in (head, *body)
    ]
    return "\n".join(line.rstrip() for line in (title, *lines, *rest))


def html_table(title: str, rows: Sequence[Row], labels: Sequence[str] = ()) -> str:
    """Write the same table as HTML, for a notebook.

    Examples
    --------
    >>> html_table("mean", [{"n": 3}])
    '<table><caption>mean</caption><thead><tr><th>n</th></tr></thead><tbody><tr><td>3</td></tr></tbody></table>'
    """
    head, body, rest = _cells(rows, labels)
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    lines = "".join(f"<tr>{_html_cells(head, cells, labels)}</tr>" for cells in body)
    foot = "".join(f"<p>{escape(line)}</p>" for line in rest)
    caption = f"<caption>{escape(title)}</caption>"
    return f"<table>{caption}<thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table>{foot}"


def _html_cells(head: Sequence[str], cells: Sequence[str], labels: Sequence[str]) -> str:
    return "".join(
        f"<th>{escape(text)}</th>" if name in labels else f"<td>{escape(text)}</td>"
        for name, text in zip(head, cells, strict=True)
    )


def _cells(rows: Sequence[Row], labels: Sequence[str]) -> tuple[list[str], list[list[str]], list[str]]:
    """The heading, the text of each cell, and a line about rows that are left out; empty columns are left out too."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    written = {name: [_written(row.get(name), name in labels) for row in rows] for name in names}
    head = [name for name in names if any(written[name])]
    body = [[written[name][k] for name in head] for k in range(min(len(rows), MOST_ROWS))]
    return head, body, [f"and {len(rows) - MOST_ROWS:,} more rows"] if len(rows) > MOST_ROWS else []


def _written(value: Any, is_label: bool) -> str:
    return str(value) if is_label and value is not None else shown(value)


def _is_text(rows: Sequence[Row], name: str) -> bool:
    return all(isinstance(row.get(name), (str, type(None))) for row in rows)


def counted(number: int, one: str, several: str = "") -> str:
    """Count things in words.

    Examples
    --------
    >>> counted(1, "row"), counted(2000, "row"), counted(2, "stratum", "strata")
    ('1 row', '2,000 rows', '2 strata')
    """
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def joined(parts: Iterable[str]) -> str:
    """Join the parts of a title that are not empty."""
    return ", ".join(part for part in parts if part)
