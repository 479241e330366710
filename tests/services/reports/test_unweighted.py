"""A population table that cannot weight the answers is named at preview, in the console and in the report's facts."""

from __future__ import annotations

from sqlalchemy import Engine

from app.services.common.object_store import ObjectStore
from app.services.communities.population import Level, store_population
from app.services.reports.preview import preview
from app.services.reports.publish import publish_report
from app.settings import Settings
from tests.services.making import ACT
from tests.services.reported import make_closed_wave

REASON = "age is not used for weighting: expected levels among 1, 2, found over 44"


def load(engine: Engine, second: str) -> None:
    levels = [Level("age", level, 500.0, None, 20.0, "Census", 2023) for level in ("1", second)]
    store_population(engine, "river-city", levels, ACT)


def test_a_wrong_table_is_named_before_and_in_the_report(engine: Engine, settings: Settings) -> None:
    wave = make_closed_wave(engine, settings)
    load(engine, "over 44")
    assert preview(engine, ObjectStore(settings), wave, ACT).unweighted == (REASON,)
    content = publish_report(engine, wave, ACT).report.content
    assert b'"population_unused":{"kind":"constant","value":"age"}' in content


def test_a_table_that_fits_is_not_named(engine: Engine, settings: Settings) -> None:
    wave = make_closed_wave(engine, settings)
    load(engine, "2")
    assert preview(engine, ObjectStore(settings), wave, ACT).unweighted == ()
    assert b"population_unused" not in publish_report(engine, wave, ACT).report.content
