"""Read a published scorecard into figures: pure, from what the document shows.

A figure has points in time. Points of different definitions never belong to one trend.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from analysis.disclosure import CountedShare, PublishedScorecard, PublishedUnit, added, share_of
from analysis.disclosure.cells import Cell, Shown, Withheld
from app.services.common.periods import parse_period
from app.services.scorecards.counted_units import ANSWER, KNOWN, MET, UNKNOWN
from app.services.scorecards.definitions import Definitions, Measure
from app.services.scorecards.resident_shares import Residents
from app.services.scorecards.staff_counts import StaffGroups
from app.services.scorecards.staffing import Staffing, compare_staff

# counted: people, both numbers rounded; reported: things, as uploaded; drawn, came: a sample, at random or not;
# asked: staff or partners, who are all invited
Basis = Literal["counted", "reported", "drawn", "came", "asked"]
Move = Literal["higher", "lower", "no clear change", "not comparable", "first", "new definition"]
STEP = "step"  # the flag of a share that is shown as a range
CRITICAL_Z = 1.96
OF_GROUP = "|"  # parts the figure from the group of residents that it is about
PLACES = ("agency", "source")  # levels of a quote that are no group of residents
FEWEST_AGENCIES = 2  # one agency never stands for the whole community


@dataclass(frozen=True)
class FigurePart:
    """Hold one level of a breakdown."""

    breakdown: str
    level: str
    value: float | None
    low: float | None = None
    high: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class FigurePoint:
    """Hold a figure at one time. `time` orders it; for a wave, `fielded` has the dates of fielding."""

    period: str
    time: float
    value: float | None
    basis: Basis
    low: float | None = None
    high: float | None = None
    se: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    unknown: float | None = None
    version: str = "1"
    new_trend: bool = False
    revision: int = 1
    source: str = ""
    attested_by: str = ""
    attested_on: str = ""
    fielded: str = ""
    flags: tuple[str, ...] = ()
    reason: str = ""
    agencies: int = 1
    members: tuple[str, ...] = ()
    everyone: int | None = None
    correction: str = ""
    parts: tuple[FigurePart, ...] = ()

    @property
    def is_bound(self) -> bool:
        return not {"at_most", "at_least", STEP}.isdisjoint(self.flags)


@dataclass(frozen=True)
class Series:
    """Hold a figure of one agency through time, or of the community where `agency` is empty."""

    figure: str
    agency: str
    points: tuple[FigurePoint, ...]

    @property
    def last(self) -> FigurePoint:
        return self.points[-1]

    @property
    def trend(self) -> tuple[FigurePoint, ...]:
        """Return the last points that were counted alike."""
        start = 0
        for k in range(1, len(self.points)):
            if not _counted_alike(self.points[k - 1], self.points[k]):
                start = k
        return self.points[start:]

    @property
    def move(self) -> Move:
        """Return whether the figure clearly changed since the previous time."""
        if len(self.trend) < 2:
            return "first" if len(self.points) < 2 else "new definition"
        return moved(*self.trend[-2:])


def _counted_alike(before: FigurePoint, now: FigurePoint) -> bool:
    alike = (before.version, before.basis, before.members) == (now.version, now.basis, now.members)
    return alike and not now.new_trend


def moved(before: FigurePoint, now: FigurePoint) -> Move:
    """Return a change only where rounding and sampling cannot explain it."""
    if before.value is None or now.value is None or before.is_bound or now.is_bound:
        return "not comparable"
    if before.se is not None and now.se is not None:
        is_clear = abs(now.value - before.value) > CRITICAL_Z * math.hypot(before.se, now.se)
    elif before.low is not None and now.low is not None and before.high is not None and now.high is not None:
        is_clear = now.low > before.high or now.high < before.low
    else:
        is_clear = now.value != before.value
    if not is_clear:
        return "no clear change"
    return "higher" if now.value > before.value else "lower"


@dataclass(frozen=True)
class StaffLine:
    """Hold the staffing of an agency in a year."""

    agency: str
    year: int
    source: str
    staffing: Staffing
    residents: Residents | None


@dataclass(frozen=True)
class Figures:
    """Hold all numbers of a scorecard."""

    series: Mapping[tuple[str, str], Series]
    staff: tuple[StaffLine, ...]

    def of(self, figure: str) -> list[Series]:
        """Return a figure of every agency, in their order."""
        return [found for (name, agency), found in self.series.items() if name == figure and agency]

    def find(self, figure: str) -> Series | None:
        """Return the figure of the community: its own, else that of its only agency."""
        own = self.series.get((figure, ""))
        agencies = self.of(figure)
        return own or (agencies[0] if len(agencies) == 1 else None)

    def least(self, figure: str, most: int = 3) -> list[Series]:
        """Return a figure of the groups of residents in which it is least, some for each agency."""
        own = [found for (name, _), found in self.series.items() if name.startswith(f"{figure}{OF_GROUP}")]
        shown = sorted((each for each in own if each.last.value is not None), key=lambda each: each.last.value or 0.0)
        agencies = dict.fromkeys(sorted(each.agency for each in shown))
        return [each for agency in agencies for each in [x for x in shown if x.agency == agency][:most]]

    def latest_staff(self) -> list[StaffLine]:
        newest = {line.agency: line.year for line in sorted(self.staff, key=lambda line: line.year)}
        return [line for line in self.staff if line.year == newest[line.agency]]


def read_figures(card: PublishedScorecard, definitions: Definitions) -> Figures:
    public = card.document["public"]
    units = {unit.id: unit for unit in card.units}
    found: dict[tuple[str, str], list[FigurePoint]] = {}
    for facts in public["uploads"]:
        point = _counted(units[facts["unit"]], facts)
        found.setdefault((facts["measure"], facts["agency"]), []).append(point)
    for facts in public["things"]:
        point = _direct_point(_with_counted(facts, units), definitions.get(facts["measure"]))
        found.setdefault((facts["measure"], facts["agency"]), []).append(point)
    for name, agency, point in _asked(public["waves"], units):
        found.setdefault((name, agency), []).append(point)
    for name, agency, point in _quoted(card.document["quotes"], public["reports"]):
        found.setdefault((name, agency), []).append(point)
    series = {key: _series(*key, points) for key, points in sorted(found.items())}
    series |= _together(series, definitions)
    series |= dict(_amounts(series, definitions, public.get("people")))
    return Figures(series, tuple(_staff(public, units)))


def _series(figure: str, agency: str, points: Iterable[FigurePoint]) -> Series:
    return Series(figure, agency, tuple(sorted(points, key=lambda point: (point.time, point.period))))


# --- figures of agencies


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    names = ("version", "new_trend", "revision", "source", "attested_by", "attested_on", "period")
    known = {name: facts[name] for name in names}
    return {**known, "correction": facts.get("correction", ""), "time": parse_period(facts["period"]).end}


def _counted(unit: PublishedUnit, facts: Mapping[str, Any]) -> FigurePoint:
    cells = {row.domain: row.cell for row in unit.tables[0].rows}
    whole = share_of(cells[f"{ANSWER}={MET}"], cells[f"{KNOWN}=yes"], unit.rules)
    parts = [_counted_part(cells, domain, unit) for domain in cells if _is_part(domain, unit)]
    unknown = cells[f"{ANSWER}={UNKNOWN}"]
    return _to_point(
        whole, parts=tuple(parts), unknown=float(unknown.n) if isinstance(unknown, Shown) else None, **_facts(facts)
    )


def _is_part(domain: str, unit: PublishedUnit) -> bool:
    name = domain.partition("=")[0]
    return ", " not in domain and name != ANSWER and name in dict(unit.catalogue.variables)


def _counted_part(cells: Mapping[str, Cell], domain: str, unit: PublishedUnit) -> FigurePart:
    found = share_of(cells[f"{ANSWER}={MET}, {domain}"], cells[domain], unit.rules)
    breakdown, _, level = domain.partition("=")
    return FigurePart(breakdown, level, found.value, found.low, found.high, found.met, found.whole, found.reason or "")


def _to_point(found: CountedShare, **facts: Any) -> FigurePoint:
    return FigurePoint(
        value=found.value, basis="counted", low=found.low, high=found.high, numerator=found.met,
        denominator=found.whole, flags=found.flags, reason=found.reason or "", **facts,
    )  # fmt: skip


def _with_counted(facts: Mapping[str, Any], units: Mapping[str, PublishedUnit]) -> Mapping[str, Any]:
    """Fill in the numerators that a protected unit counts: the shown number, or the reason why it is hidden."""
    return {**facts, "rows": [_counted_row(row, units) for row in facts["rows"]]}


def _counted_row(row: Mapping[str, Any], units: Mapping[str, PublishedUnit]) -> Mapping[str, Any]:
    if "counted_in" not in row:
        return row
    table = units[row["counted_in"]].tables[0]
    cell = next(found.cell for found in table.rows if found.domain == f"{KNOWN}=yes")
    level = {"breakdown": row["breakdown"], "level": row["level"]}
    if isinstance(cell, Withheld):
        return {**level, "reason": cell.reason}
    return {**level, "numerator": float(cell.n), "denominator": row["denominator"]}


def _direct_point(facts: Mapping[str, Any], measure: Measure) -> FigurePoint:
    rows = facts["rows"]
    whole = next(row for row in rows if not row["breakdown"])
    parts = tuple(_direct_part(row, measure) for row in rows if row["breakdown"])
    value = effective_number(parts) if measure.kind == "mix" else _rate(whole, measure)
    return FigurePoint(
        value=value, basis="reported", numerator=whole.get("numerator"), denominator=whole.get("denominator"),
        unknown=whole.get("unknown"), reason=whole.get("reason", ""), parts=parts, **_facts(facts),
    )  # fmt: skip


def _direct_part(row: Mapping[str, Any], measure: Measure) -> FigurePart:
    return FigurePart(
        row["breakdown"], row["level"], _rate(row, measure), None, None, row.get("numerator"), row.get("denominator"),
        row.get("reason", ""),
    )  # fmt: skip


def _rate(row: Mapping[str, Any], measure: Measure) -> float | None:
    if "numerator" not in row:
        return None
    return float(row["numerator"] / row["denominator"] * (100 if measure.is_share else 1))


def effective_number(parts: Sequence[FigurePart]) -> float | None:
    """Return 1 / sum q², with q each source's share: the number of equal sources with the same mix.

    >>> effective_number([FigurePart("source", "a", 50, numerator=2), FigurePart("source", "b", 50, numerator=2)])
    2.0
    """
    amounts = [part.numerator or 0.0 for part in parts]
    total = math.fsum(amounts)
    return total**2 / math.fsum(amount**2 for amount in amounts) if total > 0 else None


# --- figures of waves


def _asked(
    waves: Iterable[Mapping[str, Any]], units: Mapping[str, PublishedUnit]
) -> Iterator[tuple[str, str, FigurePoint]]:
    """Yield the shares of each wave, under its agency where it has only one."""
    for wave in waves:
        unit, agencies = units.get(wave["unit"]), wave.get("agencies", ())
        agency = agencies[0] if len(agencies) == 1 else ""
        for row in unit.tables[0].rows if unit else ():
            point = _sampled(row.cell, "asked", wave["wave"], wave["fielded"])
            yield row.term, agency, _of_a_wave(point, wave, wave.get("steps", {}).get(row.term))


def _of_a_wave(point: FigurePoint, wave: Mapping[str, Any], step: Mapping[str, Any] | None) -> FigurePoint:
    """Return the point with the number of the invited; a small wave has a range instead of a hidden share."""
    members = tuple(wave.get("agencies", ()))
    everyone = wave.get("invited")
    if step is None or point.value is not None:
        return replace(point, everyone=everyone, members=members, agencies=max(len(members), 1))
    middle = (step["low"] + step["high"]) / 2
    return replace(
        point, value=round(middle, 1), low=step["low"], high=step["high"], reason="", flags=(STEP,),
        denominator=wave.get("answered"), everyone=everyone, members=members,
    )  # fmt: skip


def _quoted(
    quotes: Iterable[Mapping[str, Any]], reports: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[str, str, FigurePoint]]:
    about = {report["wave"]: report for report in reports}
    for quote in quotes:
        levels = dict(pair.split("=", 1) for pair in quote["domain"].split(", ") if "=" in pair)
        report = about[quote["wave"]]
        # Scorecards of an earlier version say nothing of the draw: their people invited by letter were drawn.
        is_drawn = levels.get("source") == "address-sample" and report.get("is_drawn", True)
        basis: Basis = "drawn" if is_drawn else "came"
        point = _sampled(_cell(quote["cell"]), basis, quote["wave"], report["fielded"])
        group = ", ".join(f"{name}={level}" for name, level in levels.items() if name not in PLACES)
        figure = f"{quote['figure']}{OF_GROUP}{group}" if group else quote["figure"]
        version = report.get("wording", {}).get(quote["figure"]) or report["survey"]
        yield figure, levels.get("agency", ""), replace(point, version=version)


def _cell(document: Mapping[str, Any]) -> Cell:
    if not document["shown"]:
        return Withheld(document["reason"])
    return Shown(
        **{**{name: value for name, value in document.items() if name != "shown"}, "flags": tuple(document["flags"])}
    )


def _sampled(cell: Cell, basis: Basis, wave: str, fielded: str) -> FigurePoint:
    year, month, _ = fielded.partition("/")[2].split("-")
    time = int(year) + int(month) / 12
    if isinstance(cell, Withheld):
        return FigurePoint(wave, time, None, basis, fielded=fielded, reason=cell.reason)
    return FigurePoint(
        wave, time, cell.value, basis, cell.low, cell.high, cell.se, denominator=cell.n, fielded=fielded,
        flags=cell.flags,
    )  # fmt: skip


# --- the community as a whole


def _together(series: Mapping[tuple[str, str], Series], definitions: Definitions) -> dict[tuple[str, str], Series]:
    """Add numerators and denominators of several agencies, where all that count the measure are shown alike."""
    found = {}
    for measure in definitions.all.values():
        each = [series_ for (name, agency), series_ in series.items() if name == measure.id and agency]
        if measure.is_uploaded and len(each) > 1:
            points = [_sum(period, each, measure) for period in _periods(each)]
            found[measure.id, ""] = _series(measure.id, "", [point for point in points if point is not None])
    return {key: series_ for key, series_ in found.items() if series_.points}


def _periods(series: Iterable[Series]) -> list[str]:
    return list(dict.fromkeys(point.period for series_ in series for point in series_.points))


def _sum(period: str, series: Iterable[Series], measure: Measure) -> FigurePoint | None:
    """Return the sum of the agencies that are shown in a period, at least two of them.

    Numbers of different versions are not added. A period in which an agency of the time before is missing has no sum,
    because the remaining agencies would stand for the whole community.
    """
    at = {each.agency: point for each in series for point in each.points if point.period == period}
    began = {each.agency for each in series if each.points[0].time <= parse_period(period).end}
    shown = {name: point for name, point in at.items() if point.numerator is not None and point.denominator}
    if len(shown) < FEWEST_AGENCIES or began - at.keys() or measure.kind == "mix":
        return None
    if len({point.version for point in shown.values()}) > 1:
        return None
    first, *_ = shown.values()
    whole = replace(
        first, unknown=None, new_trend=any(point.new_trend for point in shown.values()), parts=(),
        agencies=len(shown), members=tuple(sorted(shown)), attested_by="", source="", correction="", revision=1,
    )  # fmt: skip
    return _added(whole, list(shown.values()), measure)


def _added(whole: FigurePoint, shown: Sequence[FigurePoint], measure: Measure) -> FigurePoint:
    if measure.kind == "people":
        total = added(CountedShare(None, met=_int(x.numerator), whole=_int(x.denominator)) for x in shown)
        return replace(
            whole, value=total.value, low=total.low, high=total.high, numerator=total.met, denominator=total.whole,
            flags=total.flags,
        )  # fmt: skip
    numerator = math.fsum(point.numerator or 0 for point in shown)
    denominator = math.fsum(point.denominator or 0 for point in shown)
    value = _rate({"numerator": numerator, "denominator": denominator}, measure)
    return replace(whole, value=value, numerator=numerator, denominator=denominator)


def _int(number: float | None) -> int:
    return int(number or 0)


def _amounts(
    series: Mapping[tuple[str, str], Series], definitions: Definitions, people: float | None
) -> Iterator[tuple[tuple[str, str], Series]]:
    """Yield the amounts that follow from the numerators of shares of money, in all and for each resident."""
    for measure in definitions.all.values():
        base = people if measure.unit == "dollars per resident" else 1.0
        for (name, agency), found in series.items() if measure.kind == "amount" and base else ():
            if name == measure.of:
                points = [_amount(point, base) for point in found.points if point.numerator is not None]
                if points:
                    yield (measure.id, agency), _series(measure.id, agency, points)


def _amount(point: FigurePoint, base: float | None) -> FigurePoint:
    value = (point.numerator or 0.0) / (base or 1.0)
    return replace(point, value=value, low=None, high=None, denominator=None, unknown=None, parts=(), flags=())


# --- staff


def _staff(public: Mapping[str, Any], units: Mapping[str, PublishedUnit]) -> Iterator[StaffLine]:
    residents = {found["variable"]: _residents(found) for found in public["residents"]}
    for staff in public["staff"]:
        for each in staff["groups"]:
            groups = StaffGroups(each["part"], each["variable"], tuple(each["levels"]))
            lived = residents.get(groups.variable)
            staffing = compare_staff(units[staff["unit"]], groups, lived)
            yield StaffLine(staff["agency"], staff["year"], staff["source"], staffing, lived)


def _residents(found: Mapping[str, Any]) -> Residents:
    return Residents(found["variable"], dict(found["percent"]), dict(found["se"]), found["source"], found["year"])
