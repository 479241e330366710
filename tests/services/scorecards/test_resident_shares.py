"""Shares of residents: a margin that is not known is never a margin of zero."""

from __future__ import annotations

from app.records.population import PopulationShare
from app.services.scorecards.resident_shares import residents_of


def row(level: str, moe90: float | None) -> PopulationShare:
    return PopulationShare(
        community_id=1, variable="gender", level=level, count=500, moe90=moe90, source="s", year=2026
    )


def test_a_variable_with_a_lost_margin_is_left_out() -> None:
    assert residents_of([row("1", 20.0), row("2", None)]) == []
    assert [each.se["1"] > 0 for each in residents_of([row("1", 20.0), row("2", 30.0)])] == [True]
