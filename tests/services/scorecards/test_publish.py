"""Publishing of a scorecard: it shows safe figures, hides small numbers, names refusals, and keeps earlier versions."""

from __future__ import annotations

import math

import pytest
from sqlalchemy import Engine

from analysis.disclosure import Shown
from analysis.disclosure.cells import rounded_value
from analysis.disclosure.shares import DEFF_STEP
from analysis.errors import AnalysisError
from app.errors import BadTable, NotFound, NothingToReport
from app.records.audit_log import acts
from app.records.database import reading
from app.records.wave_lifecycle import PUBLISHED
from app.records.waves import get_wave
from app.services.communities.register_import import Registered, store_register
from app.services.reports import publish as report_publishing
from app.services.scorecards import publish as scorecard_publishing
from app.services.scorecards.definitions import load_definitions
from app.services.scorecards.draft import TooManyAgencies
from app.services.scorecards.figures import Figures, read_figures
from app.services.scorecards.load import load_measures
from app.services.scorecards.publish import (
    FrozenScorecard,
    NothingToScore,
    ScorecardNotMade,
    find_frozen_scorecard,
    get_frozen_scorecard,
    list_agencies,
    preview_scorecard,
    publish_agencies,
    publish_community,
)
from app.settings import Settings
from tests.services import reported
from tests.services.making import ACT
from tests.services.scorecards.making import make_rows
from tests.services.scorecards.scored import WHERE, load, make_register, make_staff_wave, publish

STEP = 5  # a share of 120 people is shown in steps of five percent
REQUESTS = {"measure": "5.3", "period": "2025", "numerator": 22, "denominator": 26}
MET = {"measure": "5.3m", "period": "2025", "numerator": 24, "denominator": 33}


def figures_of(frozen: FrozenScorecard) -> Figures:
    return read_figures(frozen.card, load_definitions())


def test_share_of_people_has_bounds_from_rounded_numbers(both_engine: Engine) -> None:
    make_register(both_engine)
    load(both_engine, {"numerator": 121, "denominator": 203, "unknown": 14})
    point = figures_of(publish(both_engine)).series["1.1", "police"].last
    assert (point.value, point.low, point.high) == (59, 57, 61)
    assert (point.numerator, point.denominator, point.unknown) == (120, 205, 15)
    assert (point.attested_by, point.attested_on, point.basis) == ("Training office", "2026-04-10", "counted")


def test_a_small_number_is_hidden_wherever_it_stands(engine: Engine) -> None:
    make_register(engine)
    small = {"breakdown": "role", "level": "supervisor", "numerator": 4, "denominator": 12}
    load(engine, {"unknown": 3}, small, {"agency": "health", "numerator": 6, "denominator": 40})
    frozen = publish(engine)
    assert b'"n":4' not in frozen.card.content.replace(b'"n":40', b"")
    series = figures_of(frozen).series
    assert series["1.1", "health"].last.reason == "too_few"
    [part] = series["1.1", "police"].last.parts
    assert (part.value, part.reason) == (None, "too_few")
    assert ("1.1", "") not in series  # the police alone do not stand for the community
    assert {each.reason for each in preview_scorecard(engine, WHERE)} == {"too_few"}


def test_5_3_is_never_published_without_its_companion(engine: Engine) -> None:
    make_register(engine)
    with pytest.raises(BadTable, match=r"companion missing: expected 5\.3m of police for 2025 in the same table"):
        load(engine, REQUESTS)
    load(engine, REQUESTS, MET)
    series = figures_of(publish(engine)).series
    assert round(series["5.3", "police"].last.value or 0, 3) == 0.846
    assert round(series["5.3m", "police"].last.value or 0, 2) == 72.73


def test_impossible_estimate_is_explained_in_a_sentence(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    make_register(engine)
    load(engine, {})

    def refuse(*_: object) -> None:
        raise AnalysisError("expected at least one value, but got none")

    monkeypatch.setattr(scorecard_publishing, "publish_scorecard", refuse)
    with pytest.raises(ScorecardNotMade, match=r"No scorecard can be made of .*: expected at least one value"):
        preview_scorecard(engine, WHERE)


def test_same_figures_give_the_same_scorecard_version(engine: Engine) -> None:
    make_register(engine)
    load(engine, {})
    first, again = publish(engine), publish(engine)
    assert (first.version, again.version, first.card.sha256) == (1, 1, again.card.sha256)
    load(engine, {"numerator": 160})
    second = publish(engine)
    assert second.version == 2
    assert figures_of(second).series["1.1", "police"].last.revision == 2
    old = find_frozen_scorecard(engine, WHERE, version=1)
    assert old is not None
    assert (old.version, old.card.content) == (1, first.card.content)
    with reading(engine) as session:
        assert [each.facts["version"] for each in acts(session) if each.act == "scorecard published"] == [1, 2]


def test_correction_by_a_few_people_is_not_shown(engine: Engine) -> None:
    make_register(engine)
    load(engine, {"numerator": 121})
    publish(engine)
    load(engine, {"numerator": 124})
    assert figures_of(publish(engine)).series["1.1", "police"].last.reason == "changed_by_few"


def test_a_trend_does_not_cross_a_changed_definition(engine: Engine) -> None:
    make_register(engine)
    load(engine, {"period": "2025-Q3", "numerator": 90}, {"period": "2025-Q4", "numerator": 120})
    assert figures_of(publish(engine)).series["1.1", "police"].move == "higher"
    load(engine, {"period": "2026-Q1", "numerator": 60, "version": "1+8-hours", "trend": "new"})
    series = figures_of(publish(engine)).series["1.1", "police"]
    assert (series.move, len(series.trend), len(series.points)) == ("new definition", 1, 3)


def test_agencies_with_other_definitions_are_not_added(engine: Engine) -> None:
    make_register(engine)
    load(engine, {}, {"agency": "health", "version": "1+8-hours"})
    assert ("1.1", "") not in figures_of(publish(engine)).series
    second = {"period": "2026-Q2", "attested_on": "2026-07-10"}
    load(engine, second, {**second, "agency": "health", "trend": "new"})
    whole = figures_of(publish(engine)).series["1.1", ""]
    assert [(point.period, point.denominator, point.agencies) for point in whole.points] == [("2026-Q2", 400, 2)]


def test_money_by_source_has_the_number_of_equal_sources(engine: Engine) -> None:
    make_register(engine)
    whole = {"measure": "3.1b", "period": "2025", "numerator": 800, "denominator": 800}
    sources = [{**whole, "breakdown": "source", "level": name, "numerator": 400} for name in ("city", "state")]
    load(engine, whole, *sources)
    point = figures_of(publish(engine)).series["3.1b", "police"].last
    assert point.value == 2
    assert [(part.level, part.value) for part in point.parts] == [("city", 50), ("state", 50)]


def test_costs_of_a_few_people_are_not_shown(engine: Engine) -> None:
    make_register(engine)
    cost = {"measure": "3.2", "numerator": 90_321.55, "denominator": 108}
    load(engine, {**cost, "period": "2024"}, {**cost, "period": "2025", "denominator": 1437.0})
    first, second = figures_of(publish(engine)).series["3.2", "police"].points
    assert (first.value, first.reason, second.value, second.denominator) == (None, "too_few", 63, 1440)


def test_staff_are_estimated_as_all_of_a_finite_roster(engine: Engine, settings: Settings) -> None:
    make_register(engine)
    wave = make_staff_wave(engine, settings, answered=120, everyone=160)
    series = figures_of(publish(engine)).series
    point = series["1.3b", "police"].last
    share = point.value or 0
    whole = math.sqrt(share * (100 - share) / 120)
    effect = rounded_value(1 - 120 / 160, DEFF_STEP)  # the share of the roster that did not answer
    assert point.se == round(math.hypot(whole * math.sqrt(effect), STEP / math.sqrt(12)))
    assert (point.basis, point.denominator) == ("asked", 120)
    assert series["safe_to_report", "police"].last.flags == ("coarse", "at_least")
    with reading(engine) as session:
        assert get_wave(session, wave).status == PUBLISHED


def test_staff_without_a_known_roster_have_the_wider_interval(engine: Engine, settings: Settings) -> None:
    make_register(engine)
    make_staff_wave(engine, settings, answered=120, everyone=None)
    point = figures_of(publish(engine)).series["1.3b", "police"].last
    share = point.value or 0
    assert point.se == round(math.hypot(math.sqrt(share * (100 - share) / 120), STEP / math.sqrt(12)))


def test_fewer_than_thirty_staff_are_not_shown(engine: Engine, settings: Settings) -> None:
    make_register(engine)
    make_staff_wave(engine, settings, answered=29, everyone=None)
    frozen = publish(engine)
    assert figures_of(frozen).series["1.3b", "police"].last.reason == "too_few"
    assert not [row for table in frozen.card.tables for row in table.rows if isinstance(row.cell, Shown)]


def test_a_wave_of_staff_has_no_report_of_its_own(engine: Engine, settings: Settings) -> None:
    make_register(engine)
    wave = make_staff_wave(engine, settings, answered=40, everyone=60)
    with pytest.raises(NothingToReport, match="its survey has no index; see its figures on the scorecard"):
        report_publishing.publish_report(engine, wave, ACT)


@pytest.mark.parametrize("head", ["id: community-trust", "id: own\ncatalog: community-trust"])
def test_resident_figures_equal_those_of_the_report(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch, head: str
) -> None:
    """A community's own version of the survey of residents counts as well."""
    monkeypatch.setattr(reported, "SHORT", reported.SHORT.replace("id: short", head))
    report = reported.make_published_wave(engine, settings, people=240).report
    frozen = publish(engine)
    index = next(table for table in report.tables if table.id == "open-link.index")
    series = figures_of(frozen).series
    for row in index.rows:
        assert isinstance(row.cell, Shown)
        point = series["CTI", row.domain.partition("agency=")[2]].last
        assert (point.value, point.low, point.high, point.se) == (
            row.cell.value,
            row.cell.low,
            row.cell.high,
            row.cell.se,
        )
        assert point.basis == "came"
    groups = figures_of(frozen).least("CTI_by_group")
    assert {(each.agency, each.figure) for each in groups} >= {("police", "CTI_by_group|age=1")}
    assert {quote["report"] for quote in frozen.card.document["quotes"]} == {report.sha256}


def test_agencies_can_have_scorecards_of_their_own(engine: Engine) -> None:
    make_register(engine)
    load(engine, {}, {"agency": "health"})
    stated: list[tuple[int, int]] = []
    assert publish_agencies(engine, WHERE, ACT, lambda done, of: stated.append((done, of))) == 2
    assert stated == [(1, 2), (2, 2)]
    assert [each.slug for each in list_agencies(engine, WHERE)] == ["health", "police"]
    frozen = get_frozen_scorecard(engine, WHERE, "police")
    assert frozen.card.subject == "river-city/police"
    assert {key[1] for key in figures_of(frozen).series} == {"police"}
    with pytest.raises(NotFound, match="there is no published scorecard 'river-city'"):
        get_frozen_scorecard(engine, WHERE)


def test_impossible_scorecard_is_refused_by_name(engine: Engine) -> None:
    make_register(engine)
    with pytest.raises(NothingToScore, match="Expected figures, staff counts or a published wave of river-city"):
        publish(engine)
    many = [Registered("big", "Big", f"a{number}", "An agency") for number in range(61)]
    store_register(engine, many, ACT)
    load_measures(engine, "big", make_rows(*({"agency": each.agency} for each in many)), ACT, "t.csv")
    with pytest.raises(TooManyAgencies, match="at most 60 agencies with figures on the scorecard of big, got 61"):
        publish_community(engine, "big", ACT)
    assert publish_community(engine, "big", ACT, "a7").version == 1
