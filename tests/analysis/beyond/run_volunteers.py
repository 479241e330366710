"""Run the cases of open-link data."""

from dataclasses import asdict
from typing import Any

import numpy as np

from analysis.design import Design
from analysis.estimation import mean
from analysis.volunteers import Composite, blend_weights, combine_pooled, combine_sources, data_defect, open_link_mean
from analysis.volunteers.estimates import OpenLinkEstimate
from analysis.weighting import PopulationTargets, rake
from tests.analysis.beyond.cases import Case, as_r_writes, make_design, read_data, runs


def open_link(case: Case, y: str, method: str, family: str | None) -> OpenLinkEstimate:
    call = case["call"]
    return open_link_mean(
        read_data(case["data"]),
        y,
        call["formula"],
        make_design(case, read_data(call["reference_file"])),
        method=method,
        family=family or "linear",
        population=call.get("population"),
    )


@runs("open_link")
def run_open_link(case: Case) -> dict[str, Any]:
    call = case["call"]
    found = open_link(case, call["y"], call["method"], call["outcome_family"])
    rows = [
        {"label": {"model": name, "term": as_r_writes(term)}, "est": value}
        for name, terms in (("selection", found.selection), ("outcome", found.outcome))
        for term, value in terms.items()
    ]
    scalars = {"est": found.value, "se": found.se, "ci_norm": [found.low, found.high]}
    scalars |= {"part_open_link": found.part_open_link, "part_reference": found.part_reference}
    if len(found.weights):
        scalars |= {"N_hat": float(found.weights.sum()), "largest_weight": float(found.weights.max())}
    return {"rows": rows, "scalars": scalars}


def scalars_of(found: Composite) -> dict[str, float]:
    return {**asdict(found), "est": found.value}


@runs("composite")
def run_composite(case: Case) -> dict[str, Any]:
    call = case["call"]
    bias = None if call["bias"] == "estimate" else call["bias"]
    names = ("est_probability", "var_probability", "est_open_link", "var_open_link")
    return {"scalars": scalars_of(combine_sources(*(call[name] for name in names), bias=bias))}


@runs("composite_pooled")
def run_pooled_composite(case: Case) -> dict[str, Any]:
    names = ("est_probability", "var_probability", "est_open_link", "var_open_link")
    found = combine_pooled(*(case["call"][name] for name in names))
    rows = [{"label": {"position": k}, **scalars_of(each)} for k, each in enumerate(found, 1)]
    return {"rows": rows, "scalars": {"bias_squared": found[0].bias_squared}}


@runs("composite_data")
def run_composite_data(case: Case) -> dict[str, Any]:
    call = case["call"]
    design = make_design(case, read_data(call["reference_file"]))
    own = mean(design, call["y"])[0]
    binary = set(np.unique(design.table.numbers(call["y"]))) <= {0.0, 1.0}
    link = open_link(case, call["y"], call["open_link_method"], "logistic" if binary else "linear")
    found = combine_sources(own.value, own.se**2, link.value, link.se**2)
    sources = {"est_probability": own.value, "var_probability": own.se**2}
    sources |= {"est_open_link": link.value, "var_open_link": link.se**2}
    return {"scalars": {**scalars_of(found), **sources}}


@runs("blend")
def run_blend(case: Case) -> dict[str, Any]:
    call = case["call"]
    ours, theirs = read_data(case["data"]), read_data(call["reference_file"])
    reference = Design.of(theirs, weights="d", strata="stratum")
    link = open_link_mean(ours, "index", call["formula"], reference, method="ipw")
    own, other, kappa = blend_weights(reference.weights, link.weights)
    both = {name: np.concatenate([theirs[name], ours[name]]) for name in ours}
    design = Design.of({**both, "w": np.concatenate([own, other])}, weights="w")
    if call["rake"]:
        people = call["rake"]["n"]
        margins = {name: {1: n, 0: people - n} for name, n in call["rake"].items() if name != "n"}
        design = rake(design, PopulationTargets.of_totals(margins), tolerance=1e-12)
    w = design.weights
    scalars = {"kappa": kappa, "kish_effective_n": float(w.sum() ** 2 / (w @ w)), "sum_of_weights": float(w.sum())}
    scalars |= {"largest_weight": float(w.max()), "smallest_weight": float(w.min())}
    return {"scalars": scalars | {f"mean_{y}": mean(design, y)[0].value for y in ("index", "safe")}}


@runs("data_defect")
def run_data_defect(case: Case) -> dict[str, Any]:
    call = case["call"]
    given = {name: call[name] for name in ("sd", "n", "population")}
    found = data_defect(call["est_open_link"], call["benchmark"], **given)
    return {"scalars": asdict(found)}
