"""Preview a report for an operator: every page as it will be, what it hides, and why. Publishing itself is a job."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from analysis.disclosure import Withholding
from analysis.errors import AnalysisError
from app.errors import NothingToReport
from app.services.common.actor import Actor
from app.services.common.audit_log import record_access
from app.services.common.object_store import ObjectStore
from app.services.reports.publish import FrozenReport, SeenReport, find_state, find_unweighted, make_unpublished

MOST_KEPT = 4  # reports between two pages of a preview


@dataclass(frozen=True)
class ReportPreview:
    """Hold the report before it is final, the hidden figures by reason, and the tables that cannot weight the answers.

    `weighting` says what the weighting merges or leaves out.
    """

    frozen: FrozenReport
    withheld: tuple[Withholding, ...]
    reasons: tuple[tuple[str, int], ...]
    unweighted: tuple[str, ...] = ()
    weighting: tuple[str, ...] = ()
    lacks_weights: bool = False  # a table about a question of the survey weights nothing


def preview(engine: Engine, store: ObjectStore, wave: str, actor: Actor) -> ReportPreview:
    """Compute the report without publishing it."""
    found = see_report(engine, store, wave, actor.now.date())
    record_access(engine, "report previewed", wave, actor, withheld=len(found.withheld))
    reasons = Counter(each.reason.replace("_", " ") for each in found.withheld)
    unused = find_unweighted(engine, wave)
    return ReportPreview(
        found.frozen,
        found.withheld,
        tuple(reasons.most_common()),
        tuple(map(str, unused)),
        found.notes,
        any(each.is_asked for each in unused),
    )


def see_report(engine: Engine, store: ObjectStore, wave: str, day: date) -> SeenReport:
    """Return the report as it would be published now; the same state is computed once for all of its pages."""
    state = (str(engine.url), wave, str(day), find_state(engine, wave))
    with _LOCK:
        if state in _KEPT:
            return _KEPT[state]
    try:
        found = make_unpublished(engine, wave, day, store)
    except AnalysisError as error:
        raise NothingToReport(wave, str(error)) from None
    with _LOCK:
        _KEPT[state] = found
        while len(_KEPT) > MOST_KEPT:
            del _KEPT[next(iter(_KEPT))]
    return found


_LOCK = threading.Lock()
_KEPT: dict[tuple[str, ...], SeenReport] = {}
