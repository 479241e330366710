"""Every staff action is in the audit log: the test sends each form and finds its action in the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal

import pytest

from app.demo.community import area_map
from app.services.common.actor import Actor
from app.services.holders.identity import SECOND
from app.services.holders.key_files import make_folder
from app.services.holders.register import publish_keys
from app.services.registers.comments import receive_comment
from app.services.releases.access_requests import ask_access, list_requests
from app.services.releases.build import build_release
from app.services.reports.publish import publish_report
from app.services.translations.round_files import export_round
from app.services.translations.workbench import mark_seen, open_workbench
from app.web.admin.routes import ROUTES
from tests.questionnaire.xlsform.forms import make_form as make_workbook
from tests.questionnaire.xlsform.forms import rows
from tests.services.communities.test_population import POPULATION, WORKFORCE
from tests.services.making import ACT, CHEAP, PASSPHRASE, make_form, send
from tests.services.releases.test_access_requests import WANTED
from tests.services.reported import make_closed_wave
from tests.web.admin.people import Office, Person, hire

Walk = Callable[[Office], object]

FORM = rows("select_one yn|heard|Were you heard?")
CITY, WAVE = "/staff/communities/river-city", "/staff/waves/river-city-2026"
MEASURES = """measure,agency,period,version,numerator,denominator,unknown,source,attested_by,attested_on
1.1,police,2026-Q1,1,120,200,4,Training log,Training office,2026-04-10
"""
ORGANIZATIONS = "entry,agency,name,since\ntenants,police,Tenants,2025-01-01\n"
NOTES = {
    "targets": "measure,value,by_year,agreed_on\n1.1,80,2028,2026-05-04\n",
    "answers": "question,answer,words,lang,attested_by,attested_on\npoint_person,yes,A. Lee,en,Board,2026-05-04\n",
    "improvements": "event,held_on,lang,title,worked,did_not_work,report\nlate,2026-03-02,en,Late hours,More came,,\n",
}
PLAN_FILE = """wave: autumn
survey: community-trust
community: {slug: river-city, name: {en: River City}}
languages: [en]
agencies: [{slug: police, name: {en: the police}}]
areas: {1: North Hill}
"""


def brings(office: Office, kind: str, table: str) -> Person:
    """Olga chooses a file and looks at what it would do."""
    return office.olga.visits(f"{CITY}/{kind}").fills_in(files={"table": ("table.csv", table.encode())})


def uploads(office: Office) -> Person:
    """Olga chooses a form of her own and looks at what it would become."""
    return office.olga.visits(f"{CITY}/surveys").fills_in(files={"survey": ("form.xlsx", make_workbook(FORM))})


def plans(office: Office) -> Person:
    """A draft that is ready."""
    office.olga.visits("/staff/waves/new?community=river-city")
    return office.olga.fills_in(wave="spring", survey="community-trust", agencies=["police"], areas="1 North Hill")


def names_holder(office: Office) -> Person:
    words = "six quiet herons on the ice"
    return office.olga.visits("/staff/holders").fills_in(name="Tenants", passphrase=words, again=words)


def public_file(office: Office) -> bytes:
    """The file of a holder with keys on another machine."""
    holder = make_folder(office.settings.data_dir / "elsewhere", "Ombudsman", SECOND, PASSPHRASE, CHEAP)
    return publish_keys(holder, 3).to_bytes()


def plans_sample(office: Office) -> Person:
    page = office.olga.visits("/staff/waves/spring/sample")
    return page.fills_in(parts="North, 200, 50\nSouth, 100, 50", city="8", list="The list of a test", do="keep")


def addresses() -> bytes:
    rows = [f"{number} Oak Street,{'North' if number < 200 else 'South'}" for number in range(300)]
    return "\n".join(["street,district", *rows]).encode()


def types_ages(office: Office) -> None:
    """Type a number for each age; a question with a gap is not stored."""
    action, olga = f"{CITY}/population/typed", office.olga.visits(f"{CITY}/population")
    ages = {name: "400" for name in olga.form(action).fields if name.startswith("count-age-")}
    olga.fills_in(action, **ages, source="A census", year="2025")


def answered(office: Office) -> bool:
    return bool(send(office.settings, "river-city-2026", [make_form(number) for number in range(80)], together=True))


def over(office: Office) -> str:
    return f"/staff/waves/{make_closed_wave(office.engine, office.settings, slug='over-2026')}"


def released(office: Office, tier: Literal["public", "restricted"]) -> str:
    over(office)
    return build_release(office.engine, office.settings, "over-2026", ACT, tier).release.name


def asked(office: Office) -> Person:
    """Rosa reads the request of a researcher for restricted data that are there."""
    released(office, "restricted")
    ask_access(office.engine, "over-2026", WANTED, date.today())
    return office.rosa.visits(asked_at(office))


def asked_at(office: Office) -> str:
    return f"/staff/requests/{list_requests(office.engine)[0].id}"


def looks_at_report(office: Office) -> Person:
    report = f"{over(office)}/report"
    return office.olga.visits(report).fills_in(f"{report}/preview")


def stores_map(office: Office) -> Person:
    return office.olga.visits(f"{CITY}/map").fills_in(files={"map": ("areas.geojson", area_map())})


def renews_report(office: Office) -> Person:
    """Olga publishes the same figures again after a map was stored."""
    report = f"{over(office)}/report"
    publish_report(office.engine, "over-2026", ACT)
    stores_map(office)
    return office.olga.visits(report).fills_in(f"{report}/beside")


QUESTIONS, SPANISH = "/staff/waves/spring/questions", "/staff/waves/spring/languages/es"


def asks(office: Office, place: str = "") -> Person:
    """Olga looks at the questions of a draft, or at one of their pages."""
    plans(office)
    return office.olga.visits(f"{QUESTIONS}{place}")


def adds(office: Office) -> Person:
    form = asks(office, "/new?kind=single")
    return form.fills_in(f"{QUESTIONS}/new", text="Did you see it?", answers="Yes\nNo", part="help")


def translates(office: Office) -> Person:
    """Olga opens the first sentence of a draft in Spanish."""
    for place in ("names", "agencies/police"):
        office.olga.visits(f"{CITY}/{place}").fills_in(**{"name-es": "Ciudad"})
    office.olga.visits("/staff/waves/new?community=river-city")
    office.olga.fills_in(
        wave="spring", survey="community-trust", agencies=["police"], areas="1 North", languages=["en", "es"]
    )
    return office.olga.visits(f"{SPANISH}?show=all")


def opens_sentence(office: Office) -> str:
    page = translates(office).page
    address = next(link for link in page.xpath("//a/@href") if "/sentences/" in link).partition("?")[0]
    office.olga.visits(address)
    return str(address)


def looks_at_all(office: Office) -> Person:
    """Olga looks at every sentence, so that she can sign them."""
    translates(office)
    keys = [each.key for each in open_workbench(office.engine, "spring", "es").sentences]
    mark_seen(office.engine, "spring", "es", keys, Actor("olga", ACT.now))
    return office.olga.visits(SPANISH)


def ends_session(office: Office) -> Person:
    """Olga signs in a second time and ends the first session."""
    office.olga.client.cookies.clear()
    return office.olga.signs_in().visits("/staff/account").fills_in("/staff/account/sessions")


WALKS: Mapping[str, Walk] = {
    "/staff/sign-in": lambda office: office.olga.signs_in(),
    "/staff/welcome/{token}": lambda office: office.joins("greta"),
    "/staff/account/password": lambda office: office.olga.visits("/staff/account").fills_in(
        "/staff/account/password",
        current="four walrus lamps under snow",
        wanted="seven quiet boats at dawn",
        code=office.olga.code(),
    ),
    "/staff/account/recovery": lambda office: office.olga.visits("/staff/account").fills_in(
        "/staff/account/recovery", recovery=office.olga.code()
    ),
    "/staff/account/sessions": lambda office: ends_session(office),
    "/staff/sign-out": lambda office: office.olga.visits("/staff").fills_in("/staff/sign-out"),
    "/staff/sign-out-everywhere": lambda office: office.olga.visits("/staff/account").fills_in(
        "/staff/sign-out-everywhere"
    ),
    "/staff/communities/new": lambda office: office.olga.visits("/staff/communities/new").fills_in(
        slug="hill-town", **{"name-en": "Hill Town"}
    ),
    "/staff/communities/{community}/names": lambda office: office.olga.visits(f"{CITY}/names").fills_in(
        **{"name-es": "Ciudad del Río"}
    ),
    "/staff/communities/{community}/agencies/new": lambda office: office.olga.visits(f"{CITY}/agencies/new").fills_in(
        slug="health", **{"name-en": "the clinics"}
    ),
    "/staff/communities/{community}/agencies/{agency}": lambda office: office.olga.visits(
        f"{CITY}/agencies/police"
    ).fills_in(**{"name-es": "la policía"}),
    "/staff/communities/{community}/surveys": lambda office: uploads(office),
    "/staff/communities/{community}/surveys/store": lambda office: uploads(office).fills_in(f"{CITY}/surveys/store"),
    "/staff/communities/{community}/map": lambda office: stores_map(office),
    "/staff/communities/{community}/population": lambda office: brings(office, "population", POPULATION),
    "/staff/communities/{community}/population/load": lambda office: brings(office, "population", POPULATION).fills_in(
        f"{CITY}/population/load"
    ),
    "/staff/communities/{community}/population/typed": lambda office: types_ages(office),
    "/staff/communities/{community}/staffing": lambda office: brings(office, "staffing", WORKFORCE),
    "/staff/communities/{community}/staffing/load": lambda office: brings(office, "staffing", WORKFORCE).fills_in(
        f"{CITY}/staffing/load"
    ),
    "/staff/communities/{community}/measures": lambda office: brings(office, "measures", MEASURES),
    "/staff/communities/{community}/measures/load": lambda office: brings(office, "measures", MEASURES).fills_in(
        f"{CITY}/measures/load"
    ),
    **{
        f"/staff/communities/{{community}}/{end}": (lambda office, end=end, table=table: brings(office, end, table))
        for end, table in NOTES.items()
    },
    **{
        f"/staff/communities/{{community}}/{end}/load": (
            lambda office, end=end, table=table: brings(office, end, table).fills_in(f"{CITY}/{end}/load")
        )
        for end, table in NOTES.items()
    },
    "/staff/communities/{community}/registers/{register}": lambda office: office.olga.visits(
        f"{CITY}/registers/organizations"
    ).fills_in(name="Tenants", since="2025-01-01", agency="police"),
    "/staff/communities/{community}/registers/{register}/table": lambda office: brings(
        office, "registers/organizations/table", ORGANIZATIONS
    ),
    "/staff/communities/{community}/registers/{register}/table/load": lambda office: brings(
        office, "registers/organizations/table", ORGANIZATIONS
    ).fills_in(f"{CITY}/registers/organizations/table/load"),
    "/staff/communities/{community}/replies": lambda office: (
        brings(office, "registers/organizations/table", ORGANIZATIONS).fills_in(
            f"{CITY}/registers/organizations/table/load"
        )
        and office.olga.visits(f"{CITY}/registers/meetings").fills_in(title="First", day="2025-02-01", agency="police")
        and office.olga.visits(f"{CITY}/registers/replies").fills_in(
            f"{CITY}/replies", about="meetings", about_entry="meetings-1", organization="tenants", stance="confirmed"
        )
    ),
    "/staff/communities/{community}/comments": lambda office: (
        receive_comment(office.engine, "river-city", "1.1", "comment", "Too few.", "en", date.today())
        or office.olga.visits(f"{CITY}/comments").fills_in(decision="show")
    ),
    "/staff/communities/{community}/scorecard": lambda office: (
        brings(office, "measures", MEASURES).fills_in(f"{CITY}/measures/load")
        and office.olga.visits(f"{CITY}/scorecard").fills_in()
    ),
    "/staff/waves/new": lambda office: plans(office),
    "/staff/waves/new/file": lambda office: office.olga.visits("/staff/waves/new/file").fills_in(text=PLAN_FILE),
    "/staff/waves/{wave}/questions": lambda office: asks(office).fills_in(QUESTIONS, do="down:A1"),
    "/staff/waves/{wave}/questions/new": lambda office: adds(office),
    "/staff/waves/{wave}/questions/bank": lambda office: asks(office, "/bank?from=partners").fills_in(
        f"{QUESTIONS}/bank", take=["P1"], part="help"
    ),
    "/staff/waves/{wave}/questions/versions": lambda office: (
        asks(office).fills_in(QUESTIONS, do="down:A1")
        and office.olga.visits(f"{QUESTIONS}/versions").fills_in(f"{QUESTIONS}/versions")
    ),
    "/staff/waves/{wave}/questions/parts/{part}": lambda office: asks(office, "/parts/help").fills_in(title="Help"),
    "/staff/waves/{wave}/questions/{code}/edit": lambda office: asks(office, "/A1/edit").fills_in(
        f"{QUESTIONS}/A1/edit", text="Do you trust the police?"
    ),
    "/staff/waves/{wave}/questions/{code}/delete": lambda office: (
        adds(office) and office.olga.visits(f"{QUESTIONS}/X1/edit").fills_in(f"{QUESTIONS}/X1/delete")
    ),
    "/staff/waves/{wave}/languages/{language}": lambda office: looks_at_all(office).fills_in(SPANISH),
    "/staff/waves/{wave}/languages/{language}/seen": lambda office: translates(office).fills_in(f"{SPANISH}/seen"),
    "/staff/waves/{wave}/languages/{language}/file": lambda office: (
        translates(office)
        and office.olga.fills_in(
            f"{SPANISH}/file",
            files={"file": ("es.po", export_round(office.engine, "spring", "es", "po").encode())},
        )
    ),
    "/staff/waves/{wave}/languages/{language}/sentences/{sentence}": lambda office: office.olga.fills_in(
        opens_sentence(office), translation="Preguntas sobre la ciudad", do="save"
    ),
    "/staff/waves/{wave}/open": lambda office: (
        plans(office) and office.olga.visits("/staff/waves/spring/open").fills_in(known="yes")
    ),
    "/staff/waves/{wave}/close": lambda office: office.olga.visits(f"{WAVE}/close").fills_in(),
    "/staff/waves/{wave}/withdraw": lambda office: (
        plans(office) and office.olga.visits("/staff/waves/spring/withdraw").fills_in()
    ),
    "/staff/waves/{wave}/box": lambda office: (
        answered(office) and office.olga.visits(f"{WAVE}/box").fills_in(passphrase=PASSPHRASE)
    ),
    "/staff/holders": lambda office: names_holder(office),
    "/staff/holders/file": lambda office: office.olga.visits("/staff/holders").fills_in(
        "/staff/holders/file", files={"public": ("public.json", public_file(office))}
    ),
    "/staff/holders/keys": lambda office: office.olga.visits("/staff/holders").fills_in(
        "/staff/holders/keys", **{"holder": "Library friends", "passphrase-more": PASSPHRASE}
    ),
    "/staff/waves/{wave}/sample": lambda office: plans(office) and plans_sample(office),
    "/staff/waves/{wave}/letters": lambda office: office.olga.visits(f"{WAVE}/letters").fills_in(signer="The mayor"),
    "/staff/waves/{wave}/codes": lambda office: office.olga.visits(f"{WAVE}/codes").fills_in(count="3"),
    "/staff/waves/{wave}/codes/sample": lambda office: (
        plans(office)
        and plans_sample(office)
        and office.olga.visits("/staff/waves/spring/codes").fills_in(
            "/staff/waves/spring/codes/sample", print="page", files={"addresses": ("list.csv", addresses())}
        )
    ),
    "/staff/waves/{wave}/report/preview": lambda office: looks_at_report(office),
    "/staff/waves/{wave}/report/publish": lambda office: looks_at_report(office).fills_in(
        "/staff/waves/over-2026/report/publish", sentence="publish over-2026"
    ),
    "/staff/waves/{wave}/report/beside": lambda office: renews_report(office),
    "/staff/waves/{wave}/data": lambda office: office.olga.visits(f"{over(office)}/data").fills_in(),
    "/staff/releases/{release}/withdraw": lambda office: office.olga.visits(
        f"/staff/releases/{released(office, 'public')}/withdraw"
    ).fills_in(reason="A mistake in the weights."),
    "/staff/requests/{request}/approve": lambda office: asked(office).fills_in(f"{asked_at(office)}/approve"),
    "/staff/requests/{request}/refuse": lambda office: asked(office).fills_in(
        f"{asked_at(office)}/refuse", reason="No purpose that needs them."
    ),
    "/staff/waves/{wave}/desks": lambda office: office.olga.visits(f"{WAVE}/desks").fills_in(name="Library"),
    "/staff/waves/{wave}/desks/close": lambda office: (
        office.olga.visits(f"{WAVE}/desks").fills_in(name="Library")
        and office.olga.visits(f"{WAVE}/desks").fills_in(f"{WAVE}/desks/close")
    ),
    "/staff/translations/{language}": lambda office: office.olga.visits("/staff/translations/es").fills_in(
        domain="letters", step="reviewed", role="community reviewer"
    ),
    "/staff/keys/new": lambda office: office.olga.visits("/staff/keys/new").fills_in(label="dashboard"),
    "/staff/keys/{key}/revoke": lambda office: (
        office.makes_key()
        and office.olga.visits("/staff/keys").fills_in(f"/staff/keys/{office.last_act.subject}/revoke")
    ),
    "/staff/people/new": lambda office: office.olga.visits("/staff/people/new").fills_in(name="greta", role="reviewer"),
    "/staff/people/{name}/link": lambda office: office.olga.visits("/staff/people").fills_in("/staff/people/bob/link"),
    "/staff/people/{name}/confirm": lambda office: (
        office.joins("greta")
        and hire(office, "pam", "operator").visits("/staff/people").fills_in("/staff/people/greta/confirm")
    ),
    "/staff/people/{name}/sessions": lambda office: office.olga.visits("/staff/people/bob/sessions").fills_in(),
    "/staff/people/{name}/remove": lambda office: office.olga.visits("/staff/people/bob/remove").fills_in(),
    "/staff/audit/proof": lambda office: office.olga.visits("/staff/audit").fills_in("/staff/audit/proof"),
}
WITH_A_PROVIDER = "/staff/single-sign-on"  # tests/web/admin/test_single_sign_on.py goes that way
POSTS = {door.path: door for door in ROUTES if door.method == "POST"}


def test_every_form_route_has_an_audit_case() -> None:
    assert {*WALKS, WITH_A_PROVIDER} == set(POSTS)
    assert all(door.act for door in POSTS.values())


@pytest.mark.parametrize("path", WALKS)
def test_completed_action_is_in_the_log(office: Office, path: str) -> None:
    before = len(office.acts())
    WALKS[path](office)
    stated = [(each.act, each.actor) for each in office.acts()[before:]]
    assert POSTS[path].act in [act for act, _ in stated]
    assert {actor for _, actor in stated} & {"olga", "greta", "rosa"}


def test_refused_action_is_in_the_log(office: Office) -> None:
    assert office.bob.visits("/staff/people").status == 403
    assert office.last_act.act == "refused"
    assert (office.last_act.actor, office.last_act.subject) == ("bob", "people")
    office.olga.visits("/staff/people/olga/remove").fills_in()
    assert office.olga.status == 409
    assert "the last one" in office.olga.text
    assert office.last_act.facts == {"wanted": "staff removed", "why": "LastOperator"}
