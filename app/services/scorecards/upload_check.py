"""Check uploaded measures row by row: accept a figure, or refuse the row and name the rule. Nothing is stored here.

The rules are those of the definitions: only counts by staff are uploaded, a percentage comes with its base, and a
figure that is counted differently starts a new trend.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache

from analysis.reading.number_text import is_plain_number
from app.services.common.periods import parse_period, read_period
from app.services.scorecards.definitions import Definitions, Measure
from app.services.scorecards.upload_rows import Row, Rows
from app.services.scorecards.upload_together import find_alone, find_bad_parts
from app.services.scorecards.uploaded_figure import (
    RefusedMeasureRow,
    StoredFigure,
    UploadedFigure,
    UploadPreview,
)

COLUMNS = (
    "measure", "agency", "period", "version", "numerator", "denominator", "unknown", "breakdown", "level", "source",
    "attested_by", "attested_on", "trend", "correction", "withdraw",
)  # fmt: skip
NEEDED = ("measure", "agency", "period")
TEXTS = {"source": 300, "attested_by": 120}
LONGEST_REASON = 300
YES = "yes"
NEW_TREND = "new"
LARGEST = 1e15
LOCAL = "+"  # "1+8-hours": version 1 of the definition, with a local change of the community


def check_upload(rows: Rows, definitions: Definitions, stored: StoredFigure, today: date) -> UploadPreview:
    """Check every row against the definitions, then the rows of each figure against each other and the stored ones."""
    found: list[UploadedFigure] = []
    refused: list[RefusedMeasureRow] = []
    reader = _RowReader(definitions, stored, today)
    for line, row in rows:
        figure = reader.read(line, row)
        if figure is None:
            refused += reader.form_errors
        else:
            found.append(figure)
    refused += _find_repeated(found)
    refused += find_bad_parts(found, definitions, stored)
    refused += find_alone(found, definitions, stored)
    refused += _find_broken_trends([each for each in found if not each.withdrawn], stored)
    lines = {each.line for each in refused}
    good = tuple(each for each in found if each.line not in lines)
    return UploadPreview(good, tuple(sorted(refused, key=lambda each: each.line)))


class _RowReader:
    """Read rows one by one; `form_errors` are those of the last row."""

    def __init__(self, definitions: Definitions, stored: StoredFigure, today: date) -> None:
        self.measures, self.stored, self.today = definitions.all, stored, today
        self.line = 0
        self.form_errors: list[RefusedMeasureRow] = []

    def refuse(self, rule: str, sentence: str) -> None:
        self.form_errors.append(RefusedMeasureRow(self.line, rule, sentence))

    def read(self, line: int, row: Row) -> UploadedFigure | None:
        self.line, self.form_errors = line, []
        measure = self.measures.get(row["measure"])
        if measure is None:
            self.refuse("unknown measure", f"expected one of {', '.join(self.measures)}, found {row['measure']!r}")
            return None
        if not measure.is_uploaded:
            self.refuse(*_why_not_uploaded(measure))
            return None
        if row["agency"] not in self.stored.agencies:
            self.refuse("unknown agency", f"expected an agency of the community, found {row['agency']!r}")
        if find_end(row["period"], measure.period) is None:
            self.refuse(
                "bad period", f"expected a {measure.period} such as {_example(measure)}, found {row['period']!r}"
            )
        if row.get("withdraw") == YES:
            return self.read_withdrawal(row, measure)
        numerator, denominator, unknown = self.read_numbers(row, measure)
        self.check_names(row, measure)
        day = read_day(row.get("attested_on", ""))
        if day is None:
            self.refuse(
                "no one has confirmed it", f"expected a day in attested_on, found {row.get('attested_on', '')!r}"
            )
        elif not self.form_errors:
            self.check_day(row["period"], day)
        if self.form_errors or day is None:
            return None
        return UploadedFigure(
            line, measure.id, row["agency"], row["period"], row["version"], numerator, denominator, unknown,
            row.get("breakdown", ""), row.get("level", ""), row["source"], row["attested_by"], day,
            row.get("trend", "") == NEW_TREND, row.get("correction", ""),
        )  # fmt: skip

    def read_withdrawal(self, row: Row, measure: Measure) -> UploadedFigure | None:
        """Read a row that takes a stored figure back; it needs a reason that everyone may read."""
        whole = (row["agency"], measure.id, row["period"])
        part = (row.get("breakdown", ""), row.get("level", ""))
        known = part in self.stored.parts.get(whole, {}) if part[0] else whole in self.stored.wholes
        if not known and not self.form_errors:
            self.refuse("nothing to withdraw", f"expected a stored figure to withdraw, found none of {row['period']}")
        if not row.get("correction"):
            self.refuse("no reason", "expected the reason in correction, found none")
        self.check_correction(row)
        if self.form_errors:
            return None
        return UploadedFigure(
            self.line, *whole[1::-1], row["period"], measure.version, 0.0, 0.0, 0.0, *part, row.get("source", ""),
            row.get("attested_by", ""), self.today, False, row["correction"], True,
        )  # fmt: skip

    def check_correction(self, row: Row) -> None:
        if len(row.get("correction", "")) > LONGEST_REASON:
            self.refuse("long reason", f"expected at most {LONGEST_REASON} characters in correction")
        if row.get("withdraw", "") not in ("", YES):
            self.refuse("bad withdrawal", f"expected {YES!r} or nothing in withdraw, found {row['withdraw']!r}")

    def check_day(self, period: str, day: date) -> None:
        if day > self.today:
            self.refuse("confirmed too early", f"expected a day until {self.today} in attested_on, found {day}")
        elif last_day_of(period) > day:
            self.refuse(
                "confirmed too early",
                f"expected {period} to be over when it is confirmed: a day from {last_day_of(period)} on in "
                f"attested_on, found {day}",
            )

    def read_numbers(self, row: Row, measure: Measure) -> tuple[float, float, float]:
        numerator = self.read_number(row, "numerator", measure)
        if not row.get("denominator"):
            self.refuse(
                "no denominator", f"expected the number of {measure.denominator} in denominator, found none: a figure "
                "needs its base",
            )  # fmt: skip
            return numerator, 0.0, 0.0
        denominator = self.read_number(row, "denominator", measure)
        unknown = self.read_number(row, "unknown", measure) if row.get("unknown") else 0.0
        if denominator == 0 and not self.form_errors:
            self.refuse("no denominator", "expected a denominator above 0, found 0: leave the row out")
        elif measure.is_part_of_whole and numerator > denominator:
            self.refuse(
                "numerator too large",
                f"expected a numerator of at most the denominator {row['denominator']}, found {row['numerator']}",
            )
        return numerator, denominator, unknown

    def read_number(self, row: Row, name: str, measure: Measure) -> float:
        number = parse_number(row.get(name, ""))
        if number is None or (measure.kind == "people" and not number.is_integer()):
            whole = "a whole number of people" if measure.kind == "people" else "a number of 0 or more"
            self.refuse("not a number", f"expected {whole} in {name}, found {row.get(name, '')!r}")
            return 0.0
        return number

    def check_names(self, row: Row, measure: Measure) -> None:
        base, plus, local = row.get("version", "").partition(LOCAL)
        if base != measure.version or (plus and not (0 < len(local) <= 30 and local.replace("-", "").isalnum())):
            self.refuse(
                "unknown version",
                f"expected definition version {measure.version}, or {measure.version}+name for a different count, "
                f"found {row.get('version', '')!r}",
            )  # fmt: skip
        for name, longest in TEXTS.items():
            if not 0 < len(row.get(name, "")) <= longest:
                rule = "no one has confirmed it" if name == "attested_by" else "no source"
                self.refuse(rule, f"expected 1 to {longest} characters in {name}, found {row.get(name, '')!r}")
        breakdown, level = row.get("breakdown", ""), row.get("level", "")
        if bool(breakdown) != bool(level):
            self.refuse("unknown breakdown", "expected both a breakdown and a level, or neither")
        elif breakdown and breakdown not in measure.breakdowns:
            known = ", ".join(measure.breakdowns) or "no breakdown"
            self.refuse("unknown breakdown", f"expected {known}, found {breakdown!r}")
        if row.get("trend", "") not in ("", NEW_TREND):
            self.refuse("unknown trend", f"expected {NEW_TREND!r} or nothing in trend, found {row['trend']!r}")
        self.check_correction(row)


def _why_not_uploaded(measure: Measure) -> tuple[str, str]:
    if measure.id == "1.5":
        return "recorded crime", (
            "expected no upload of 1.5: counts of recorded crime mix reporting with crime; it is computed from the "
            "answers of residents"
        )
    if measure.kind == "staffing":
        return "computed", f"expected no upload of {measure.id}: load staff counts and a population table instead"
    if measure.kind == "amount":
        return "computed", f"expected no upload of {measure.id}: it follows from {measure.of}"
    return "computed", f"expected no upload of {measure.id}: it is computed from the answers of a wave"


def _example(measure: Measure) -> str:
    return {"year": "2026", "half-year": "2026-H1", "quarter": "2026-Q3"}[measure.period]


@cache
def find_end(text: str, kind: str) -> float | None:
    period = read_period(text, kind)
    return period.end if period else None


@cache
def end_of(period: str) -> float:
    return parse_period(period).end


@cache
def last_day_of(period: str) -> date:
    return parse_period(period).last_day


@cache
def read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_number(text: str) -> float | None:
    """Return a number of 0 or more without separators, or None.

    >>> parse_number("1250.5"), parse_number("1,250"), parse_number("-1"), parse_number("nan")
    (1250.5, None, None, None)
    """
    number = float(text) if is_plain_number(text) else math.inf
    return number if 0 <= number <= LARGEST else None


def _find_repeated(figures: Iterable[UploadedFigure]) -> Iterator[RefusedMeasureRow]:
    seen: dict[tuple[str, ...], int] = {}
    for figure in figures:
        first = seen.setdefault(figure.key, figure.line)
        if first != figure.line:
            yield RefusedMeasureRow(
                figure.line, "twice", f"expected each figure once, found that of line {first} again"
            )


def _find_broken_trends(figures: Iterable[UploadedFigure], stored: StoredFigure) -> Iterator[RefusedMeasureRow]:
    """Yield figures by another version than the one before that do not start a new trend."""
    series: dict[tuple[str, str], dict[str, UploadedFigure]] = {}
    for figure in figures:
        if not figure.breakdown:
            series.setdefault((figure.agency, figure.measure), {})[figure.period] = figure
    for key, found in series.items():
        known = {**stored.versions.get(key, {}), **{period: each.version for period, each in found.items()}}
        if len(set(known.values())) > 1:
            yield from _breaks(found, known)


def _breaks(found: Mapping[str, UploadedFigure], known: Mapping[str, str]) -> Iterator[RefusedMeasureRow]:
    before = ""
    for period in sorted(known, key=end_of):
        figure = found.get(period)
        if figure is not None and before and known[before] != figure.version and not figure.new_trend:
            yield RefusedMeasureRow(
                figure.line,
                "definition changed",
                f"expected definition {known[before]} as in {before}, found {figure.version}: a different count "
                f"starts a new trend; write {NEW_TREND!r} in trend to begin one",
            )
        before = period
