"""The lines of a method box about invitation and nonresponse: list, household, response rate, evenness."""

from __future__ import annotations

from collections.abc import Iterator

from app.language.extraction import mark
from app.services.reports.response_rates import RATE_WITHHELD, find_rates
from app.web.reports.published_document import ADDRESS_SAMPLE, OPEN_LINK, OTHER
from app.web.reports.row_writer import RowWriter

LESS_TRUST = 5.0  # points by which people who did not answer are supposed to trust less

UNDECLARED = mark(
    "Letters with a code went to addresses. It is not declared that they were picked at random, so there is no margin "
    "of sampling error."
)
MIXED = mark(
    "These people answered with the code of a letter, by an open link or in another way. Which way is not kept, "
    "because too few answered alike, so there is no margin of sampling error."
)
WITHHELD = mark(
    "The share of invited addresses that answered cannot be stated, because some answers to letters may be counted "
    "under another heading to protect people."
)
WAYS: dict[str, str] = {
    ADDRESS_SAMPLE: mark(
        "Addresses were picked at random from a list, separately in each part of the city. Each address got a letter "
        "with a code that can be used once."
    ),
    OPEN_LINK: mark("Anyone who found the public address could answer. No one was picked at random."),
    "partner-outreach": mark("Community organizations invited people they know. No one was picked at random."),
    "assisted": mark(
        "People answered on paper, by telephone or at a help point, with a helper. No one was picked at random."
    ),
    OTHER: MIXED,
}
# The statements of the protocol, in the order of the page. Those of an address list are about address samples only.
WHO: dict[str, str] = {"sponsor": mark("Sponsor"), "conductor": mark("Conducted by")}
LIST: dict[str, str] = {
    "list": mark("List of addresses"),
    "coverage": mark("Not on the list"),
    "selection": mark("Drawing of addresses"),
    "contacts": mark("Letters and reminders"),
}
CHOICE = mark("Choice of one adult in a home")
THANKS: dict[str, str] = {"incentives": mark("Incentives")}


def is_by_letter(writer: RowWriter) -> bool:
    """Whether letters with a code invited the people of this source."""
    return writer.source.id == ADDRESS_SAMPLE


def way(writer: RowWriter) -> str:
    """Return how people came to take part."""
    if is_by_letter(writer) and not writer.source.is_random:
        return writer.text(UNDECLARED)
    return writer.text(WAYS.get(writer.source.id, WAYS[OPEN_LINK]))


def chose_agency(writer: RowWriter) -> bool:
    """Return whether the people of this source chose the agency themselves: on an open link, where nothing draws it."""
    return writer.source.id == OPEN_LINK and writer.contents.facts.get("open_link_agency") == "chosen"


def declared(writer: RowWriter, labels: dict[str, str]) -> Iterator[str]:
    """Write each statement of the protocol, or that it is not declared."""
    for name, label in labels.items():
        text = writer.contents.facts.get(f"protocol.{name}")
        value = f"“{text}”" if text else writer.text("not declared")
        yield writer.text("{name}: {value}", name=writer.text(label), value=value)


def own_method(writer: RowWriter, name: str) -> str | None:
    """Return the words of the map, where a report comes from a file that another tool collected."""
    return writer.phrasing.words.get(f"method.{name}")


def sampling(writer: RowWriter) -> Iterator[str]:
    """Write how people were found and invited, who of a household was asked, and how many answered."""
    if own := own_method(writer, "collection"):
        yield own
        return
    yield way(writer)
    if is_by_letter(writer):
        yield from declared(writer, LIST)
        yield from _household(writer)
        yield from _list_weights(writer)
    yield from declared(writer, THANKS)
    yield from _agencies(writer)
    yield from _response(writer)


def _household(writer: RowWriter) -> Iterator[str]:
    """Write who of a home was asked: the adult with the next birthday, unless the protocol says otherwise."""
    if "protocol.household" in writer.contents.facts:
        yield from declared(writer, {"household": CHOICE})
        return
    yield writer.text("The letter asked the adult whose birthday comes next to answer.")
    cap = writer.source.facts.get("household_cap")
    if cap:
        yield writer.text(
            "The weights count the adults of each household, at most {n}.", n=writer.phrasing.people(int(cap))
        )
    else:
        yield writer.text(
            "In larger households each adult had a smaller chance to be asked, and the weights do not correct this."
        )


def _list_weights(writer: RowWriter) -> Iterator[str]:
    unlisted = str(writer.source.facts.get("unlisted", ""))
    if "unlisted" in writer.source.facts:
        yield writer.text(
            "Answers were not weighted to the list of addresses, because the number of addresses is not known for: "
            "{parts}.",
            parts=unlisted or "–",
        )


def _agencies(writer: RowWriter) -> Iterator[str]:
    """Write the chance of being asked about each agency."""
    chances = [each.split("=") for each in str(writer.contents.facts.get("agency_chances", "")).split()]
    if chances and not chose_agency(writer):
        each = [
            writer.text(
                "{name}: {value}",
                name=writer.phrasing.agency(slug),
                value=writer.phrasing.number(float(percent), "percent"),
            )
            for slug, percent in chances
        ]
        label = writer.text("Chance of being asked about each agency")
        yield writer.text("{name}: {value}", name=label, value="; ".join(each))


def _response(writer: RowWriter) -> Iterator[str]:
    facts = writer.source.facts
    rate = facts.get("response_rate")
    if RATE_WITHHELD in facts:
        yield writer.text(WITHHELD)
    elif not is_by_letter(writer):
        yield writer.text("There is no response rate: no one knows how many people saw the invitation.")
    elif rate and rate["percent"] is not None:
        people = {"part": writer.phrasing.people(rate["part"]), "whole": writer.phrasing.people(rate["whole"])}
        share = writer.phrasing.number(rate["percent"], "percent")
        yield writer.text("Response rate: {share}, about {part} of {whole} invited addresses.", share=share, **people)
        if "response_code" in facts:
            yield writer.text(
                "This is the rate {code} of the AAPOR: each address counts as eligible, and a form with fewer than "
                "half of its questions answered counts as no answer.",
                code=facts["response_code"],
            )
            yield writer.text("The figures also use the other forms, for the questions that were answered.")
        yield from _by_stratum(writer)
    yield from evenness(writer)
    yield from _silence(writer)


def _by_stratum(writer: RowWriter) -> Iterator[str]:
    """Write the response rate of each part of the city that is shown."""
    rates, phrasing = find_rates(writer.source.facts), writer.phrasing
    if rates:
        each = [
            writer.text("{name}: {value}", name=phrasing.place(name), value=phrasing.number(percent, "percent"))
            for name, percent in rates.items()
        ]
        yield writer.text("Response rate by part of the city: {rates}.", rates="; ".join(each))


def evenness(writer: RowWriter) -> Iterator[str]:
    """Write how evenly groups answered."""
    facts = writer.source.facts
    if "r_indicator" in facts:
        yield writer.text(
            "R-indicator: {value}. At 1, all groups answered equally often, apart from differences that were planned.",
            value=_with_interval(writer, "r_indicator"),
        )
    elif "pseudo_r" in facts:
        yield writer.text(
            "The evenness of the chance of answering is {value}, where 1 is fully even. This is a stand-in for the "
            "R-indicator, calculated from the weights.",
            value=_with_interval(writer, "pseudo_r"),
        )


def _with_interval(writer: RowWriter, name: str) -> str:
    """Write an indicator and its interval, which older reports do not have: "0.81 (0.77 to 0.86)"."""
    facts, factor = writer.source.facts, writer.phrasing.factor
    value = factor(facts[name])
    if f"{name}.low" not in facts:
        return value
    ends = writer.text("{low} to {high}", low=factor(facts[f"{name}.low"]), high=factor(facts[f"{name}.high"]))
    return f"{value} ({ends})"


def _silence(writer: RowWriter) -> Iterator[str]:
    """Write what weighting moved, and how far the index would be off if people who did not answer trust less."""
    facts = writer.source.facts
    if "weighting_moved" in facts:
        points = writer.phrasing.number(facts["weighting_moved"], "points", signed=True)
        yield writer.text("Weighting moved the index by {points} points.", points=points)
    rate = facts.get("response_rate")
    if rate and rate["percent"] is not None:
        lower = LESS_TRUST * (1 - rate["percent"] / 100)
        yield writer.text(
            "If the people who did not answer trusted {gap} points less, the index would be {points} points lower.",
            gap=writer.phrasing.number(LESS_TRUST, "people"),
            points=writer.phrasing.number(lower, "points"),
        )
