"""What a data set says of itself: variables, weights, rules, and what protection found and cost."""

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.disclosure.microdata.classes import Classes
from analysis.disclosure.microdata.codes import MISSING
from analysis.disclosure.microdata.draft import DraftMicrodata
from analysis.disclosure.microdata.loss import CLOSE, correlation_distance, differences, variables_lost
from analysis.disclosure.microdata.protection import Protection, most_held_back
from analysis.disclosure.microdata.ranges import released_tells
from analysis.disclosure.microdata.risk import risk_of
from analysis.disclosure.microdata.rules import MicrodataRules
from analysis.disclosure.microdata.variables import Variable

SCHEMA = "commontrust/microdata/1"
CASE, WEIGHT = "case", "weight"


def replicate_name(number: int) -> str:
    """The column of a replicate, 1..G."""
    return f"replicate_{number:02d}"


def to_document(draft: DraftMicrodata, done: Protection, rules: MicrodataRules, after: Classes) -> dict[str, Any]:
    """The document of a data set, its audit aside."""
    return {
        "schema": SCHEMA,
        "wave": draft.wave,
        "data": draft.data,
        "rows": len(done.order),
        "variables": list(_variables(draft, done)),
        "missing": {str(code): name for code, name in MISSING.items()},
        "weights": {str(each.source.code): _weights(each) for each in done.released},
        "rules": rules.to_document(),
        "notes": [f"laxer rule: {name}" for name in rules.lowered],
        "left_out": {
            "sources": list(done.sources_left_out),
            "variables": list(done.left_out),
            "held_back_at_most": {each.source.name: most_held_back(each.source.design.rows) for each in done.released},
        },
        "risk": _risk(draft, done, rules, after),
        "loss": _loss(draft, done, rules),
    }


def _weights(released: Any) -> dict[str, Any]:
    return {"source": released.source.name, **released.weights.to_document()}


def _variables(draft: DraftMicrodata, done: Protection) -> Iterator[dict[str, Any]]:
    yield {"name": CASE, "kind": "id"}
    for variable in draft.variables:
        if variable.name not in done.left_out:
            yield _variable(variable, done)
    yield {"name": WEIGHT, "kind": "weight"}
    groups = max(each.weights.groups for each in done.released)
    yield from ({"name": replicate_name(number), "kind": "replicate"} for number in range(1, groups + 1))


def _variable(variable: Variable, done: Protection) -> dict[str, Any]:
    told: dict[str, Any] = {"name": variable.name, "kind": variable.kind}
    if variable.kind == "index":
        return told | {"made_of": list(variable.made_of)}
    labels = {str(code): label for code, label in variable.labels.items()}
    step = done.coarsening.steps.get(variable.name, 0)
    levels = variable.hierarchy.levels(step)
    told |= {"codes": list(levels), "labels": labels, "sensitive": variable.sensitive}
    if variable.sensitive:
        told["harmless"] = sorted(variable.harmless)
    if variable.steps:
        told["recoding"] = {"step": step, "groups": {str(code): list(group) for code, group in levels.items()}}
        told["hierarchy"] = [[list(group) for group in groups] for groups in variable.steps]
    if variable.tells:
        told["groups"] = [
            {"variable": name, "level": level, "certain": sorted(each.certain), "possible": sorted(each.possible)}
            for (name, level), each in released_tells(variable.tells, levels).items()
        ]
    return told


def _risk(draft: DraftMicrodata, done: Protection, rules: MicrodataRules, after: Classes) -> dict[str, Any]:
    known = [source.population for source in draft.sources if source.population]
    population = max(known, default=None)
    return {
        "keys": list(after.keys),
        "population": round(population) if population else None,
        "before": risk_of(done.before, population, rules.k),
        "after": risk_of(after, population, rules.k),
    }


def _loss(draft: DraftMicrodata, done: Protection, rules: MicrodataRules) -> dict[str, Any]:
    found = [each for released in done.released for each in differences(draft, released, rules)]
    close = sum(abs(each["difference"]) <= CLOSE for each in found)
    indices = [variable.name for variable in draft.variables if variable.kind == "index"]
    indices = [name for name in indices if name not in done.left_out]
    return {
        "merged": {
            name: {"step": step, "detail_lost": round(done.coarsening.lost[name], 3)}
            for name, step in done.coarsening.steps.items()
        },
        "variables": variables_lost(draft, done.released),
        "correlation_distance": correlation_distance(
            [draft.columns[name] for name in indices], [done.column(name) for name in indices]
        ),
        "official": found,
        "within_a_quarter_se": round(close / len(found), 3) if found else None,
        "design_effects": {each.source.name: round(each.weights.design_effect, 2) for each in done.released},
    }


def columns_of(document: Mapping[str, Any], done: Protection) -> Iterator[tuple[str, Any]]:
    """Name and values of each column of the file that the draft gave."""
    for variable in document["variables"]:
        if variable["kind"] in ("key", "item", "index"):
            yield variable["name"], done.column(variable["name"])
