"""What a report does not show, and why: how many figures for each reason, and the rules that decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from app.language.extraction import mark
from app.web.reports.phrasing import REASONS, ReportPhrasing
from app.web.reports.published_document import DocumentContents
from app.web.reports.views import ReportPart

RULES: dict[str, str] = {
    "count_threshold": mark("smallest number of people that is shown"),
    "rounding_base": mark("rounding of numbers of people"),
    "score_minimum": mark("fewest answers behind a figure"),
    "score_unflagged": mark("fewest answers behind a figure without a mark"),
    "effective_minimum": mark("fewest answers behind a figure, counted after weighting"),
    "effective_unflagged": mark("fewest answers without a mark, counted after weighting"),
    "heaviest_weight": mark("largest part of a figure that one person may weigh"),
    "share_end": mark("share in per cent below which only “at most” is told"),
    "wide_interval": mark("width of an interval from which it is marked"),
    "narrowest_range": mark("narrowest range in which a hidden number may be guessed"),
    "total_step": mark("rounding of totals"),
    "total_part": mark("rounding of totals as a part of them"),
}


def withheld_part(contents: DocumentContents, phrasing: ReportPhrasing) -> ReportPart:
    """Counts by reason, the rules, and what the audit tried."""
    return ReportPart(
        "withheld",
        phrasing.text("What is not shown, and why"),
        tuple(_paragraphs(contents, phrasing)),
        tuple(_counts(contents, phrasing)),
    )


def _counts(contents: DocumentContents, phrasing: ReportPhrasing) -> Iterator[str]:
    counts = Counter(reason for _, reason in contents.withheld)
    for reason in REASONS:
        if counts[reason]:
            figures = phrasing.number(counts[reason], "people")
            yield phrasing.text("{reason}: figures not shown: {n}", reason=_capital(phrasing.reason(reason)), n=figures)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _paragraphs(contents: DocumentContents, phrasing: ReportPhrasing) -> Iterator[str]:
    text = phrasing.text
    rule = {name: phrasing.number(float(value), "people") for name, value in contents.rules.items()}
    yield text(
        "Numbers of people below {threshold} are hidden and all others rounded to {base}. "
        "Figures need at least {minimum} answers; below {unflagged} they carry a mark.",
        threshold=rule["count_threshold"], base=rule["rounding_base"],
        minimum=rule["score_minimum"], unflagged=rule["score_unflagged"],
    )  # fmt: skip
    if contents.withheld:
        yield text("Each figure that is missing says why in its place. Together:")
    else:
        yield text("Nothing had to be withheld.")
    yield text(
        "Before it was published, the report was attacked together with all earlier ones of its wave: no "
        "hidden number of people could be found out."
    )
    for name in contents.laxer:
        value = phrasing.number(contents.rules[name], "people" if contents.rules[name] >= 1 else "number")
        yield text("This report is less strict than our rules: {rule} is {value}.", rule=text(RULES[name]), value=value)
