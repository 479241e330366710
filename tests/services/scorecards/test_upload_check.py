"""The check of uploaded figures refuses each bad row by the name of its rule, and reads each good row as it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.common.periods import Period, parse_period, read_period
from app.services.scorecards.definitions import load_definitions
from app.services.scorecards.upload_check import check_upload
from app.services.scorecards.uploaded_figure import StoredFigure, UploadPreview
from tests.services.scorecards.making import make_rows

TODAY = date(2026, 11, 23)
LATER = {"period": "2026-Q2", "attested_on": "2026-07-10"}
AGENCIES = frozenset({"police", "health"})


def check(*changes: Mapping[str, Any], stored: StoredFigure | None = None) -> UploadPreview:
    return check_upload(make_rows(*changes), load_definitions(), stored or StoredFigure(AGENCIES), TODAY)


def rules(*changes: Mapping[str, Any], stored: StoredFigure | None = None) -> list[tuple[int, str]]:
    return [(each.line, each.rule) for each in check(*changes, stored=stored).refused]


def test_good_row_is_stored_unchanged() -> None:
    preview = check({"unknown": 7})
    assert preview.refused == ()
    [figure] = preview.figures
    assert (figure.numerator, figure.denominator, figure.unknown, figure.version) == (120, 200, 7, "1")
    assert (figure.attested_by, str(figure.attested_on)) == ("Training office", "2026-04-10")


def test_recorded_crime_is_refused_as_measure_1_5() -> None:
    [refused] = check({"measure": "1.5", "period": "2026", "source": "Recorded crime"}).refused
    assert refused.rule == "recorded crime"
    assert "counts of recorded crime mix reporting with crime" in refused.sentence


@pytest.mark.parametrize("measure", ["1.2c", "1.3b", "2.1c", "1.4"])
def test_computed_measure_cannot_be_uploaded(measure: str) -> None:
    assert rules({"measure": measure}) == [(1, "computed")]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"denominator": None}, "no denominator"),
        ({"denominator": ""}, "no denominator"),
        ({"denominator": 0, "numerator": 0}, "no denominator"),
        ({"numerator": 201}, "numerator too large"),
        ({"numerator": -1}, "not a number"),
        ({"numerator": "nan"}, "not a number"),
        ({"numerator": "12%"}, "not a number"),
        ({"numerator": "1_0"}, "not a number"),
        ({"numerator": 12.5}, "not a number"),
        ({"unknown": "some"}, "not a number"),
        ({"measure": "7.7"}, "unknown measure"),
        ({"agency": "fire"}, "unknown agency"),
        ({"period": "2026"}, "bad period"),
        ({"period": "2026-Q5"}, "bad period"),
        ({"version": "2"}, "unknown version"),
        ({"version": "1+"}, "unknown version"),
        ({"version": "1+a b"}, "unknown version"),
        ({"source": ""}, "no source"),
        ({"attested_by": ""}, "no one has confirmed it"),
        ({"attested_on": "soon"}, "no one has confirmed it"),
        ({"breakdown": "shoe size", "level": "42"}, "unknown breakdown"),
        ({"breakdown": "role"}, "unknown breakdown"),
        ({"trend": "maybe"}, "unknown trend"),
    ],
)
def test_a_bad_row_is_refused_by_name(change: Mapping[str, Any], rule: str) -> None:
    assert rules({}, {"agency": "health", **change}) == [(2, rule)]


def test_all_faults_of_a_row_are_reported_together() -> None:
    assert {rule for _, rule in rules({"agency": "fire", "period": "May", "source": ""})} == {
        "unknown agency",
        "bad period",
        "no source",
    }


def test_rate_may_exceed_its_denominator() -> None:
    row = {"measure": "5.3s", "period": "2025", "numerator": 90, "denominator": 40}
    assert rules(row) == []


def test_the_same_figure_twice_is_refused() -> None:
    assert rules({}, {"numerator": 130}) == [(2, "twice")]


def test_a_breakdown_needs_its_whole_and_is_at_most_the_whole() -> None:
    frontline = {"breakdown": "role", "level": "frontline", "numerator": 100, "denominator": 150}
    supervisor = {"breakdown": "role", "level": "supervisor", "numerator": 30, "denominator": 50}
    assert rules({}, frontline, {**supervisor, "numerator": 20}) == []
    assert rules({}, frontline, supervisor) == [(2, "parts larger than the whole")]
    assert rules(frontline) == [(1, "no whole")]
    whole = StoredFigure(AGENCIES, wholes={("police", "1.1", "2026-Q1"): (120, 200)})
    assert rules(frontline, stored=whole) == []


def test_spending_by_source_is_at_most_all_spending() -> None:
    whole = {"measure": "3.1b", "period": "2025", "numerator": 900.5, "denominator": 900.5}
    parts = [{**whole, "breakdown": "source", "level": name, "numerator": 300} for name in ("city", "state", "gifts")]
    assert rules(whole, *parts) == []
    assert rules(whole, *({**part, "numerator": 400} for part in parts)) == [(2, "parts larger than the whole")]


def test_changed_definition_needs_a_new_trend() -> None:
    stored = StoredFigure(AGENCIES, versions={("police", "1.1"): {"2025-Q4": "1"}})
    changed = {"version": "1+8-hours"}
    assert rules(changed, stored=stored) == [(1, "definition changed")]
    assert rules({**changed, "trend": "new"}, stored=stored) == []
    assert rules(changed, {**changed, **LATER}, stored=stored) == [(1, "definition changed")]
    assert rules({**changed, "trend": "new"}, {**changed, **LATER}, stored=stored) == []
    assert rules({**changed, "trend": "new"}, {**LATER}, stored=stored) == [(2, "definition changed")]
    assert rules({"agency": "health", **changed}, stored=stored) == []


@given(st.dictionaries(st.sampled_from(["measure", "agency", "period", "numerator", "denominator"]), st.text()))
def test_random_row_is_stored_or_refused_without_a_crash(change: dict[str, str]) -> None:
    preview = check(change)
    assert bool(preview.figures) != bool(preview.refused)


@given(st.integers(1900, 2199), st.sampled_from([("year", 1), ("half-year", 2), ("quarter", 4)]), st.integers(1, 4))
def test_a_period_is_written_and_read_alike(year: int, kind: tuple[str, int], part: int) -> None:
    period = Period(year, kind[1], min(part, kind[1]))
    assert read_period(str(period), kind[0]) == parse_period(str(period)) == period
    assert period.last_day.year == year
    assert period.end == year + period.part / period.parts


WHOLE = ("police", "1.1", "2026-Q1")
PARTS = {("role", "frontline"): (90.0, 150.0), ("role", "supervisor"): (30.0, 50.0)}


def test_corrected_whole_is_compared_with_stored_parts() -> None:
    stored = StoredFigure(AGENCIES, wholes={WHOLE: (120.0, 200.0)}, parts={WHOLE: PARTS})
    assert rules({"numerator": 110}, stored=stored) == [(1, "parts larger than the whole")]
    assert rules({"denominator": 190}, stored=stored) == [(1, "parts larger than the whole")]
    part = {"breakdown": "role", "level": "frontline", "numerator": 80, "denominator": 150}
    assert rules({"numerator": 110}, part, stored=stored) == []
    assert rules({**part, "numerator": 100}, stored=stored) == [(1, "parts larger than the whole")]


@pytest.mark.parametrize(
    "change",
    [
        {"attested_on": "2026-11-24"},
        {"period": "2026-Q4"},
        {"period": "2026-Q1", "attested_on": "2026-03-30"},
        {"period": "2031-Q1", "attested_on": "2031-04-10"},
    ],
)
def test_figure_confirmed_before_its_time_is_refused(change: Mapping[str, Any]) -> None:
    assert rules(change) == [(1, "confirmed too early")]


def test_5_3_without_its_companion_is_refused_at_once() -> None:
    asked = {"measure": "5.3", "period": "2025"}
    assert rules(asked) == [(1, "companion missing")]
    assert rules(asked, {"measure": "5.3m", "period": "2025"}) == []
    stored = StoredFigure(AGENCIES, wholes={("police", "5.3", "2025"): (1, 2), ("police", "5.3m", "2025"): (1, 2)})
    gone = {"withdraw": "yes", "correction": "counted twice"}
    assert rules({"measure": "5.3m", "period": "2025", **gone}, stored=stored) == [(1, "companion missing")]
    assert rules(*({"measure": each, "period": "2025", **gone} for each in ("5.3", "5.3m")), stored=stored) == []


def test_refused_rows_are_in_no_sum_and_counted_once() -> None:
    preview = check({}, {}, {"agency": "fire", "period": "x"})
    assert [figure.line for figure in preview.figures] == [1]
    assert len({each.line for each in preview.refused}) == 2
    assert len(preview.refused) == 3


def test_more_events_than_agreed_are_accepted() -> None:
    events = {"measure": "4.1", "period": "2025", "numerator": 7, "denominator": 6}
    assert rules(events) == []
    assert rules({**events, "measure": "4.2"}) == [(1, "numerator too large")]


def test_withdrawal_needs_a_stored_figure_and_a_reason() -> None:
    stored = StoredFigure(AGENCIES, wholes={WHOLE: (120.0, 200.0)})
    assert rules({"withdraw": "yes", "correction": "wrong list"}) == [(1, "nothing to withdraw")]
    assert rules({"withdraw": "yes"}, stored=stored) == [(1, "no reason")]
    assert rules({"withdraw": "yes", "correction": "wrong list"}, stored=stored) == []
