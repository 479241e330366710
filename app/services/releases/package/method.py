"""Write the method box of a data set: the statements of the survey round and of its published report.

The labels and sentences are those of reports, in the catalog `report`, so that both read alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.report.nonresponse import RATE_WITHHELD
from app.language import formats
from app.language.catalogs import load_catalog
from app.services.common.report_names import name_in
from app.services.releases.package import words
from app.services.releases.package.study import ReleaseStudy, Texts
from app.services.reports.response_rates import find_rates
from app.services.waves.protocol import is_random

REPORT = "report"
TITLE = "How this was done"
INVITED = "People invited by letter"
LABELS: Mapping[str, str] = {
    "sponsor": "Sponsor",
    "conductor": "Conducted by",
    "list": "List of addresses",
    "coverage": "Not on the list",
    "selection": "Drawing of addresses",
    "household": "Choice of one adult in a home",
    "contacts": "Letters and reminders",
    "incentives": "Incentives",
}
UNDECLARED = (
    "Letters with a code went to addresses. It is not declared that they were picked at random, so there is no margin "
    "of sampling error."
)
CHANCE = "Chance of being asked about each agency"
OPEN = "People who chose to take part"
CHOSEN = "Each person chose the agency that the answers are about."
ABOUT_AGENCIES = ("agency_chances", "open_link_agency")
BIRTHDAY = "The letter asked the adult whose birthday comes next to answer."
MISSING = "not declared"
PAIR = "{name}: {value}"
RATE = "Response rate: {share}, about {part} of {whole} invited addresses."
BY_STRATUM = "Response rate by part of the city: {rates}."
CODE = (
    "This is the rate {code} of the AAPOR: each address counts as eligible, and a form with fewer than half of its "
    "questions answered counts as no answer."
)
EVENNESS = "R-indicator: {value}. At 1, all groups answered equally often, apart from differences that were planned."
BOUNDS = "{low} to {high}"
SILENCE = "Not everyone who was invited answered. Weighting corrects this only for the groups listed above."
OTHER_WAYS = "Other ways of taking part"
MIXED = (
    "These people answered with the code of a letter, by an open link or in another way. Which way is not kept, "
    "because too few answered alike, so there is no margin of sampling error."
)
WITHHELD = (
    "The share of invited addresses that answered cannot be stated, because some answers to letters may be counted "
    "under another heading to protect people."
)
SENTENCES = (
    *(TITLE, INVITED, *LABELS.values(), MISSING, UNDECLARED, BIRTHDAY, CHANCE, OPEN, CHOSEN),
    *(RATE, BY_STRATUM, CODE, EVENNESS, BOUNDS, SILENCE, OTHER_WAYS, MIXED, WITHHELD),
)


def sample_texts(study: ReleaseStudy) -> Texts:
    """Return the sources of the answers, in each language; people with letters are random only if that is declared."""
    if is_random(study.protocol):
        return words.translate(study.languages, words.SAMPLES)
    return {lang: load_catalog(lang, REPORT).text(UNDECLARED) for lang in study.languages}


def method_statements(study: ReleaseStudy, lang: str) -> tuple[str, ...]:
    """Return the statements in their order; those about letters only where letters were sent."""
    return tuple(_statements(study, lang))


def _statements(study: ReleaseStudy, lang: str) -> Iterator[str]:
    text = load_catalog(lang, REPORT).text
    for name, label in LABELS.items():
        declared = study.protocol.get(name)
        if declared or name != "household":
            value = f"“{declared}”" if declared else text(MISSING)
            yield text(PAIR, name=text(label), value=value)
    if "household" not in study.protocol:
        yield text(BIRTHDAY)
    yield from _agency_statements(study, lang)
    yield from response_statements(study.facts, lang)


def _agency_statements(study: ReleaseStudy, lang: str) -> Iterator[str]:
    """Yield the chance with which a code draws each agency, and how people on an open link came to theirs."""
    text = load_catalog(lang, REPORT).text
    chances = [each.split("=") for each in str(study.facts.get("agency_chances", "")).split()]
    if chances:
        each = [
            text(PAIR, name=name_in(study.agencies[slug], lang), value=formats.percent(float(percent) / 100, lang))
            for slug, percent in chances
        ]
        yield text(PAIR, name=text(CHANCE), value="; ".join(each))
    if study.facts.get("open_link_agency") == "chosen":
        yield text(PAIR, name=text(OPEN), value=text(CHOSEN))


def _with_interval(facts: Mapping[str, Any], name: str, lang: str) -> str:
    value, *ends = (
        formats.number(float(facts[key]), lang, 2) for key in (name, f"{name}.low", f"{name}.high") if key in facts
    )
    if not ends:
        return value
    low, high = ends
    return f"{value} ({load_catalog(lang, REPORT).text(BOUNDS, low=low, high=high)})"


def response_statements(facts: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Yield the response rate with its rule, and how evenly groups answered, as the report published them."""
    text, rate = load_catalog(lang, REPORT).text, facts.get("response_rate")
    if rate and rate["percent"] is not None:
        part, whole = (formats.number(rate[name], lang) for name in ("part", "whole"))
        yield text(RATE, share=formats.percent(rate["percent"] / 100, lang), part=part, whole=whole)
    if RATE_WITHHELD in facts:
        yield text(PAIR, name=text(OTHER_WAYS), value=text(MIXED))
        yield text(WITHHELD)
    rates = find_rates(facts)
    if rates:
        each = [text(PAIR, name=name, value=formats.percent(rate / 100, lang)) for name, rate in rates.items()]
        yield text(BY_STRATUM, rates="; ".join(each))
    if "response_code" in facts:
        yield text(CODE, code=facts["response_code"])
    if "r_indicator" in facts:
        yield text(EVENNESS, value=_with_interval(facts, "r_indicator", lang))
        yield text(SILENCE)
