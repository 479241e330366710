"""Run the cases of measurement across languages."""

from dataclasses import asdict
from typing import Any

import numpy as np

from analysis.comparability import FactorModel, compare_models, factor_model, item_dif, search_items
from analysis.comparability.fit import p_value
from analysis.design import Design
from analysis.reliability import ordinal_alpha
from tests.analysis.beyond.cases import Case, as_r_writes, make_design, picked, read_data, runs


def data_of(case: Case) -> dict[str, Any]:
    call = case["call"]
    data = picked(read_data(case["data"]), call.get("where"))
    if not call.get("groups"):
        return data
    return picked(data, [{"var": call["group"], "op": "in", "value": call["groups"]}])


@runs("polychoric")
def run_polychoric(case: Case) -> dict[str, Any]:
    call, data = case["call"], data_of(case)
    answers = np.column_stack([data[name] for name in call["items"]])
    found = ordinal_alpha(answers, data[call["weights"]] if call["weights"] else None)
    largest = float(np.linalg.eigvalsh(found.correlations)[-1])
    scalars = {"alpha_ordinal": found.alpha, "first_eigenvalue": largest, "n": found.n}
    matrices = {"correlations": found.correlations, "thresholds": found.thresholds}
    return {"scalars": scalars, "matrices": matrices}


@runs("dif")
def run_dif(case: Case) -> dict[str, Any]:
    call = case["call"]
    found = item_dif(make_design(case, data_of(case)), call["item"], call["items"], call["group"], match=call["match"])
    rows = [
        {"label": {"model": name, "term": as_r_writes(row.term)}, "est": row.value, "se": row.se}
        for name, model in (("uniform", found.uniform), ("non_uniform", found.non_uniform))
        for row in model.coefficients
    ]
    scalars: dict[str, float] = {}
    tests = {"uniform": found.uniform_test, "non_uniform": found.non_uniform_test, "total": found.total_test}
    for name, test in tests.items():
        scalars |= {f"{name}_F": test.f, f"{name}_df": test.df, f"{name}_ddf": test.df_residual}
        scalars[f"{name}_p"] = test.p_value
    for k in range(3):
        scalars |= {f"mcfadden_{k + 1}": found.mcfadden[k], f"nagelkerke_{k + 1}": found.nagelkerke[k]}
    return {"rows": rows, "scalars": scalars | {f"loglik_{k}": ll for k, ll in enumerate(found.loglik)}}


def model_of(case: Case, equal: Any, free: Any = (), estimator: str = "MLR") -> FactorModel:
    call = case["call"]
    data = picked(read_data(case["data"]), call.get("where"))
    design = Design.of(data, weights=call["weights"])
    return factor_model(
        design, call["items"], call["group"], levels=call["groups"], equal=equal, free=free, robust=estimator == "MLR"
    )


def of_item(name: str | None) -> list[str]:
    return [f"loading:{name}", f"intercept:{name}"] if name else []


@runs("cfa")
def run_cfa(case: Case) -> dict[str, Any]:
    call = case["call"]
    found = model_of(case, call["equal"], call["free"], call["estimator"])
    rows = [
        {
            "label": {"group": row.group, "parameter": row.block, "item": row.item},
            "est": row.value,
            "se": row.se,
            "std": row.standardized,
        }
        for row in found.parameters
    ]
    fit = found.fit
    low, high = fit.rmsea_interval()
    scalars = {"npar": fit.parameters, "logl": fit.loglik, "chisq": fit.model.value, "df": fit.model.df}
    scalars |= {"pvalue": p_value(fit.model.value, fit.model.df), "aic": fit.aic, "bic": fit.bic, "srmr": fit.srmr}
    scalars |= {"cfi": fit.cfi("plain"), "tli": fit.tli("plain"), "rmsea": fit.rmsea("plain")}
    scalars |= {"rmsea_ci_lower": low, "rmsea_ci_upper": high}
    scalars |= {"baseline_chisq": fit.baseline.value, "baseline_df": fit.baseline.df}
    scalars |= {"chisq_scaled": fit.model.scaled, "pvalue_scaled": fit.model.p_value}
    scalars |= {"chisq_scaling_factor": fit.model.scaling, "baseline_chisq_scaled": fit.baseline.scaled}
    scalars |= {f"{name}_{kind}": getattr(fit, name)(kind) for name in SCALED for kind in ("scaled", "robust")}
    return {"rows": rows, "scalars": scalars}


SCALED = ("cfi", "tli", "rmsea")


@runs("cfa_difference")
def run_difference(case: Case) -> dict[str, Any]:
    specs = (case["call"]["freer"], case["call"]["stricter"])
    found = compare_models(*(model_of(case, spec["equal"], of_item(spec["free_item"])) for spec in specs))
    values = asdict(found)
    return {
        "scalars": {"chisq_difference": values.pop("chi_square"), "df_difference": values.pop("df"), **values},
    }


@runs("cfa_search")
def run_search(case: Case) -> dict[str, Any]:
    call = case["call"]
    design = Design.of(read_data(case["data"]), weights=call["weights"])
    found = search_items(design, call["items"], call["group"], levels=call["groups"]).to_rows()
    rows = [
        {
            "label": {"item": row["item"]},
            "chisq_difference": row["chi_square"],
            "df_difference": row["df"],
            "p_value": row["p"],
            "cfi_robust": row["cfi"],
        }
        for row in found
        if row["item"] != call["items"][0]  # the other program cannot free its marker
    ]
    return {"rows": rows, "vectors": {"worst_item": [rows[0]["label"]["item"]]}}
