"""The scope of an agency: Bob of the River City police finds no record of another agency, at any address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services.accounts.api_keys import WantedKey, create_key, list_keys
from app.services.communities.profiles import add_agency, add_community
from app.services.waves.plan_file import PlannedAgency
from tests.services.making import ACT, make_open_wave
from tests.web.admin.people import Office, open_office

OURS, THEIRS = "/staff/waves/river-city-2026", "/staff/waves/library-2026"
STAFFING = "agency,variable,level,count,source,year\n{agency},gender,woman,40,Annual report,2025\n"


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Office]:
    """River City with a wave about police and library, one about the library alone, and a town of its own."""
    with open_office(tmp_path) as office:
        make_open_wave(
            office.engine,
            office.settings,
            slug="library-2026",
            agencies=(PlannedAgency("library", {"en": "the library"}),),
        )
        add_community(office.engine, "hill-town", {"en": "Hill Town"}, ACT)
        add_agency(office.engine, "hill-town", "police", {"en": "the police of Hill Town"}, ACT)
        yield office


def test_agency_member_sees_the_waves_of_his_agency_only(city: Office) -> None:
    bob = city.bob.visits("/staff/waves")
    assert "river-city-2026" in bob.text
    assert "library-2026" not in bob.answer.text
    assert "library-2026" not in bob.visits("/staff").answer.text
    assert bob.visits(OURS).status == 200
    assert bob.visits(f"{OURS}/fieldwork").status == 200
    for path in (THEIRS, f"{THEIRS}/fieldwork"):
        assert bob.visits(path).status == 404
        assert "library" not in bob.text
        assert bob.text == bob.visits("/staff/waves/nowhere").text


def test_agency_member_runs_no_wave(city: Office) -> None:
    bob = city.bob.visits(OURS)
    assert {form.action for form in bob.page.forms} == {"/staff/sign-out"}
    for step in ("open", "close", "withdraw", "box", "codes", "report"):
        assert f"{OURS}/{step}" not in bob.answer.text
        assert bob.visits(f"{OURS}/{step}").status == 403


def test_agency_member_loads_staffing_of_his_agency_only(city: Office) -> None:
    def brings(table: str) -> int:
        page = city.bob.visits("/staff/communities/river-city/staffing")
        return page.fills_in(files={"table": ("staff.csv", table.encode())}).status

    assert brings(STAFFING.format(agency="library")) == 422
    assert "expected agencies among police, found library" in city.bob.text
    assert brings(STAFFING.format(agency="police")) == 200
    form = city.bob.form("/staff/communities/river-city/staffing/load")
    changed = form.fields["table"].replace("police", "library")
    assert city.bob.fills_in("/staff/communities/river-city/staffing/load", table=changed).status == 422
    assert city.last_act.act == "workforce checked"
    assert brings(STAFFING.format(agency="police")) == 200
    assert city.bob.fills_in("/staff/communities/river-city/staffing/load").status == 200
    assert city.last_act.act == "workforce loaded"
    assert city.bob.visits("/staff/communities/hill-town/staffing").status == 404
    assert city.bob.visits("/staff/communities/river-city/population").status == 403


def test_agency_member_makes_keys_for_his_agency_only(city: Office) -> None:
    everything = create_key(city.engine, city.settings, WantedKey("everything"), ACT)
    bob = city.bob.visits("/staff/keys")
    assert "everything" not in bob.text
    bob.visits("/staff/keys/new")
    assert bob.page.xpath("//input[@name='agencies']/@value") == ["river-city/police"]
    assert bob.fills_in(label="dashboard").status == 422
    bob.visits("/staff/keys/new")
    assert bob.fills_in(label="dashboard", agencies=["river-city/police", "river-city/library"]).status == 422
    bob.visits("/staff/keys/new").fills_in(label="dashboard", agencies=["river-city/police"])
    assert bob.page.find_class("secret")[0].text_content().startswith("ct_live_")
    assert [key.agencies for key in list_keys(city.engine) if key.label == "dashboard"] == [["river-city/police"]]
    token = bob.visits("/staff/keys").page.xpath("//form//input[@name='_token']/@value")[0]
    answer = bob.client.post(f"/staff/keys/{everything.id}/revoke", data={"_token": token})
    assert answer.status_code == 404
    assert all(key.revoked_on is None for key in list_keys(city.engine))
