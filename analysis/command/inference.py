"""The reports of the commands `test`, `model` and `reliability`."""

from pathlib import Path
from typing import Any

from analysis.command.answers import flagged, sampling
from analysis.command.report import OutputReport, OutputSection
from analysis.plan.hypotheses import answer_test
from analysis.plan.models import ModelTables, answer_model
from analysis.plan.plan import ModelPlan, Plan, ReliabilityPlan, TestPlan
from analysis.plan.problems import NotInPlan
from analysis.plan.reliability import answer_reliability
from analysis.plan.sample import Progress, make_sample


def test(plan: Plan, data: Path | None, progress: Progress) -> OutputReport:
    """The tests of a plan."""
    if not plan.tests:
        raise NotInPlan(plan.path, "tests")
    sample = make_sample(plan, data, progress)
    sections = []
    for k, wanted in enumerate(plan.tests, 1):
        progress(f"testing {k} of {len(plan.tests)}")
        sections.append(OutputSection(_test_title(wanted), answer_test(sample, wanted).to_rows()))
    return OutputReport(plan.title, (*sampling(sample), *sections), sample.reading)


test.__test__ = False  # type: ignore[attr-defined]  # a command, no test case


def model(plan: Plan, data: Path | None, progress: Progress) -> OutputReport:
    """The regressions of a plan."""
    if not plan.models:
        raise NotInPlan(plan.path, "models")
    sample = make_sample(plan, data, progress)
    sections: list[OutputSection] = []
    for k, wanted in enumerate(plan.models, 1):
        progress(f"fitting {k} of {len(plan.models)}")
        sections += _model_sections(wanted, answer_model(sample, wanted))
    return OutputReport(plan.title, (*sampling(sample), *sections), sample.reading)


def reliability(plan: Plan, data: Path | None, progress: Progress) -> OutputReport:
    """The reliability of the plan's items, and whether groups understand them alike."""
    if not plan.reliability:
        raise NotInPlan(plan.path, "reliability")
    sample = make_sample(plan, data, progress)
    sections: list[OutputSection] = []
    for k, wanted in enumerate(plan.reliability, 1):
        progress(f"reliability {k} of {len(plan.reliability)}")
        found, title = answer_reliability(sample, wanted), _reliability_title(wanted)
        note = "with the weights of the design" if wanted.options.get("weighted") else "unweighted"
        sections.append(OutputSection(title, found.whole, (f"{note}, complete answers",)))
        sections += [OutputSection(f"{title}: by item", found.items)] if found.items else []
    return OutputReport(plan.title, (*sampling(sample), *sections), sample.reading)


def _reliability_title(wanted: ReliabilityPlan) -> str:
    between = f" by {wanted.options['between']}" if "between" in wanted.options else ""
    return wanted.title or f"{wanted.kind.replace('_', ' ').capitalize()} of {', '.join(wanted.names)}{between}"


def _test_title(wanted: TestPlan) -> str:
    between = f" by {wanted.options['between']}" if "between" in wanted.options else ""
    return wanted.title or f"{wanted.kind.capitalize()}: {' and '.join(wanted.columns)}{between}"


def _model_sections(wanted: ModelPlan, found: ModelTables) -> list[OutputSection]:
    title = wanted.title or f"{wanted.family.capitalize()} regression of {wanted.outcome} on {', '.join(wanted.terms)}"
    scale = {"logistic": ("coefficients are log odds ratios",), "poisson": ("coefficients are log rate ratios",)}
    sections = [OutputSection(title, found.coefficients, scale.get(wanted.family, ()))]
    sections.append(OutputSection(f"{title}: Wald tests of its terms", found.terms))
    for column, estimates in found.margins.items():
        rows: list[dict[str, Any]] = flagged(estimates.to_rows())
        sections.append(OutputSection(f"{title}: predictive margins of {column}", rows))
    return sections
