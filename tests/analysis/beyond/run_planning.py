"""Run the cases of planning."""

import math
from dataclasses import asdict
from typing import Any

from analysis.planning import (
    PlannedGroup,
    Stratum,
    allocate,
    detectable_shares,
    invitations,
    planned_deff,
    power_of_means,
    power_of_shares,
    power_of_trend,
    precision,
    precision_table,
    sample_size,
    size_for_means,
    size_for_shares,
    two_stage_plan,
)
from tests.analysis.beyond.cases import Case, runs


def only(call: dict[str, Any], *names: str, **renamed: str) -> dict[str, Any]:
    """Return the arguments that a call gives, under our names."""
    wanted = {**{name: name for name in names}, **renamed}
    return {ours: call[theirs] for ours, theirs in wanted.items() if call.get(theirs) is not None}


TARGET = ("level", "deff", "population", "sd")


@runs("sample_size")
def run_size(case: Case) -> dict[str, Any]:
    call = case["call"]
    corrected = call.get("variance_factor") == "N-1"
    given = only(call, "margin", "cv", "response_rate", "eligible_rate", *TARGET, share="p")
    return {"scalars": asdict(sample_size(corrected=corrected, **given))}


@runs("margin")
def run_margin(case: Case) -> dict[str, Any]:
    call = case["call"]
    found = precision(call["n"], corrected=call.get("variance_factor") == "N-1", **only(call, *TARGET, share="p"))
    return {"scalars": asdict(found)}


@runs("planned_deff")
def run_deff(case: Case) -> dict[str, Any]:
    found = planned_deff(**only(case["call"], "cluster_size", "cv_cluster_size", "icc", "cv_weights"))
    return {"scalars": {**asdict(found), "deff": found.deff}}


COMMON = ("n1", "n2", "deff1", "deff2", "overlap", "rho", "alpha", "tails", "power")


@runs("power")
def run_power(case: Case) -> dict[str, Any]:
    call = case["call"]
    match call["compare"]:
        case "two_independent_shares" | "two_waves_shares":
            found = power_of_shares(**only(call, "p1", "p2", "method", *COMMON))
        case "linear_trend":
            found = power_of_trend(**only(call, "times", "slope", "alpha", "tails", "power", errors="se"))
        case _:
            difference = call["difference"] if call.get("difference") is not None else call["mean2"] - call["mean1"]
            given = only(call, "method", "sd1", "sd2", *COMMON) | only(call, sd1="sd")
            found = power_of_means(difference, **given)
    return {"scalars": asdict(found)}


@runs("sample_size_difference")
def run_size_difference(case: Case) -> dict[str, Any]:
    call = case["call"]
    common = ("power", "alpha", "deff", "ratio")
    if call["compare"] == "two_independent_shares":
        found = size_for_shares(**only(call, "p1", "p2", "method", *common))
    else:
        given = only(call, "sd1", "sd2", "difference", "overlap_share", "rho", *common) | only(call, sd1="sd")
        if call.get("p1") is not None:
            roots = {f"sd{k}": math.sqrt(call[f"p{k}"] * (1 - call[f"p{k}"])) for k in (1, 2)}
            given |= {**roots, "difference": call["p2"] - call["p1"]}
        found = size_for_means(**given)
    return {"scalars": {**asdict(found)}}


@runs("detectable_difference")
def run_detectable(case: Case) -> dict[str, Any]:
    given = only(case["call"], "p1", "n1", "n2", "deff1", "deff2", "power", "alpha", "tails")
    found = detectable_shares(**given)
    return {"scalars": {"p2_above": found.above, "p2_below": found.below}}


@runs("allocate")
def run_allocation(case: Case) -> dict[str, Any]:
    call = case["call"]
    strata = [Stratum(each["stratum"], each["N"], each["sd"], each["cost"]) for each in call["strata"]]
    method = "cost" if call["method"].startswith("cost_") else call["method"]
    given = only(call, "n", "budget", "target_se", "minimum", "power", "fixed_cost")
    found = allocate(strata, method, **given)
    rows = [{"label": {"stratum": row.pop("stratum")}, **row} for row in found.to_rows()]
    scalars = {"se_overall": found.se_overall, "cost": found.cost, "weighting_deff": found.weighting_deff}
    return {"rows": rows, "scalars": {**scalars, "n_total": found.total}}


@runs("two_stage_plan")
def run_two_stage_plan(case: Case) -> dict[str, Any]:
    given = only(case["call"], "cost_psu", "cost_interview", "icc", "budget", "sd")
    return {"scalars": asdict(two_stage_plan(**given))}


@runs("invitations_by_stratum")
def run_invitations(case: Case) -> dict[str, Any]:
    strata = case["call"]["strata"]
    found = invitations(
        {each["stratum"]: each["completes"] for each in strata},
        {each["stratum"]: each["response_rate"] for each in strata},
        case["call"].get("eligible_rate") or 1,
    )
    rows = [{"label": {"stratum": name}, "invitations": number} for name, number in found.items()]
    return {"rows": rows, "scalars": {"invitations": sum(found.values())}}


@runs("precision_table")
def run_precision_table(case: Case) -> dict[str, Any]:
    call = case["call"]
    groups = [
        PlannedGroup(each["group"], each["n"], each["N"], each["deff"], whole=each["group"] == "all")
        for each in call["groups"]
    ]
    rows = precision_table(groups, **only(call, "sd", "shares", "level", "power", "alpha")).to_rows()
    names = ("group", "share", "target", "against")
    return {"rows": [{"label": {n: row.pop(n) for n in names if n in row}, **row} for row in rows]}
