"""The demo checks its own report against its population: a planted verdict is found."""

from typing import Any

import numpy as np
import pytest

from app.demo.population import Population, make_population
from app.demo.simulated_answers import Respondent, answer
from app.demo.verification import Claim, FalseClaims, PopulationTruth, find_claims
from app.questionnaire.definition import DONT_KNOW, PREFER_NOT, Survey
from app.questionnaire.loading import load_survey
from tests.demo.test_simulated_answers import CORE


@pytest.fixture(scope="module")
def survey() -> Survey:
    return load_survey(CORE.read_text("utf-8"))


@pytest.fixture(scope="module")
def people() -> Population:
    return make_population(20_000, np.random.default_rng(4))


def document_of(table: str, domain: str, term: str, verdict: str, against: str | None = None) -> dict[str, Any]:
    row = {"domain": f"source=address-sample, {domain}".rstrip(", "), "term": term, "verdict": verdict}
    row["against"] = f"source=address-sample, {against}" if against else None  # type: ignore[assignment]
    return {"sections": [{"tables": [{"id": f"address-sample.{table}", "rows": [row]}]}]}


PLANTED = (
    ("rest_gaps_by_age", "agency=police, age=1", "CTI", "lower", None),
    ("rest_gaps_by_race_3", "agency=police, race_3=yes", "CTI", "lower", None),
    ("agency_gaps", "agency=health", "CTI", "higher", "agency=housing"),
    ("changes", "agency=housing", "CTI:openness", "higher", None),
    ("facet_gaps", "agency=police", "CTI:openness", "lower", None),
    ("institution_gaps", "", "A2:score", "higher", None),
    ("drivers", "", "CTI:openness", "higher", None),
)


@pytest.mark.parametrize(("table", "domain", "term", "verdict", "against"), PLANTED)
def test_verdict_is_false_once_it_is_turned_round(
    survey: Survey, people: Population, table: str, domain: str, term: str, verdict: str, against: str | None
) -> None:
    later = make_population(20_000, np.random.default_rng(4), {"housing": 7.0})
    turned = {"higher": "lower", "lower": "higher"}[verdict]
    for said, false in ((verdict, 0), (turned, 1)):
        document = document_of(table, domain, term, said, against)
        claims = list(find_claims(document, PopulationTruth(survey, later, people)))
        assert [claim.is_false for claim in claims] == [bool(false)]


@pytest.mark.parametrize("group", ["education=4", "gender=2", "english=1"])
def test_verdict_is_false_where_groups_do_not_differ(survey: Survey, people: Population, group: str) -> None:
    for verdict in ("higher", "lower"):
        name = f"rest_gaps_by_{group.partition('=')[0]}"
        document = document_of(name, f"agency=housing, {group}", "CTI", verdict)
        assert [claim.is_false for claim in find_claims(document, PopulationTruth(survey, people, None))] == [True]


def test_unclear_difference_is_no_claim(survey: Survey, people: Population) -> None:
    document = document_of("rest_gaps_by_gender", "agency=police, gender=2", "CTI", "unclear")
    assert not list(find_claims(document, PopulationTruth(survey, people, None)))


def test_claim_of_wrong_sign_is_false() -> None:
    assert [Claim("drivers", "", verdict, 4.0).is_false for verdict in ("higher", "lower")] == [False, True]


def test_true_points_are_the_mean_of_simulated_answers(survey: Survey) -> None:
    few, chance = make_population(900, np.random.default_rng(7)), np.random.default_rng(8)
    for code in ("B2", "B6", "A2"):
        item = survey.items[code]
        drawn = [answer(item, Respondent(few, row, "health"), chance)[0] for row in range(few.size)]
        kept = np.array([k for k, value in enumerate(drawn) if value not in (DONT_KNOW, PREFER_NOT)])
        place = {option.code: k for k, option in enumerate(item.options)}
        points = np.array([100 * place[drawn[k]] / (len(place) - 1) for k in kept])
        points = 100 - points if item.reversed else points
        expected = PopulationTruth(survey, few, None)._item(code, "health")[kept]
        assert abs(points.mean() - expected.mean()) < 4 * points.std() / np.sqrt(len(kept))


def test_false_claims_are_named_in_one_sentence() -> None:
    claim = Claim("changes", "agency=police CTI", "higher", -2.0)
    assert claim.is_false
    words = str(FalseClaims("river-city-2026", [claim.sentence]))
    assert "1 false: changes, agency=police CTI is higher, but the true difference is -2.00." in words
