"""The method box of a sample source: the disclosure list of the AAPOR (2021), line by line."""

from __future__ import annotations

from collections.abc import Iterator

from app.language.extraction import mark
from app.web.reports.phrasing import family_of
from app.web.reports.published_document import ADDRESS_SAMPLE, OPEN_LINK
from app.web.reports.row_writer import Teller
from app.web.reports.views import Statement

TITLES: dict[str, str] = {
    ADDRESS_SAMPLE: mark("Address sample"),
    OPEN_LINK: mark("Open link"),
    "partner-outreach": mark("Invited by community organisations"),
    "assisted": mark("Answered with a helper"),
}
WAYS: dict[str, str] = {
    ADDRESS_SAMPLE: mark(
        "Addresses were drawn at random from a list, part by part. Each got a letter with a code that can be used once."
    ),
    OPEN_LINK: mark("Anybody who found the public address could answer. Nobody was drawn."),
    "partner-outreach": mark("Community organisations invited people whom they reach. Nobody was drawn."),
    "assisted": mark("People answered on paper, by telephone or at a desk, with a helper. Nobody was drawn."),
}
CHANNELS: dict[str, str] = {
    OPEN_LINK: mark("an open link"),
    "partner-outreach": mark("community organisations"),
    "assisted": mark("paper, telephone or a helper"),
}


def source_title(teller: Teller) -> str:
    """The name of a way by which people came."""
    return teller.text(TITLES[teller.source.id]) if teller.source.id in TITLES else teller.source.id


def statement(teller: Teller) -> str:
    """What the intervals of this source are, in the words that it is owed."""
    text, facts = teller.text, teller.contents.facts
    if teller.source.is_random:
        return text(
            "People were drawn at random, so each figure comes with its margin of sampling error: with 95 of "
            "100 such samples the interval would hold the true figure."
        )
    channels = text(CHANNELS.get(teller.source.id, CHANNELS[OPEN_LINK]))
    dates = teller.speech.dates(facts["fielded"]) if "fielded" in facts else "–"
    return " ".join(
        (
            text(
                "Responses come from people who chose to take part ({dates}) through {channels}.",
                dates=dates,
                channels=channels,
            ),
            _weighted(teller),
            text(
                "Because participants selected themselves, no margin of sampling error can be calculated; "
                "the intervals show model uncertainty only and do not include selection bias."
            ),
        )
    )


def method_box(teller: Teller) -> tuple[Statement, ...]:
    """All lines of the box; none is ever left out."""
    text = teller.text
    return (
        Statement(
            text("Data collection"),
            (
                text(
                    "A survey of residents, answered once, without a name. Answers were sealed, mixed and "
                    "only then opened."
                ),
            ),
        ),
        Statement(text("Sponsor and conductor"), (teller.speech.name("community"),)),
        Statement(text("Instrument"), tuple(_instrument(teller))),
        Statement(text("Population"), tuple(_people(teller))),
        Statement(text("Sampling and recruitment"), tuple(_sampling(teller))),
        Statement(text("Mode and languages"), tuple(_mode(teller))),
        Statement(text("Dates"), tuple(_dates(teller))),
        Statement(text("Sample size and precision"), tuple(_size(teller))),
        Statement(text("Weighting"), tuple(_weighting(teller))),
        Statement(text("Processing and quality"), tuple(_processing(teller))),
        Statement(text("Limitations"), tuple(_limitations(teller))),
    )


def _instrument(teller: Teller) -> Iterator[str]:
    yield teller.text(
        "{title} ({version}).",
        title=teller.speech.name("survey"),
        version=teller.contents.facts.get("survey", "–"),
    )
    yield teller.text("The wording of each question stands above its answers.")


def _people(teller: Teller) -> Iterator[str]:
    yield teller.text("Adult residents of {community}.", community=teller.speech.name("community"))


def _sampling(teller: Teller) -> Iterator[str]:
    yield teller.text(WAYS.get(teller.source.id, WAYS[OPEN_LINK]))
    rate = teller.source.facts.get("response_rate")
    if not teller.source.is_random:
        yield teller.text("There is no response rate: nobody knows how many people saw the invitation.")
    elif rate and rate["percent"] is not None:
        people = {"part": teller.speech.people(rate["part"]), "whole": teller.speech.people(rate["whole"])}
        share = teller.speech.number(rate["percent"], "percent")
        yield teller.text("Response rate: {share}, about {part} of {whole} invited addresses.", share=share, **people)


def _mode(teller: Teller) -> Iterator[str]:
    if teller.source.id == "assisted":
        yield teller.text("With a helper, on paper or by telephone.")
    else:
        yield teller.text("On the web, on one’s own device.")
    if "languages" in teller.contents.facts:
        yield teller.text(
            "Languages: {languages}.", languages=teller.speech.languages(teller.contents.facts["languages"])
        )


def _dates(teller: Teller) -> Iterator[str]:
    if "fielded" in teller.contents.facts:
        yield teller.speech.dates(teller.contents.facts["fielded"])


def _size(teller: Teller) -> Iterator[str]:
    facts = teller.source.facts
    yield teller.text("People who answered, rounded: {n}.", n=teller.speech.people(facts.get("respondents")))
    if "design_effect" in facts:
        effect = teller.speech.factor(facts["design_effect"])
        yield teller.text("Weighting widens the intervals: design effect of the weights {effect}.", effect=effect)
    if teller.source.is_random:
        yield teller.text("Each figure shows its own margin of sampling error, at a level of 95%.")
    else:
        yield teller.text(
            "Each figure shows a modelled interval. It does not cover who chose to answer and who did not."
        )


def _weighting(teller: Teller) -> Iterator[str]:
    yield _weighted(teller)
    if teller.variables:
        yield teller.text(
            "No weight may grow beyond six times the mean weight. Groups with few answers were weighted together."
        )
    yield from _merged(teller)


def _merged(teller: Teller) -> Iterator[str]:
    """What few answers have done to the weighting."""
    merged = str(teller.source.facts.get("merged", "")).split()
    if merged:
        sets = [_together(teller, each) for each in merged]
        yield teller.text("Weighted together: {groups}.", groups="; ".join(sets))
    names = str(teller.source.facts.get("unused", "")).split()
    # A question with several answers is one variable for each: it is named only where none of them could be used.
    unused = [each for each in dict.fromkeys(map(family_of, names)) if each not in teller.variables]
    if unused:
        variables = teller.speech.listed([teller.speech.variable(each) for each in unused])
        yield teller.text("Not used for weighting, because too few answered: {variables}.", variables=variables)


def _together(teller: Teller, merged: str) -> str:
    """`age=3+age=4` in words."""
    pairs = [each.split("=", 1) for each in merged.split("+")]
    levels = teller.speech.listed([teller.speech.level(name, level) for name, level in pairs])
    return teller.text("“{group}” ({variable})", group=levels, variable=teller.speech.variable(family_of(pairs[0][0])))


def _weighted(teller: Teller) -> str:
    """To what the answers were weighted, and by what."""
    variables = teller.speech.listed([teller.speech.variable(each) for each in teller.variables])
    facts = teller.contents.facts
    if not variables:
        return teller.text("The answers were not weighted.")
    if "population" not in facts:
        return teller.text("The answers were weighted by {variables}.", variables=variables)
    source, year = facts["population"], facts.get("population_year")
    population = teller.text("“{source}” ({year})", source=source, year=year) if year else f"“{source}”"
    return teller.text(
        "The answers were weighted to {population} by {variables}.", population=population, variables=variables
    )


def _processing(teller: Teller) -> Iterator[str]:
    yield teller.text(
        "An index counts only where enough of its questions were answered. A missing answer is never counted as zero."
    )
    prorated = teller.source.facts.get("prorated")
    if prorated and prorated["percent"] is not None:
        share = teller.speech.number(prorated["percent"], "percent")
        yield teller.text("Scores with at least one question left open: {share}.", share=share)
    yield teller.text("“Don’t know” and “prefer not to answer” are kept apart and are not part of a score.")


def _limitations(teller: Teller) -> Iterator[str]:
    if teller.source.is_random:
        yield teller.text(
            "Not everybody who was invited answered. Weighting mends this only as far as the groups above explain it."
        )
    else:
        yield teller.text(
            "People chose to answer. Those who did may think differently from those who did not, and no "
            "weighting can show how much."
        )
        yield teller.text(
            "Because answers are anonymous, an open invitation cannot fully keep one person from answering "
            "more than once."
        )
    yield teller.text("Comparing groups or languages assumes that the questions mean the same to all of them.")
