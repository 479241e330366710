"""What an operator sees before a report is published: what it would withhold, and why. Publishing itself is a job."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Engine

from analysis.disclosure import Withholding
from analysis.errors import AnalysisError
from app.errors import NothingToReport
from app.services.common.actor import Actor
from app.services.common.audit_log import record_look
from app.services.common.object_store import ObjectStore
from app.services.reports.publish import preview_report


@dataclass(frozen=True)
class ReportPreview:
    """The figures that would be withheld, and how many for each reason."""

    withheld: tuple[Withholding, ...]
    reasons: tuple[tuple[str, int], ...]


def preview(engine: Engine, store: ObjectStore, wave: str, actor: Actor) -> ReportPreview:
    """Make the report and publish nothing."""
    try:
        found = preview_report(engine, wave, store)
    except AnalysisError as error:
        raise NothingToReport(wave, str(error)) from None
    record_look(engine, "report previewed", wave, actor, withheld=len(found))
    reasons = Counter(each.reason.replace("_", " ") for each in found)
    return ReportPreview(tuple(found), tuple(reasons.most_common()))
