"""The cache of open waves serves each page without a query, and reads changes after two seconds."""

from __future__ import annotations

import asyncio
import time

import pytest
from sqlalchemy import Engine, event, text

from app.services.waves import lifecycle, open_waves
from app.services.waves.open_waves import FRESH_FOR, OpenWaves
from app.settings import Settings
from tests.services.making import ACT, make_open_wave


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def queries(engine: Engine) -> list[str]:
    found: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *stated: found.append(stated[2]))
    return found


def test_a_thousand_page_views_and_unknown_names_ask_once(
    engine: Engine, settings: Settings, queries: list[str]
) -> None:
    plan = make_open_wave(engine, settings)
    waves = OpenWaves(engine, b"k" * 32, Clock())
    first = waves.find(plan.slug)
    queries.clear()
    for number in range(1000):
        assert waves.find(plan.slug) is first
        assert waves.find(f"unknown-{number}") is None
    assert queries == []


def test_a_closing_is_noticed_after_two_seconds(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings)
    clock = Clock()
    waves = OpenWaves(engine, b"k" * 32, clock)
    assert [wave.is_open for wave in waves.open_waves()] == [True]
    lifecycle.close_wave(engine, plan.slug, ACT)
    assert [wave.is_open for wave in waves.open_waves()] == [True]
    clock.now += FRESH_FOR + 0.1
    assert waves.open_waves() == ()
    found = waves.find(plan.slug)
    assert found is not None
    assert not found.is_open


def test_a_wave_read_again_is_the_same_to_a_comparison(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings)
    clock = Clock()
    waves = OpenWaves(engine, b"k" * 32, clock)
    first = waves.find(plan.slug)
    clock.now += FRESH_FOR + 0.1
    assert waves.find(plan.slug) == first


def test_open_wave_is_found_while_the_database_is_lost(engine: Engine, settings: Settings) -> None:
    plan = make_open_wave(engine, settings)
    clock = Clock()
    waves = OpenWaves(engine, b"k" * 32, clock)
    assert waves.find(plan.slug) is not None
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE wave RENAME TO away"))
    clock.now += FRESH_FOR + 0.1
    assert waves.find(plan.slug) is not None


def test_refused_survey_of_a_wave_leaves_other_waves_open(
    engine: Engine, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    old = make_open_wave(engine, settings, slug="old")
    new = make_open_wave(engine, settings, slug="new")
    with engine.begin() as connection:
        connection.execute(text("UPDATE wave SET survey_text = 'id: broken' || char(10) WHERE slug = 'old'"))
    waves = OpenWaves(engine, b"k" * 32, Clock())
    assert waves.find(old.slug) is None
    assert waves.find(new.slug) is not None
    assert "the wave old cannot be shown" in caplog.text


def test_wave_that_was_just_opened_is_found_at_once(engine: Engine, settings: Settings) -> None:
    clock = Clock()
    waves = OpenWaves(engine, b"k" * 32, clock)
    assert waves.find("river-city-2026") is None
    plan = make_open_wave(engine, settings)
    clock.now += open_waves.ABSENT_FOR + 0.01
    assert waves.find(plan.slug) is not None


def test_new_wave_is_found_although_a_reading_is_slow(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page of a round that was just opened must not be "not found" on a busy machine."""
    clock, read = Clock(), open_waves.waves_with_status
    waves = OpenWaves(engine, b"k" * 32, clock)
    assert waves.find("river-city-2026") is None
    plan = make_open_wave(engine, settings)
    clock.now += FRESH_FOR + 0.1

    def read_slowly(*given: object) -> object:
        time.sleep(0.4)
        return read(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(open_waves, "waves_with_status", read_slowly)
    monkeypatch.setattr(open_waves, "PATIENCE", 0.05)
    found = asyncio.run(waves.find_soon(plan.slug))
    assert found is not None
    assert found.is_open
