"""The method box of a sample source: the disclosure list of the AAPOR (2021), line by line."""

from __future__ import annotations

from collections.abc import Iterator

from app.language.extraction import mark
from app.web.reports.phrasing import family_of
from app.web.reports.published_document import ADDRESS_SAMPLE, OPEN_LINK, OTHER
from app.web.reports.row_writer import RowWriter
from app.web.reports.sampling_method import WHO, chose_agency, declared, is_by_letter, own_method, sampling, way
from app.web.reports.summary import list_comparisons
from app.web.reports.verdicts import NO_CAUSE
from app.web.reports.views import MethodStatement

BY_LETTER = mark("People invited by letter")
TITLES: dict[str, str] = {
    ADDRESS_SAMPLE: mark("People invited at random"),
    OPEN_LINK: mark("People who chose to take part"),
    "partner-outreach": mark("Invited by community organizations"),
    "assisted": mark("Answered with a helper"),
    OTHER: mark("Other ways of taking part"),
}
UNIVERSES: dict[str, str] = {
    "adults": mark("The population table counts adults only."),
    "everyone": mark("The population table counts residents of all ages, not only adults."),
    "unknown": mark("It is not declared whether the population table counts adults only."),
}
CHOSEN = mark("Each person chose the agency that the answers are about.")
DRAWN_AGAIN = mark("Anyone could open the link again to be asked about another agency.")  # of older survey rounds
CHANNELS: dict[str, str] = {
    OPEN_LINK: mark("a link open to everyone"),
    "partner-outreach": mark("community organizations"),
    "assisted": mark("paper, telephone or a helper"),
}


def source_title(writer: RowWriter) -> str:
    """Return the name of a sample source."""
    if is_by_letter(writer) and not writer.source.is_random:
        return writer.text(BY_LETTER)
    return writer.text(TITLES[writer.source.id]) if writer.source.id in TITLES else writer.source.id


def statement(writer: RowWriter) -> str:
    """Explain the intervals of this source."""
    text, facts = writer.text, writer.contents.facts
    if writer.source.is_random:
        return text(
            "People were picked at random, so each figure comes with its margin of sampling error: if we repeated this "
            "survey 100 times, about 95 of the ranges would contain the true value, as long as people who did not "
            "answer think like similar people who did."
        )
    if is_by_letter(writer) or writer.source.id == OTHER:
        only = text("The likely ranges show model uncertainty only and do not include selection bias.")
        return " ".join((way(writer), _weighted(writer), only))
    channels = text(CHANNELS.get(writer.source.id, CHANNELS[OPEN_LINK]))
    dates = writer.phrasing.dates(facts["fielded"]) if "fielded" in facts else "–"
    return " ".join(
        (
            text(
                "Responses come from people who chose to take part ({dates}) through {channels}.",
                dates=dates,
                channels=channels,
            ),
            _weighted(writer),
            text(
                "Because participants selected themselves, no margin of sampling error can be calculated; the likely "
                "ranges show model uncertainty only and do not include selection bias."
            ),
        )
    )


def method_box(writer: RowWriter) -> tuple[MethodStatement, ...]:
    """Return all lines of the method box, in every report."""
    text = writer.text
    return (
        MethodStatement(text("Data collection"), (_collection(writer),)),
        MethodStatement(text("Sponsor and conductor"), tuple(_sponsor(writer))),
        MethodStatement(text("Instrument"), tuple(_instrument(writer)), questionnaire(writer)),
        MethodStatement(text("Population"), tuple(_people(writer))),
        MethodStatement(text("Sampling and recruitment"), tuple(sampling(writer))),
        MethodStatement(text("Mode and languages"), tuple(_mode(writer))),
        MethodStatement(text("Dates"), tuple(_dates(writer))),
        MethodStatement(text("Sample size and precision"), tuple(_size(writer))),
        MethodStatement(text("Weighting"), tuple(_weighting(writer))),
        MethodStatement(text("Processing and quality"), tuple(_processing(writer))),
        MethodStatement(text("Limitations"), tuple(_limitations(writer))),
    )


def _collection(writer: RowWriter) -> str:
    """Return how answers were collected: by this service, or as the map of an own file says."""
    return own_method(writer, "collection") or writer.text(
        "Residents answered this survey once, without giving a name. Answers were sealed and mixed before they were "
        "unlocked."
    )


def _sponsor(writer: RowWriter) -> Iterator[str]:
    yield writer.phrasing.name("community")
    yield from declared(writer, WHO)
    if "contact" in writer.contents.facts:
        yield writer.text("Contact: {contact}", contact=writer.contents.facts["contact"])


def _instrument(writer: RowWriter) -> Iterator[str]:
    yield writer.text(
        "{title} ({version}).",
        title=writer.phrasing.name("survey"),
        version=writer.contents.facts.get("survey", "–"),
    )
    yield writer.text("The wording of each question stands above its answers.")
    if own_method(writer, "collection"):
        return
    whole = writer.text("The whole questionnaire, as people read it")
    yield writer.text("{name}: {value}", name=whole, value=questionnaire(writer))


def questionnaire(writer: RowWriter) -> str:
    """Return the path of the whole questionnaire, which stays after the survey round."""
    return f"/s/{writer.contents.wave}/paper"


def _people(writer: RowWriter) -> Iterator[str]:
    people = writer.text("Adult residents of {community}.", community=writer.phrasing.name("community"))
    yield own_method(writer, "population") or people


def _mode(writer: RowWriter) -> Iterator[str]:
    if own := own_method(writer, "collection"):
        yield own
    elif writer.source.id == "assisted":
        yield writer.text("With a helper, on paper or by telephone.")
    else:
        yield writer.text("On the web, on their own device.")
    if "languages" in writer.contents.facts:
        yield writer.text(
            "Languages: {languages}.", languages=writer.phrasing.languages(writer.contents.facts["languages"])
        )


def _dates(writer: RowWriter) -> Iterator[str]:
    if "fielded" in writer.contents.facts:
        yield writer.phrasing.dates(writer.contents.facts["fielded"])


def _size(writer: RowWriter) -> Iterator[str]:
    facts = writer.source.facts
    yield writer.text("People who answered, rounded: {n}.", n=writer.phrasing.people(facts.get("respondents")))
    if "design_effect" in facts:
        effect = writer.phrasing.factor(facts["design_effect"])
        yield writer.text("Weighting widens the intervals: design effect of the weights {effect}.", effect=effect)
    if writer.source.is_random:
        yield writer.text("Each figure shows its own margin of sampling error, at a level of 95%.")
    else:
        yield writer.text("Each figure shows a likely range. It does not include the effect of who chose to answer.")


def _weighting(writer: RowWriter) -> Iterator[str]:
    yield _weighted(writer)
    if writer.variables:
        yield writer.text(
            "No weight is larger than six times the mean weight. Groups with few answers were weighted together."
        )
    yield from _merged(writer)
    yield from _left_out(writer)
    yield from _population(writer)


def _merged(writer: RowWriter) -> Iterator[str]:
    """Explain which groups were combined for weighting because of few answers."""
    merged = str(writer.source.facts.get("merged", "")).split()
    if merged:
        sets = [_together(writer, each) for each in merged]
        yield writer.text(
            "Too few people answered in these groups, so they were weighted together: {groups}.", groups="; ".join(sets)
        )
    names = str(writer.source.facts.get("unused", "")).split()
    # A question with several answers is one variable for each: it is named only where none of them could be used.
    unused = [each for each in dict.fromkeys(map(family_of, names)) if each not in writer.variables]
    if unused:
        variables = writer.phrasing.listed([writer.phrasing.variable(each) for each in unused])
        yield writer.text("Not used for weighting, because too few answered: {variables}.", variables=variables)


def _left_out(writer: RowWriter) -> Iterator[str]:
    """Write the variables that the weighting left out, because it could not meet all targets."""
    sentences = {
        "dropped": mark("Left out of the weighting, because not everything could be met: {variables}."),
        "untold": mark("People who did not say it were weighted with the largest group: {variables}."),
    }
    for name, sentence in sentences.items():
        found = dict.fromkeys(map(family_of, str(writer.source.facts.get(name, "")).split()))
        if found:
            variables = writer.phrasing.listed([writer.phrasing.variable(each) for each in found])
            yield writer.text(sentence, variables=variables)


def _population(writer: RowWriter) -> Iterator[str]:
    """Explain whom the population table counts, and which of its variables are no margin."""
    facts = writer.contents.facts
    names = dict.fromkeys(map(family_of, str(facts.get("population_unused", "")).split()))
    if names:
        yield writer.text(
            "Not used for weighting, because the population table has other groups: {variables}.",
            variables=writer.phrasing.listed([writer.phrasing.variable(each) for each in names]),
        )
    universe = UNIVERSES.get(str(facts.get("population_universe")))
    if universe and set(writer.variables) - {"stratum"}:
        yield writer.text(universe)
    yield from _census_error(writer)


def _census_error(writer: RowWriter) -> Iterator[str]:
    """Write what the errors of the population table mean for the index; in older reports no interval contains them."""
    facts = writer.source.facts if writer.source.is_random else {}
    if "census_error" in facts:
        yield writer.text(
            "The intervals contain the margins of error of the population table. For the index, these alone are a "
            "standard error of {points} points.",
            points=writer.phrasing.factor(facts["census_error"]),
        )
    elif "population_error" in facts:
        yield writer.text(
            "The margins of error of the population table are not part of the intervals. For the index they would add "
            "a standard error of {points} points.",
            points=writer.phrasing.factor(facts["population_error"]),
        )


def _together(writer: RowWriter, merged: str) -> str:
    """`age=3+age=4` in words."""
    pairs = [each.split("=", 1) for each in merged.split("+")]
    levels = writer.phrasing.listed([writer.phrasing.level(name, level) for name, level in pairs])
    return writer.text(
        "“{group}” ({variable})", group=levels, variable=writer.phrasing.variable(family_of(pairs[0][0]))
    )


def _weighted(writer: RowWriter) -> str:
    """To what the answers were weighted, and by what."""
    variables = writer.phrasing.listed([writer.phrasing.variable(each) for each in writer.variables])
    facts = writer.contents.facts
    if weight := own_method(writer, "weight"):
        return writer.text("The answers were weighted by {variables}.", variables=weight)
    if not variables:
        return writer.text("The answers were not weighted.")
    if "population" not in facts:
        return writer.text("The answers were weighted by {variables}.", variables=variables)
    source, year = facts["population"], facts.get("population_year")
    population = writer.text("“{source}” ({year})", source=source, year=year) if year else f"“{source}”"
    return writer.text(
        "The answers were weighted to {population} by {variables}.", population=population, variables=variables
    )


def _processing(writer: RowWriter) -> Iterator[str]:
    yield writer.text(
        "An index counts only where enough of its questions were answered. A missing answer is never counted as zero."
    )
    prorated = writer.source.facts.get("prorated")
    if prorated and prorated["percent"] is not None:
        share = writer.phrasing.number(prorated["percent"], "percent")
        yield writer.text("Scores with at least one question left unanswered: {share}.", share=share)
    yield writer.text("“Don’t know” and “prefer not to answer” are counted separately and are not part of a score.")
    yield from _missing_answers(writer)
    if writer.is_judged:
        yield from list_comparisons(writer)
    yield writer.text("Answers with an automatic quality flag count like all others.")


def _missing_answers(writer: RowWriter) -> Iterator[str]:
    """Write the figures that missing answers bend by more than half a standard error."""
    sentences = {
        "imputed": mark("If missing answers were like those of similar people, these figures would be: {figures}."),
        "complete": mark("Among people who answered every question, these figures would be: {figures}."),
    }
    for name, sentence in sentences.items():
        found = [each.rpartition("=") for each in str(writer.source.facts.get(name, "")).split()]
        if found:
            figures = "; ".join(_bent_figure(writer, figure, float(value)) for figure, _, value in found)
            yield writer.text(sentence, figures=figures)


def _bent_figure(writer: RowWriter, figure: str, value: float) -> str:
    """`CTI@police` or `A4`, with its value in points."""
    term, _, agency = figure.partition("@")
    known = f"index.{term}" in writer.phrasing.words
    name = writer.phrasing.index(term) if known else writer.phrasing.item(term)
    name = f"{name} ({writer.phrasing.agency(agency)})" if agency else f"“{name}”"
    return writer.text("{name}: {value}", name=name, value=writer.phrasing.number(value, "points"))


def _limitations(writer: RowWriter) -> Iterator[str]:
    if writer.source.is_random:
        yield writer.text(
            "Not everyone who was invited answered. Weighting corrects this only for the groups listed above."
        )
    else:
        yield writer.text(
            "People chose to answer. Those who did may think differently from those who did not, and no "
            "weighting can show how much."
        )
        yield writer.text(
            "Because answers are anonymous, an open invitation cannot fully keep one person from answering "
            "more than once."
        )
        if writer.source.id == OPEN_LINK and len(writer.contents.agencies) > 1:
            yield writer.text(CHOSEN if chose_agency(writer) else DRAWN_AGAIN)
    yield writer.text(NO_CAUSE)
    yield writer.text("Comparing groups or languages assumes that the questions mean the same to all of them.")
