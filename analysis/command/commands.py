"""The commands that answer with a report, by name."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from analysis.command.answers import estimate, gaps, index
from analysis.command.entries import answer_of
from analysis.command.inference import model, reliability, test
from analysis.command.report import OutputReport
from analysis.plan.plan import Plan
from analysis.plan.sample import Progress

ANSWERS: Mapping[str, Callable[[Plan, Path | None, Progress], OutputReport]] = MappingProxyType(
    {
        "estimate": estimate,
        "index": index,
        "gaps": gaps,
        "test": test,
        "model": model,
        "reliability": reliability,
        "planning": answer_of("planning"),
        "drawing": answer_of("drawing"),
        "trend": answer_of("trends"),
        "comparability": answer_of("comparability"),
        "imputation": answer_of("imputation"),
        "open-link": answer_of("open_link"),
        "small-areas": answer_of("small_areas"),
    }
)
