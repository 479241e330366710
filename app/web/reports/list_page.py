"""The list of published reports: community by community, the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.language import formats
from app.services.reports.publish import Listed
from app.web.locale import choose_language, choose_name, list_tongues
from app.web.reports.phrasing import speak
from app.web.view_models import Named, Tongue


@dataclass(frozen=True)
class ListedReport:
    """One published report; `lang` is the page's language where the report has it."""

    address: str
    title: str
    day: str
    lang: str
    tongues: tuple[Tongue, ...]


@dataclass(frozen=True)
class ListedCommunity:
    """A community with its reports."""

    name: Named
    reports: tuple[ListedReport, ...]


def list_communities(found: Sequence[Listed], lang: str) -> tuple[ListedCommunity, ...]:
    """Communities in the order of their latest report."""
    return tuple(
        ListedCommunity(
            choose_name(next(each.names for each in found if each.community == slug), lang),
            tuple(_listed(each, lang) for each in found if each.community == slug),
        )
        for slug in dict.fromkeys(each.community for each in found)
    )


def _listed(each: Listed, lang: str) -> ListedReport:
    day = formats.date(each.published_on, lang)
    return ListedReport(
        address=f"/reports/{each.community}/{each.wave}",
        title=speak(lang, {}).text("Report of {month}", month=formats.month(each.published_on, lang)),
        day=speak(lang, {}).text("Version {version}, published on {day}", version=each.version, day=day),
        lang=choose_language(lang, "", each.languages),
        tongues=list_tongues(each.languages),
    )
