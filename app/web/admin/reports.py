"""Show a report page by page before it is final, and publish it as a job."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from starlette.responses import HTMLResponse, Response

from app.errors import NotFound
from app.language.languages import Language, get_language
from app.services.common.object_store import ObjectStore
from app.services.dashboard.wave_page import WaveView
from app.services.jobs.queue import enqueue
from app.services.reports import publish as publishing
from app.services.reports.preview import ReportPreview, preview, see_report
from app.web.admin.rendering import StaffScreen
from app.web.admin.request import StaffRequest
from app.web.admin.waves import get_wave
from app.web.reports.page_set import SUMMARY_PAGE, PageLink, list_pages, read_report
from app.web.reports.rendering import render_report, report_address


@dataclass(frozen=True)
class ReportStepScreen(StaffScreen):
    template: ClassVar[str] = "admin/report.html"
    here: ClassVar[str] = "Survey rounds"

    wave: WaveView
    preview: ReportPreview | None = None
    pages: tuple[PageLink, ...] = ()
    languages: tuple[Language, ...] = ()
    form_errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """Return the sentence that an operator types to publish."""
        return publish_sentence(self.wave.slug)


def publish_sentence(wave: str) -> str:
    return f"publish {wave}"


def show_report(request: StaffRequest) -> Response:
    return request.show(ReportStepScreen(get_wave(request)))


def preview_report(request: StaffRequest) -> Response:
    """Show the preview at an address that can be reloaded and kept."""
    wave = get_wave(request)
    return request.show(_seen(request, {}) if wave.can_report else ReportStepScreen(wave))


def _seen(request: StaffRequest, form_errors: Mapping[str, str]) -> ReportStepScreen:
    wave = get_wave(request)
    found = preview(request.engine, ObjectStore(request.settings), wave.slug, request.actor)
    languages = tuple(map(get_language, found.frozen.languages))
    pages = list_pages(read_report(found.frozen, _english_first(found.frozen.languages)))
    return ReportStepScreen(wave, found, pages, languages, form_errors)


def _english_first(languages: tuple[str, ...]) -> str:
    return "en" if "en" in languages else languages[0]


def show_page(request: StaffRequest) -> Response:
    """Show the very page that readers will see, under a line that says that it is not published."""
    wave, page = get_wave(request), request.http.path_params.get("page", SUMMARY_PAGE)
    frozen = see_report(request.engine, ObjectStore(request.settings), wave.slug, request.now.date()).frozen
    lang = request.query("lang") if request.query("lang") in frozen.languages else _english_first(frozen.languages)
    context = read_report(frozen, lang)
    rendered = render_report(context, page, False, request.settings.base_url)
    if rendered is None:
        raise NotFound("page", page)
    html, policy = rendered
    pages = [each.page for each in list_pages(context)]
    return HTMLResponse(
        to_preview(html, report_address(frozen), f"/staff/waves/{wave.slug}/report", pages),
        headers={"content-security-policy": policy, "content-language": lang},
    )


def to_preview(html: str, public: str, staff: str, pages: list[str]) -> str:
    """Lead the links of a report to pages of its preview, and others back to the console; say that it is a preview."""

    def lead(found: re.Match[str]) -> str:
        page = found["page"].removeprefix("/")
        return f'href="{staff}/page{found["page"]}{found["query"]}"' if page in pages else f'href="{staff}"'

    link = re.compile(rf'href="{re.escape(public)}(?P<page>[^"?#]*)(?P<query>[^"]*)"')
    note = (
        f'<p lang="en" dir="ltr"><strong>Preview: not published.</strong> <a href="{staff}">Back to the console</a></p>'
    )
    return re.sub(r"(<body[^>]*>)", lambda found: found[1] + note, link.sub(lead, html), count=1)


def publish_report(request: StaffRequest) -> Response:
    """Ask for the job, where the operator typed the sentence, and knows what the report is not weighted by."""
    wave, form = get_wave(request), request.form
    form_errors = {}
    if form.one("sentence").casefold() != publish_sentence(wave.slug):
        form_errors["sentence"] = f"Type the words: {publish_sentence(wave.slug)}"
    unused = publishing.find_unweighted(request.engine, wave.slug)
    if any(each.is_asked for each in unused) and not form.one("known"):
        form_errors["known"] = "Tick that you know which tables do not weight the answers, or load them again first."
    if form_errors:
        return request.show(_seen(request, form_errors), 422)
    job = enqueue(request.engine, "report", wave.slug, request.actor)
    return request.go(f"/staff/jobs/{job.id}")


def publish_beside(request: StaffRequest) -> Response:
    """Publish the same figures again with the commitments and the map of today."""
    wave = get_wave(request)
    publishing.publish_beside(request.engine, wave.slug, request.actor)
    return request.go(f"/staff/waves/{wave.slug}/report", "report-renewed")
