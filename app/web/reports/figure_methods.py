"""How each kind of figure was made: on how many people, with which weights, by which rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.web.reports.row_writer import RowWriter
from app.web.reports.sampling_method import own_method
from app.web.reports.verdicts import AMONG_ALL, NO_CAUSE, TOGETHER
from app.web.reports.views import Recipe


def recipes(writer: RowWriter) -> tuple[Recipe, ...]:
    """One recipe for each kind of figure that the source has."""
    return tuple(Recipe(writer.how(name), title, tuple(paragraphs)) for name, title, paragraphs in _recipes(writer))


def _recipes(writer: RowWriter) -> Iterator[tuple[str, str, Iterator[str]]]:
    text = writer.text
    titles: dict[str, tuple[str, Callable[[RowWriter], Iterator[str]]]] = {
        "index": (text("How an index is made"), _index),
        "facets": (text("How the parts of the index are made"), _facets),
        "institutions": (text("How trust in institutions is reported"), _institutions),
        "groups": (
            text("How groups are compared") if writer.is_judged else text("How groups are compared with everyone"),
            _groups,
        ),
        "agencies": (text("How agencies are compared"), _agencies),
        "changes": (text("How survey rounds are compared"), _changes),
        "items": (text("How answers to a question are counted"), _items),
        "shares": (text("How shares are made"), _shares),
        "composition": (text("How respondents are compared with the population"), _composition),
        "drivers": (text("How links with trust are found"), _drivers),
        "reliability": (text("How alpha is made"), _reliability),
    }
    for name, (title, make) in titles.items():
        yield name, title, make(writer)


def _common(writer: RowWriter) -> Iterator[str]:
    """People, weights and interval: the same for every estimate."""
    yield from _people_and_weights(writer)
    if writer.source.is_random:
        yield writer.text(
            "Interval: 95%, from the variance within the parts of the city. It is the margin of sampling error."
        )
    else:
        yield writer.text(
            "Likely range: 95%, calculated as if people with the same weight had been picked at random. It is valid "
            "only as far as that is true."
        )


def _people_and_weights(writer: RowWriter) -> Iterator[str]:
    step = writer.phrasing.people(int(writer.contents.rules["rounding_base"]))
    yield writer.text("People: the column shows how many answered, rounded to the nearest {step}.", step=step)
    yield from _weights(writer)


def _weights(writer: RowWriter) -> Iterator[str]:
    if weight := own_method(writer, "weight"):
        yield writer.text("The answers were weighted by {variables}.", variables=weight)
        return
    listed, fitted = "stratum" in writer.variables, set(writer.variables) - {"stratum"}
    if listed and fitted:
        yield writer.text("Weights: addresses on the list for each answer, then fitted to the population (raking).")
    elif listed:
        yield writer.text("Weights: addresses on the list for each answer.")
    elif fitted:
        yield writer.text("Weights: everyone starts with the same weight, then fitted to the population (raking).")
    else:
        yield writer.text("Weights: all people count the same.")


def _index(writer: RowWriter) -> Iterator[str]:
    yield writer.text(
        "Each answer becomes points from 0 to 100, reversed where agreeing is bad. A part of the index is the mean of "
        "its questions, if more than half of them were answered. The index is the mean of its parts, each with the "
        "same weight. The figure is the weighted mean of all people."
    )
    yield from _common(writer)


def _facets(writer: RowWriter) -> Iterator[str]:
    yield writer.text(
        "The mean of the questions of one part, in points from 0 to 100, for everyone who answered more than "
        "half of them."
    )
    yield from _others(writer, "facet_gaps")


def _institutions(writer: RowWriter) -> Iterator[str]:
    yield writer.text(
        "Weighted shares of everyone who was asked and answered: 0 to 4 is low, 5 neutral, 6 to 10 high. “Don’t know” "
        "is shown as a separate answer. The mean multiplies each number by ten and leaves out “don’t know”."
    )
    yield from _others(writer, "institution_gaps")


def _others(writer: RowWriter, table: str) -> Iterator[str]:
    """How each figure is compared with the average of the others, where the report does so."""
    if writer.find(table) is None:
        yield from _common(writer)
        return
    yield writer.text("Each is also compared with the average of the others, among the same people.")
    yield from _family(writer)


def _groups(writer: RowWriter) -> Iterator[str]:
    if writer.is_judged:
        yield writer.text("The mean of the group minus the mean of the others.")
        if "gap_errors" in writer.source.facts:
            yield writer.text("The error of a group also uses how much answers differ in the other groups.")
        yield writer.text(NO_CAUSE)
        yield from _family(writer)
        return
    yield writer.text(
        "The mean of the group minus the mean of everyone who was asked about the same agency. The group is part of "
        "everyone, and the variance of the difference takes that into account. The intervals are widened (Bonferroni), "
        "so that all groups of one question hold together with 95%."
    )
    yield from _common(writer)


def _family(writer: RowWriter) -> Iterator[str]:
    """How intervals and verdicts of comparisons are made."""
    yield from joint_intervals(writer)
    yield from _common(writer)


def joint_intervals(writer: RowWriter) -> Iterator[str]:
    """Write that the intervals of comparisons hold together, and when one of them is clear; not of older reports."""
    if writer.is_judged:
        yield writer.text(TOGETHER)
        if writer.source.is_random:
            yield writer.text(AMONG_ALL)


def _agencies(writer: RowWriter) -> Iterator[str]:
    if writer.is_judged:
        yield writer.text("The mean of one agency minus the mean of the other.")
        yield from _family(writer)
        return
    yield writer.text(
        "The mean of one agency minus the mean of the other, from the same answers: their variances and their "
        "covariance. The intervals are widened (Bonferroni), so that all pairs hold together with 95%."
    )
    yield from _common(writer)


def _changes(writer: RowWriter) -> Iterator[str]:
    yield writer.text(
        "The mean of this survey round minus the mean of the previous round, for the same source and the same version "
        "of the questions. The two samples are independent, so their variances add up."
    )
    yield writer.text("The previous round is weighted here with today’s population table.")
    if not writer.source.is_random:
        yield writer.text(
            "In a source where people choose to take part, a change may also come from other people taking part."
        )
    yield from _family(writer)


def _items(writer: RowWriter) -> Iterator[str]:
    yield writer.text(
        "Weighted shares of everyone who chose one of the answers shown. Shares at the ends read “at most” or “at "
        "least”, so that no one can learn that all people of a group answered alike. In sensitive questions shares are "
        "rounded to steps that are worth at least five people."
    )
    yield from _common(writer)


def _shares(writer: RowWriter) -> Iterator[str]:
    yield writer.text(
        "A ratio: how many (or how often) over how many could have. Crimes count as often as they happened, "
        "at most ten times each."
    )
    yield writer.text(
        "The answers about the last time stand for all times, and a number that was not given counts as one."
    )
    yield from _common(writer)


def _composition(writer: RowWriter) -> Iterator[str]:
    yield writer.text(
        "The share of each group among people who answered that question, with equal weights and with the final "
        "weights. It describes the people who answered."
    )
    if "pseudo_r" in writer.source.facts:
        yield writer.text(
            "The stand-in for the R-indicator is one minus twice the spread of the chances of answering, estimated "
            "from the weights. A true R-indicator needs facts about people who did not answer."
        )
    yield from _weights(writer)


def _drivers(writer: RowWriter) -> Iterator[str]:
    yield writer.text(
        "A weighted regression of trust in institutions on all parts of the index at once, and on the agency that was "
        "rated. The figure shows how many points of trust go with ten more points of a part, the other parts being "
        "equal."
    )
    yield from _family(writer)


def _reliability(writer: RowWriter) -> Iterator[str]:
    yield writer.text(
        "Cronbach’s alpha of all questions of the index, for people who answered every one of them, where there are at "
        "least 100. A value below 0.70 is flagged."
    )
    yield from _common(writer)
