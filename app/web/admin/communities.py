"""Manage communities and their agencies, with names in every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import Response

from app.errors import NotFound
from app.language.languages import LANGUAGES, Language
from app.services.common.logos import LogoRefused, check_logo, store_logo
from app.services.communities.profiles import (
    CommunityView,
    ProfileRefused,
    add_agency,
    add_community,
    get_profile,
    list_communities,
    name_agency,
    name_community,
)
from app.web.admin.forms import Form
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest

Slips = Mapping[str, str]


@dataclass(frozen=True)
class CommunitiesScreen(StaffScreen):
    template: ClassVar[str] = "admin/communities.html"
    here: ClassVar[str] = "Communities"

    communities: tuple[CommunityView, ...]


@dataclass(frozen=True)
class CommunityScreen(StaffScreen):
    template: ClassVar[str] = "admin/community.html"
    here: ClassVar[str] = "Communities"

    community: CommunityView


@dataclass(frozen=True)
class NamesScreen(StaffScreen):
    """Edit the names of a community or an agency. A new one also gets its web address name."""

    template: ClassVar[str] = "admin/names.html"
    here: ClassVar[str] = "Communities"

    title: str
    back: tuple[str, str]
    names: Mapping[str, str]
    slug: str | None = None
    form_errors: Slips = field(default_factory=dict)
    short_names: Mapping[str, str] | None = None  # an agency has them, a community has none
    languages: tuple[Language, ...] = tuple(LANGUAGES.values())


def show_communities(request: StaffRequest) -> Response:
    return request.show(CommunitiesScreen(tuple(list_communities(request.engine))))


def show_community(request: StaffRequest) -> Response:
    return request.show(CommunityScreen(get_profile(request.engine, request.path("community"))))


def show_new_community(request: StaffRequest) -> Response:
    return request.show(_new_community({}, "", {}))


def create_community(request: StaffRequest) -> Response:
    slug, names, logo = request.form.one("slug"), read_names(request.form), request.form.files.get("logo")
    try:
        if logo:
            check_logo(logo)
        add_community(request.engine, slug, names, request.actor)
    except ProfileRefused as refused:
        return request.show(_new_community(names, slug, {refused.field: str(refused)}), 422)
    except LogoRefused as refused:
        return request.show(_new_community(names, slug, {"logo": str(refused)}), 422)
    if logo:
        store_logo(request.engine, slug, logo, request.actor)
    return request.go(f"/staff/communities/{slug}", "saved")


def show_community_names(request: StaffRequest) -> Response:
    place = get_profile(request.engine, request.path("community"))
    return request.show(_names(place, place.names, {}))


def set_community_names(request: StaffRequest) -> Response:
    place, names = get_profile(request.engine, request.path("community")), read_names(request.form)
    logo = request.form.files.get("logo")
    try:
        if logo:
            check_logo(logo)
        name_community(request.engine, place.slug, names, request.actor)
    except ProfileRefused as refused:
        return request.show(_names(place, names, {refused.field: str(refused)}), 422)
    except LogoRefused as refused:
        return request.show(_names(place, names, {"logo": str(refused)}), 422)
    if logo:
        store_logo(request.engine, place.slug, logo, request.actor)
    return request.go(f"/staff/communities/{place.slug}", "saved")


def show_new_agency(request: StaffRequest) -> Response:
    return request.show(_new_agency(get_profile(request.engine, request.path("community")), {}, {}, "", {}))


def create_agency(request: StaffRequest) -> Response:
    place, slug = get_profile(request.engine, request.path("community")), request.form.one("slug")
    names, short = read_names(request.form), read_names(request.form, "short")
    try:
        add_agency(request.engine, place.slug, slug, names, request.actor, short)
    except ProfileRefused as refused:
        return request.show(_new_agency(place, names, short, slug, {refused.field: str(refused)}), 422)
    return request.go(f"/staff/communities/{place.slug}", "saved")


def show_agency_names(request: StaffRequest) -> Response:
    place, slug = get_profile(request.engine, request.path("community")), request.path("agency")
    found = next((agency for agency in place.agencies if agency.slug == slug), None)
    if found is None:
        raise NotFound("agency", slug)
    return request.show(_names_of_agency(place, slug, found.names, found.short_names, {}))


def set_agency_names(request: StaffRequest) -> Response:
    place, slug = get_profile(request.engine, request.path("community")), request.path("agency")
    names, short = read_names(request.form), read_names(request.form, "short")
    try:
        name_agency(request.engine, place.slug, slug, names, request.actor, short)
    except ProfileRefused as refused:
        return request.show(_names_of_agency(place, slug, names, short, {refused.field: str(refused)}), 422)
    return request.go(f"/staff/communities/{place.slug}", "saved")


def read_names(form: Form, kind: str = "name") -> dict[str, str]:
    return {code: form.one(f"{kind}-{code}") for code in LANGUAGES if form.one(f"{kind}-{code}")}


def _new_community(names: Mapping[str, str], slug: str, form_errors: Slips) -> NamesScreen:
    return NamesScreen("Add a community", ("/staff/communities", "Communities"), names, slug, form_errors)


def _new_agency(
    place: CommunityView, names: Mapping[str, str], short: Mapping[str, str], slug: str, form_errors: Slips
) -> NamesScreen:
    return NamesScreen("Add an agency", _back(place), names, slug, form_errors, short)


def _names(place: CommunityView, names: Mapping[str, str], form_errors: Slips) -> NamesScreen:
    return NamesScreen(f"Names of {place.slug}", _back(place), names, None, form_errors)


def _names_of_agency(
    place: CommunityView, slug: str, names: Mapping[str, str], short: Mapping[str, str], form_errors: Slips
) -> NamesScreen:
    return NamesScreen(f"Names of {place.slug}/{slug}", _back(place), names, None, form_errors, short)


def _back(place: CommunityView) -> tuple[str, str]:
    return f"/staff/communities/{place.slug}", place.slug
