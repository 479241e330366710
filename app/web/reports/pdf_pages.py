"""The values of a report's PDF files: the brief with what its pages say first, and the annex with every figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields, replace
from typing import Any

from app.language.languages import get_language
from app.paths import TEMPLATES
from app.services.pdf.typesetting import Paper
from app.services.reports.publish import FrozenReport
from app.web.reports.agency_page import AgencyPage
from app.web.reports.chart_geometry import ChartPoint
from app.web.reports.map_drawing import with_rings
from app.web.reports.page import view_report
from app.web.reports.page_set import (
    ReportContext,
    agency_pages,
    make_agency,
    make_frame,
    make_method,
    make_summary,
    read_report,
)
from app.web.reports.phrasing import ReportPhrasing, report_phrasing
from app.web.reports.pictures import Picture
from app.web.reports.views import AreaShape, Curve, ReportPart

TEMPLATE = TEMPLATES / "report.typ"
CURVE, SHAPE = ({field.name for field in fields(kind)} for kind in (Curve, AreaShape))
MOST_AGENCIES = 3  # the brief has a page for each of so few; more of them stand in the annex
PARTS_OF_AGENCY = 2  # its parts of trust and its groups; the rest stands in the annex


def with_drawings(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    """Collect the fields of a value; add the joins of a curve and the corners of an area, which follow from them."""
    found = dict(fields)
    if found.keys() == CURVE:
        points = [ChartPoint(**point) for point in found["points"]]
        found["joins"] = Curve(found["title"], tuple(points), (), ()).joins
    return with_rings(found) if found.keys() == SHAPE else found


def to_annex(frozen: FrozenReport, lang: str, base_url: str | None) -> Paper:
    """Every figure of the report in one of its languages; without a base URL it names no address."""
    report, phrasing = frozen.report, report_phrasing(lang, frozen.words[lang])
    view = view_report(report.document, frozen.words, lang, frozen.version, frozen.published_on, report.sha256)
    recipes = [recipe.id for source in view.sources for recipe in source.recipes]
    maps = [asdict(part, dict_factory=with_drawings) for part in _maps(read_report(frozen, lang))]
    values: dict[str, Any] = {
        "view": asdict(view, dict_factory=with_drawings),
        "recipes": recipes,
        "maps": maps,
    }
    for source in values["view"]["sources"]:
        source["method"] = _with_addresses(source["method"], base_url)
    return _paper(frozen, phrasing, base_url, values)


def to_brief(frozen: FrozenReport, lang: str, base_url: str) -> Paper:
    """The report on four to six pages in one of its languages: summary, agencies, how it was done."""
    context = read_report(frozen, lang)
    summary = make_summary(context)
    brief: dict[str, Any] = {
        "summary": asdict(summary, dict_factory=with_drawings),
        "findings": [(finding.sentence, proof) for finding, proof in summary.findings],
        "agencies": [asdict(page, dict_factory=with_drawings) for page in _agencies(context)],
        "method": [asdict(part) for part in make_method(context).sources[:1]],  # those of others stand in the annex
    }
    for part in brief["method"]:
        part["method"] = _with_addresses(part["method"], base_url)
    values = {"view": asdict(make_frame(context)), "brief": brief}
    return _paper(frozen, context.phrasing, base_url, values)


def _with_addresses(method: Iterable[dict[str, Any]], base_url: str | None) -> list[dict[str, Any]]:
    """Write the whole address where a line names a path: paper has no links."""
    found = []
    for each in method:
        path = each["path"]
        whole = [text.replace(path, f"{base_url or ''}{path}") if path else text for text in each["paragraphs"]]
        found.append(each | {"paragraphs": whole})
    return found


def _agencies(context: ReportContext) -> list[AgencyPage]:
    slugs = list(agency_pages(context).values())
    pages = [page for slug in slugs if (page := make_agency(context, slug))] if len(slugs) <= MOST_AGENCIES else []
    return [replace(page, parts=page.parts[:PARTS_OF_AGENCY]) for page in pages]


def _maps(context: ReportContext) -> Iterator[ReportPart]:
    """Yield the map of each agency under its name; a list of areas alone repeats what the groups say."""
    for slug in agency_pages(context).values() if context.frozen.shapes else ():
        page = make_agency(context, slug)
        for part in page.parts if page else ():
            if part.map:
                yield replace(part, title=f"{context.phrasing.agency(slug)}: {part.title}", answers=())


def to_picture_paper(context: ReportContext, picture: Picture, base_url: str) -> Paper:
    """One figure with its title, source and the words about its interval."""
    shown = picture.shown
    values = [asdict(each) for each in shown] if isinstance(shown, tuple) else asdict(shown, dict_factory=with_drawings)
    about = {"kind": picture.kind, "title": picture.title, "note": picture.note, "source": picture.source}
    frame = {"view": asdict(make_frame(context)), "picture": about | {"shown": values}}
    return _paper(context.frozen, context.phrasing, base_url, frame)


def _paper(frozen: FrozenReport, phrasing: ReportPhrasing, base_url: str | None, values: dict[str, Any]) -> Paper:
    lang, text = phrasing.lang, phrasing.text
    shared = {
        "lang": lang,
        "direction": get_language(lang).direction,
        "address": f"{base_url}/reports/{frozen.community}/{frozen.wave}?version={frozen.version}" if base_url else "",
        "words": {
            "summary": text("In short"),
            "method": text("How this was done"),
            "recipes": text("How the figures were made"),
            "recipe": text("How this was made"),
            "fingerprint": text("Fingerprint"),
            "findings": text("Main results"),
            "groups": text("Groups that trust more or less"),
            "sure": text("How sure this is"),
            "of": text("of 100"),
            "change": text("Change since the previous survey round"),
            "group": text("Group"),
            "everyone": text("Everyone"),
            "answered": text("You said, we did"),
        },
    }
    defaults: dict[str, Any] = {"picture": None, "brief": None, "recipes": [], "maps": []}
    written_in = (each["lang"] for each in frozen.commitments)
    languages = tuple(dict.fromkeys((lang, *frozen.languages, *written_in)))
    return Paper(TEMPLATE, languages, frozen.published_on, defaults | shared | values)
