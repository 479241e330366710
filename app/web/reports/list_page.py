"""List published reports, community by community, the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.language import formats
from app.services.reports.publish import Listed
from app.web.locale import choose_language, choose_name, list_language_links
from app.web.reports.phrasing import report_phrasing
from app.web.view_models import LanguageLink, Named


@dataclass(frozen=True)
class ReportListing:
    """One published report; `lang` is the page's language where the report has it."""

    address: str
    title: str
    day: str
    lang: str
    language_links: tuple[LanguageLink, ...]


@dataclass(frozen=True)
class CommunityReports:
    """A community with its reports."""

    slug: str
    name: Named
    reports: tuple[ReportListing, ...]


def list_communities(found: Sequence[Listed], lang: str) -> tuple[CommunityReports, ...]:
    """Communities in the order of their latest report."""
    return tuple(
        CommunityReports(
            slug,
            choose_name(next(each.names for each in found if each.community == slug), lang),
            tuple(_listed(each, lang) for each in found if each.community == slug),
        )
        for slug in dict.fromkeys(each.community for each in found)
    )


def _listed(each: Listed, lang: str) -> ReportListing:
    day = formats.date(each.published_on, lang)
    return ReportListing(
        address=f"/reports/{each.community}/{each.wave}",
        title=report_phrasing(lang, {}).text("Report of {month}", month=formats.month(each.published_on, lang)),
        day=report_phrasing(lang, {}).text("Version {version}, published on {day}", version=each.version, day=day),
        lang=choose_language(lang, "", each.languages),
        language_links=list_language_links(each.languages),
    )
