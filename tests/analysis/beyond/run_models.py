"""Run the cases of models, trends, small domains and imputation."""

import math
import re
from typing import Any

import numpy as np
from scipy.stats import chi2

from analysis.design import Design
from analysis.estimation import mean, total
from analysis.frames import Condition
from analysis.hypotheses import fit_tests
from analysis.intervals.interval import t_interval
from analysis.missing import pool_imputations
from analysis.models import predictive_margins, regress, regress_ordinal
from analysis.models.regression import Regression, WaldTest
from analysis.replication import jkn
from analysis.results import Estimates
from analysis.trends import wave_trend
from tests.analysis.beyond.cases import Case, as_r_writes, make_design, picked, read_data, runs

FAMILIES = {"gaussian": "linear", "quasibinomial": "logistic", "quasipoisson": "poisson"}


def conditions(call: dict[str, Any]) -> list[Condition] | None:
    where = call.get("where")
    return [Condition(each["var"], each["op"], each["value"]) for each in where] if where else None


CALCULATED = r"(?:I|log|pmax)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
FUNCTIONS = {"I": lambda x: x, "log": np.log, "sqrt": np.sqrt, "exp": np.exp, "pmax": np.maximum, "pmin": np.minimum}


def calculated(design: Design, term: str) -> Any:
    """Return the values of a term that R calculates, such as I((year - 2023)^2)."""
    columns = {name: design.table.numbers(name) for name in re.findall(r"[A-Za-z_]\w*", term) if name in design.table}
    return eval(term.replace("^", "**"), {"__builtins__": {}}, {**FUNCTIONS, **columns}) * 1.0


def prepared(design: Design, formula: str) -> tuple[Design, str, list[str], dict[str, str]]:
    """Return the design with columns for terms such as I(year - 2023), the outcome, our terms, and R's names."""
    left, right = formula.replace(" ", "").split("~")
    terms, names, columns = [], {}, {}
    for term in re.findall(CALCULATED + r"|[^+]+", right):
        if term.startswith(("I(", "log(", "pmax(")):
            name = f"own{len(columns)}"
            columns[name] = calculated(design, term)
            names[name] = re.sub(r"(?<=\w)-(?=[\d.])", " - ", term)
            terms.append(name)
        else:
            terms.append(term)
    return (design.with_columns(columns) if columns else design), left, terms, names


def wald_scalars(found: WaldTest, prefix: str, ddf: str = "ddf") -> dict[str, float]:
    figures = {"F": found.f, "df": found.df, ddf: found.df_residual, "p": found.p_value}
    return {f"{prefix}{name}": value for name, value in figures.items()}


def named_terms(text: str, names: dict[str, str]) -> list[str]:
    back = {r.replace(" ", ""): own for own, r in names.items()}
    parts = re.findall(CALCULATED + r"|[^+~]+", text.replace(" ", ""))
    return [back.get(part, part) for part in parts]


def fit(case: Case) -> tuple[Regression, dict[str, str]]:
    call = case["call"]
    design, y, terms, names = prepared(make_design(case), call["formula"])
    return regress(design, y, terms, family=FAMILIES[call["family"]], where=conditions(call)), names


@runs("glm")
def run_glm(case: Case) -> dict[str, Any]:
    model, names = fit(case)
    rows = [
        {"label": {"term": names.get(row.term) or as_r_writes(row.term)}, "est": row.value, "se": row.se}
        | {"t": t, "p_value": p, "ci_df": [row.interval.low, row.interval.high]}
        for row, t, p in zip(model.coefficients, model.statistics, model.p_values, strict=True)
    ]
    scalars = {"df_residual": model.df, "df_design": model.df + len(rows) - 1}
    if case["call"].get("test_terms"):
        scalars |= wald_scalars(model.term_test(named_terms(case["call"]["test_terms"], names)), "term_")
    return {"rows": rows, "scalars": scalars, "matrices": {"vcov": model.coefficients.covariance}}


@runs("term_test")
def run_term_test(case: Case) -> dict[str, Any]:
    model, names = fit(case)
    found = model.term_test(named_terms(case["call"]["terms"], names))
    scalars = {"F": found.f, "df": found.df, "ddf": found.df_residual, "p_value": found.p_value}
    if case["call"]["method"] == "Wald_chisq":
        chisq = found.f * found.df
        scalars |= {"chisq": chisq, "p_value": float(chi2.sf(chisq, found.df))}
    return {"scalars": scalars}


@runs("predictive_margins")
def run_margins(case: Case) -> dict[str, Any]:
    call = case["call"]
    y, x = call["formula"].split("~")
    found = predictive_margins(make_design(case), y, x, call["groups"], family=FAMILIES[call["family"]])
    levels = [row.term.split("=", 1)[1] for row in found]
    rows = [{"label": {"level": name}, "est": row.value, "se": row.se} for name, row in zip(levels, found, strict=True)]
    for k in range(1, len(levels)):
        apart = np.eye(len(levels))[k] - np.eye(len(levels))[0]
        label = {"level": levels[k], "minus": levels[0]}
        se = float(np.sqrt(apart @ found.covariance @ apart))
        rows.append({"label": label, "est": float(apart @ found.values), "se": se})
    return {"rows": rows, "matrices": {"vcov": found.covariance}}


@runs("ordinal")
def run_ordinal(case: Case) -> dict[str, Any]:
    call = case["call"]
    y, x = call["formula"].split("~")
    model = regress_ordinal(make_design(case), y, x)
    terms = [as_r_writes(row.term) for row in model.coefficients]
    statistics = zip(terms, model.coefficients, model.statistics, strict=True)
    rows = [{"label": {"term": term}, "est": row.value, "se": row.se, "t": t} for term, row, t in statistics]
    scalars = {"df_design": model.coefficients.df, "df_residual": model.df, "pseudo_loglik": -model.deviance / 2}
    if call.get("test_terms_matching"):
        matching = re.compile(call["test_terms_matching"])
        own = [row.term for row, term in zip(model.coefficients, terms, strict=True) if matching.search(term)]
        scalars |= wald_scalars(model.term_test(own), "term_")
    return {"rows": rows, "scalars": scalars, "matrices": {"vcov": model.coefficients.covariance}}


@runs("gof")
def run_gof(case: Case) -> dict[str, Any]:
    call, design = case["call"], make_design(case)
    levels = design.table.factor(call["y"]).levels
    found = fit_tests(design, call["y"], dict(zip(levels, call["p"], strict=True)), where=conditions(call))
    t = found.tests
    scalars = {"n": t["wald"].n, "pearson": found.pearson, "mean_deff": found.mean_deff, "cv2_deff": found.cv2_deff}
    for name in ("first_order", "second_order"):
        scalars |= {name: t[name].statistic, f"{name}_df": t[name].df, f"{name}_p": t[name].p_value}
    f, wald, adjusted = t["F"], t["wald"], t["adjusted_wald"]
    scalars |= {"F": f.statistic, "F_df": f.df, "F_ddf": f.df_residual, "F_p": f.p_value}
    scalars |= {"wald": wald.statistic * wald.df, "wald_F": wald.statistic, "wald_ddf": wald.df_residual}
    scalars |= {"wald_p": wald.p_value, "wald_adjusted_F": adjusted.statistic, "wald_adjusted_p": adjusted.p_value}
    names = [row.term.split("=", 1)[1] for row in found.shares]
    rows = [
        {"label": {"level": name}, "est": row.value, "se": row.se, "expected": p}
        for name, row, p in zip(names, found.shares, found.expected, strict=True)
    ]
    return {"rows": rows, "scalars": scalars}


@runs("wave_contrasts")
def run_wave_contrasts(case: Case) -> dict[str, Any]:
    call, data = case["call"], read_data(case["data"])
    times = dict(zip(data["wave"].tolist(), data[call["time"]].tolist(), strict=True))
    where = [Condition("wave", "<=", call["waves"])]
    found = wave_trend(make_design(case), call["y"], "wave", times=times, where=where)
    rows = [{"label": {"wave": row.group[0][1]}, "est": row.value, "se": row.se} for row in found.waves]
    for each in found.contrasts:
        figures = {"est": each.value, "se": each.se, "t": each.t, "p_value": each.p_value}
        rows.append({"label": {"contrast": each.name}, **figures})
    scalars = {"df": found.df, "no_change_F": found.no_change_f, "no_change_df": found.no_change_df}
    scalars["no_change_p"] = found.no_change_p
    return {"rows": rows, "scalars": scalars, "matrices": {"vcov": found.waves.covariance}}


@runs("pooled")
def run_pooled(case: Case) -> dict[str, Any]:
    call, data = case["call"], read_data(case["data"])
    imputed = [{"var": "imp", "op": "==", "value": number} for number in call["imputations"]]
    files = [estimated(call, make_design(case, picked(data, [each]))) for each in imputed]
    complete = math.inf if call["df_complete"] is None else call["df_complete"]
    found = pool_imputations(files, df_complete=complete)
    rows = []
    for k, row in enumerate(found.estimates):
        label = dict(row.group) or {"term": as_r_writes(row.term)}
        rows.append({"label": label, "est": row.value, "se": row.se, "df": row.df, "within": found.within[k]})
        rows[-1] |= {"between": found.between[k], "relative_increase": found.relative_increase[k]}
        rows[-1] |= {"lambda": found.share_of_missing[k], "fmi": found.missing_information[k]}
        rows[-1]["ci_df"] = [row.interval.low, row.interval.high]
    return {"rows": rows, "scalars": {"df_complete": complete}, "matrices": {"vcov": found.estimates.covariance}}


def estimated(call: dict[str, Any], design: Design) -> Estimates:
    if call["of"] == "glm":
        y, x = call["formula"].split("~")
        return regress(design, y, x, family=FAMILIES[call["family"]]).coefficients
    function = {"mean": mean, "total": total}[call["of"]]
    return function(design, call["y"], by=call.get("by") or ())


# --- small domains


@runs("mean")
def run_domain_means(case: Case) -> dict[str, Any]:
    design, want = make_design(case), case["expected"]["rows"]
    by = {tuple(row["label"]) for row in want}
    rows = [row for names in by for row in domain_rows(design, case["call"]["y"][0], list(names))]
    wanted = [set(row["label"].items()) for row in want]
    return {"rows": [row for row in rows if set(row["label"].items()) in wanted], "scalars": {"df": design.df}}


def domain_rows(design: Design, y: str, by: list[str]) -> list[dict[str, Any]]:
    counts = {row["key"]: row for row in counted(design, by)}
    rows = []
    for row in mean(design, y, by=by):
        own = t_interval(row.value, row.se, row.df) if row.df > 0 else None
        found = {"label": dict(row.group), "est": row.value, "se": row.se, "df_domain": row.df}
        found["ci_df_domain"] = [own.low, own.high] if own else [None, None]
        rows.append(found | {name: counts[row.group][name] for name in ("psus", "strata")})
    return rows


def counted(design: Design, by: list[str]) -> list[dict[str, Any]]:
    """The rows, PSUs, strata and degrees of freedom of each group that has rows."""
    ones = design.with_columns({"one": np.ones(design.rows)})
    found = []
    for row in mean(ones, "one", by=by):
        keep = np.logical_and.reduce([group_mask(design, name, level) for name, level in row.group])
        units = np.unique(design.psu[keep])
        strata = np.unique(design.stages[0].stratum[units])
        sizes = {"psus": len(units), "strata": len(strata), "n": int(keep.sum()), "df_domain": row.df}
        found.append({"key": row.group, "label": dict(row.group), **sizes})
    return found


def group_mask(design: Design, name: str, level: Any) -> Any:
    factor = design.table.factor(name)
    return factor.codes == factor.levels.index(level)


@runs("domain_df")
def run_domain_df(case: Case) -> dict[str, Any]:
    design = make_design(case)
    return {"rows": counted(design, case["call"]["by"]), "scalars": {"df": design.df}}


@runs("replicate_domain_df")
def run_replicates(case: Case) -> dict[str, Any]:
    call = case["call"]
    design = jkn(make_design(case))
    found = mean(design, call["y"], by=call["by"])
    rows = [{"label": dict(row.group), "est": row.value, "se": row.se, "df_domain": row.df} for row in found]
    return {"rows": rows, "scalars": {"df": design.df}}
