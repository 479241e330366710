"""Write the document of a data set: variables, weights, rules, and the findings and costs of protection."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from analysis.disclosure.catalogue import domain_id
from analysis.disclosure.cells import rounded_value
from analysis.disclosure.microdata.classes import Classes
from analysis.disclosure.microdata.codes import MISSING, SUPPRESSED
from analysis.disclosure.microdata.draft import DraftMicrodata
from analysis.disclosure.microdata.loss import (
    STEP,
    Released,
    closeness,
    correlation_distance,
    differences,
    variables_lost,
)
from analysis.disclosure.microdata.protection import Protection
from analysis.disclosure.microdata.ranges import released_tells
from analysis.disclosure.microdata.risk import risk_of
from analysis.disclosure.microdata.rules import MicrodataRules
from analysis.disclosure.microdata.variables import AGENCY, SOURCE, Variable

SCHEMA = "commontrust/microdata/1"
CASE, WEIGHT = "case", "weight"
Shown = AbstractSet[tuple[str, str]]


def replicate_name(number: int) -> str:
    """Return the column of a replicate, 1..G."""
    return f"replicate_{number:02d}"


def to_document(
    draft: DraftMicrodata, done: Protection, rules: MicrodataRules, after: Classes, shown: Shown
) -> dict[str, Any]:
    """Write the document of a data set without its audit; `shown` holds the (index, group) shown in reports."""
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
            "held_back_at_most": {each.source.name: each.most_missing for each in done.released},
        },
        "risk": _risk(draft, done, rules, after),
        "loss": _loss(draft, done, rules, shown),
    }


def _weights(released: Released) -> dict[str, Any]:
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
    stated: dict[str, Any] = {"name": variable.name, "kind": variable.kind}
    if variable.kind == "index":
        return stated | {"made_of": list(variable.made_of)}
    labels = {str(code): label for code, label in variable.labels.items()}
    step = done.coarsening.steps.get(variable.name, 0)
    levels = variable.hierarchy.levels(step)
    missing = [SUPPRESSED] if variable.kind == "key" else sorted(MISSING, reverse=True)
    if variable.visible or variable.name == AGENCY:
        stated["visible"] = True
    stated |= {"codes": list(levels), "missing": missing, "labels": labels, "sensitive": variable.sensitive}
    if variable.sensitive:
        stated["harmless"] = sorted(variable.harmless)
    if variable.steps:
        stated["recoding"] = {"step": step, "groups": {str(code): list(group) for code, group in levels.items()}}
        stated["hierarchy"] = [[list(group) for group in groups] for groups in variable.steps]
    if variable.tells:
        stated["groups"] = [
            {"variable": name, "level": level, "certain": sorted(each.certain), "possible": sorted(each.possible)}
            for (name, level), each in released_tells(variable.tells, levels).items()
        ]
    return stated


def _risk(draft: DraftMicrodata, done: Protection, rules: MicrodataRules, after: Classes) -> dict[str, Any]:
    known = [source.population for source in draft.sources if source.population]
    population = max(known, default=None)
    return {
        "keys": list(after.keys),
        "population": round(population) if population else None,
        "before": risk_of(done.before, population, rules.k),
        "after": risk_of(after, population, rules.k),
    }


def _loss(draft: DraftMicrodata, done: Protection, rules: MicrodataRules, shown: Shown) -> dict[str, Any]:
    """Write the loss.

    A difference would disclose its official figure, so only those of shown groups stand one by one.
    """
    found = [each for released in done.released for each in differences(draft, released, rules)]
    groups = {name: _group_names(draft.by_name[name], done) for name in draft.by_name}
    indices = [variable.name for variable in draft.variables if variable.kind == "index"]
    indices = [name for name in indices if name not in done.left_out]
    return {
        "merged": {
            name: {"step": step, "detail_lost": rounded_value(done.coarsening.lost[name], STEP)}
            for name, step in done.coarsening.steps.items()
        },
        "variables": variables_lost(draft, done.released),
        "correlation_distance": correlation_distance(
            [draft.columns[name] for name in indices], [done.column(name) for name in indices]
        ),
        "official": [each for each in found if (each["index"], _domain(each, groups)) in shown],
        **closeness(found),
        "design_effects": {each.source.name: round(each.weights.design_effect, 2) for each in done.released},
    }


def _group_names(variable: Variable, done: Protection) -> dict[int, tuple[str, str]]:
    """Return released code -> the group of reports that has exactly this code."""
    if variable.name == AGENCY:
        return {code: (AGENCY, label) for code, label in variable.labels.items()}
    levels = variable.hierarchy.levels(done.coarsening.steps.get(variable.name, 0))
    stated = released_tells(variable.tells, levels)
    return {code: place for place, each in stated.items() if each.certain == each.possible for code in each.certain}


def _domain(stated: Mapping[str, Any], groups: Mapping[str, Mapping[int, tuple[str, str]]]) -> str | None:
    """Return the name that reports have for the group of a figure; None where they have none."""
    source = [(SOURCE, stated["source"])]
    if stated["variable"] is None:
        return domain_id(source)
    place = groups[stated["variable"]].get(stated["code"])
    return None if place is None else domain_id([*source, place])


def columns_of(document: Mapping[str, Any], done: Protection) -> Iterator[tuple[str, Any]]:
    """Yield name and values of each column of the file that comes from the draft."""
    for variable in document["variables"]:
        if variable["kind"] in ("key", "item", "index"):
            yield variable["name"], done.column(variable["name"])
