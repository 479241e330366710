"""Run the cases of measurement across languages."""

from typing import Any

import numpy as np

from analysis.comparability import item_dif
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
