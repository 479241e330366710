"""A scorecard as one tidy table and as figures for programs; both are made of the same figures as the page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from app.services.common.formula_guard import guard
from app.services.scorecards.definitions import load_definitions
from app.services.scorecards.figures import FigurePart, FigurePoint, Figures, Series, StaffLine, read_figures
from app.services.scorecards.publish import FrozenScorecard
from app.services.scorecards.staffing import ShareMeasure
from app.web.scorecards.figure_writer import FigureWriter
from app.web.scorecards.phrasing import scorecard_phrasing

COLUMNS = (
    "figure", "title", "version", "agency", "period", "breakdown", "level", "value", "low", "high", "se", "numerator",
    "denominator", "unknown", "unit", "basis", "flags", "withheld", "source", "attested_by", "attested_on",
)  # fmt: skip
OF_A_POINT = (
    "version", "value", "low", "high", "se", "numerator", "denominator", "unknown", "basis", "source", "attested_by",
    "attested_on",
)  # fmt: skip
STAFFING = "1.4"


def to_csv(frozen: FrozenScorecard, lang: str) -> bytes:
    """Every figure at every time; ids stay as they are, `title` is in the language. Numbers are for machines."""
    definitions = load_definitions()
    figures = read_figures(frozen.card, definitions)
    writer = FigureWriter(figures, definitions, scorecard_phrasing(lang, frozen.words[lang]), frozen.published_on)
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    lines.writerow(COLUMNS)
    for row in _rows(figures, writer):
        lines.writerow([guard(row.get(name, "")) for name in COLUMNS])
    return file.getvalue().encode("utf-8-sig")  # the mark lets spreadsheets read Arabic and accents


def _rows(figures: Figures, writer: FigureWriter) -> Iterator[dict[str, Any]]:
    for series in figures.series.values():
        for point in series.points:
            names = {"figure": series.figure, "title": writer.title(series.figure), "agency": series.agency}
            whole = {**names, **_point(point, writer.unit(series.figure))}
            yield whole
            yield from ({**whole, **_part(part)} for part in point.parts)
    for line in figures.staff:
        for row in _staff_rows(line):
            yield {"figure": STAFFING, "title": writer.title(STAFFING), **row}


def _point(point: FigurePoint, unit: str) -> dict[str, Any]:
    values = {name: getattr(point, name) for name in OF_A_POINT}
    period = point.fielded or point.period
    return {**values, "period": period, "unit": unit, "flags": " ".join(point.flags), "withheld": point.reason}


def _part(part: FigurePart) -> dict[str, Any]:
    names = ("breakdown", "level", "value", "low", "high", "numerator", "denominator")
    values = {name: getattr(part, name) for name in names}
    return {**values, "unknown": None, "se": None, "flags": "", "withheld": part.reason}


def _staff_rows(line: StaffLine) -> Iterator[dict[str, Any]]:
    staffing = line.staffing
    about = {
        "version": "1", "agency": line.agency, "period": line.year, "basis": "counted", "source": line.source,
        "breakdown": f"{staffing.part or 'all staff'}, {staffing.variable}",
    }  # fmt: skip
    if staffing.overlap is None:
        yield {**about, "level": "overlap", "withheld": staffing.reason}
        return
    flags = "at_least" if staffing.at_least else ""
    counts = {"denominator": staffing.shown.n, "unknown": staffing.shown.unknown, "flags": flags}
    yield {**about, "level": "overlap", "unit": "points", **counts, **_figure(staffing.overlap)}
    for gap in staffing.found.gaps if staffing.found else ():
        level = {**about, "level": gap.group}
        yield {**level, "unit": "percent of staff", "value": round(gap.staff, 1)}
        yield {**level, "unit": "percent of residents", "value": round(gap.residents, 1)}
        yield {**level, "unit": "gap in points", **_figure(gap.gap)}
        if gap.parity.ratio is not None:
            yield {**level, "unit": "ratio", **_figure(gap.parity.ratio, 2)}
        if gap.headcount is not None:
            yield {**level, "unit": "people", **_figure(gap.headcount, 0)}


def _figure(measure: ShareMeasure, decimals: int = 1) -> dict[str, float]:
    bounds = measure.interval
    numbers = {"value": measure.value, "low": bounds.low, "high": bounds.high, "se": measure.se}
    return {name: round(number, decimals) for name, number in numbers.items()}


def to_json(frozen: FrozenScorecard) -> bytes:
    """The frozen document exactly as its fingerprint is of, and the figures that follow from it."""
    figures = read_figures(frozen.card, load_definitions())
    about = {
        "community": frozen.community,
        "agency": frozen.agency,
        "version": frozen.version,
        "published_on": f"{frozen.published_on}",
        "sha256": frozen.card.sha256,
        "figures": [_series(each) for each in figures.series.values()],
        "staffing": [row for line in figures.staff for row in _staff_rows(line)],
    }
    head = json.dumps(about, ensure_ascii=False, separators=(",", ":")).encode()
    return head[:-1] + b',"scorecard":' + frozen.card.content + b"}"


def _series(series: Series) -> Mapping[str, Any]:
    points = [{name: value for name, value in asdict(point).items() if name != "time"} for point in series.points]
    return {"figure": series.figure, "agency": series.agency, "move": series.move, "points": points}
