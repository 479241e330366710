"""A wave that an earlier version opened keeps one envelope for each answer until it is closed."""

from __future__ import annotations

import secrets

import pytest
from alembic import command
from nacl.public import PrivateKey
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from app.errors import EarlyOpeningRefused
from app.records import schema
from app.records.ballots import Response
from app.services.ballots.box_keys import seal_single_boxes
from app.services.ballots.envelopes import Ballot, seal_once
from app.services.ballots.single_keys import key_path
from app.services.intake.submission import COUNTED, BallotBox
from app.services.waves import lifecycle
from app.settings import Settings
from tests.services.making import ACT, ITEMS, PLAN, make_form, make_number_of, open_boxes, send

BEFORE_HOLDERS = "0014"
OLD = 7  # answers that the earlier version stored


def make_old_wave(engine: Engine, settings: Settings) -> str:
    """Put the database back to the earlier revision, with an open wave, its box and its first answers."""
    lifecycle.create_wave(engine, PLAN, ACT)
    box_id, key = secrets.token_hex(8), PrivateKey.generate()
    key_path(settings.key_dir, box_id).write_bytes(key.encode())
    public = key.public_key.encode()
    with engine.begin() as connection:
        command.downgrade(schema._config(connection), BEFORE_HOLDERS)
        connection.execute(text("UPDATE wave SET status = 'open'"))
        box = {"id": box_id, "public": public}
        connection.execute(
            text("INSERT INTO box (id, wave_id, public_key, status) SELECT :id, id, :public, 'current' FROM wave"), box
        )
        for number in range(OLD):
            sealed = seal_once(Ballot("open link", "", "police", read_codes(number)), public)
            row = {"key": secrets.token_bytes(16), "box": box_id, "sealed": sealed}
            connection.execute(text("INSERT INTO envelope (key, box_id, sealed) VALUES (:key, :box, :sealed)"), row)
    return box_id


def read_codes(number: int) -> dict[str, int]:
    return {code: int(digit) for code, digit in zip(ITEMS, f"{number:010d}", strict=True)}


def test_old_wave_keeps_one_envelope_until_closing(both_engine: Engine, both_settings: Settings) -> None:
    engine, settings = both_engine, both_settings
    box_id = make_old_wave(engine, settings)
    schema.migrate(engine)
    assert seal_single_boxes(engine, settings) == [PLAN.slug]
    forms = [make_form(number) for number in range(OLD, 50)]
    assert set(send(settings, PLAN.slug, forms, together=True)) == {COUNTED}
    with pytest.raises(EarlyOpeningRefused):
        open_boxes(engine, settings, PLAN.slug, ACT)
    lifecycle.close_wave(engine, PLAN.slug, ACT)
    assert open_boxes(engine, settings, PLAN.slug, ACT).released == 50
    with Session(engine) as session:
        assert sorted(make_number_of(each.codes) for each in session.exec(select(Response))) == list(range(50))
    assert not key_path(settings.key_dir, box_id).exists()


def test_single_box_without_its_key_here_is_refused(engine: Engine, settings: Settings) -> None:
    """A writer of the database cannot bring a box of the earlier version into the service."""
    box_id = make_old_wave(engine, settings)
    schema.migrate(engine)
    key_path(settings.key_dir, box_id).write_bytes(PrivateKey.generate().encode())
    assert seal_single_boxes(engine, settings) == []
    box = BallotBox(settings)
    wave = box.find_open_wave(PLAN.slug)
    box.stop()
    assert wave is not None
    assert wave.is_forged
