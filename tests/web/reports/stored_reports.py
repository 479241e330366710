"""A service with published reports on it, stored as publishing stores them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine

from app.records.database import writing
from app.records.reports import Report
from app.records.waves import get_wave
from app.services.reports.publish import FrozenReport

COMMUNITY, WAVE = "river-city", "riverside-2026"
ADDRESS = f"/reports/{COMMUNITY}/{WAVE}"


def store_report(engine: Engine, frozen: FrozenReport, version: int = 1, day: date = date(2026, 5, 2)) -> None:
    with writing(engine) as session:
        wave = get_wave(session, WAVE)
        assert wave.id is not None
        session.add(
            Report(
                wave_id=wave.id,
                version=version,
                content=frozen.report.content,
                words=frozen.words,
                sha256=frozen.report.sha256,
                published_on=day,
                commitments=list(frozen.commitments),
                shapes=frozen.shapes,
            )
        )
