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
    draft_versions,
    frozen_words,
    holders,
    jobs,
    keys,
    measures,
    own_words,
    population,
    register_entries,
    releases,
    reports,
    service,
    sign_offs,
    staff,
    survey_versions,
    tallies,
    tokens,
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
    "draft_versions",
    "frozen_words",
    "holders",
    "jobs",
    "keys",
    "measures",
    "own_words",
    "survey_versions",
    "population",
    "register_entries",
    "releases",
    "reports",
    "service",
    "sign_offs",
    "staff",
    "tallies",
    "tokens",
    "waves",
    "workforce",
]

METADATA = SQLModel.metadata
