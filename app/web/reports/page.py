"""Build the page of a report: each source by itself, then what is hidden and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.language import formats
from app.services.common.report_names import is_simulated
from app.web.reports.figure_methods import recipes
from app.web.reports.hidden_figures import withheld_part
from app.web.reports.method_box import method_box, source_title, statement
from app.web.reports.parts import build_parts
from app.web.reports.phrasing import ReportPhrasing, report_phrasing
from app.web.reports.published_document import Document, DocumentContents, DocumentSource, read_document
from app.web.reports.row_writer import RowWriter
from app.web.reports.summary import summarize
from app.web.reports.views import ReportView, SourcePart

Words = Mapping[str, Mapping[str, str]]


def view_report(
    document: Document, words: Words, lang: str, version: int, published_on: date, sha256: str
) -> ReportView:
    """Show a published document in one of its languages."""
    contents, phrasing = read_document(document), report_phrasing(lang, words[lang])
    text = phrasing.text
    return ReportView(
        title=text("Trust in public services"),
        community=phrasing.name("community"),
        survey=phrasing.name("survey"),
        dates=phrasing.dates(contents.facts["fielded"]) if "fielded" in contents.facts else "",
        version=text("Version {version}, published on {day}", version=version, day=formats.date(published_on, lang)),
        fingerprint=sha256,
        simulated=text("These answers are simulated: a computer made them up, and no one was asked.")
        if is_simulated(each.get("community", "") for each in words.values())
        else "",
        introduction=tuple(_introduction(contents, phrasing)),
        sources=tuple(view_source(RowWriter(contents, source, phrasing)) for source in contents.sources),
        withheld=withheld_part(contents, phrasing),
    )


def _introduction(contents: DocumentContents, phrasing: ReportPhrasing) -> list[str]:
    sentences = [
        phrasing.text("Figures come with an interval that shows how sure they are. Numbers of people are rounded.")
    ]
    if len(contents.sources) > 1:
        sentences.append(
            phrasing.text(
                "People took part in different ways. Their results are reported separately, because the figures mean "
                "different things."
            )
        )
    return sentences


def view_source(writer: RowWriter) -> SourcePart:
    """Show the answers of one source: of people invited at random, or of people who chose to take part."""
    source: DocumentSource = writer.source
    return SourcePart(
        id=source.id,
        title=source_title(writer),
        statement=statement(writer),
        summary=summarize(writer),
        parts=build_parts(writer),
        method=method_box(writer),
        recipes=recipes(writer),
    )
