"""Describe who did not answer: response rate, evenness of response, and what weighting moved."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import DraftFact, Rules
from analysis.frames import Table
from analysis.report.r_indicator import Evenness, Response, find_evenness
from analysis.report.study import BASE_WEIGHT, ItemPlan, ReportPlan, Study
from analysis.weighting.diagnostics import MIDDLE

Floats = NDArray[np.float64]

NO_ANSWER, NOT_ASKED = -5, -9
PARTIAL = 0.5  # the break-off rule: a form with a smaller part of its questions answered is no answer
CODE = "RR2"  # of the AAPOR: complete and partial forms over all addresses, each of which counts as eligible
ENOUGH = Rules().score_minimum
RATE_OF_STRATUM = "response_rate."
RATE_WITHHELD = "response_rate_withheld"  # where some answers of letters are counted in another source


def response_facts(study: Study, plan: ReportPlan) -> Iterator[DraftFact]:
    """Yield the facts of the nonresponse line of the method box.

    References
    ----------
    AAPOR (2023), Standard Definitions; Bianchi, Shlomo, Schouten, Da Silva and Skinner (2019), Estimation of response
    propensities and indicators of representative response using population-level information, Survey Methodology 45.
    """
    invited = sum(study.sample.invited.values())
    evenness = find_evenness(study.design, _response(study, None)), "pseudo_r"
    if study.sample.scattered:
        yield DraftFact(RATE_WITHHELD, "yes", "constant")
    elif invited and study.source == "address-sample":
        forms = answered_parts(study.design.table, plan.items) >= PARTIAL
        answered = min(int(forms.sum()), invited)
        yield DraftFact("response_rate", (answered, invited), "rate")
        yield from _rates_by_stratum(study, forms)
        yield DraftFact("response_code", CODE, "constant")
        evenness = find_evenness(study.design, _response(study, answered)), "r_indicator"
    yield from _evenness_facts(*evenness)
    yield from _moved(study, plan)
    yield from _census_error(study, plan)


def _rates_by_stratum(study: Study, forms: NDArray[np.bool_]) -> Iterator[DraftFact]:
    """Yield the response rate of each of several strata; none where some answers no longer know theirs."""
    strata, invited = study.design.table.factor("stratum"), study.sample.invited
    names = [str(level) for level in strata.levels]
    held = np.bincount(strata.codes[forms & ~strata.missing], minlength=len(names))
    answered = dict(zip(names, held.tolist(), strict=True))
    if len(invited) < 2 or sum(answered.get(name, 0) for name in invited) < forms.sum():
        return
    for name, letters in invited.items():
        yield DraftFact(f"{RATE_OF_STRATUM}{name}", (min(answered.get(name, 0), letters), letters), "rate")


def answered_parts(table: Table, items: Sequence[ItemPlan]) -> Floats:
    """Return (n,) the part of the questions that a person was asked and answered; 1 where none was asked.

    "Don't know" and "prefer not to answer" are answers. An empty question, and one without a value, is not.
    """
    asked, answered = np.zeros(table.rows), np.zeros(table.rows)
    for item in items:
        values = _values(table, item)
        asked += values != NOT_ASKED
        answered += ~np.isnan(values) & (values != NO_ANSWER) & (values != NOT_ASKED)
    return np.divide(answered, asked, out=np.ones(table.rows), where=asked > 0)


def _values(table: Table, item: ItemPlan) -> Floats:
    """Return (n,) the code of an item; of one with several answers 0 where any was given, else the reason."""
    if item.kind != "multiple":
        return table.numbers(item.code)
    chosen = table.numbers(f"{item.code}_{item.options[0]}")
    reasons = f"{item.code}:off_scale"
    return np.where(np.isnan(chosen) & (reasons in table), table.numbers(reasons), 0 * chosen)


def planned_weights(study: Study) -> Floats:
    """Return (n,) weights before response counts: what a file brings, or addresses on the list for each invitation."""
    table, sample = study.design.table, study.sample
    own = table.numbers(BASE_WEIGHT) if BASE_WEIGHT in table else np.ones(table.rows)
    if not sample.frame or not all(sample.invited.get(stratum) for stratum in sample.frame):
        return own
    strata = table.factor("stratum")
    rates = np.array([sample.frame[str(level)] / sample.invited[str(level)] for level in strata.levels])
    return np.asarray(own * rates[strata.codes])


def _response(study: Study, answered: int | None) -> Response:
    """Return who answered: of the invitations of each stratum where their number is known, else of any number."""
    if answered is None:
        return Response(MIDDLE, planned_weights(study), np.zeros(study.design.rows, np.int64))
    strata, invited = study.design.table.factor("stratum"), study.sample.invited
    letters = [float(invited.get(str(level), 0)) for level in strata.levels]
    known = not strata.missing.any() and sum(letters) == sum(invited.values()) and all(letters)
    return Response(
        answered / sum(invited.values()),
        planned_weights(study),
        strata.codes if known else 0 * strata.codes,
        np.array(letters if known else [float(sum(invited.values()))]),
    )


def _evenness_facts(evenness: Evenness, name: str) -> Iterator[DraftFact]:
    for ending, value in (("", evenness.value), (".low", evenness.low), (".high", evenness.high)):
        yield DraftFact(f"{name}{ending}", round(value, 2), "constant")


def _moved(study: Study, plan: ReportPlan) -> Iterator[DraftFact]:
    """Yield how many points weighting moved the headline, where enough people have a score."""
    scores = study.design.table.numbers(plan.headline.name)
    scored = np.isfinite(scores)
    if scored.sum() >= ENOUGH:
        before, after = (
            np.average(scores[scored], weights=weights[scored])
            for weights in (planned_weights(study), study.design.weights)
        )
        yield DraftFact("weighting_moved", round(float(after - before), 1) + 0.0, "constant")


def _census_error(study: Study, plan: ReportPlan) -> Iterator[DraftFact]:
    """Yield the standard error that the errors of the population table alone give to the headline."""
    design, scores = study.design, study.design.table.numbers(plan.headline.name)
    held = np.isfinite(scores)
    if not design.uncertain or held.sum() < ENOUGH:
        return
    weights = np.where(held, design.weights, 0.0)
    centered = np.where(held, scores - np.average(scores[held], weights=weights[held]), 0.0)
    moves = design.target_scores((weights * centered / weights.sum())[:, None])
    yield DraftFact("census_error", round(float(np.sqrt((moves**2).sum())), 2), "constant")
