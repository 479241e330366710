"""Show what a report hides: the number of figures for each reason, and the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from app.language.extraction import mark
from app.web.reports.phrasing import REASONS, ReportPhrasing, capitalized
from app.web.reports.published_document import DocumentContents
from app.web.reports.views import ReportPart

RULES: dict[str, str] = {
    "count_threshold": mark("smallest number of people that is shown"),
    "rounding_base": mark("rounding of numbers of people"),
    "score_minimum": mark("fewest answers behind a figure"),
    "score_unflagged": mark("fewest answers behind a figure without a flag"),
    "effective_minimum": mark("fewest answers behind a figure, counted after weighting"),
    "effective_unflagged": mark("fewest answers without a flag, counted after weighting"),
    "heaviest_weight": mark("largest part of a figure that may come from one person"),
    "share_end": mark("share in percent below which only “at most” is shown"),
    "wide_interval": mark("width from which an interval is flagged"),
    "narrowest_range": mark("narrowest range in which a hidden number may be guessed"),
    "total_step": mark("rounding of totals"),
    "total_part": mark("rounding of totals, as a share of the total"),
}


def withheld_part(contents: DocumentContents, phrasing: ReportPhrasing) -> ReportPart:
    """Show counts by reason, the rules, and the audit."""
    counts, rules = hidden_counts(contents, phrasing), hidden_rules(contents, phrasing)
    return ReportPart("withheld", counts.title, (*rules.paragraphs, *counts.paragraphs), counts.points)


def hidden_counts(contents: DocumentContents, phrasing: ReportPhrasing) -> ReportPart:
    """Show how many figures are hidden, by reason."""
    text = phrasing.text
    words = text("No figure had to be hidden.")
    if contents.withheld:
        words = text("Each missing figure shows the reason in its place. In total:")
    return ReportPart("withheld", text("Figures not shown, and why"), (words,), tuple(_counts(contents, phrasing)))


def hidden_rules(contents: DocumentContents, phrasing: ReportPhrasing) -> ReportPart:
    """Show the rules by which figures are hidden, and the audit."""
    return ReportPart("rules", phrasing.text("Figures not shown, and why"), tuple(_rules(contents, phrasing)))


def _counts(contents: DocumentContents, phrasing: ReportPhrasing) -> Iterator[str]:
    counts = Counter(reason for _, reason in contents.withheld)
    for reason in REASONS:
        if counts[reason]:
            figures = phrasing.number(counts[reason], "people")
            words = capitalized(phrasing.reason(reason))
            yield phrasing.text("{reason}: figures not shown: {n}", reason=words, n=figures)


def _rules(contents: DocumentContents, phrasing: ReportPhrasing) -> Iterator[str]:
    text = phrasing.text
    rule = {name: phrasing.number(float(value), "people") for name, value in contents.rules.items()}
    yield text(
        "Numbers of people below {threshold} are hidden and all others rounded to {base}. Figures need at least "
        "{minimum} answers; below {unflagged} they have a flag.",
        threshold=rule["count_threshold"], base=rule["rounding_base"],
        minimum=rule["score_minimum"], unflagged=rule["score_unflagged"],
    )  # fmt: skip
    yield text(
        "Before publication, we tested that no hidden number of people can be worked out from this report and all "
        "earlier ones of its survey round."
    )
    for name in contents.laxer:
        value = phrasing.number(contents.rules[name], "people" if contents.rules[name] >= 1 else "number")
        yield text("This report is less strict than our rules: {rule} is {value}.", rule=text(RULES[name]), value=value)
