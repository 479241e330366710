"""The same seed sends the same letters: only the codes are new."""

from pathlib import Path

import numpy as np

from app.demo import story
from app.demo.community import wave_plan
from app.demo.holders import make_holders
from app.demo.population import AGENCIES, make_population
from app.records.database import connect
from app.records.schema import migrate
from app.services.waves import lifecycle
from tests.services.making import ACT, make_settings


def test_seed_draws_the_agency_of_each_letter(tmp_path: Path) -> None:
    chapter, people = story.Chapter("small-2025", 240), make_population(2000, np.random.default_rng(3))
    found = []
    for name in ("first", "again"):
        (tmp_path / name).mkdir()
        settings = make_settings(tmp_path / name)
        engine = connect(settings.database_url)
        migrate(engine)
        make_holders(engine, settings, ACT, lambda _: None)
        lifecycle.create_wave(engine, wave_plan(chapter.slug), ACT)
        found.append(list(story.invited_visits(engine, settings, chapter, people, np.random.default_rng(4))))
        engine.dispose()
    first, again = ([(each.row, each.language, each.path(chapter.slug)) for each in visits] for visits in found)
    assert first == again
    assert len({path for _, _, path in first}) == len(AGENCIES)
    assert not {each.code for each in found[0]} & {each.code for each in found[1]}
