"""Run the cases of drawing."""

from typing import Any

import numpy as np

from analysis.drawing import (
    joint_probabilities,
    pps_probabilities,
    stratified_systematic,
    systematic_hits,
    systematic_pps,
    two_stage_draw,
    variance_of_total,
)
from tests.analysis.beyond.cases import Case, picked, read_data, runs


def frame_of(case: Case) -> dict[str, Any]:
    call = case["call"]
    if "sizes" in call:
        return {"size": np.array(call["sizes"], float), "unit": list(range(len(call["sizes"])))}
    data = picked(read_data(case["data"]), call.get("where"))
    return {**data, "size": data[call["size"]]} if "size" in call else data


def units(frame: dict[str, Any], rows: Any) -> list[Any]:
    return [frame["unit"][row] for row in rows]


@runs("pps_probabilities")
def run_probabilities(case: Case) -> dict[str, Any]:
    frame = frame_of(case)
    pi = pps_probabilities(frame["size"], case["call"]["n"])
    certain = np.flatnonzero(pi >= 1)
    scalars = {"sum": float(pi.sum()), "certain": len(certain)}
    return {"scalars": scalars, "vectors": {"pi": pi, "certain_units": units(frame, certain)}}


@runs("systematic_pps")
def run_systematic(case: Case) -> dict[str, Any]:
    frame, call = frame_of(case), case["call"]
    order = np.arange(len(frame["size"]))
    for name in reversed(call.get("sort") or ()):
        order = order[np.argsort(np.array(frame[name])[order], kind="stable")]
    found = systematic_pps(frame["size"], call["n"], call["start"], order)
    total = float((frame["size"][found.rows] * found.weights).sum())
    scalars = {"n": len(found.rows), "sum_of_weights": float(found.weights.sum()), "ht_total_of_size": total}
    return {"scalars": scalars, "vectors": {"selected": units(frame, found.rows), "weight": found.weights}}


@runs("stratified_systematic")
def run_stratified(case: Case) -> dict[str, Any]:
    frame, call = frame_of(case), case["call"]
    found = stratified_systematic(frame[call["strata"]], call["n"], call["start"])
    scalars = {"n": len(found.rows), "sum_of_weights": float(found.weights.sum())}
    return {"scalars": scalars, "vectors": {"selected": units(frame, found.rows), "weight": found.weights}}


@runs("systematic_hits")
def run_hits(case: Case) -> dict[str, Any]:
    frame, call = frame_of(case), case["call"]
    expected = call["n"] * frame["size"] / frame["size"].sum()
    hits = systematic_hits(expected, call["start"])
    hit = np.flatnonzero(hits)
    vectors = {"units": units(frame, hit), "hits": hits[hit], "expected_hits": expected[hit]}
    return {"scalars": {"hits": int(hits.sum()), "more_than_once": int((hits > 1).sum())}, "vectors": vectors}


@runs("joint_probabilities")
def run_joint(case: Case) -> dict[str, Any]:
    call = case["call"]
    joint = joint_probabilities(call["sizes"], call["n"], call["method"])
    pairs = joint[np.triu_indices(len(joint), 1)]
    variance = variance_of_total(call["y"], joint)
    scalars = {"zero_pairs": int((pairs < 1e-12).sum()), "variance_of_total": variance}
    return {"scalars": scalars, "matrices": {"joint": joint}}


@runs("two_stage_draw")
def run_two_stage(case: Case) -> dict[str, Any]:
    frame, call = frame_of(case), case["call"]
    found = two_stage_draw(frame["size"], call["psus"], call["interviews_per_psu"], call["start"])
    figures = zip(found.psus.rows, found.psus.probabilities, found.take, found.within_rate, strict=True)
    rows = [
        {"label": {"unit": frame["unit"][k]}, "pi": pi, "take": take, "within_rate": rate, "weight": found.weight}
        for k, pi, take, rate in figures
    ]
    scalars = {"rate": found.rate, "weight": found.weight, "expected_interviews": found.rate * frame["size"].sum()}
    return {"rows": rows, "scalars": scalars}
