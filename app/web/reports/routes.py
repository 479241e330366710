"""The routes of published reports. Anyone may use them."""

from __future__ import annotations

from starlette.routing import Route

from app.web.reports.handlers import ReportPages
from app.web.routing import PageRoute, bind_routes

REPORT = "/reports/{community:slug}/{wave:slug}"

ROUTES = (
    PageRoute("GET", "/reports", ReportPages.show_list),
    PageRoute("GET", f"{REPORT}.json", ReportPages.send_document),
    PageRoute("GET", f"{REPORT}.csv", ReportPages.send_table),
    PageRoute("GET", f"{REPORT}.pdf", ReportPages.send_pdf),
    PageRoute("GET", f"{REPORT}/figures/{{figure:slug}}.svg", ReportPages.send_picture),
    PageRoute("GET", f"{REPORT}/figures/{{figure:slug}}.png", ReportPages.send_picture),
    PageRoute("GET", f"{REPORT}.xlsx", ReportPages.send_workbook),
    PageRoute("GET", f"{REPORT}.pptx", ReportPages.send_slides),
    PageRoute("GET", f"{REPORT}/annex.pdf", ReportPages.send_annex),
    PageRoute("GET", "/embed/{community:slug}/{wave:slug}/{figure:slug}", ReportPages.show_embed),
    PageRoute("GET", "/compare/{community:slug}", ReportPages.show_comparison),
    PageRoute("GET", "/compare/{community:slug}/{agency:slug}", ReportPages.show_comparison),
    PageRoute("GET", "/compare/{community:slug}/with/surveys", ReportPages.show_other_surveys),
    PageRoute("GET", "/compare/{community:slug}/with/communities", ReportPages.show_other_communities),
    PageRoute("GET", "/feed.atom", ReportPages.send_feed),
    PageRoute("GET", REPORT, ReportPages.show_report),
    PageRoute("GET", f"{REPORT}/{{page:slug}}", ReportPages.show_report),
    PageRoute("GET", "/api/report.schema.json", ReportPages.send_schema),
)


def make_routes(pages: ReportPages) -> list[Route]:
    return bind_routes(ROUTES, pages)
