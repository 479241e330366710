"""Figures that a program brings: with a key of its agency alone, looked at or kept, refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlmodel import Session, select

from app.records.audit_log import acts
from app.records.measures import MeasureValue
from app.services.accounts.api_keys import WRITE_MEASURES, WantedKey, create_key
from app.services.common.actor import Actor
from app.services.registers.register_table import REGISTERS
from app.web.api.models import Definitions
from tests.services.registers.year import YEAR
from tests.services.scorecards.making import ROW
from tests.web.api.callers import NOW, Desk

ADDRESS = "/api/v1/measures/river-city"
FIGURE = {**ROW, "measure": "1.2b", "period": "2021-Q1"}


@pytest.fixture
def headers(desk: Desk) -> dict[str, str]:
    wanted = WantedKey("the log of the police", ("river-city/police",), (WRITE_MEASURES,), 30)
    return {"Authorization": f"Bearer {create_key(desk.engine, desk.settings, wanted, Actor('olga', NOW))}"}


def bring(desk: Desk, headers: Mapping[str, str], *figures: Mapping[str, Any], preview: bool = False) -> Any:
    address = f"{ADDRESS}?preview=true" if preview else ADDRESS
    return desk.client.post(address, json={"figures": [dict(each) for each in figures]}, headers=headers)


def kept(desk: Desk, period: str) -> list[float]:
    with Session(desk.engine) as session:
        return [row.numerator for row in session.exec(select(MeasureValue).where(MeasureValue.period == period))]


def test_figures_are_previewed_then_stored_then_corrected(desk: Desk, headers: dict[str, str]) -> None:
    looked = bring(desk, headers, FIGURE, preview=True)
    assert (looked.status_code, looked.json()) == (200, {"accepted": 1, "kept": 0, "refused": []})
    assert kept(desk, "2021-Q1") == []
    assert bring(desk, headers, FIGURE).json()["kept"] == 1
    assert bring(desk, headers, FIGURE).json()["kept"] == 0
    assert bring(desk, headers, {**FIGURE, "numerator": 125}).json()["kept"] == 1
    assert kept(desk, "2021-Q1") == [120, 125]
    with Session(desk.engine) as session:
        assert {each.actor for each in acts(session) if each.facts.get("source") == "api"} == {
            f"key {headers['Authorization'].split('_')[2]}"
        }


def test_one_refused_figure_keeps_all_out_and_is_named(desk: Desk, headers: dict[str, str]) -> None:
    crime = {**ROW, "measure": "1.5", "period": "2022"}
    bare = {name: value for name, value in FIGURE.items() if name != "denominator"} | {"period": "2022-Q2"}
    answer = bring(desk, headers, {**FIGURE, "period": "2022-Q1"}, crime, bare)
    assert answer.status_code == 409
    assert [(each["line"], each["rule"]) for each in answer.json()["refused"]] == [
        (2, "recorded crime"),
        (3, "no denominator"),
    ]
    assert kept(desk, "2022-Q1") == []


def test_key_uploads_figures_of_its_own_agencies_only(desk: Desk, headers: dict[str, str]) -> None:
    assert bring(desk, headers, {**FIGURE, "agency": "library"}).status_code == 403
    assert (
        desk.client.post("/api/v1/measures/hill-town", json={"figures": [FIGURE]}, headers=headers).status_code == 403
    )
    reading = desk.client.get("/api/v1/reports", headers=headers)
    assert reading.status_code == 403


@pytest.mark.parametrize("change", [{"numerator": -1}, {"numerator": "many"}, {"more": 1}, {"source": "x" * 301}])
def test_value_that_is_no_figure_is_an_error(desk: Desk, headers: dict[str, str], change: Mapping[str, Any]) -> None:
    assert bring(desk, headers, {**FIGURE, **change}).status_code == 422


def test_measure_definitions_need_no_key(desk: Desk) -> None:
    stated = Definitions.model_validate_json(desk.client.get("/api/v1/measures").content).measures
    assert len(stated) == 33
    assert next(each for each in stated if each.id == "5.3").needs == ["5.3m"]


PROMISE = {"what": "A line", "after": "Meeting 1", "promised": "2025-01-10", "by": "2025-03-10", "state": "under way"}
ENTRY = {"entry": "night-line", "agency": "police", "values": PROMISE}


def enter(desk: Desk, headers: Mapping[str, str], register: str, *entries: Mapping[str, Any]) -> Any:
    address = f"{ADDRESS}/registers/{register}"
    return desk.client.post(address, json={"entries": [dict(each) for each in entries]}, headers=headers)


def test_program_enters_a_register_of_its_agency(desk: Desk, headers: dict[str, str]) -> None:
    assert enter(desk, headers, "commitments", ENTRY).json() == {"kept": 1, "refused": []}
    late = {**ENTRY, "values": {**PROMISE, "state": "not kept"}}
    refused = enter(desk, headers, "commitments", late)
    assert refused.status_code == 409
    assert "expected something in because" in refused.json()["refused"][0]
    assert enter(desk, headers, "commitments", {**ENTRY, "agency": "health"}).status_code == 403
    assert enter(desk, headers, "comments", ENTRY).status_code == 404
    assert enter(desk, headers, "replies", ENTRY).status_code == 404
    assert enter(desk, {}, "commitments", ENTRY).status_code == 401


def test_key_writes_each_register_of_the_staff(desk: Desk, headers: dict[str, str]) -> None:
    """One program fills every register that people fill, with the rows of a made-up year."""
    for name, rows in YEAR.items():
        entries = [
            {
                "entry": row["entry"],
                "agency": "police",
                "values": {k: f"{v}" for k, v in row.items() if k != "entry" and v != ""},
            }
            for row in rows
        ]
        assert enter(desk, headers, name, *entries).json() == {"kept": len(rows), "refused": []}, name
    assert set(YEAR) == {name for name, each in REGISTERS.items() if not each.by_readers} - {"replies"}


@pytest.mark.parametrize(
    "body", ['{"a": 1e999}', '{"a": NaN}', "[-Infinity]", "1e999", '{"figures": [{"measure": NaN}]}']
)
@pytest.mark.parametrize("end", ["", "/registers/commitments"])
def test_number_that_is_none_is_refused_without_an_echo(
    desk: Desk, headers: dict[str, str], body: str, end: str
) -> None:
    sent = {**headers, "content-type": "application/json"}
    answer = desk.client.post(f"{ADDRESS}{end}", content=body, headers=sent)
    assert answer.status_code == 422
    assert {name for each in answer.json()["detail"] for name in each} == {"loc", "msg", "type"}
