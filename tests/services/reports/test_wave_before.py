"""A report compares an index or facet with the wave before where both asked the same, whatever the versions are."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from app.services.reports import publish as report_publishing
from app.services.reports.publish import FrozenReport
from app.services.waves import lifecycle
from app.settings import Settings
from tests.services.making import ACT, PLAN
from tests.services.reported import SHORT, add_responses

LATER = SHORT.replace('version: "1.0"', 'version: "1.1"')


def publish_wave(engine: Engine, settings: Settings, slug: str, survey: str) -> FrozenReport:
    plan = replace(PLAN, slug=slug, survey=survey)
    lifecycle.create_wave(engine, plan, ACT)
    lifecycle.open_wave(engine, settings, slug, ACT)
    lifecycle.close_wave(engine, slug, ACT)
    add_responses(engine, slug, [each.slug for each in plan.agencies], 240)
    return report_publishing.publish_report(engine, slug, ACT)


def compared_terms(report: FrozenReport) -> set[str]:
    return {row.term for table in report.report.tables if table.id.endswith(".changes") for row in table.rows}


@pytest.mark.parametrize(
    ("survey", "terms"),
    [
        (LATER, {"CTI", "CTI:respect", "CTI:openness"}),
        (LATER.replace("How old are you?", "Your age?"), {"CTI", "CTI:respect", "CTI:openness"}),
        (LATER.replace("explains its decisions", "says why"), {"CTI:respect"}),
        (SHORT.replace("explains its decisions", "says why"), {"CTI:respect"}),
        (LATER.replace("3: Neither", "3: In between"), set()),
    ],
)
def test_change_is_shown_where_the_questions_are_the_same(
    engine: Engine, settings: Settings, survey: str, terms: set[str]
) -> None:
    publish_wave(engine, settings, "w1", SHORT)
    assert compared_terms(publish_wave(engine, settings, "w2", survey)) == terms
