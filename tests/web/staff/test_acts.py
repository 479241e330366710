"""Every staff action is in the audit log: each door that takes a form is walked through, and its act is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from app.web.staff.doors import DOORS
from tests.web.staff.cast import Office

Walk = Callable[[Office], object]

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
    "/staff/sign-out": lambda office: office.olga.visits("/staff").fills_in("/staff/sign-out"),
    "/staff/sign-out-everywhere": lambda office: office.olga.visits("/staff/account").fills_in(
        "/staff/sign-out-everywhere"
    ),
    "/staff/people/new": lambda office: office.olga.visits("/staff/people/new").fills_in(name="greta", role="reviewer"),
    "/staff/people/{name}/link": lambda office: office.olga.visits("/staff/people").fills_in("/staff/people/bob/link"),
    "/staff/people/{name}/remove": lambda office: office.olga.visits("/staff/people/bob/remove").fills_in(),
    "/staff/audit/proof": lambda office: office.olga.visits("/staff/audit").fills_in("/staff/audit/proof"),
}
POSTS = {door.path: door for door in DOORS if door.method == "POST"}


def test_there_is_a_walk_through_every_door_that_takes_a_form() -> None:
    assert set(WALKS) == set(POSTS)
    assert all(door.act for door in POSTS.values())


@pytest.mark.parametrize("path", WALKS)
def test_what_is_done_is_in_the_log(office: Office, path: str) -> None:
    before = len(office.acts())
    WALKS[path](office)
    told = [(each.act, each.actor) for each in office.acts()[before:]]
    assert POSTS[path].act in [act for act, _ in told]
    assert {actor for _, actor in told} <= {"olga", "greta"}


def test_what_is_refused_is_in_the_log_too(office: Office) -> None:
    assert office.bob.visits("/staff/people").status == 403
    assert office.last_act.act == "refused"
    assert (office.last_act.actor, office.last_act.subject) == ("bob", "people")
    office.olga.visits("/staff/people/olga/remove").fills_in()
    assert office.olga.status == 409
    assert "the last one" in office.olga.text
    assert office.last_act.facts == {"wanted": "staff removed", "why": "LastOperator"}
