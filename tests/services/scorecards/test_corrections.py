"""Corrections and small groups on a scorecard: what changed is said, and nothing reads the wrong way round."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from app.errors import BadTable
from app.records.communities import agencies_of, get_community
from app.records.database import reading
from app.services.scorecards.definitions import load_definitions
from app.services.scorecards.figures import FigurePoint, moved, read_figures
from app.services.scorecards.notes import TARGETS, load_notes
from app.services.scorecards.upload_rows import to_rows
from app.services.waves import lifecycle
from app.services.waves.plan_file import PlannedAgency
from app.settings import Settings
from app.web.scorecards.page import view_card
from tests.services.making import ACT, PLAN
from tests.services.scorecards.scored import WHERE, load, make_register, make_staff_wave, publish
from tests.services.scorecards.test_notes import TARGET


def test_correction_is_noted_with_its_reason(engine: Engine) -> None:
    make_register(engine)
    load(engine, {"numerator": 121})
    publish(engine)
    load(engine, {"numerator": 124, "correction": "Three people were left off the list"})
    view = view_card(publish(engine), "en")
    notes = [note for step in view.steps for each in step.measures if each.figure for note in each.figure.notes]
    assert "corrected: Three people were left off the list" in notes


def test_withdrawn_figure_leaves_its_reason_and_no_number(engine: Engine) -> None:
    make_register(engine)
    load(engine, {"numerator": 121}, {"agency": "health", "numerator": 77})
    publish(engine)
    load(engine, {"withdraw": "yes", "correction": "The log was of another year"})
    card = publish(engine).card
    assert ("1.1", "police") not in read_figures(card, load_definitions()).series
    [gone] = card.document["public"]["withdrawn"]
    assert (gone["agency"], gone["correction"]) == ("police", "The log was of another year")
    assert not {"numerator", "denominator"} & set(gone)
    load(engine, {"numerator": 122})
    assert publish(engine).card.document["public"]["withdrawn"] == ()


@pytest.mark.parametrize(
    "change", [{"value": 900}, {"by_year": "1999"}, {"by_year": "2199"}, {"agreed_on": "2031-01-20"}]
)
def test_implausible_target_is_refused(engine: Engine, change: dict[str, object]) -> None:
    make_register(engine)
    with pytest.raises(BadTable, match="line 1: expected"):
        load_notes(engine, WHERE, TARGETS, to_rows([{**TARGET, **change}]), ACT, "t.csv")


def test_target_can_be_withdrawn_once(engine: Engine) -> None:
    make_register(engine)
    load(engine, {})
    gone = to_rows([{**TARGET, "withdraw": "yes"}])
    with pytest.raises(BadTable, match="expected a stored measure to withdraw"):
        load_notes(engine, WHERE, TARGETS, gone, ACT, "t.csv")
    load_notes(engine, WHERE, TARGETS, to_rows([TARGET]), ACT, "t.csv")
    assert publish(engine).card.document["public"]["targets"]
    load_notes(engine, WHERE, TARGETS, gone, ACT, "t.csv")
    assert not publish(engine).card.document["public"]["targets"]


def test_cut_of_money_is_never_better(engine: Engine) -> None:
    make_register(engine)
    paid = {"measure": "5.2", "numerator": 100_000, "denominator": 900_000, "period": "2024"}
    load(engine, paid, {**paid, "period": "2025", "numerator": 90_000, "denominator": 700_000})
    frozen = publish(engine)
    series = read_figures(frozen.card, load_definitions()).series
    assert (series["5.2", "police"].move, series["5.2t", "police"].move) == ("higher", "lower")
    measures = {each.id: each for step in view_card(frozen, "en").steps for each in step.measures}
    assert measures["5.2"].figure is not None
    assert measures["5.2"].figure.tone == ""
    assert [each.tone for each in measures["5.2"].beside] == ["worse"]


def test_no_share_of_money_has_a_better_direction() -> None:
    shares = [each for each in load_definitions().all.values() if each.unit == "dollars" and each.kind == "share"]
    assert {each.direction for each in shares} == {"described"}


def test_hidden_or_bounded_figures_are_not_called_unchanged() -> None:
    shown = FigurePoint("2025", 2026.0, 40.0, "counted", 38.0, 42.0)
    hidden = replace(shown, value=None, reason="too_few")
    bound = replace(shown, value=5.0, low=None, high=None, flags=("at_most",))
    assert {moved(shown, hidden), moved(hidden, shown), moved(bound, shown)} == {"not comparable"}
    assert moved(shown, shown) == "no clear change"


def test_one_late_agency_leaves_no_community_figure(engine: Engine) -> None:
    make_register(engine)
    both = [{"agency": "police"}, {"agency": "health", "numerator": 90}]
    load(engine, *({**each, "period": "2025-Q4"} for each in both))
    load(engine, {"agency": "police"})
    whole = read_figures(publish(engine).card, load_definitions()).series["1.1", ""]
    assert [point.period for point in whole.points] == ["2025-Q4"]


def test_staff_waves_stay_with_their_agency(engine: Engine, settings: Settings) -> None:
    make_register(engine)
    make_staff_wave(engine, settings, answered=120, everyone=160)
    series = read_figures(publish(engine).card, load_definitions()).series
    assert ("1.3b", "police") in series
    assert ("1.3b", "") not in series
    load(engine, {}, {"agency": "health"})
    own = read_figures(publish(engine, "police").card, load_definitions()).series
    assert ("1.3b", "police") in own
    other = read_figures(publish(engine, "health").card, load_definitions()).series
    assert ("1.3b", "police") not in other


@pytest.mark.parametrize(("answered", "everyone", "shown"), [(22, 24, True), (14, 24, True), (9, 24, False)])
def test_small_partnership_has_shares_in_steps(
    engine: Engine, settings: Settings, answered: int, everyone: int, shown: bool
) -> None:
    make_register(engine)
    make_staff_wave(engine, settings, answered, everyone)
    point = read_figures(publish(engine).card, load_definitions()).series["1.3b", "police"].last
    steps = {22: (66.7, 100.0), 14: (50.0, 100.0)}
    if shown:
        assert (point.low, point.high, point.everyone, point.flags) == (*steps[answered], 25, ("step",))
    else:
        assert (point.value, point.reason) == (None, "too_few")


def test_plan_names_no_agency_that_has_a_name(engine: Engine) -> None:
    make_register(engine)
    with reading(engine) as session:
        before = {each.slug: each.names for each in agencies_of(session, get_community(session, WHERE).id or 0)}
    wording = PlannedAgency("police", {"en": "the officers you met"})
    lifecycle.create_wave(engine, replace(PLAN, survey="staff", agencies=(wording,)), ACT)
    with reading(engine) as session:
        after = {each.slug: each.names for each in agencies_of(session, get_community(session, WHERE).id or 0)}
    assert after == before


def test_interval_of_staff_stands_beside_the_rate(engine: Engine, settings: Settings) -> None:
    """An interval "because not everyone answered" means nothing without how many did."""
    make_register(engine)
    make_staff_wave(engine, settings, 120, 160)
    figures = [each.figure for step in view_card(publish(engine), "en").steps for each in step.measures]
    [asked] = [each for each in figures if each and "because not everyone answered" in each.interval]
    assert asked.of == "about 120 of 160 people answered"


def test_staffing_aims_at_parity_and_is_never_better(engine: Engine) -> None:
    assert load_definitions().get("1.4").direction == "parity"
    make_register(engine)
    load(engine, {})
    measures = {each.id: each for step in view_card(publish(engine), "en").steps for each in step.measures}
    assert measures["1.4"].direction == "The aim is 100 points: staff and residents are alike."


def test_one_hidden_number_is_no_plural(engine: Engine) -> None:
    make_register(engine)
    load(engine, {}, {"breakdown": "role", "level": "supervisor", "numerator": 4, "denominator": 12})
    hidden = [line for line in view_card(publish(engine), "en").withheld if "Not shown" in line]
    assert hidden
    assert [line for line in hidden if not line.startswith("Numbers: ")] == []
