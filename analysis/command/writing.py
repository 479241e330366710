"""A report as a table for people, as JSON, or as CSV."""

import csv
import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from analysis.command.report import OutputReport, OutputSection
from analysis.errors import AnalysisError

WIDEST = 1e12  # a smaller number beside this times its size is rounding
QUIET = ("level", "interval", "adjustment", "df")  # shown once below a table where all rows have the same


def to_text(report: OutputReport, form: str) -> str:
    """The report in one of the formats of `WRITERS`."""
    return WRITERS[form](report)


def _to_table(report: OutputReport) -> str:
    parts = [report.title, "=" * len(report.title), ""] if report.title else []
    for section in report.sections:
        parts += [*_section_lines(section), ""]
    return "\n".join(parts)


def _section_lines(section: OutputSection) -> list[str]:
    constant = _constants(section.rows)
    rows = [{k: v for k, v in row.items() if k not in constant} for row in section.rows]
    names = [name for name in _columns(rows) if any(row.get(name) not in (None, "") for row in rows)]
    digits = {name: _digits([row.get(name) for row in rows]) for name in names}
    body = [[_shown(name, row.get(name), digits[name]) for name in names] for row in rows]
    widths = [max(len(line[k]) for line in [names, *body]) for k in range(len(names))]
    right = [all(isinstance(row.get(name), int | float | None) for row in rows) for name in names]
    lines = [section.title, "-" * len(section.title)] if section.title else []
    if body:
        lines += [_line(names, widths, right), *(_line(cells, widths, right) for cells in body)]
    return [*lines, *_stated(constant), *(f"note: {note}" for note in section.notes)]


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, widths, right, strict=True)]
    return "  ".join(padded).rstrip()


def _constants(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Quiet columns with one value in all rows."""
    return {
        name: rows[0][name]
        for name in QUIET
        if rows
        and all(name in row for row in rows)
        and len({str(row[name]) for row in rows}) == 1
        and not (name == "df" and "df_residual" in rows[0])
    }


def _stated(constant: Mapping[str, Any]) -> list[str]:
    words = []
    if "interval" in constant or "level" in constant:
        level = f"{100 * constant['level']:g} % " if "level" in constant else ""
        words.append(f"{level}interval{': ' + str(constant['interval']) if 'interval' in constant else ''}")
    if "df" in constant:
        words.append(f"degrees of freedom: {_shown('df', constant['df'])}")
    if constant.get("adjustment") not in (None, "none"):
        words.append(f"p adjusted by {constant['adjustment']}")
    return ["; ".join(words)] if words else []


def _digits(values: Sequence[Any]) -> int | None:
    """How many decimals the numbers of a column need: fewer the larger they are; None where sizes differ widely."""
    sizes = [abs(x) for x in values if isinstance(x, float) and math.isfinite(x) and x]
    largest = max(sizes, default=0.0)
    if largest >= 1.5 and min(sizes) < 0.05 and largest / min(sizes) < WIDEST:
        return None
    return 0 if largest >= 10_000 else 2 if largest >= 1.5 else 4


def _shown(name: str, value: Any, digits: int | None = 4) -> str:
    """A value, numbers with as many digits as a reader can use."""
    if value is None:
        return ""
    if isinstance(value, bool | str) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int):
        return f"{value}"
    if math.isnan(value):
        return "-"
    if name in ("p", "p_adjusted"):
        return "<0.0001" if value < 0.0001 else f"{value:.4f}"
    if name in ("df", "n_effective", "n_effective_against"):
        return f"{value:.1f}".removesuffix(".0")
    if digits is None:
        return f"{value:.4g}"
    return f"{round(value, digits) + 0.0:.{digits}f}"


def _to_json(report: OutputReport) -> str:
    sections = [
        {"title": s.title, "rows": [_plain(row) for row in s.rows], "notes": list(s.notes)} for s in report.sections
    ]
    whole = {"title": report.title, "sections": sections}
    return json.dumps(whole, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Values JSON has: no NaN and no infinity."""
    return {
        name: None if isinstance(x, float) and not math.isfinite(x) else x.item() if hasattr(x, "item") else x
        for name, x in row.items()
    }


def _to_csv(report: OutputReport) -> str:
    rows = [{"table": s.title, **_plain(row)} for s in report.sections for row in s.rows]
    return csv_of(rows)


class CannotWrite(AnalysisError):
    """A result cannot be stored where it was wanted."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        super().__init__(f"expected to write to '{path}', but found that it cannot be done: {reason.lower()}")


def store_text(path: Path, text: str) -> None:
    """Write a file in one go; an unwritable place is refused."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotWrite(path, error.strerror or "unknown reason") from None


def csv_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV under the names of all their columns."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, _columns(rows), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def _columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


WRITERS: Mapping[str, Callable[[OutputReport], str]] = MappingProxyType(
    {"table": _to_table, "json": _to_json, "csv": _to_csv}
)
