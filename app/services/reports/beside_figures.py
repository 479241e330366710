"""Read what stands beside the figures of a report and is made from no answer: commitments, and the map of the city."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from app.records.area_maps import find_area_map
from app.records.reports import Report
from app.records.waves import Wave
from app.services.reports.commitments import list_answers


@dataclass(frozen=True)
class BesideFigures:
    """Hold the commitments that answer findings of earlier rounds, and the shapes of the areas."""

    commitments: list[dict[str, Any]]
    shapes: dict[str, Any] | None

    def is_in(self, report: Report) -> bool:
        """Return whether a frozen report has the same."""
        return (report.commitments or [], report.shapes or None) == (self.commitments, self.shapes)


def read_beside(session: Session, wave: Wave, before: list[Wave], today: date) -> BesideFigures:
    """Read the commitments and the newest map as they are today."""
    area_map = find_area_map(session, wave.community_id)
    return BesideFigures(list_answers(session, wave, before, today), area_map.shapes if area_map else None)
