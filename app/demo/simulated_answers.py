"""Fill in the form as a simulated resident: item by item along the path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from app.demo.population import AGENCIES, Population
from app.questionnaire.definition import DONT_KNOW, PREFER_NOT, Item, Survey
from app.questionnaire.path import is_on_path

BREAKS_OFF = 0.05  # share of residents who stop early and send what they have
SKIPS = 0.02  # share of questions that are left empty
NOISE = 17.0  # standard deviation of one answer around the resident's trust, in points

# Shares of "don't know" and "prefer not to answer", where they are offered.
DONT_KNOWS: Mapping[str, float] = {"B9": 0.12, "B10": 0.10, "B11": 0.16, "A4": 0.14, "A5": 0.15}
USUAL_DONT_KNOW = 0.03
REFUSALS: Mapping[str, float] = {"C5": 0.08, "D5": 0.07, "RACE": 0.04, "DISABILITY": 0.04}
USUAL_REFUSAL = 0.01
HARDER = {"B4": -3.0, "B6": 0.0, "B9": -9.0, "B10": -6.0, "B11": -10.0, "B7": 3.0, "B1": 4.0}
INSTITUTIONS: Mapping[str, str] = {"A1": "police", "A2": "health", "A5": "housing"}

Fields = dict[str, list[str]]


@dataclass(frozen=True, eq=False)
class Respondent:
    """Describe one resident of a population who fills in a page about one agency."""

    population: Population
    row: int
    agency: str

    def group(self, question: str) -> int:
        return int(self.population.groups[question][self.row])

    def trust(self, agency: str) -> float:
        return float(self.population.trust[self.row, AGENCIES.index(agency)])


def fill_in(survey: Survey, person: Respondent, chance: np.random.Generator) -> Fields:
    """Return the form's fields as the resident fills them in, in their order, until the resident breaks off."""
    codes = list(survey.items)
    end = int(chance.integers(3, len(codes))) if chance.random() < BREAKS_OFF else len(codes)
    given: dict[str, int | list[int]] = {}
    for code in codes[:end]:
        item = survey.items[code]
        if item.part:
            given |= _answer_together(survey, item, given, chance)
        elif is_on_path(survey, item, given) and chance.random() > SKIPS:
            chosen = answer(item, person, chance)
            given[code] = chosen if item.kind.takes_several else chosen[0]
    return {code: [str(value) for value in (x if isinstance(x, list) else [x])] for code, x in given.items()}


def _answer_together(
    survey: Survey, item: Item, given: dict[str, int | list[int]], chance: np.random.Generator
) -> dict[str, int | list[int]]:
    """Answer a question with several items, such as a ranking, as a whole or not at all."""
    items = survey.questions[item.question]
    if item != items[0] or not is_on_path(survey, item, given) or chance.random() < SKIPS:
        return {}
    return {code: chosen[0] for code, chosen in item.kind.answer.simulate(items, chance.random).items()}


def answer(item: Item, person: Respondent, chance: np.random.Generator) -> list[int]:
    drawn = chance.random()
    unknown = DONT_KNOWS.get(item.code, USUAL_DONT_KNOW) if item.dont_know else 0.0
    refused = REFUSALS.get(item.code, USUAL_REFUSAL) if item.prefer_not else 0.0
    if drawn < unknown:
        return [DONT_KNOW]
    if drawn < unknown + refused:
        return [PREFER_NOT]
    choose = CHOOSERS.get(item.parent or item.code)
    if choose:
        return choose(item, person, chance)
    if item.code in person.population.groups:
        return [person.group(item.code)]
    return _by_trust(item, person, chance)


def _by_trust(item: Item, person: Respondent, chance: np.random.Generator) -> list[int]:
    """Return a scale answer: trust plus the difficulty of the item plus noise, cut into the steps of the scale."""
    agency = INSTITUTIONS.get(item.code, person.agency if item.code.startswith("B") else "police")
    points = person.trust(agency) + HARDER.get(item.code, 0.0) + chance.normal(0, NOISE)
    points = float(np.clip(100 - points if item.reversed else points, 0, 99.99))
    return [item.options[int(points / 100 * len(item.options))].code]


def _several_of(weights: Callable[[Respondent], Mapping[int, float]], none: int) -> Callable[..., list[int]]:
    """Choose several options, each with its own chance; `none` is the code when none is chosen."""

    def choose(item: Item, person: Respondent, chance: np.random.Generator) -> list[int]:
        drawn = {code: chance.random() for code in sorted(weights(person))}
        chosen = [code for code, part in sorted(weights(person).items()) if drawn[code] < part]
        return chosen or [none]

    return choose


def _one_of(*parts: float) -> Callable[..., list[int]]:
    """Choose one of the options 1, 2, ... with these chances."""

    def choose(item: Item, person: Respondent, chance: np.random.Generator) -> list[int]:
        return [item.options[int(chance.choice(len(parts), p=parts))].code]

    return choose


def _races(item: Item, person: Respondent, chance: np.random.Generator) -> list[int]:
    second = int(person.population.second_race[person.row])
    return sorted({person.group("RACE")} | ({second} if second else set()))


def _barriers(person: Respondent) -> Mapping[int, float]:
    foreign = person.group("LANGUAGE") > 1
    return {
        1: 0.24 if foreign else 0.03,
        2: 0.22 if person.group("RACE") in (3, 4, 5) else 0.05,
        3: 0.05,
        4: 0.30 if person.group("DISABILITY") == 1 else 0.02,
        5: 0.06,
        6: 0.07,
        7: 0.03,
        8: 0.25 if foreign else 0.01,
        9: 0.10,
        10: 0.28 if person.trust("police") < 45 else 0.12,
        11: 0.30,
    }


def _language_need(item: Item, person: Respondent, chance: np.random.Generator) -> list[int]:
    return [1 if chance.random() < (0.45 if person.group("LANGUAGE") > 1 else 0.01) else 2]


def _reported(item: Item, person: Respondent, chance: np.random.Generator) -> list[int]:
    """Return whether a crime was reported. More trust in the police means more reports."""
    reports = 0.2 + 0.5 * person.trust("police") / 100
    return _one_of(reports * 0.85, reports * 0.15, (1 - reports) * 0.2, (1 - reports) * 0.8)(item, person, chance)


CHOOSERS: Mapping[str, Callable[..., list[int]]] = {
    "C5": _several_of(_barriers, 12),
    "D1": _several_of(lambda person: {1: 0.24, 2: 0.52, 3: 0.18, 4: 0.07, 5: 0.12}, 6),
    "D3": _language_need,
    "D4": _one_of(0.42, 0.20, 0.22, 0.16),
    "D5": _several_of(lambda person: {1: 0.11, 2: 0.03, 3: 0.06, 4: 0.012, 5: 0.08}, 6),
    "D5N": _one_of(0.72, 0.15, 0.06, 0.03, 0.02, 0.006, 0.004, 0.004, 0.003, 0.003),
    "D6": _reported,
    "D7": _one_of(0.30, 0.20, 0.22, 0.08, 0.08, 0.02, 0.10),
    "E3": _one_of(0.36, 0.22, 0.42),
    "RACE": _races,
    "ENGLISH": _one_of(0.46, 0.26, 0.20, 0.08),
}
