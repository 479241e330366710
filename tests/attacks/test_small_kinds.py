"""Few codes of a kind, or a box with few answers, would show who gave which answer: both are refused."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine

from app.errors import CodesRefused, OpenedTooSoon, WaveNotReady
from app.services.ballots.invitation_codes import create_codes
from app.services.common.actor import Actor
from app.services.waves import lifecycle, opening_apart
from app.settings import Settings
from tests.services.making import ACT, PLAN, create_and_open, make_form, open_boxes, send

FLOOR = 20
GUARDED = replace(PLAN, smallest_stratum=FLOOR, days_sealed=7)
SOURCE = "address sample"


def later(days: int) -> Actor:
    return replace(ACT, now=ACT.now + timedelta(days=days))


def draft(engine: Engine) -> str:
    lifecycle.create_wave(engine, GUARDED, ACT)
    return GUARDED.slug


def test_wave_with_few_codes_of_a_kind_does_not_open(engine: Engine, settings: Settings) -> None:
    slug = draft(engine)
    create_codes(engine, settings, slug, FLOOR, SOURCE, "north")
    create_codes(engine, settings, slug, FLOOR - 1, SOURCE, "block 12")
    with pytest.raises(WaveNotReady, match="address sample / block 12 has fewer than 20 codes"):
        lifecycle.open_wave(engine, settings, slug, ACT)
    create_codes(engine, settings, slug, 1, SOURCE, "block 12")
    lifecycle.open_wave(engine, settings, slug, ACT)


def test_open_wave_takes_no_codes_of_a_new_kind(engine: Engine, settings: Settings) -> None:
    """Five batches of one code each, in parts of the city of their own, gave five certain links."""
    slug = draft(engine)
    create_codes(engine, settings, slug, FLOOR, SOURCE, "north")
    lifecycle.open_wave(engine, settings, slug, ACT)
    for source, stratum in ((SOURCE, "block 12"), (SOURCE, ""), ("other list", "north")):
        with pytest.raises(CodesRefused):
            create_codes(engine, settings, slug, 1, source, stratum)
    assert create_codes(engine, settings, slug, 1, SOURCE, "north")


def test_box_stays_sealed_in_the_first_days(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    create_and_open(engine, settings, GUARDED)
    send(settings, GUARDED.slug, [make_form(number) for number in range(45)], together=True)
    for day in (0, 6):
        with pytest.raises(OpenedTooSoon):
            open_boxes(engine, settings, GUARDED.slug, later(day), Random(1))
        with pytest.raises(OpenedTooSoon):
            opening_apart.export_sealed(engine, settings, GUARDED.slug, later(day), tmp_path / "sealed.json")
    assert open_boxes(engine, settings, GUARDED.slug, later(7), Random(1)).released


def test_closed_wave_is_opened_at_once(engine: Engine, settings: Settings) -> None:
    create_and_open(engine, settings, GUARDED)
    send(settings, GUARDED.slug, [make_form(number) for number in range(3)], together=True)
    lifecycle.close_wave(engine, GUARDED.slug, ACT)
    assert open_boxes(engine, settings, GUARDED.slug, ACT, Random(1)).released == 3
