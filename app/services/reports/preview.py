"""Preview a report for an operator: what it would hide, and why. Publishing itself is a job."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Engine

from analysis.disclosure import Withholding
from analysis.errors import AnalysisError
from app.errors import NothingToReport
from app.services.common.actor import Actor
from app.services.common.audit_log import record_access
from app.services.common.object_store import ObjectStore
from app.services.reports.publish import find_unweighted, preview_draft


@dataclass(frozen=True)
class ReportPreview:
    """Hold the figures that would be hidden, their number by reason, and the tables that cannot weight the answers.

    `weighting` says what the weighting merges or leaves out.
    """

    withheld: tuple[Withholding, ...]
    reasons: tuple[tuple[str, int], ...]
    unweighted: tuple[str, ...] = ()
    weighting: tuple[str, ...] = ()


def preview(engine: Engine, store: ObjectStore, wave: str, actor: Actor) -> ReportPreview:
    """Compute the report without publishing it."""
    try:
        found, notes = preview_draft(engine, wave, store)
    except AnalysisError as error:
        raise NothingToReport(wave, str(error)) from None
    record_access(engine, "report previewed", wave, actor, withheld=len(found))
    reasons = Counter(each.reason.replace("_", " ") for each in found)
    unweighted = tuple(map(str, find_unweighted(engine, wave)))
    return ReportPreview(tuple(found), tuple(reasons.most_common()), unweighted, notes)
