"""Small tables of figures for tests, as an agency would upload them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.services.scorecards.upload_rows import Rows, to_rows

ROW: Mapping[str, Any] = {
    "measure": "1.1",
    "agency": "police",
    "period": "2026-Q1",
    "version": "1",
    "numerator": 120,
    "denominator": 200,
    "unknown": 0,
    "source": "Training log",
    "attested_by": "Training office",
    "attested_on": "2026-04-10",
}


def make_rows(*changes: Mapping[str, Any]) -> Rows:
    """One row for each mapping: the row above with these changes; a value of None leaves the column out."""
    rows = [{**ROW, **change} for change in changes]
    return to_rows([{name: value for name, value in row.items() if value is not None} for row in rows])
