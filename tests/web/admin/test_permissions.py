"""Permissions of the console: a table of every address and role, written a second time to check the first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from app.services.accounts.authentication import find_signed_in
from app.services.accounts.permissions import PERMISSIONS
from app.web.admin.csrf import TOKEN_FIELD, masked
from app.web.admin.dispatch import SIGN_IN
from app.web.admin.request import StaffRequest
from app.web.admin.routes import ROUTES, make_routes
from tests.web.admin.people import CHARLIE, EVERYBODY, ROLES, Office

# o: Olga operates, b: Bob answers for an agency, r: Rosa reviews, t: Tariq translates, *: Charlie too.
TRUTH: Mapping[str, str] = {
    "GET /staff/sign-in": "*",
    "POST /staff/sign-in": "*",
    "POST /staff/single-sign-on": "*",
    "GET /staff/single-sign-on/back": "*",
    "GET /staff/welcome/{token}": "*",
    "POST /staff/welcome/{token}": "*",
    "GET /staff": "obrt",
    "GET /staff/account": "obrt",
    "POST /staff/account/password": "obrt",
    "POST /staff/account/recovery": "obrt",
    "POST /staff/account/sessions": "obrt",
    "POST /staff/sign-out": "obrt",
    "POST /staff/sign-out-everywhere": "obrt",
    "GET /staff/communities": "o",
    "GET /staff/communities/new": "o",
    "POST /staff/communities/new": "o",
    "GET /staff/communities/{community}": "o",
    "GET /staff/communities/{community}/names": "o",
    "POST /staff/communities/{community}/names": "o",
    "GET /staff/communities/{community}/agencies/new": "o",
    "POST /staff/communities/{community}/agencies/new": "o",
    "GET /staff/communities/{community}/agencies/{agency}": "o",
    "POST /staff/communities/{community}/agencies/{agency}": "o",
    "GET /staff/communities/{community}/map": "o",
    "POST /staff/communities/{community}/map": "o",
    "GET /staff/communities/{community}/surveys": "o",
    "POST /staff/communities/{community}/surveys": "o",
    "POST /staff/communities/{community}/surveys/store": "o",
    "GET /staff/communities/{community}/surveys/{number}.xlsx": "o",
    "GET /staff/communities/{community}/surveys/{number}.yaml": "o",
    "GET /staff/communities/{community}/population": "o",
    "POST /staff/communities/{community}/population": "o",
    "POST /staff/communities/{community}/population/load": "o",
    "POST /staff/communities/{community}/population/typed": "o",
    "GET /staff/communities/{community}/population/template.csv": "o",
    "GET /staff/communities/{community}/staffing/template.csv": "ob",
    "GET /staff/communities/{community}/staffing": "ob",
    "POST /staff/communities/{community}/staffing": "ob",
    "POST /staff/communities/{community}/staffing/load": "ob",
    "GET /staff/communities/{community}/measures": "ob",
    "POST /staff/communities/{community}/measures": "ob",
    "POST /staff/communities/{community}/measures/load": "ob",
    "GET /staff/communities/{community}/targets": "o",
    "POST /staff/communities/{community}/targets": "o",
    "POST /staff/communities/{community}/targets/load": "o",
    "GET /staff/communities/{community}/answers": "o",
    "POST /staff/communities/{community}/answers": "o",
    "POST /staff/communities/{community}/answers/load": "o",
    "GET /staff/communities/{community}/improvements": "o",
    "POST /staff/communities/{community}/improvements": "o",
    "POST /staff/communities/{community}/improvements/load": "o",
    "GET /staff/communities/{community}/scorecard": "ob",
    "GET /staff/communities/{community}/scorecard/draft": "ob",
    "POST /staff/communities/{community}/scorecard": "o",
    "GET /staff/holders": "o",
    "POST /staff/holders": "o",
    "POST /staff/holders/file": "o",
    "POST /staff/holders/keys": "o",
    "POST /staff/communities/{community}/replies": "o",
    "GET /staff/registers": "ob",
    "GET /staff/communities/{community}/registers": "ob",
    "GET /staff/communities/{community}/comments": "or",
    "POST /staff/communities/{community}/comments": "or",
    "GET /staff/communities/{community}/registers/{register}": "ob",
    "POST /staff/communities/{community}/registers/{register}": "ob",
    "GET /staff/communities/{community}/registers/{register}/entries.csv": "ob",
    "GET /staff/communities/{community}/registers/{register}/table": "ob",
    "POST /staff/communities/{community}/registers/{register}/table": "ob",
    "POST /staff/communities/{community}/registers/{register}/table/load": "ob",
    "GET /staff/waves": "ob",
    "GET /staff/waves/new": "o",
    "POST /staff/waves/new": "o",
    "GET /staff/waves/new/file": "o",
    "POST /staff/waves/new/file": "o",
    "GET /staff/waves/{wave}": "ob",
    "GET /staff/waves/{wave}/plan": "o",
    "GET /staff/waves/{wave}/questions": "o",
    "POST /staff/waves/{wave}/questions": "o",
    "GET /staff/waves/{wave}/questions/preview": "ot",
    "GET /staff/waves/{wave}/questions/new": "o",
    "POST /staff/waves/{wave}/questions/new": "o",
    "GET /staff/waves/{wave}/questions/bank": "o",
    "POST /staff/waves/{wave}/questions/bank": "o",
    "GET /staff/waves/{wave}/questions/versions": "o",
    "POST /staff/waves/{wave}/questions/versions": "o",
    "GET /staff/waves/{wave}/questions/parts/{part}": "o",
    "POST /staff/waves/{wave}/questions/parts/{part}": "o",
    "GET /staff/waves/{wave}/questions/{code}/edit": "o",
    "POST /staff/waves/{wave}/questions/{code}/edit": "o",
    "POST /staff/waves/{wave}/questions/{code}/delete": "o",
    "GET /staff/waves/{wave}/languages": "ot",
    "GET /staff/waves/{wave}/languages/{language}": "ot",
    "POST /staff/waves/{wave}/languages/{language}": "ot",
    "GET /staff/waves/{wave}/languages/{language}/file.{format}": "ot",
    "POST /staff/waves/{wave}/languages/{language}/file": "ot",
    "POST /staff/waves/{wave}/languages/{language}/seen": "ot",
    "GET /staff/waves/{wave}/languages/{language}/sentences/{sentence}": "ot",
    "POST /staff/waves/{wave}/languages/{language}/sentences/{sentence}": "ot",
    "GET /staff/waves/{wave}/fieldwork": "ob",
    "GET /staff/waves/{wave}/open": "o",
    "POST /staff/waves/{wave}/open": "o",
    "GET /staff/waves/{wave}/close": "o",
    "POST /staff/waves/{wave}/close": "o",
    "GET /staff/waves/{wave}/withdraw": "o",
    "POST /staff/waves/{wave}/withdraw": "o",
    "GET /staff/waves/{wave}/box": "o",
    "POST /staff/waves/{wave}/box": "o",
    "GET /staff/waves/{wave}/sample": "o",
    "POST /staff/waves/{wave}/sample": "o",
    "GET /staff/waves/{wave}/letters": "o",
    "POST /staff/waves/{wave}/letters": "o",
    "GET /staff/waves/{wave}/letters/{sheet}": "o",
    "GET /staff/waves/{wave}/letters/{sheet}.pdf": "o",
    "GET /staff/waves/{wave}/codes": "o",
    "POST /staff/waves/{wave}/codes": "o",
    "POST /staff/waves/{wave}/codes/sample": "o",
    "GET /staff/waves/{wave}/report": "o",
    "GET /staff/waves/{wave}/report/page": "o",
    "GET /staff/waves/{wave}/report/preview": "o",
    "GET /staff/waves/{wave}/report/page/{page}": "o",
    "POST /staff/waves/{wave}/report/preview": "o",
    "POST /staff/waves/{wave}/report/publish": "o",
    "POST /staff/waves/{wave}/report/beside": "o",
    "GET /staff/jobs/{job}": "o",
    "GET /staff/waves/{wave}/data": "o",
    "POST /staff/waves/{wave}/data": "o",
    "GET /staff/waves/{wave}/desks": "o",
    "POST /staff/waves/{wave}/desks": "o",
    "POST /staff/waves/{wave}/desks/close": "o",
    "GET /staff/releases": "o",
    "GET /staff/releases/{release}/withdraw": "o",
    "POST /staff/releases/{release}/withdraw": "o",
    "GET /staff/requests": "r",
    "GET /staff/requests/{request}": "r",
    "POST /staff/requests/{request}/approve": "r",
    "POST /staff/requests/{request}/refuse": "r",
    "GET /staff/translations": "ot",
    "GET /staff/translations/{language}": "ot",
    "POST /staff/translations/{language}": "ot",
    "GET /staff/translations/{language}/{domain}.xlf": "ot",
    "GET /staff/keys": "ob",
    "GET /staff/keys/new": "ob",
    "POST /staff/keys/new": "ob",
    "POST /staff/keys/{key}/revoke": "ob",
    "GET /staff/people": "o",
    "GET /staff/people/new": "o",
    "POST /staff/people/new": "o",
    "POST /staff/people/{name}/link": "o",
    "POST /staff/people/{name}/confirm": "o",
    "GET /staff/people/{name}/sessions": "o",
    "POST /staff/people/{name}/sessions": "o",
    "GET /staff/people/{name}/remove": "o",
    "POST /staff/people/{name}/remove": "o",
    "GET /staff/audit": "o",
    "GET /staff/audit.csv": "o",
    "POST /staff/audit/proof": "o",
    "GET /staff/{nowhere:path}": "obrt",
}


def opened(visit: StaffRequest) -> Response:
    return PlainTextResponse("open")


@pytest.fixture(scope="module")
def doors_alone(quiet_office: Office) -> Iterator[TestClient]:
    """Replace every view by an empty one: the tests check permissions alone."""
    table = [replace(route, handler=opened) for route in ROUTES]
    routes = make_routes(quiet_office.engine, quiet_office.settings, table)
    with TestClient(Starlette(routes=routes), base_url=quiet_office.settings.base_url) as client:
        yield client


def test_permission_table_lists_every_route_and_no_other(quiet_office: Office) -> None:
    served = {
        f"{method} {route.path}"
        for route in quiet_office.app.routes
        if isinstance(route, Route) and route.path.startswith("/staff")
        for method in route.methods or ()
        if method != "HEAD"
    }
    assert served == set(TRUTH)
    assert len(ROUTES) == len(TRUTH)


def test_every_permission_opens_a_route() -> None:
    assert {door.permission for door in ROUTES} - {None} == set(PERMISSIONS)


@pytest.mark.parametrize("name", EVERYBODY)
@pytest.mark.parametrize("line", TRUTH)
def test_each_role_gets_the_status_of_the_table(
    quiet_office: Office, doors_alone: TestClient, line: str, name: str
) -> None:
    method, path = line.split()
    doors_alone.cookies.clear()
    person = quiet_office.people[name]
    doors_alone.cookies.update(person.client.cookies)
    sent = {TOKEN_FIELD: form_token(quiet_office, name)} if method == "POST" else None
    address = path.replace("{", "").replace("}", "")
    answer = doors_alone.request(method, address, data=sent, follow_redirects=False)
    allowed = TRUTH[line] == "*" or name[0] in TRUTH[line]
    if allowed:
        assert (answer.status_code, answer.text) == (200, "open")
    elif name == CHARLIE:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(SIGN_IN)
    else:
        assert answer.status_code == 403
        assert answer.text != "open"


def form_token(office: Office, name: str) -> str:
    if name not in ROLES:
        return ""
    token = next(iter(office.people[name].client.cookies.values()))
    signed = find_signed_in(office.engine, token, datetime.now(UTC))
    assert signed
    return masked(signed.form_secret)
