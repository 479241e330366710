"""Communities and their agencies: the list, a page for each, names in every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.errors import NotFound
from app.language.languages import LANGUAGES, Language
from app.services.communities.profiles import (
    PlaceRefused,
    PlaceView,
    add_agency,
    add_community,
    get_place,
    list_communities,
    name_agency,
    name_community,
)
from app.web.admin.forms import Form
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import Visit

Slips = Mapping[str, str]


@dataclass(frozen=True)
class CommunitiesScreen(StaffScreen):
    template: ClassVar[str] = "admin/communities.html"
    here: ClassVar[str] = "Communities"

    communities: tuple[PlaceView, ...]


@dataclass(frozen=True)
class CommunityScreen(StaffScreen):
    template: ClassVar[str] = "admin/community.html"
    here: ClassVar[str] = "Communities"

    community: PlaceView


@dataclass(frozen=True)
class NamesScreen(StaffScreen):
    """Names of a community or an agency; a new one has a short name to choose besides."""

    template: ClassVar[str] = "admin/names.html"
    here: ClassVar[str] = "Communities"

    title: str
    back: tuple[str, str]
    names: Mapping[str, str]
    slug: str | None = None
    slips: Slips = field(default_factory=dict)
    languages: tuple[Language, ...] = tuple(LANGUAGES.values())


def show_communities(visit: Visit) -> Response:
    return visit.show(CommunitiesScreen(tuple(list_communities(visit.engine))))


def show_community(visit: Visit) -> Response:
    return visit.show(CommunityScreen(get_place(visit.engine, visit.path("community"))))


def show_new_community(visit: Visit) -> Response:
    return visit.show(_new_community({}, "", {}))


def create_community(visit: Visit) -> Response:
    slug, names = visit.form.one("slug"), read_names(visit.form)
    try:
        add_community(visit.engine, slug, names, visit.actor)
    except PlaceRefused as refused:
        return visit.show(_new_community(names, slug, {refused.field: str(refused)}), 422)
    return visit.go(f"/staff/communities/{slug}", "saved")


def show_community_names(visit: Visit) -> Response:
    place = get_place(visit.engine, visit.path("community"))
    return visit.show(_names(place, place.names, {}))


def set_community_names(visit: Visit) -> Response:
    place, names = get_place(visit.engine, visit.path("community")), read_names(visit.form)
    try:
        name_community(visit.engine, place.slug, names, visit.actor)
    except PlaceRefused as refused:
        return visit.show(_names(place, names, {refused.field: str(refused)}), 422)
    return visit.go(f"/staff/communities/{place.slug}", "saved")


def show_new_agency(visit: Visit) -> Response:
    return visit.show(_new_agency(get_place(visit.engine, visit.path("community")), {}, "", {}))


def create_agency(visit: Visit) -> Response:
    place, slug, names = (
        get_place(visit.engine, visit.path("community")),
        visit.form.one("slug"),
        read_names(visit.form),
    )
    try:
        add_agency(visit.engine, place.slug, slug, names, visit.actor)
    except PlaceRefused as refused:
        return visit.show(_new_agency(place, names, slug, {refused.field: str(refused)}), 422)
    return visit.go(f"/staff/communities/{place.slug}", "saved")


def show_agency_names(visit: Visit) -> Response:
    place, slug = get_place(visit.engine, visit.path("community")), visit.path("agency")
    found = next((agency for agency in place.agencies if agency.slug == slug), None)
    if found is None:
        raise NotFound("agency", slug)
    return visit.show(_names_of_agency(place, slug, found.names, {}))


def set_agency_names(visit: Visit) -> Response:
    place, slug = get_place(visit.engine, visit.path("community")), visit.path("agency")
    names = read_names(visit.form)
    try:
        name_agency(visit.engine, place.slug, slug, names, visit.actor)
    except PlaceRefused as refused:
        return visit.show(_names_of_agency(place, slug, names, {refused.field: str(refused)}), 422)
    return visit.go(f"/staff/communities/{place.slug}", "saved")


def read_names(form: Form) -> dict[str, str]:
    return {code: form.one(f"name-{code}") for code in LANGUAGES if form.one(f"name-{code}")}


def _new_community(names: Mapping[str, str], slug: str, slips: Slips) -> NamesScreen:
    return NamesScreen("Describe a community", ("/staff/communities", "Communities"), names, slug, slips)


def _new_agency(place: PlaceView, names: Mapping[str, str], slug: str, slips: Slips) -> NamesScreen:
    return NamesScreen("Add an agency", _back(place), names, slug, slips)


def _names(place: PlaceView, names: Mapping[str, str], slips: Slips) -> NamesScreen:
    return NamesScreen(f"Names of {place.slug}", _back(place), names, None, slips)


def _names_of_agency(place: PlaceView, slug: str, names: Mapping[str, str], slips: Slips) -> NamesScreen:
    return NamesScreen(f"Names of {place.slug}/{slug}", _back(place), names, None, slips)


def _back(place: PlaceView) -> tuple[str, str]:
    return f"/staff/communities/{place.slug}", place.slug
