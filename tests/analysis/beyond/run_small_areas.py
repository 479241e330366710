"""Run the cases of small areas."""

import re
from typing import Any

import numpy as np

from analysis.small_areas import SmallAreas, benchmark, fay_herriot, multilevel_shares, unit_eblup
from tests.analysis.beyond.cases import Case, as_r_writes, read_data, runs


def rows_of(found: SmallAreas) -> list[dict[str, Any]]:
    terms = [{"label": {"term": as_r_writes(c.term)}, "est": c.value, "se": c.se} for c in found.coefficients]
    parts = ("g1", "g2", "g3")
    areas = [
        {"label": {"area": a.name}, "eblup": a.value, "gamma": a.gamma, "mse": a.mse}
        | dict(zip(parts, a.parts, strict=True))
        for a in found.areas
    ]
    return areas + terms


@runs("fay_herriot")
def run_fay_herriot(case: Case) -> dict[str, Any]:
    call = case["call"]
    if case["data"] is None:
        frame = {"area": call["areas"], "y": call["y"], "var": call["variance"], "x": call["x"]}
        found = fay_herriot(frame, "y", "var", "x", area="area", method=call["method"])
        areas = [row for row in rows_of(found) if "area" in row["label"]]
        return {"rows": areas, "scalars": {"A": found.variances["area"]}}
    frame = read_data(case["data"])
    direct = frame[call["y"]].copy()
    without = call.get("without_direct") or ()
    direct[np.isin(frame["area"], list(without))] = np.nan
    frame[call["y"]] = direct
    found = fay_herriot(frame, call["y"], call["variance"], call["formula"], area="area", method=call["method"])
    if "benchmark" in call:
        return benchmarked(found, frame[call["benchmark"]["shares"]], direct)
    scalars = {"A": found.variances["area"], "variance_of_A": found.variance_of_area, "loglik": found.loglik}
    return {"rows": rows_of(found), "scalars": scalars}


def benchmarked(found: SmallAreas, shares: Any, direct: Any) -> dict[str, Any]:
    target = float(shares @ direct / shares.sum())
    ratio, difference = (benchmark(found.values, shares, target, method) for method in ("ratio", "difference"))
    rows = [
        {"label": {"area": area.name}, "ratio": one, "difference": other}
        for area, one, other in zip(found.areas, ratio, difference, strict=True)
    ]
    return {"rows": rows, "scalars": {"target": target}}


@runs("unit_eblup")
def run_unit_eblup(case: Case) -> dict[str, Any]:
    call = case["call"]
    found = unit_eblup(
        read_data(case["data"]),
        call["y"],
        call["formula"],
        call["area"],
        read_data(call["area_means_file"]),
        columns=call["means"],
        sizes=call.get("sizes"),
        method=call.get("method", "REML"),
    )
    scalars = {"sigma2_area": found.variances["area"], "sigma2_unit": found.variances["unit"]}
    return {"rows": rows_of(found), "scalars": scalars}


@runs("mrp")
def run_mrp(case: Case) -> dict[str, Any]:
    call = case["call"]
    random = re.findall(r"\(1\|(\w+)\)", call["formula"])
    fixed = [term for term in re.sub(r"\(1\|\w+\)", "", call["formula"]).split("+") if term not in ("", "1")]
    found = multilevel_shares(
        read_data(case["data"]),
        call["successes"],
        call["trials"],
        fixed,
        random,
        area=call["area"],
        population=call["population"],
    )
    rows = [{"label": {"area": name}, "est": share} for name, share in found.shares.items()]
    rows += [{"label": {"term": as_r_writes(c.term)}, "est": c.value, "se": c.se} for c in found.coefficients]
    rows += [{"label": {"random": name}, "sd": sd} for name, sd in found.spread.items()]
    return {"rows": rows, "scalars": {"overall": found.overall, "loglik": found.loglik}}
