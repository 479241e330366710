"""The log is searched, proved and taken along; a changed line, a missing one and a cut end show."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import text
from sqlmodel import Session

from app.records.audit_log import AuditEvent
from app.services.accounts.api_keys import WantedKey, create_key
from app.services.common.actor import Actor
from tests.services.making import NOON
from tests.web.admin.people import Office, Person


def proof(olga: Person, noted: str = "") -> str:
    return olga.visits("/staff/audit").fills_in("/staff/audit/proof", noted=noted).text


def test_unchanged_log_is_valid_and_shows_its_fingerprint(office: Office) -> None:
    stated = proof(office.olga)
    assert "The log is intact" in stated
    fingerprint = office.acts()[-2].hash
    assert fingerprint in stated
    assert "the fingerprint that you noted is among them" in proof(office.olga, fingerprint)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_event SET facts = '{}' WHERE act = 'wave opened'",
        "UPDATE audit_event SET actor = 'bob' WHERE act = 'wave opened'",
        "UPDATE audit_event SET at = '2020-01-01 00:00:00' WHERE act = 'wave opened'",
        "DELETE FROM audit_event WHERE act = 'wave opened'",
    ],
)
def test_a_changed_line_is_detected(office: Office, change: str) -> None:
    with office.engine.begin() as connection:
        connection.execute(text(change))
    assert "The log was changed" in proof(office.olga)


def test_cut_log_is_detected_by_an_earlier_fingerprint(office: Office) -> None:
    noted = office.last_act.hash
    with office.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_event WHERE id = (SELECT max(id) FROM audit_event)"))
    assert "The log is intact" in proof(office.olga)
    assert "The log was cut short" in proof(office.olga, noted)


def test_the_service_itself_changes_no_line(office: Office) -> None:
    with Session(office.engine) as session:
        session.get_one(AuditEvent, 1).actor = "nobody"
        with pytest.raises(AssertionError, match="expected an unchanged audit log"):
            session.flush()
    with Session(office.engine) as session:
        session.delete(session.get_one(AuditEvent, 1))
        with pytest.raises(AssertionError, match="expected an unchanged audit log"):
            session.flush()


def test_the_log_is_searched(office: Office) -> None:
    office.bob.visits("/staff/audit")
    for query, lines in (("actor=bob", 3), ("act=wave+opened", 1), ("subject=river", 2), ("until=2026-11-23", None)):
        found = office.olga.visits(f"/staff/audit?{query}").page.xpath("//tbody/tr")
        assert lines is None or len(found) == lines, query
    assert "No action matches this search" in office.olga.visits("/staff/audit?subject=%25").text
    assert office.olga.visits("/staff/audit?since=tomorrow").status == 200


def test_log_is_exported_as_a_table_without_formulas(office: Office) -> None:
    create_key(office.engine, office.settings, WantedKey("=1+1"), Actor("=cmd|x", NOON))
    answer = office.olga.client.get("/staff/audit.csv?act=key+created")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["who"] for row in rows] == ["'=cmd|x"]
    assert "attachment" in answer.headers["content-disposition"]
    assert office.last_act.act == "log taken along"
