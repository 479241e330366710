"""What a report does not show, and why: how many figures for each reason, and the rules that decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from app.language.extraction import mark
from app.web.reports.phrasing import REASONS, Speech
from app.web.reports.published_document import Contents
from app.web.reports.views import Part

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


def withheld_part(contents: Contents, speech: Speech) -> Part:
    """Counts by reason, the rules, and what the audit tried."""
    return Part(
        "withheld",
        speech.text("What is not shown, and why"),
        tuple(_paragraphs(contents, speech)),
        tuple(_counts(contents, speech)),
    )


def _counts(contents: Contents, speech: Speech) -> Iterator[str]:
    counts = Counter(reason for _, reason in contents.withheld)
    for reason in REASONS:
        if counts[reason]:
            figures = speech.number(counts[reason], "people")
            yield speech.text("{reason}: figures not shown: {n}", reason=_capital(speech.reason(reason)), n=figures)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _paragraphs(contents: Contents, speech: Speech) -> Iterator[str]:
    text = speech.text
    rule = {name: speech.number(float(value), "people") for name, value in contents.rules.items()}
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
        value = speech.number(contents.rules[name], "people" if contents.rules[name] >= 1 else "number")
        yield text("This report is less strict than our rules: {rule} is {value}.", rule=text(RULES[name]), value=value)
