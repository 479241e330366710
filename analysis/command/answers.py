"""The reports of the commands `estimate`, `index` and `gaps`, made from a plan and its sample."""

from pathlib import Path
from typing import Any

import numpy as np

from analysis.command.report import OutputReport, OutputSection
from analysis.design import LazyDesign
from analysis.design.extreme import extreme_weights
from analysis.estimation import kish
from analysis.plan.answers import answer_estimate, answer_gap, answer_representation, answer_rows
from analysis.plan.plan import EstimatePlan, GapPlan, Plan, RepresentationPlan
from analysis.plan.problems import NotInPlan
from analysis.plan.reliability import turned_answers
from analysis.plan.sample import PlanSample, Progress, make_sample
from analysis.reliability import TooFewAnswers, reliability
from analysis.representation import GroupGap, ShareMeasure
from analysis.representation.margins import Z90

FLAGS = ((30, "n under 30: not fit for publication"), (50, "n under 50: flag it when published"))
ROUNDING = 1e-9  # percent: shares that weighting has fixed differ from their target by this
POINTS = "points from 0 to 100, not percent"


def estimate(plan: Plan, data: Path | None, progress: Progress) -> OutputReport:
    """The estimates of a plan."""
    if not plan.estimates:
        raise NotInPlan(plan.path, "estimates")
    sample = make_sample(plan, data, progress)
    sections = []
    for k, wanted in enumerate(plan.estimates, 1):
        progress(f"estimating {k} of {len(plan.estimates)}")
        sections.append(
            OutputSection(
                _title(wanted), flagged(answer_estimate(sample, wanted).to_rows()), _notes(plan, wanted.columns)
            )
        )
    return OutputReport(plan.title, (*sampling(sample), *sections), sample.reading)


def index(plan: Plan, data: Path | None, progress: Progress) -> OutputReport:
    """The index of a plan: everyone, each facet, each grouping, and what the items have in common."""
    if plan.index is None:
        raise NotInPlan(plan.path, "index")
    sample = make_sample(plan, data, progress)
    name = plan.index.name
    facets = [facet.name for facet in plan.index.facets] if len(plan.index.facets) > 1 else []
    found = [answer_estimate(sample, EstimatePlan("mean", (column,))) for column in (name, *facets)]
    rows = [row for estimates in found for row in estimates.to_rows()]
    in_files = sample.scores is None  # rows that stay in their files have no scores of their own
    sections = [OutputSection(f"Index {name}", rows, (POINTS, *(() if in_files else _unscored(sample))))]
    for by in plan.index_by:
        progress(f"the index by {by}")
        estimates = answer_estimate(sample, EstimatePlan("mean", (name,), (by,)))
        sections.append(OutputSection(f"Index {name} by {by}", flagged(estimates.to_rows()), (POINTS,)))
    return OutputReport(
        plan.title, (*sampling(sample), *sections, *([] if in_files else _reliability(sample))), sample.reading
    )


def gaps(plan: Plan, data: Path | None, progress: Progress) -> OutputReport:
    """The gaps of a plan, and its comparisons with a population."""
    if not (plan.gaps or plan.representation):
        raise NotInPlan(plan.path, "gaps", "representation")
    needs_data = plan.gaps or any(wanted.share or wanted.rows for wanted in plan.representation)
    sample = make_sample(plan, data, progress) if needs_data else None
    sections: list[OutputSection] = sampling(sample) if sample is not None else []
    for k, wanted in enumerate(plan.gaps, 1):
        assert sample is not None
        progress(f"gaps {k} of {len(plan.gaps)}")
        sections.append(
            OutputSection(
                _gap_title(wanted), flagged(answer_gap(sample, wanted).to_rows()), _notes(plan, wanted.of.columns)
            )
        )
    for comparison in plan.representation:
        sections += _representation(sample, comparison)
    return OutputReport(plan.title, tuple(sections), "" if sample is None else sample.reading)


def flagged(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, those of few people with a note."""
    for row in rows:
        n = min(row["n"], row.get("n_against", row["n"]))
        flag = next((text for limit, text in FLAGS if n < limit), "")
        row["notes"] = "; ".join(text for text in (row["notes"], flag) if text)
    return rows


def _title(wanted: EstimatePlan) -> str:
    if wanted.title:
        return wanted.title
    groups = f" by {', '.join(wanted.by)}" if wanted.by else ""
    where = f" where {' and '.join(_stated(c) for c in wanted.where)}" if wanted.where else ""
    return f"{wanted.statistic.capitalize()} of {' / '.join(wanted.columns)}{groups}{where}"


def _stated(condition: Any) -> str:
    value = ", ".join(condition.value) if isinstance(condition.value, list) else condition.value
    return f"{condition.column} {condition.op} {value}"


def _gap_title(wanted: GapPlan) -> str:
    if wanted.of.title:
        return wanted.of.title
    what = f"{wanted.of.statistic} of {' / '.join(wanted.of.columns)}"
    if wanted.waves:
        return f"Change in the {what} between levels of {wanted.waves}"
    if wanted.between:
        return f"Gaps in the {what} between levels of {wanted.between}"
    return f"{'Contrasts' if wanted.contrasts else 'Gaps to everyone'} in the {what} by {', '.join(wanted.of.by)}"


def _notes(plan: Plan, columns: tuple[str, ...]) -> tuple[str, ...]:
    return (POINTS,) if plan.index is not None and plan.index.name in columns else ()


def sampling(sample: PlanSample) -> list[OutputSection]:
    """The design in a sentence, and the record of the weighting steps if there were any."""
    design = sample.design
    if isinstance(design, LazyDesign):
        return [OutputSection("", (), (_stated_large(design),))]
    held = kish(design.weights)
    count = len(design.stages[0].names)
    strata = f"{count} {'stratum' if count == 1 else 'strata'}"
    stated = (
        f"{design.rows} rows, {design.psus} PSUs in {strata}, {design.df} degrees of freedom; design "
        f"effect of the weights (Kish) {held.design_effect:.4f}, effective n {held.n_effective:.1f}"
    )
    noted = tuple(note for note in (stated, extreme_weights(design.weights), sample.idle) if note)
    return [OutputSection("", (), noted), *([record_section(sample)] if design.record else [])]


def _stated_large(design: LazyDesign) -> str:
    """The design in a sentence, from sums."""
    n, total, squares = design.rows_and_squares
    effective = total**2 / squares
    return (
        f"{design.rows} rows, {design.psus} PSUs, {design.df} degrees of freedom; design effect of the weights (Kish) "
        f"{n / effective:.4f}, effective n {effective:.1f}"
    )


def record_section(sample: PlanSample) -> OutputSection:
    """Show the effect of each weighting step on the weights."""
    rows = [
        {
            "step": step.method,
            "detail": step.detail,
            "n": step.n,
            "total": step.total,
            "smallest": step.smallest,
            "largest": step.largest,
            "design_effect": step.design_effect,
        }
        for step in sample.design.record
    ]
    held = kish(sample.design.weights)
    return OutputSection("Weighting", rows, (f"effective n {held.n_effective:.1f} of {held.n}",))


def _unscored(sample: PlanSample) -> tuple[str, ...]:
    scores = sample.scores
    assert scores is not None
    without = int((~scores.scored).sum())
    silent = int((scores.answered == 0).sum())
    shares = {item: share for item, share in scores.dont_know_shares.items() if share > 0}
    return (
        f"{int(scores.scored.sum())} of {len(scores.values)} rows have a score; {without} answered too few items and "
        f"have none, {silent} of them answered nothing",
        f"{100 * scores.prorated_share:.1f} % of the scores lack some item; the mean over complete answers is "
        f"{scores.complete_mean:.2f}",
        *(f"don't know on {item}: {100 * share:.1f} %" for item, share in shares.items()),
    )


def _reliability(sample: PlanSample) -> list[OutputSection]:
    """Alpha of each facet over complete rows, and what each item adds."""
    assert sample.plan.index is not None
    sections = []
    for facet in sample.plan.index.facets:
        if len(facet.items) < 2:
            continue
        answers = np.column_stack([turned_answers(sample, facet, item) for item in facet.items])
        title = f"Reliability of {facet.name}"
        try:
            found = reliability(answers, names=facet.items)
        except TooFewAnswers as error:
            sections.append(OutputSection(title, (), (str(error),)))
            continue
        rows = [
            {"item": i.name, "item_rest_r": i.item_rest_r, "alpha_if_dropped": i.alpha_if_dropped} for i in found.items
        ]
        stated = f"alpha {found.alpha:.4f} ({found.interval.low:.3f} to {found.interval.high:.3f}, Feldt), n {found.n}"
        low = ("below 0.70: the items measure different things, or too few",) if found.is_low else ()
        sections.append(OutputSection(title, rows, (f"{stated}, unweighted, complete answers", *low, *found.notes)))
    return sections


def _representation(sample: PlanSample | None, wanted: RepresentationPlan) -> list[OutputSection]:
    if wanted.rows:
        assert sample is not None
        rows = [
            {
                wanted.rows: found.name,
                **_measure("overlap", found.overlap),
                **({} if found.gaps is None else {"dissimilarity": found.gaps.dissimilarity.value}),
                "n": found.n,
            }
            for found in answer_rows(sample, wanted)
        ]
        title = wanted.title or f"Overlap of staff and residents by {wanted.rows}"
        return [OutputSection(title, rows, ("100 = identical shares; published shares are taken as exact",))]
    own, found = answer_representation(sample, wanted)
    who = "staff" if wanted.share is None else "respondents"
    title = wanted.title or f"{who.capitalize()} against residents{f': {wanted.share}' if wanted.share else ''}"
    rows = [_gap_row(gap, who, own.n) for gap in found.gaps]
    summary: list[dict[str, Any]] = [
        {"index": name, **_measure("value", measure)}
        for name, measure in (
            ("overlap (100 = identical)", found.overlap),
            ("dissimilarity (0 = identical)", found.dissimilarity),
        )
    ]
    return [OutputSection(title, rows, found.notes), OutputSection(f"{title}: summary", summary)]


def _gap_row(gap: GroupGap, who: str, n: int | None) -> dict[str, Any]:
    return {
        "group": gap.group,
        f"{who}_percent": gap.staff,
        "residents_percent": gap.residents,
        **_measure("gap", gap.gap),
        "moe90": Z90 * gap.gap.se,
        "parity": None if gap.parity.ratio is None else gap.parity.ratio.value,
        "headcount_gap": None if gap.headcount is None else gap.headcount.value,
        "n": n,
        "verdict": _verdict(gap.gap),
        "notes": gap.parity.reason or "",
    }


def _verdict(measure: ShareMeasure) -> str:
    if not measure.interval.is_known or 0.0 in measure.interval or abs(measure.value) < ROUNDING:
        return "no clear difference"
    return "clearly over-represented" if measure.value > 0 else "clearly under-represented"


def _measure(name: str, measure: ShareMeasure) -> dict[str, Any]:
    return {
        name: measure.value,
        "se": measure.se,
        "low": measure.interval.low,
        "high": measure.interval.high,
        "level": measure.interval.level,
        "interval": measure.interval.method,
    }
