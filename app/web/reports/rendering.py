"""Render reports with the words of the catalog `report`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from app.language import formats
from app.services.reports.benchmarks import BenchmarkQuestion, BenchmarkSource, load_benchmarks
from app.services.reports.publish import FrozenReport
from app.web import rendering
from app.web.locale import choose_name, list_language_links
from app.web.reports.agency_page import AgencyPage
from app.web.reports.list_page import CommunityReports
from app.web.reports.other_communities import CommunityStanding, compare_communities, read_standing
from app.web.reports.other_surveys import compare_with_surveys, sources_of
from app.web.reports.page_set import (
    DETAILS_PAGE,
    METHOD_PAGE,
    OPEN_PAGE,
    SUMMARY_PAGE,
    MethodPage,
    PageLink,
    ReportContext,
    ReportFrame,
    SourcePage,
    SummaryPage,
    agency_pages,
    list_pages,
    make_agency,
    make_details,
    make_frame,
    make_method,
    make_others,
    make_summary,
)
from app.web.reports.phrasing import DOMAIN, capitalized, report_phrasing
from app.web.reports.pictures import Picture
from app.web.reports.published_rounds import Comparison, compare_agencies, compare_rounds, has_rounds
from app.web.reports.views import ReportLink, ReportView
from app.web.view_models import LanguageLink, Screen

STYLES = ("site.css", "public.css", "report.css")


@dataclass(frozen=True)
class ReportScreen(Screen):
    """The values that all pages share: `address` is that of the summary, `query` keeps language and version."""

    styles: ClassVar[tuple[str, ...]] = (*STYLES, "report_pages.css")

    frame: ReportFrame
    pages: tuple[PageLink, ...]
    page: str
    address: str
    query: str
    versioned: str
    method: str
    comparison: str
    language_links: tuple[LanguageLink, ...]
    files: tuple[ReportLink, ...]


@dataclass(frozen=True)
class SummaryScreen(ReportScreen):
    """The first page."""

    template: ClassVar[str] = "reports/summary.html"

    view: SummaryPage
    own_pages: dict[str, str]
    details: str
    open_link: str
    citation: tuple[str, str]


@dataclass(frozen=True)
class RatedAgencyScreen(ReportScreen):
    """The page of one agency."""

    template: ClassVar[str] = "reports/agency.html"

    view: AgencyPage


@dataclass(frozen=True)
class SourcesScreen(ReportScreen):
    """The details, or the sources that stand apart."""

    template: ClassVar[str] = "reports/sources.html"

    title: str
    sources: tuple[SourcePage, ...]


@dataclass(frozen=True)
class MethodScreen(ReportScreen):
    """How the report was made."""

    template: ClassVar[str] = "reports/method.html"

    view: MethodPage


@dataclass(frozen=True)
class ReportFileScreen(Screen):
    """A whole report on one page, as a file that stands alone: it leads to no service and to no picture."""

    template: ClassVar[str] = "reports/report.html"
    styles: ClassVar[tuple[str, ...]] = STYLES

    view: ReportView
    files: tuple[ReportLink, ...]
    address: str
    method: str = ""
    query: str = ""
    versioned: str = ""
    alone: bool = True
    language_links: tuple[LanguageLink, ...] = ()


@dataclass(frozen=True)
class EmbedScreen(Screen):
    """One figure on a page that other sites may frame; its links open a window."""

    template: ClassVar[str] = "reports/embed.html"
    styles: ClassVar[tuple[str, ...]] = (*STYLES, "report_pages.css")

    frame: ReportFrame
    picture: Picture
    address: str
    query: str
    method: str
    alone: bool = True


@dataclass(frozen=True)
class ComparisonScreen(Screen):
    """Published reports of a community beside each other. Its figures are no pictures of one report."""

    template: ClassVar[str] = "reports/compare.html"
    styles: ClassVar[tuple[str, ...]] = (*STYLES, "report_pages.css")

    frame: ReportFrame
    view: Comparison
    path: str
    here: str
    method: str
    links: tuple[ReportLink, ...]
    reports: tuple[ReportLink, ...]
    language_links: tuple[LanguageLink, ...]
    alone: bool = True


@dataclass(frozen=True)
class OtherSurveysScreen(ComparisonScreen):
    """The newest figures of a community beside those of other surveys."""

    template: ClassVar[str] = "reports/other_surveys.html"

    surveys: tuple[BenchmarkSource, ...] = ()


@dataclass(frozen=True)
class OtherCommunitiesScreen(ComparisonScreen):
    """The newest levels of a community beside those of other communities."""

    template: ClassVar[str] = "reports/other_communities.html"


@dataclass(frozen=True)
class ReportListScreen(Screen):
    """All published reports."""

    template: ClassVar[str] = "reports/reports.html"
    styles: ClassVar[tuple[str, ...]] = STYLES

    communities: tuple[CommunityReports, ...]
    language_links: tuple[LanguageLink, ...]


def render_report(context: ReportContext, page: str, versioned: bool, base_url: str = "") -> tuple[str, str] | None:
    """Return a page of a report and its content security policy, or None where the report has no such page."""
    screen = _screen(context, page, versioned, base_url)
    return _render(screen) if screen else None


def render_embed(context: ReportContext, picture: Picture) -> tuple[str, str]:
    """Return the page of one figure and its content security policy."""
    address, query = report_address(context.frozen), f"?lang={context.lang}&version={context.frozen.version}"
    method = f"{address}/{METHOD_PAGE}{query}"
    return _render(EmbedScreen(context.lang, make_frame(context), picture, address, query, method))


def render_comparison(contexts: Sequence[ReportContext], agency: str, is_alone: bool = True) -> tuple[str, str] | None:
    """Return the page that compares the rounds of an agency, or the agencies of a community without one.

    It leads to the page of other communities unless the community is alone.
    """
    view = compare_rounds(contexts, agency) if agency else compare_agencies(contexts)
    if view is None:
        return None
    path = comparison_address(contexts[-1].frozen.community, agency)
    return _render(ComparisonScreen(**_compared(contexts, view, path, is_alone)))


def render_other_surveys(
    context: ReportContext, benchmarks: Sequence[BenchmarkQuestion], is_alone: bool = True
) -> tuple[str, str] | None:
    """Return the page of figures beside those of other surveys; None where no survey asks what this one does."""
    view = compare_with_surveys(context, benchmarks)
    if view is None:
        return None
    path = other_surveys_address(context.frozen.community)
    shared = _compared([context], view, path, is_alone)
    return _render(OtherSurveysScreen(**shared, surveys=sources_of(context, benchmarks)))


def render_other_communities(context: ReportContext, others: Sequence[CommunityStanding]) -> tuple[str, str] | None:
    """Return the page of levels beside those of other communities; None where none rates the same agencies."""
    own = read_standing(context.frozen, context.main.source.id)
    view = compare_communities(context.main, own, others) if own else None
    if view is None:
        return None
    shared = _compared([context], view, other_communities_address(context.frozen.community))
    links = tuple(
        ReportLink(
            f"/reports/{each.community}/{each.wave}?lang={context.lang}", choose_name(each.names, context.lang).words
        )
        for each in others
    )
    return _render(OtherCommunitiesScreen(**{**shared, "reports": shared["reports"] + links}))


def _compared(contexts: Sequence[ReportContext], view: Comparison, path: str, is_alone: bool = False) -> dict[str, Any]:
    """Return what every page of comparisons shows."""
    newest = contexts[-1]
    query = f"?lang={newest.lang}"
    root = comparison_address(newest.frozen.community)
    links = [ReportLink(f"{root}{query}", newest.phrasing.text("Agencies"))]
    links += [
        ReportLink(f"{root}/{slug}{query}", capitalized(newest.phrasing.short(slug)))
        for slug in newest.contents.agencies
        if has_rounds(contexts, slug)
    ]
    if compare_with_surveys(newest, load_benchmarks()):
        others = other_surveys_address(newest.frozen.community)
        links.append(ReportLink(f"{others}{query}", newest.phrasing.text("Beside other surveys")))
    if not is_alone:
        beside = other_communities_address(newest.frozen.community)
        links.append(ReportLink(f"{beside}{query}", newest.phrasing.text("Beside other communities")))
    reports = tuple(
        ReportLink(f"{report_address(each.frozen)}{query}", each.phrasing.text("Report of {month}", month=_month(each)))
        for each in contexts
    )
    return {
        "lang": newest.lang,
        "frame": make_frame(newest),
        "view": view,
        "path": path,
        "here": f"{path}{query}",
        "method": f"{report_address(newest.frozen)}/{METHOD_PAGE}{query}",
        "links": tuple(links),
        "reports": reports,
        "language_links": list_language_links(newest.frozen.languages),
    }


def _month(context: ReportContext) -> str:
    return formats.month(context.frozen.published_on, context.lang)


def comparison_address(community: str, agency: str = "") -> str:
    """Return the address of a comparison, without a language."""
    return f"/compare/{community}/{agency}" if agency else f"/compare/{community}"


def other_surveys_address(community: str) -> str:
    """Return the address of the page of other surveys, without a language."""
    return f"{comparison_address(community)}/with/surveys"


def other_communities_address(community: str) -> str:
    """Return the address of the page of other communities, without a language."""
    return f"{comparison_address(community)}/with/communities"


def _screen(context: ReportContext, page: str, versioned: bool, base_url: str) -> Screen | None:
    shared = _shared(context, page, versioned)
    if page == SUMMARY_PAGE:
        own = {slug: f"{shared['address']}/{each}{shared['query']}" for each, slug in agency_pages(context).items()}
        details, others = (f"{shared['address']}/{each}{shared['query']}" for each in (DETAILS_PAGE, OPEN_PAGE))
        return SummaryScreen(
            **shared, view=make_summary(context), own_pages=own, details=details, open_link=others,
            citation=write_citation(context, f"{base_url}{shared['address']}"),
        )  # fmt: skip
    if page == METHOD_PAGE:
        return MethodScreen(**shared, view=make_method(context))
    if page == DETAILS_PAGE:
        title = context.phrasing.text("Details")
        return SourcesScreen(**shared, title=title, sources=(make_details(context),))
    if page == OPEN_PAGE:
        found = make_others(context)
        return SourcesScreen(**shared, title="", sources=found) if found else None
    slug = agency_pages(context).get(page)
    view = make_agency(context, slug) if slug else None
    return RatedAgencyScreen(**shared, view=view) if view else None


def _shared(context: ReportContext, page: str, versioned: bool) -> dict[str, Any]:
    frozen, lang = context.frozen, context.lang
    address = report_address(frozen)
    version = f"&version={frozen.version}" if versioned else ""
    query = f"?lang={lang}{version}"
    return {
        "lang": lang,
        "frame": make_frame(context),
        "pages": list_pages(context),
        "page": page,
        "address": address,
        "query": query,
        "versioned": version,
        "method": "" if page == METHOD_PAGE else f"{address}/{METHOD_PAGE}{query}",
        "comparison": _find_comparison(context, page),
        "language_links": list_language_links(frozen.languages),
        "files": list_files(address, query, lang),
    }


def _find_comparison(context: ReportContext, page: str) -> str:
    """Return the address of the page's comparison, of the community's where no round has a level of the agency."""
    agency = agency_pages(context).get(page, "")
    compared = agency if agency and has_rounds([context], agency) else ""
    return f"{comparison_address(context.frozen.community, compared)}?lang={context.lang}"


def write_citation(context: ReportContext, address: str) -> tuple[str, str]:
    """Return the words of a citation, and the address of this version with the start of its fingerprint."""
    frame, frozen = make_frame(context), context.frozen
    words = " · ".join(each for each in (frame.community, frame.title, frame.dates, frame.version) if each)
    return words, f"{address}?version={frozen.version} (SHA-256 {frozen.report.sha256[:12]})"


def report_address(frozen: FrozenReport) -> str:
    """Return the address of a report's summary, without language and version."""
    return f"/reports/{frozen.community}/{frozen.wave}"


def render_file(view: ReportView, name: str, lang: str, endings: Collection[str]) -> str:
    """The page as a file that stands alone beside the report's other files, without links to a service."""
    files = tuple(
        ReportLink(f"{name}{ending}", words) for ending, words in _files(lang) if ending.removeprefix(".") in endings
    )
    return _render(ReportFileScreen(lang, view, files, name))[0]


def render_list(communities: tuple[CommunityReports, ...], lang: str) -> tuple[str, str]:
    """The page of all reports and its content security policy."""
    return _render(ReportListScreen(lang, communities, list_language_links()))


def list_files(address: str, query: str, lang: str) -> tuple[ReportLink, ...]:
    """Return the links to all files of a report."""
    return tuple(ReportLink(_file_address(address, ending, query), words) for ending, words in _files(lang))


def _file_address(address: str, ending: str, query: str) -> str:
    """Return the address of a file: the ending may have a query of its own."""
    path, _, more = ending.partition("?")
    return f"{address}{path}{query}" + (f"&{more}" if more else "")


def _files(lang: str) -> tuple[tuple[str, str], ...]:
    text = report_phrasing(lang, {}).text
    return (
        (".pdf", text("To print (PDF)")),
        ("/annex.pdf", text("Annex with every figure (PDF)")),
        (".pptx", text("As slides (PPTX)")),
        (".xlsx", text("As a spreadsheet (XLSX)")),
        (".csv", text("As a table (CSV)")),
        (".csv?names=words", text("As a table with column names in words (CSV)")),
        (".json", text("For programs (JSON)")),
    )


def _render(screen: Screen) -> tuple[str, str]:
    return rendering.render(screen, DOMAIN), rendering.policy(screen)
