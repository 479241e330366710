"""Derive the figures of a scorecard from its registers: one function for each measure, only for periods that are over.

A derived figure replaces a typed one of the same agency, measure and period.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.services.common.periods import Period
from app.services.registers.cohorts import cohort_figures
from app.services.registers.entries import Entry
from app.services.registers.register_table import HEARD, SOURCES
from app.services.registers.seat_bounds import is_narrow

WORKING_DAYS = 20
FEWEST_ACTIVITIES = 2
FROM_REGISTER = "register:"  # begins the source of a derived figure

# A stage and those after it; a refused stream was applied for.
STAGES_FROM = {
    "assessed": ("assessed", "applied", "won", "refused"),
    "applied": ("applied", "won", "refused"),
    "won": ("won",),
}

Parts = tuple[tuple[str, str, float, float], ...]  # breakdown, level, numerator, denominator


@dataclass(frozen=True)
class Derived:
    """Hold one figure that follows from registers; a `narrow` one is hidden, because small numbers follow from it."""

    measure: str
    agency: str
    period: Period
    numerator: float
    denominator: float
    register: str
    latest: date
    parts: Parts = ()
    narrow: bool = False


@dataclass(frozen=True)
class Work:
    """Hold the entries of a community by register, the day until which they count, and former cohorts by entry."""

    entries: Mapping[str, Sequence[Entry]]
    today: date
    former_cohorts: Mapping[str, tuple[Entry, ...]] = dataclasses.field(default_factory=dict)

    def of(self, register: str) -> Sequence[Entry]:
        return self.entries.get(register, ())

    def on_map(self, until: date) -> list[Entry]:
        """Return the community organizations that were on the map on a day."""
        return [each for each in self.of("organizations") if each.day("since") <= until]

    def former_of(self, cohort: Entry) -> tuple[Entry, ...]:
        """Return the earlier revisions of a cohort."""
        return self.former_cohorts.get(cohort.slug, ())


def make_work(
    entries: Iterable[Entry], today: date, former_cohorts: Mapping[str, tuple[Entry, ...]] | None = None
) -> Work:
    by_register: dict[str, list[Entry]] = {}
    for entry in entries:
        by_register.setdefault(entry.register, []).append(entry)
    return Work(by_register, today, former_cohorts or {})


def derive(work: Work) -> list[Derived]:
    """Return every figure that follows from the registers, where its base is not empty."""
    return [
        found for rule in RULES for found in rule(work) if found.denominator > 0 and found.period.last_day <= work.today
    ]


# --- periods


def year_of(day: date) -> Period:
    return Period(day.year, 1, 1)


def half_of(day: date) -> Period:
    return Period(day.year, 2, (day.month + 5) // 6)


def quarter_of(day: date) -> Period:
    return Period(day.year, 4, (day.month + 2) // 3)


def _grouped(
    entries: Iterable[Entry], period: Callable[[Entry], Period]
) -> Iterator[tuple[str, Period, Sequence[Entry]]]:
    """Yield the entries of each agency and period."""
    found: dict[tuple[str, Period], list[Entry]] = {}
    for entry in entries:
        found.setdefault((entry.agency, period(entry)), []).append(entry)
    for (agency, when), rows in sorted(found.items(), key=lambda pair: pair[0]):
        yield agency, when, rows


def _latest(entries: Iterable[Entry]) -> date:
    return max(entry.entered_on for entry in entries)


# --- one function for each measure, or for several of one register


def _seats(work: Work) -> Iterator[Derived]:
    """Yield 2.1a, seats taken of all seats, and 2.1b, seats taken by survivors and community members."""
    speaking = heard_groups(work)
    held = [each for each in work.of("meetings") if each.day("day") <= work.today and each.get("attendance")]
    for agency, quarter, meetings in _grouped(held, lambda each: quarter_of(each.day("day"))):
        invited: dict[str, int] = {}
        taken: dict[str, int] = {}
        for each in meetings:
            for name, number in seats_on(work, each.day("day")).items():
                invited[name] = invited.get(name, 0) + number
            for name, count in each.counts("attendance").items():
                taken[name] = taken.get(name, 0) + count
        seats, total = sum(invited.values()), sum(taken.values())
        heard = sum(count for name, count in taken.items() if name in speaking)
        # Not by kind of group: a reader knows which kinds are heard, so that two rounded numbers would show a third.
        latest = _latest(meetings)
        narrow = is_narrow(invited, total, heard, speaking)
        yield Derived("2.1a", agency, quarter, min(total, seats), seats, "meetings", latest, narrow=narrow)
        yield Derived("2.1b", agency, quarter, heard, total, "meetings", latest, narrow=narrow)


def seats_on(work: Work, day: date) -> dict[str, int]:
    """Return the seats of each group on a day."""
    return {each.slug: int(each.number("seats")) for each in work.of("groups") if each.day("since") <= day}


def heard_groups(work: Work) -> set[str]:
    """Return the groups of survivors and community members."""
    return {each.slug for each in work.of("groups") if each.get("kind") in HEARD}


def _organizations(work: Work) -> Iterator[Derived]:
    """Yield 5.1: organizations on the map with two or more joint activities in a half-year."""
    mapped = work.of("organizations")
    joint: dict[Period, dict[str, int]] = {}
    done = [each for name in ("meetings", "improvements") for each in work.of(name) if each.day("day") <= work.today]
    for each in done:
        for name in each.names("organizations"):
            counts = joint.setdefault(half_of(each.day("day")), {})
            counts[name] = counts.get(name, 0) + 1
    for half, counts in sorted(joint.items()):
        there = {each.slug for each in work.on_map(half.last_day)}
        active = sum(counts.get(name, 0) >= FEWEST_ACTIVITIES for name in there)
        if mapped:
            yield Derived("5.1", mapped[0].agency, half, active, len(there), "organizations", _latest((*mapped, *done)))


def _commitments(work: Work) -> Iterator[Derived]:
    due = [each for each in work.of("commitments") if each.day("by") <= work.today]
    for agency, year, rows in _grouped(due, lambda each: year_of(each.day("by"))):
        kept = sum(each.get("state") == "kept" for each in rows)
        yield Derived("5c", agency, year, kept, len(rows), "commitments", _latest(rows))


def _funds(work: Work) -> Iterator[Derived]:
    for agency, year, rows in _grouped(work.of("funds"), lambda each: Period(int(each.number("year")), 1, 1)):
        latest = _latest(rows)
        for measure, numerator, denominator in _fund_figures(rows):
            parts = tuple(_funnel(rows)) if measure == "3.1a" else ()
            yield Derived(measure, agency, year, numerator, denominator, "funds", latest, parts)
        spent = {name: sum(each.number("spent") for each in rows if each.get("source") == name) for name in SOURCES}
        total = sum(spent.values())
        parts = tuple(("source", name, amount, total) for name, amount in spent.items() if amount)
        yield Derived("3.1b", agency, year, total, total, "funds", latest, parts)


def _fund_figures(rows: Sequence[Entry]) -> Iterator[tuple[str, float, float]]:
    eligible = [each for each in rows if each.is_yes("eligible")]
    yield "3.1a", sum(each.get("stage") != "found" for each in eligible), len(eligible)
    spent = sum(each.number("spent") for each in rows)
    for measure, field in (("5.2", "paid"), ("4e", "evaluation")):
        if any(each.get(field) for each in rows):  # money that no one entered is unknown, not zero
            yield measure, min(sum(each.number(field) for each in rows), spent), spent
    asked = [each for each in rows if each.get("waiver")]
    yield "3w", sum(each.get("waiver") == "granted" for each in asked), len(asked)
    flexible = [each for each in rows if each.is_yes("flexible")]
    stated = sum(each.number("spent") for each in flexible if each.get("flexible_use"))
    yield "3f", stated, sum(each.number("spent") for each in flexible)
    yield "3h", sum(each.is_yes("high_utilizers") for each in eligible), len(eligible)


def _funnel(rows: Sequence[Entry]) -> Iterator[tuple[str, str, float, float]]:
    """Yield the streams looked into by source, and of all streams those that came as far as each stage."""
    eligible = [each for each in rows if each.is_yes("eligible")]
    for source in SOURCES:
        own = [each for each in eligible if each.get("source") == source]
        if own:
            yield "source", source, sum(each.get("stage") != "found" for each in own), len(own)
    for stage, reached in STAGES_FROM.items():
        yield "stage", stage, sum(each.get("stage") in reached for each in eligible), len(eligible)


def _cohorts(work: Work) -> Iterator[Derived]:
    """Yield 3.2 of the groups that are shown: with a hidden one in the sum, its cost would follow from the others."""
    shown = [each for each in work.of("cohorts") if cohort_figures(each, work.former_of(each)).people is not None]
    for agency, year, rows in _grouped(shown, lambda each: Period(int(each.number("year")), 1, 1)):
        cost, months = (sum(each.number(name) for each in rows) for name in ("cost_after", "months_after"))
        yield Derived("3.2", agency, year, cost, months, "cohorts", _latest(rows))


def _requests(work: Work) -> Iterator[Derived]:
    """Yield 5.3, 5.3m and 5.3d, of requests by community organizations."""
    asked = [each for each in work.of("requests") if each.get("organization")]
    for agency, year, rows in _grouped(asked, lambda each: year_of(each.day("asked"))):
        latest, mapped = _latest(rows), len(work.on_map(year.last_day))
        formal = [each for each in rows if each.is_yes("formal")]
        met = sum(not each.is_yes("formal") and is_met(each) for each in rows)
        denied = sum(each.get("outcome") == "refused" or each.is_yes("appealed") for each in formal)
        yield Derived("5.3", agency, year, len(formal), mapped, "requests", latest)
        yield Derived("5.3m", agency, year, met, len(rows), "requests", latest)
        yield Derived("5.3d", agency, year, denied, len(formal), "requests", latest)


def is_met(request: Entry) -> bool:
    """Return whether the data was given within 20 working days."""
    if request.get("outcome") != "given":
        return False
    return working_days(request.day("asked"), request.day("answered")) <= WORKING_DAYS


def working_days(first: date, last: date) -> int:
    """Return the days from Monday to Friday after `first` until `last`; holidays count as days.

    >>> working_days(date(2026, 3, 6), date(2026, 3, 9)), working_days(date(2026, 3, 2), date(2026, 3, 30))
    (1, 20)
    """
    days = max((last - first).days, 0)
    weeks, rest = divmod(days, 7)
    return 5 * weeks + sum((first + timedelta(days=day + 1)).weekday() < 5 for day in range(rest))


def _improvements(work: Work) -> Iterator[Derived]:
    held = work.of("improvements")
    for agency, year, rows in _grouped(held, lambda each: year_of(each.day("day"))):
        reported = sum(bool(each.get("report")) for each in rows)
        agreed = sum(each.is_yes("agreed") for each in rows)
        closed = [each for each in rows if each.is_yes("closed")]
        told = sum(bool(each.get("did_not_work")) for each in closed)
        yield Derived("4.1", agency, year, reported, agreed, "improvements", _latest(rows))
        went_on = sum(bool(each.get("did_not_work") and each.get("changed")) for each in closed)
        yield Derived("4.2", agency, year, told, len(closed), "improvements", _latest(rows))
        yield Derived("4c", agency, year, went_on, told, "improvements", _latest(rows))


RULES: tuple[Callable[[Work], Iterator[Derived]], ...] = (
    _seats,
    _organizations,
    _commitments,
    _funds,
    _cohorts,
    _requests,
    _improvements,
)
