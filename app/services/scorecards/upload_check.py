"""Check uploaded measures row by row: accept a figure, or refuse the row and name the rule. Nothing is stored here.

The rules are those of the definitions: only counts by staff are uploaded, a percentage comes with its base, and a
figure that is counted differently starts a new trend.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from analysis.reading.number_text import is_plain_number
from app.services.scorecards.definitions import Definitions, Measure
from app.services.scorecards.periods import parse_period, read_period
from app.services.scorecards.upload_rows import Row, Rows

COLUMNS = (
    "measure", "agency", "period", "version", "numerator", "denominator", "unknown", "breakdown", "level", "source",
    "attested_by", "attested_on", "trend",
)  # fmt: skip
NEEDED = ("measure", "agency", "period")
TEXTS = {"source": 300, "attested_by": 120}
NEW_TREND = "new"
LARGEST = 1e15
LOCAL = "+"  # "1+8-hours": version 1 of the definition, with a local change of the community


@dataclass(frozen=True, slots=True)
class UploadedFigure:
    """Hold one figure as it will be stored."""

    line: int
    measure: str
    agency: str
    period: str
    version: str
    numerator: float
    denominator: float
    unknown: float
    breakdown: str
    level: str
    source: str
    attested_by: str
    attested_on: date
    new_trend: bool

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        return self.agency, self.measure, self.period, self.breakdown, self.level


@dataclass(frozen=True, slots=True)
class RefusedMeasureRow:
    """Hold a refused row with the name of the rule and one sentence."""

    line: int
    rule: str
    sentence: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.rule}: {self.sentence}"


@dataclass(frozen=True)
class UploadPreview:
    """Hold the effect of an upload. Only a preview without a refusal is stored."""

    figures: tuple[UploadedFigure, ...]
    refused: tuple[RefusedMeasureRow, ...]


@dataclass(frozen=True)
class StoredFigure:
    """Hold the figures in force: versions by agency, measure and period, and both numbers of each whole."""

    agencies: frozenset[str]
    versions: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    wholes: Mapping[tuple[str, str, str], tuple[float, float]] = field(default_factory=dict)


def check_upload(rows: Rows, definitions: Definitions, stored: StoredFigure) -> UploadPreview:
    """Check every row against the definitions, then the rows of each figure against each other and the stored ones."""
    found: list[UploadedFigure] = []
    refused: list[RefusedMeasureRow] = []
    reader = _RowReader(definitions, stored.agencies)
    for line, row in rows:
        figure = reader.read(line, row)
        if figure is None:
            refused += reader.form_errors
        else:
            found.append(figure)
    refused += _find_repeated(found)
    refused += _find_bad_parts(found, definitions, stored)
    refused += _find_broken_trends(found, stored)
    return UploadPreview(tuple(found), tuple(sorted(refused, key=lambda each: each.line)))


class _RowReader:
    """Read rows one by one; `form_errors` are those of the last row."""

    def __init__(self, definitions: Definitions, agencies: frozenset[str]) -> None:
        self.measures, self.agencies = definitions.all, agencies
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
        if row["agency"] not in self.agencies:
            self.refuse("unknown agency", f"expected an agency of the community, found {row['agency']!r}")
        if find_end(row["period"], measure.period) is None:
            self.refuse(
                "bad period", f"expected a {measure.period} such as {_example(measure)}, found {row['period']!r}"
            )
        numerator, denominator, unknown = self.read_numbers(row, measure)
        self.check_names(row, measure)
        day = read_day(row.get("attested_on", ""))
        if day is None:
            self.refuse(
                "no one has confirmed it", f"expected a day in attested_on, found {row.get('attested_on', '')!r}"
            )
        if self.form_errors or day is None:
            return None
        return UploadedFigure(
            line, measure.id, row["agency"], row["period"], row["version"], numerator, denominator, unknown,
            row.get("breakdown", ""), row.get("level", ""), row["source"], row["attested_by"], day,
            row.get("trend", "") == NEW_TREND,
        )  # fmt: skip

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


def _why_not_uploaded(measure: Measure) -> tuple[str, str]:
    if measure.id == "1.5":
        return "recorded crime", (
            "expected no upload of 1.5: counts of recorded crime mix reporting with crime; it is computed from the "
            "answers of residents"
        )
    if measure.kind == "staffing":
        return "computed", f"expected no upload of {measure.id}: load staff counts and a population table instead"
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


def _find_bad_parts(
    figures: Iterable[UploadedFigure], definitions: Definitions, stored: StoredFigure
) -> Iterator[RefusedMeasureRow]:
    """Yield levels of a breakdown without a whole, or with a sum above it."""
    wholes = dict(stored.wholes)
    parts: dict[tuple[str, str, str, str], list[UploadedFigure]] = {}
    for figure in figures:
        if figure.breakdown:
            parts.setdefault((*figure.key[:3], figure.breakdown), []).append(figure)
        else:
            wholes[figure.key[:3]] = (figure.numerator, figure.denominator)
    for (agency, measure, period, breakdown), found in parts.items():
        whole = wholes.get((agency, measure, period))
        if whole is None:
            yield RefusedMeasureRow(
                found[0].line, "no whole", f"expected {measure} of {period} as a whole before {breakdown}"
            )
        elif definitions.get(measure).is_part_of_whole:
            yield from _compare(found, whole, definitions.get(measure))


def _compare(parts: list[UploadedFigure], whole: tuple[float, float], measure: Measure) -> Iterator[RefusedMeasureRow]:
    mixed = measure.kind == "mix"  # each source is given as a part of all spending
    sums = math.fsum(each.numerator for each in parts), math.fsum(each.denominator for each in parts)
    over = [name for name, part, all_of in zip(("numerator", "denominator"), sums, whole, strict=True) if part > all_of]
    if over and not (mixed and over == ["denominator"]):
        k = 0 if over[0] == "numerator" else 1
        expected = f"expected parts of {parts[0].breakdown} that add up to at most {whole[k]:g} in {over[0]}"
        yield RefusedMeasureRow(parts[0].line, "parts larger than the whole", f"{expected}, found {sums[k]:g}")


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
