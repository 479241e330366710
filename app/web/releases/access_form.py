"""Read the form for restricted data, and describe its errors."""

from __future__ import annotations

from collections.abc import Mapping

from app.language.extraction import mark
from app.services.releases.access_requests import FormErrorCode, WantedAccess
from app.web.releases.phrasing import catalog_for

ERROR_TEXTS: Mapping[FormErrorCode, str] = {
    "empty": mark("Please fill this in."),
    "too_long": mark("That is too long."),
    "no_address": mark("That does not look like an email address."),
    "too_short": mark("Please say a little more, a sentence or two."),
    "terms": mark("We can only give the data to people who agree to this."),
}


def read_form(filled: Mapping[str, str], lang: str) -> WantedAccess:
    fields = {name: filled.get(name, "") for name in ("name", "organisation", "email", "purpose")}
    return WantedAccess(**fields, agrees=bool(filled.get("agrees")), language=lang)


def describe_errors(form_errors: Mapping[str, FormErrorCode], lang: str) -> dict[str, str]:
    return {field: catalog_for(lang).text(ERROR_TEXTS[code]) for field, code in form_errors.items()}
