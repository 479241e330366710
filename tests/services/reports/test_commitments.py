"""A report keeps the commitments that answer findings of the rounds before it, and is renewed only for a change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from app.demo.community import area_map
from app.errors import NothingToReport
from app.services.communities.area_shapes import store_shapes
from app.services.registers.entries import store_entries
from app.services.reports.publish import FrozenReport, find_frozen_report, publish_beside, publish_report
from app.services.scorecards.upload_rows import to_rows
from app.settings import Settings
from tests.services.making import ACT
from tests.services.reported import SHORT
from tests.services.reports.test_wave_before import publish_wave

CITY = "river-city"
PROMISE = {
    "what": "A night line",
    "after": "Survey",
    "promised": "2025-01-10",
    "by": "2027-03-10",
    "state": "under way",
}


def enter(engine: Engine, register: str, **row: Any) -> None:
    store_entries(engine, CITY, register, to_rows([{"agency": "police", "lang": "en", **row}]), ACT, "test")


def newest(engine: Engine, slug: str) -> FrozenReport:
    found = find_frozen_report(engine, CITY, slug)
    assert found is not None
    return found


def test_next_report_shows_an_answer_with_both_sides(engine: Engine, settings: Settings) -> None:
    first = publish_wave(engine, settings, "w1", SHORT)
    assert first.commitments == ()
    enter(engine, "organizations", entry="tenants", name="Riverside Tenants", since="2025-01-01")
    enter(engine, "commitments", entry="line", finding="w1/police#groups", **PROMISE)
    enter(engine, "commitments", entry="later", **{**PROMISE, "finding": "w1", "promised": "2025-02-01"})
    enter(engine, "commitments", entry="other", **PROMISE)
    enter(engine, "replies", entry="r", agency="", about="commitments", about_entry="line", organization="tenants",
          stance="disputed", words="Not yet")  # fmt: skip
    second = publish_wave(engine, settings, "w2", SHORT.replace('version: "1.0"', 'version: "1.1"'))
    assert [each["entry"] for each in second.commitments] == ["later", "line"]
    assert second.commitments[1]["replies"] == [
        {"organization": "Riverside Tenants", "stance": "disputed", "words": "Not yet", "lang": "en"}
    ]
    assert newest(engine, "w1").commitments == ()
    assert newest(engine, "w2").commitments == second.commitments


def test_figures_are_published_again_only_for_a_change(engine: Engine, settings: Settings) -> None:
    publish_wave(engine, settings, "w1", SHORT)
    with pytest.raises(NothingToReport, match="the same commitments and map"):
        publish_beside(engine, "w1", ACT)
    store_shapes(engine, CITY, area_map(), ACT)
    renewed = publish_beside(engine, "w1", ACT)
    assert (renewed.version, renewed.shapes is not None) == (2, True)
    first = find_frozen_report(engine, CITY, "w1", 1)
    assert first is not None
    assert first.shapes is None
    assert renewed.report.content == first.report.content
    assert publish_report(engine, "w1", ACT).version == 2


def test_commitment_after_the_report_waits_for_the_next_one(engine: Engine, settings: Settings) -> None:
    publish_wave(engine, settings, "w1", SHORT)
    publish_wave(engine, settings, "w2", SHORT.replace('version: "1.0"', 'version: "1.1"'))
    enter(engine, "commitments", entry="line", finding="w1/police", **PROMISE)
    assert newest(engine, "w2").commitments == ()
    earlier = type(ACT)(ACT.name, ACT.now - timedelta(days=2))
    with pytest.raises(NothingToReport):
        publish_beside(engine, "w2", earlier)
    enter(engine, "commitments", entry="own", finding="w2/police", **PROMISE)
    assert [each["entry"] for each in publish_beside(engine, "w2", ACT).commitments] == ["line"]


def test_wave_without_a_report_has_none_to_renew(engine: Engine, settings: Settings) -> None:
    publish_wave(engine, settings, "w1", SHORT)
    with pytest.raises(Exception, match="w9"):
        publish_beside(engine, "w9", ACT)
