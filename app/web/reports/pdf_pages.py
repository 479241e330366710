"""The values of a report's PDF file: the same view as its page."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from app.language.languages import get_language
from app.services.pdf.typesetting import Paper
from app.services.reports.publish import FrozenReport
from app.web.rendering import TEMPLATES
from app.web.reports.chart_geometry import ChartPoint
from app.web.reports.page import view_report
from app.web.reports.phrasing import report_phrasing
from app.web.reports.views import Curve

TEMPLATE = TEMPLATES / "report.typ"
CURVE = {field.name for field in fields(Curve)}


def with_joins(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    """Collect the fields of a value; add the joins of a curve, which follow from its points."""
    found = dict(fields)
    if found.keys() == CURVE:
        points = [ChartPoint(**point) for point in found["points"]]
        found["joins"] = Curve(found["title"], tuple(points), (), ()).joins
    return found


def to_paper(frozen: FrozenReport, lang: str, base_url: str | None) -> Paper:
    """The report in one of its languages; without a base URL it names no address."""
    report, text = frozen.report, report_phrasing(lang, frozen.words[lang]).text
    view = view_report(report.document, frozen.words, lang, frozen.version, frozen.published_on, report.sha256)
    values = {
        "lang": lang,
        "direction": get_language(lang).direction,
        "address": f"{base_url}/reports/{frozen.community}/{frozen.wave}?version={frozen.version}" if base_url else "",
        "view": asdict(view, dict_factory=with_joins),
        "recipes": [recipe.id for source in view.sources for recipe in source.recipes],
        "words": {
            "summary": text("In short"),
            "method": text("How this was done"),
            "recipes": text("How the figures were made"),
            "recipe": text("How this was made"),
            "fingerprint": text("Fingerprint"),
        },
    }
    return Paper(TEMPLATE, (lang, *frozen.languages), frozen.published_on, values)
