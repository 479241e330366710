"""Import every table, so that one import registers the whole schema."""

from __future__ import annotations

from sqlmodel import SQLModel

from app.records import (
    area_maps,
    audit_log,
    backups,
    ballots,
    codes,
    communities,
    desks,
    frozen_words,
    holders,
    jobs,
    keys,
    logos,
    measures,
    population,
    register_entries,
    releases,
    reports,
    service,
    sign_offs,
    staff,
    survey_versions,
    tallies,
    wave_notes,
    waves,
    workforce,
)

__all__ = [
    "METADATA",
    "area_maps",
    "audit_log",
    "backups",
    "ballots",
    "codes",
    "communities",
    "desks",
    "frozen_words",
    "holders",
    "jobs",
    "keys",
    "logos",
    "measures",
    "survey_versions",
    "population",
    "register_entries",
    "releases",
    "reports",
    "service",
    "sign_offs",
    "staff",
    "tallies",
    "wave_notes",
    "waves",
    "workforce",
]

METADATA = SQLModel.metadata
