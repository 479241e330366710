"""One person with two accounts is not two people; sessions are listed and ended."""

from __future__ import annotations

from datetime import date

import pytest

from app.records.database import reading
from app.records.staff import get_member, sessions_of
from app.services.registers.comments import list_waiting, receive_comment
from tests.web.admin.people import Office, Person, hire

COMMENTS = "/staff/communities/river-city/comments"


def comment(office: Office) -> None:
    receive_comment(office.engine, "river-city", "1.1", "comment", "Too few.", "en", date.today())


def test_account_made_by_the_first_person_is_no_second_one(office: Office) -> None:
    comment(office)
    office.olga.visits(COMMENTS).fills_in(decision="show")
    greta = office.joins("greta")
    greta.visits(COMMENTS).fills_in(decision="show")
    assert greta.status == 409
    assert "a second operator confirmed" in greta.text
    assert list_waiting(office.engine, "river-city")
    assert office.last_act.facts["why"] == "NotConfirmed"


def test_operator_confirms_neither_own_invitation_nor_oneself(office: Office) -> None:
    office.joins("greta")
    office.olga.visits("/staff/people")
    assert "invited by olga, not confirmed" in office.olga.text
    token = office.olga.form("/staff/people/bob/link").fields["_token"]
    answer = office.olga.client.post("/staff/people/greta/confirm", data={"_token": token})
    assert answer.status_code == 409
    assert "not confirmed" in office.olga.visits("/staff/people").text


def test_account_of_an_unconfirmed_operator_confirms_no_other(office: Office) -> None:
    """Olga makes an operator and a reviewer, and lets the one confirm the other."""
    office.joins("greta")
    office.olga.visits("/staff/people/new").fills_in(name="olga.two", role="operator")
    address = office.olga.page.find_class("secret")[0].text_content().strip()
    two = Person("olga.two", office.browser()).visits("/staff" + address.partition("/staff")[2])
    two.totp = two.page.find_class("secret")[0].text_content().replace(" ", "").strip()
    two.fills_in(password="seven quiet boats at dawn", again="seven quiet boats at dawn", code=two.code())
    two.visits("/staff/people").fills_in("/staff/people/greta/confirm")
    assert two.status == 409
    assert "not confirmed" in office.olga.visits("/staff/people").text


def test_second_operator_confirms_and_the_account_counts(office: Office) -> None:
    comment(office)
    office.olga.visits(COMMENTS).fills_in(decision="show")
    greta = office.joins("greta")
    pam = hire(office, "pam", "operator")
    pam.visits("/staff/people").fills_in("/staff/people/greta/confirm")
    assert "counts as one of two people now" in pam.text
    greta.visits(COMMENTS).fills_in(decision="show")
    assert not list_waiting(office.engine, "river-city")


def test_new_link_takes_the_confirmation_away(office: Office) -> None:
    office.olga.visits("/staff/people").fills_in("/staff/people/rosa/link")
    row = [line for line in office.olga.visits("/staff/people").page.xpath("//tr") if "rosa" in line.text_content()]
    assert "invited by olga, not confirmed" in row[0].text_content()


def test_link_of_an_operator_needs_two_other_operators(office: Office) -> None:
    pam, quinn = hire(office, "pam", "operator"), hire(office, "quinn", "operator")
    office.olga.visits("/staff/people").fills_in("/staff/people/pam/link")
    assert "A second operator must press New link too" in office.olga.text
    office.olga.visits("/staff/people").fills_in("/staff/people/pam/link")
    assert not office.olga.page.find_class("secret"), "the same operator twice"
    assert pam.visits("/staff").status == 200
    assert pam.path == "/staff"
    pam.visits("/staff/people").fills_in("/staff/people/pam/link")
    assert pam.status == 409
    quinn.visits("/staff/people")
    assert "olga asks for a new link" in quinn.text
    quinn.fills_in("/staff/people/pam/link")
    assert quinn.page.find_class("secret")
    assert pam.visits("/staff").path == "/staff/sign-in"
    row = [line for line in quinn.visits("/staff/people").page.xpath("//tr") if "pam" in line.text_content()]
    assert "not confirmed" not in row[0].text_content()


@pytest.mark.parametrize("ended", ["one", "all"])
def test_sessions_are_listed_and_ended(office: Office, ended: str) -> None:
    elsewhere = Person("rosa", office.browser(), office.rosa.totp)
    elsewhere.client.cookies.update(office.rosa.client.cookies)
    office.rosa.client.cookies.clear()
    office.rosa.signs_in()
    office.rosa.visits("/staff/account")
    assert office.rosa.text.count("this browser") == 1
    if ended == "one":
        office.rosa.fills_in("/staff/account/sessions")
        assert office.last_act.act == "session ended"
        assert office.rosa.visits("/staff").path == "/staff"
    else:
        office.olga.visits("/staff/people/rosa/sessions").fills_in("/staff/people/rosa/sessions")
        assert office.rosa.visits("/staff").path == "/staff/sign-in"
    assert elsewhere.visits("/staff").path == "/staff/sign-in"


def test_session_of_another_person_is_not_ended(office: Office) -> None:
    with reading(office.engine) as session:
        theirs = sessions_of(session, get_member(session, "olga").id or 0)[0].token_sha256.hex()
    token = office.rosa.visits("/staff/account").form("/staff/sign-out-everywhere").fields["_token"]
    answer = office.rosa.client.post("/staff/account/sessions", data={"_token": token, "session": theirs})
    assert answer.status_code == 404
    assert office.olga.visits("/staff").path == "/staff"
