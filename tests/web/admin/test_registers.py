"""Registers in the console: by agencies, by a community organization, and comments that two people decide about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from lxml import html

from app.records.database import reading
from app.records.register_entries import RegisterEntry, newest_entries, revisions_of
from app.records.staff import get_member
from app.services.accounts.members import WantedMember, add_member, find_invitation, join
from app.services.common.actor import Actor
from app.services.registers.comments import receive_comment
from app.services.registers.entries import list_entries
from app.services.scorecards.publish import find_frozen_scorecard
from tests.journeys.year.console import make_links, plan
from tests.web.admin.people import PASSWORD, Office, Person, sit_down

CITY = "/staff/communities/river-city"
PROMISE = {
    "what": "A night line",
    "after": "Meeting 1",
    "promised": "2025-01-10",
    "by": "2025-03-10",
    "state": "under way",
}


def joins_tenants(office: Office) -> Person:
    """Let Olga enter an organization, and let a member of it join a minute ago and sign in."""
    office.olga.visits(f"{CITY}/registers/organizations").fills_in(name="Tenants", since="2025-01-01", agency="police")
    earlier = datetime.now(UTC) - timedelta(minutes=1)
    wanted = WantedMember("tara", "organization", (), "river-city/organizations-1")
    token = add_member(office.engine, office.settings, wanted, Actor("the machine", earlier, at_machine=True))
    person = Person("tara", office.browser(), find_invitation(office.engine, office.settings, token, earlier).totp)
    join(office.engine, office.settings, token, PASSWORD, person.code(earlier), earlier)
    sit_down(office, person)
    return person


def test_operator_invites_a_member_of_a_known_organization(office: Office) -> None:
    wanted = {"name": "tina", "role": "organization", "organization": "river-city/organizations-1"}
    office.olga.visits("/staff/people/new").fills_in(**wanted)
    assert "register of community organizations first" in office.olga.text
    joins_tenants(office)
    assert office.olga.visits("/staff/people/new").fills_in(**wanted).page.find_class("secret")


def test_agency_enters_and_sees_form_errors(office: Office) -> None:
    office.bob.visits(f"{CITY}/registers/commitments").fills_in(**PROMISE, agency="police")
    assert office.bob.status == 200
    [entry] = list_entries(office.engine, "river-city", ("commitments",))
    assert (entry.slug, entry.agency, entry.get("state")) == ("commitments-1", "police", "under way")
    office.bob.visits(f"{CITY}/registers/commitments?entry=commitments-1").fills_in(state="not kept")
    assert office.bob.status == 422
    assert "Expected something in “Not kept, because”, because “State” is not kept" in office.bob.text
    office.bob.fills_in(because="No money was found")
    [entry] = list_entries(office.engine, "river-city", ("commitments",))
    assert (entry.revision, entry.get("because")) == (2, "No money was found")


def test_organization_disputes_and_enters_nothing_else(office: Office) -> None:
    tara = joins_tenants(office)
    office.bob.visits(f"{CITY}/registers/commitments").fills_in(**PROMISE, agency="police")
    assert tara.visits("/staff/registers").path == f"{CITY}/registers"
    tara.visits(f"{CITY}/registers/commitments")
    assert "A night line" in tara.text
    assert not [form for form in tara.page.forms if "registers" in (form.action or "")]
    tara.visits(f"{CITY}/registers/replies?about=commitments&about_entry=commitments-1")
    tara.fills_in(f"{CITY}/replies", stance="disputed", words="No one answers", organization="someone-else")
    [reply] = list_entries(office.engine, "river-city", ("replies",))
    assert (reply.get("organization"), reply.get("stance")) == ("organizations-1", "disputed")
    token = tara.page.xpath("//input[@name='_token']")[0].get("value")
    assert tara.client.post(f"{CITY}/registers/commitments", data={**PROMISE, "_token": token}).status_code == 403
    assert tara.visits(f"{CITY}/registers/commitments/table").status == 403
    assert tara.visits(f"{CITY}/scorecard").status == 200
    assert "Publish</button>" not in tara.answer.text
    assert tara.visits("/staff/communities/elsewhere/registers").status == 404


def test_stored_role_of_an_organization_opens_nothing_older(office: Office) -> None:
    joins_tenants(office)
    with reading(office.engine) as session:
        row = get_member(session, "tara")
    assert (row.role, row.agencies, row.organization) == ("agency", [], "river-city/organizations-1")


def test_two_people_decide_about_a_comment(office: Office) -> None:
    assert (
        receive_comment(office.engine, "river-city", "1.1", "dispute", "It is fewer", "en", date(2026, 5, 17)) is None
    )
    office.olga.visits(f"{CITY}/comments").fills_in(decision="show")
    assert "A second person decides next" in office.olga.text
    [waiting] = list_entries(office.engine, "river-city", ("comments",))
    assert waiting.get("decision") == ""
    form = {"entry": waiting.slug, "decision": "show", "_token": token_of(office.olga)}
    assert office.olga.client.post(f"{CITY}/comments", data=form).status_code == 409
    office.rosa.visits(f"{CITY}/comments").fills_in(decision="show")
    [shown] = list_entries(office.engine, "river-city", ("comments",))
    assert shown.get("decision") == "shown"


def token_of(person: Person) -> str:
    return str(person.page.xpath("//input[@name='_token']")[0].get("value"))


def test_comment_leaves_no_trace_of_its_sender(office: Office) -> None:
    """Nothing joins a comment with a person: no name, day, order or line of the log."""
    before = len(office.acts())
    for words in ("first", "second"):
        receive_comment(office.engine, "river-city", "1.1", "comment", words, "en", date(2026, 5, 17))
    assert len(office.acts()) == before
    with reading(office.engine) as session:
        rows = [row for row in newest_entries(session, 1) if row.kind == "comments"]
        assert {(row.entered_by, row.entered_on, row.agency) for row in rows} == {("", date(2026, 5, 1), "")}
        assert {name for row in rows for name in row.values} == {"about", "kind", "words"}
        assert set(RegisterEntry.model_fields) == {
            "id", "community_id", "kind", "slug", "agency", "values", "lang", "entered_by", "entered_on", "withdrawn",
            "revision",
        }  # fmt: skip
        assert len(revisions_of(session, 1, "comments", rows[0].slug)) == 1


def meets(office: Office) -> None:
    """Let Olga enter organizations, groups and one meeting with the boxes and numbers of the form."""
    for name in ("Tenants", "Elders"):
        office.olga.visits(f"{CITY}/registers/organizations").fills_in(name=name, since="2025-01-01", agency="police")
    for name, kind in (("Residents", "community"), ("Services", "agencies")):
        office.olga.visits(f"{CITY}/registers/groups").fills_in(name=name, kind=kind, seats="30", since="2025-01-01")
    office.olga.visits(f"{CITY}/registers/meetings").fills_in(
        title="First", day="2025-02-01", organizations=["organizations-1", "organizations-2"],
        **{"attendance-groups-1": "14", "attendance-groups-2": "20"},
        minutes_in="es https://city.example/es\nar https://city.example/ar",
    )  # fmt: skip
    assert office.olga.status == 200, office.olga.text


def test_meeting_is_entered_by_names_and_numbers(office: Office) -> None:
    meets(office)
    [meeting] = list_entries(office.engine, "river-city", ("meetings",))
    assert meeting.counts("attendance") == {"groups-1": 14, "groups-2": 20}
    assert meeting.names("organizations") == ("organizations-1", "organizations-2")
    office.olga.visits(f"{CITY}/registers/meetings?entry=meetings-1")
    assert office.olga.page.xpath("//input[@name='attendance-groups-2']/@value") == ["20"]
    assert len(office.olga.page.xpath("//input[@name='organizations'][@checked]")) == 2
    office.olga.fills_in(**{"attendance-groups-1": "31"})
    assert "Expected at most the 30 seats of Residents in “Seats taken, by group”, found 31." in office.olga.text


def test_register_is_downloaded_in_the_form_that_loads_it(office: Office) -> None:
    meets(office)
    answer = office.olga.client.get(f"{CITY}/registers/meetings/entries.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="river-city-meetings.csv"'
    office.olga.visits(f"{CITY}/registers/meetings/table").fills_in(files={"table": ("m.csv", answer.content)})
    assert office.olga.status == 200, office.olga.text
    assert joins_tenants(office).client.get(f"{CITY}/registers/meetings/entries.csv").status_code == 403


def test_organization_answers_the_draft_and_both_are_published(office: Office) -> None:
    meets(office)
    tara = joins_tenants(office)
    tara.visits("/staff")
    assert f"{CITY}/scorecard" in tara.page.xpath("//a/@href")
    tara.visits(f"{CITY}/scorecard/draft?lang=en")
    assert "This scorecard is not published yet." in tara.text
    assert "First" in tara.text
    assert find_frozen_scorecard(office.engine, "river-city") is None
    tara.visits(f"{CITY}/registers/replies?about=figures&about_entry=2.1a")
    tara.fills_in(f"{CITY}/replies", stance="disputed", words="We were five")
    tara.visits(f"{CITY}/registers/replies?about=figures&about_entry=2.1a")
    tara.fills_in(f"{CITY}/replies", about_entry="9.9", stance="confirmed")
    assert "number of a measure" in tara.text
    office.olga.visits(f"{CITY}/scorecard").fills_in(f"{CITY}/scorecard")
    page = html.fromstring(office.charlie.client.get("/scorecard/river-city?lang=en").text)
    assert "Tenants: Dispute. We were five" in " ".join(page.get_element_by_id("m-2-1a").text_content().split())
    minutes = [link.get("href") for link in page.iter("a") if "city.example" in link.get("href", "")]
    assert minutes == ["https://city.example/es", "https://city.example/ar"]
    assert "Minutes (Español)" in page.text_content()


def test_organization_reads_an_entry_without_changing_it(office: Office) -> None:
    tara = joins_tenants(office)
    office.bob.visits(f"{CITY}/registers/commitments").fills_in(**PROMISE, agency="police")
    tara.visits(f"{CITY}/registers/commitments?entry=commitments-1")
    assert "under way" in tara.text
    tara.visits(f"{CITY}/registers/replies?about=commitments&about_entry=commitments-1")
    assert "About: A night line" in tara.text


def test_rule_of_small_groups_is_read_before_opening(office: Office) -> None:
    """Members learn what 10 to 29 answers show before anyone is asked, for partners and for staff."""
    for survey in ("partners", "staff"):
        plan(office.olga, f"small-{survey}", survey, ["police"], "required")
        make_links(office.olga, f"small-{survey}", 24, 24)
        office.olga.visits(f"/staff/waves/small-{survey}/open")
        assert "From 10 to 29 answers it shows each share in steps only" in office.olga.text
        assert "invite all of them" in office.olga.text


def test_moderators_read_the_subject_of_a_comment(office: Office) -> None:
    meets(office)
    for about in ("organizations/organizations-1", "5.2", "scorecard"):
        receive_comment(office.engine, "river-city", about, "comment", "It was late", "en", date(2026, 5, 17))
    text = office.olga.visits("/staff/communities/river-city/comments").text
    assert [
        each for each in ("about Tenants", "about 5.2 Money for", "about the whole scorecard") if each not in text
    ] == []


def test_menu_leads_an_operator_to_the_registers(office: Office) -> None:
    olga = office.olga.visits("/staff/registers")
    assert olga.path == f"{CITY}/registers"
    assert olga.title.startswith("Registers of")
