"""Define the sentences of a release in every language, besides those of surveys and names. Domain `data`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from app.language import formats
from app.language.catalogs import MessageCatalog, load_catalog
from app.language.extraction import mark
from app.language.languages import LANGUAGES, SOURCE
from app.services.releases.package.study import Texts

DOMAIN = "data"

TITLE = mark("Trust survey of {community}, {dates}")
ABSTRACT = mark(
    "Answers of residents of {community} to the survey “{survey}”: how much they trust public agencies. Every record "
    "is one person who answered without giving a name. The data were protected before they were published: see the "
    "disclosure report."
)
SIMULATED = mark("These people do not exist: all answers are simulated.")
UNIVERSE = mark("Adults who live in {community}")
SAMPLES = mark(
    "People invited at random: addresses were picked at random from a list, and each was invited with a code. People "
    "who chose to take part: they came through an open link or another source. The variable “source” separates the "
    "two; estimates from people who chose to take part have no margin of sampling error."
)
WEIGHTING = mark(
    "The public weight is fitted to the population on published variables alone; it contains nothing of the sample "
    "design. The replicate weights are a delete-a-group jackknife, fitted in the same way. Use them for every standard "
    "error."
)
CONDITIONS = mark(
    "CC BY 4.0. Do not try to identify anyone, and do not link the records with other data about people. If you think "
    "that someone could be recognized, tell us at once and no one else."
)

LEFT_OUT = mark(
    "Not in this file: {sources}. Files leave out each kind of sample with fewer than {number} people; the reports "
    "count it."
)

TRUST = mark("trust in public agencies")

NOT_ANSWERED = mark("Not answered")
SUPPRESSED = mark("Hidden to protect people")
NOT_ASKED = mark("Not asked")
CHOSEN = mark("Chosen")
NOT_CHOSEN = mark("Not chosen")
SEVERAL = mark("More than one answer")

ASKED_WHERE = mark("Asked only where {rule}")
RECODED = mark("Combined from finer answers: {rule}")

CASE = mark("Number of the record in this file; it means nothing outside it")
AGENCY = mark("Agency that the person was asked about")
SOURCE_OF_SAMPLE = mark("How the person came to the survey")
INDEX = mark("{index}, points from 0 to 100")
WEIGHT = mark("Public weight")
REPLICATE = mark("Replicate weight {number}")

SOURCES: Mapping[str, str] = {
    "address-sample": mark("People invited at random"),
    "open-link": mark("People who chose to take part"),
    "partner-outreach": mark("Partner outreach"),
    "assisted": mark("Assisted"),
    "other": mark("Other ways of taking part"),
}

ROLES: Mapping[str, str] = {
    "data": mark("Data"),
    "metadata": mark("Description for programs and archives"),
    "codebook": mark("Codebook"),
    "questionnaire": mark("Questionnaire"),
    "script": mark("Script that makes the headline table"),
    "report": mark("Disclosure report: risk and cost of protection"),
    "terms": mark("Terms, citation, changes"),
    "sums": mark("Fingerprints"),
}


def catalog_for(lang: str) -> MessageCatalog:
    return load_catalog(lang, DOMAIN)


def name_sources(names: Iterable[str], lang: str) -> list[str]:
    """Return kinds of sample in words."""
    return [catalog_for(lang).text(SOURCES[name]) if name in SOURCES else name for name in names]


def explain_left_out(left_out: Mapping[str, Any], lang: str) -> str:
    """Return a sentence on the kinds of sample that a file leaves out; empty where all are in it."""
    if not left_out.get("sources"):
        return ""
    names = formats.listed(name_sources(left_out["sources"], lang), lang)
    return catalog_for(lang).text(LEFT_OUT, sources=names, number=formats.number(left_out["fewest"], lang))


def translate(languages: Iterable[str], sentence: str, **values: Texts | str) -> Texts:
    """Return a sentence in each language; a value may itself have a text for each."""
    found = {}
    for lang in languages:
        texts: dict[str, Any] = {n: value if isinstance(value, str) else value[lang] for n, value in values.items()}
        found[lang] = catalog_for(lang).text(sentence, **texts)
    return found


def dates(languages: Iterable[str], fielded: tuple[date, date]) -> Texts:
    """Return the first and last day of fielding."""
    return {lang: formats.date_range(*fielded, lang) for lang in languages}


def complete_languages() -> tuple[str, ...]:
    """Return the languages that have these sentences."""
    return tuple(lang for lang in LANGUAGES if lang == SOURCE or catalog_for(lang).messages)
