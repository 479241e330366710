"""A partnership of fourteen asks all of its members in the console, and reads shares in steps."""

from __future__ import annotations

import pytest

from app.services.scorecards.definitions import load_definitions
from app.services.scorecards.figures import STEP, read_figures
from app.services.scorecards.publish import publish_community
from tests.journeys.year.city import partner_answers
from tests.journeys.year.console import answer_by_link, close, make_links, open_wave, plan
from tests.services.making import ACT
from tests.web.admin.people import Office

MEMBERS, ANSWERED = 14, 12


@pytest.mark.slow
def test_partnership_of_14_has_shares_in_steps(office: Office) -> None:
    plan(office.olga, "members", "partners", ["police"], "required")
    links = make_links(office.olga, "members", MEMBERS, MEMBERS)
    open_wave(office.olga, "members")
    answer_by_link(office.charlie.client, "members", links[:ANSWERED], partner_answers()[:ANSWERED])
    close(office, "members")
    series = read_figures(publish_community(office.engine, "river-city", ACT).card, load_definitions()).series
    point = series["2.1c", "police"].last
    assert (point.low, point.high, point.flags) == (50.0, 100.0, (STEP,))  # 6 of 12 could influence a decision
    assert point.everyone == 15  # rounded


def test_partnership_of_nine_does_not_open(office: Office) -> None:
    plan(office.olga, "few", "partners", ["police"], "required")
    make_links(office.olga, "few", 9, 9)
    assert "has 9 codes: expected 10 or more" in office.olga.visits("/staff/waves/few/open").text


def test_two_kinds_of_members_have_the_floor_of_all(office: Office) -> None:
    plan(office.olga, "kinds", "partners", ["police"], "required")
    make_links(office.olga, "kinds", 14, 14)
    wanted = {"count": "14", "source": "address sample", "stratum": "second", "frame": "14", "again": "yes"}
    office.olga.visits("/staff/waves/kinds/codes").fills_in(**wanted)
    assert "has 14 codes: expected 20 or more" in office.olga.visits("/staff/waves/kinds/open").text
