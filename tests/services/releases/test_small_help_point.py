"""A round with letters and one small help point publishes its report, and its data set without the help point."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import pytest
from sqlalchemy import Engine

from app.records.ballots import Response
from app.records.database import writing
from app.records.waves import get_wave
from app.services.common.object_store import ObjectStore
from app.services.releases import build as release_building
from app.services.releases.publish import FrozenRelease
from app.services.reports import publish as report_publishing
from app.services.waves import lifecycle
from app.settings import Settings
from app.web.releases.views import view_release
from tests.services.making import ACT, create_and_open
from tests.services.released import PLAN, WAVE, make_responses

SENTENCE = "Not in this file: Assisted. Files leave out each kind of sample with fewer than 50 people"
STRATA = ("North", "South")


def _from(source: str, responses: Iterator[Response]) -> Iterator[Response]:
    for number, each in enumerate(responses):
        each.source, each.stratum = source, STRATA[number % 2] if source == "address sample" else ""
        yield each


def _publish(engine: Engine, settings: Settings, letters: int, helped: int) -> FrozenRelease:
    create_and_open(engine, settings, PLAN)
    lifecycle.close_wave(engine, WAVE, ACT)
    with writing(engine) as session:
        wave = get_wave(session, WAVE).id or 0
        by_source = {"address sample": make_responses(wave, letters, 1), "assisted": make_responses(wave, helped, 2)}
        session.add_all(chain.from_iterable(_from(*each) for each in by_source.items()))
    report_publishing.publish_report(engine, WAVE, ACT)
    return release_building.build_release(engine, settings, WAVE, ACT).release


@pytest.mark.parametrize("helped", [12, 20])
def test_data_set_leaves_a_small_help_point_out(engine: Engine, settings: Settings, helped: int) -> None:
    release = _publish(engine, settings, 150, helped)
    assert release.about["left_out"] == {"sources": ["assisted"], "fewest": 50}
    (codebook,) = (file.path for file in release.files if file.role == "codebook")
    assert SENTENCE in (ObjectStore(settings).folder("public", release.name) / codebook).read_text("utf-8")
    assert view_release(release, [release], "en", 0, False).left_out.startswith(SENTENCE)


def test_data_set_with_every_source_leaves_no_sentence(engine: Engine, settings: Settings) -> None:
    release = _publish(engine, settings, 150, 60)
    assert release.about["left_out"]["sources"] == []
    assert view_release(release, [release], "en", 0, False).left_out == ""
