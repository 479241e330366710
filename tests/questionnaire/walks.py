"""Random walks through surveys: a person who answers, skips, changes nothing and sends whatever was on her page."""

import random
from pathlib import Path

from app.questionnaire.definition import Item, Survey
from app.questionnaire.loading import freeze, load_survey
from app.questionnaire.path import items_on_path

ROOT = Path(__file__).parents[2]
SHIPPED = ("community-trust", "staff", "partners")
TINY = sorted((ROOT / "tests" / "surveys").glob("*.yaml"))
AREAS = {"areas": {1: "North Side", 2: "Old Town", 3: "Río Vista"}}


def load_shipped(name: str) -> Survey:
    """A shipped survey as a community fields it: with its areas, and with every item switched on."""
    text = (ROOT / "surveys" / name / "survey.yaml").read_text("utf-8")
    return load_survey(freeze(text, AREAS, ["JUSTICE"]) if name == "community-trust" else text)


def choose(item: Item, rng: random.Random) -> list[int]:
    """One possible answer to an item, also none."""
    if rng.random() < 0.2:
        return []
    if item.kind.takes_several and rng.random() < 0.7:
        together = [option.code for option in item.options if not option.exclusive]
        return [code for code in together if rng.random() < 0.5]
    return [rng.choice(item.choices).code]


def walk(survey: Survey, rng: random.Random) -> tuple[tuple[str, ...], dict[str, list[int]]]:
    """Go on to the first item that is asked and not yet seen, until there is none; returns the path and the answers."""
    answers: dict[str, list[int]] = {}
    seen: list[str] = []
    while ahead := [code for code in items_on_path(survey, answers) if code not in seen]:
        item = survey.items[ahead[0]]
        if item.part:
            items = survey.questions[item.question]
            seen += [each.code for each in items]
            answers |= item.kind.answer.simulate(items, rng.random) if rng.random() > 0.2 else {}
            continue
        seen.append(ahead[0])
        if chosen := choose(item, rng):
            answers[ahead[0]] = chosen
        assert len(seen) <= len(survey.items), "the walk goes round in a circle"
    return tuple(seen), answers


def to_form(answers: dict[str, list[int]]) -> dict[str, list[str]]:
    return {code: [str(each) for each in chosen] for code, chosen in answers.items()}
