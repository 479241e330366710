"""Answers that a page sealed: counted as they come, read by the rules of the page when the box is opened."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.records.ballots import Box, Response
from app.services.ballots.envelopes import SealingKeys, seal_inner
from app.services.intake.submission import BOX_CHANGED, COUNTED, COUNTED_BEFORE, NOTHING_ANSWERED, SubmissionForm
from app.services.waves import lifecycle
from app.settings import Settings
from tests.services.making import ACT, PLAN, make_number_of, make_open_wave, open_boxes, send

GOOD = "&".join(f"A{number}={number - 1}" for number in range(1, 11)) + "&_agency=police"


def seal_form(engine: Engine, text: bytes, box: str = "") -> SubmissionForm:
    """Seal a text as a page does."""
    with Session(engine) as session:
        current = session.exec(select(Box).where(Box.status == "current")).one()
    sealed = seal_inner(text, SealingKeys(current.id, current.public_key, current.second_key))
    return SubmissionForm(secrets.token_hex(16), "", "en", "", {}, sealed=sealed, box=box or current.id)


def test_sealed_form_is_counted_once_and_read_at_opening(engine: Engine, settings: Settings) -> None:
    slug = make_open_wave(engine, settings, agencies=PLAN.agencies[:1]).slug
    form = seal_form(engine, GOOD.encode())
    assert send(settings, slug, [form, form]) == [COUNTED, COUNTED_BEFORE]
    lifecycle.close_wave(engine, slug, ACT)
    opening = open_boxes(engine, settings, slug, ACT)
    assert (opening.released, opening.unreadable) == (1, 0)
    with Session(engine) as session:
        (response,) = session.exec(select(Response))
    assert (response.agency, make_number_of(response.codes)) == ("police", 123456789)


BAD = {
    "nothing": b"",
    "no text": b"\xff\xfe",
    "no form": b"hello",
    "no answer": b"_agency=police",
    "an unknown code": b"A1=77&_agency=police",
    "two answers": b"A1=3&A1=4&_agency=police",
    "no JSON": b"[",
    "other JSON": b'["police", 3]',
    "codes out of range": b'["police", {"A1": 99999999}]',
    "text for a code": b'["police", {"A1": {"x": 1}}]',
    "deep JSON": b"[" * 4000,
}


@pytest.mark.parametrize("name", BAD)
def test_bad_sealed_text_is_counted_as_unreadable(engine: Engine, settings: Settings, name: str) -> None:
    slug = make_open_wave(engine, settings, agencies=PLAN.agencies[:1]).slug
    assert send(settings, slug, [seal_form(engine, BAD[name]), seal_form(engine, GOOD.encode())]) == [COUNTED, COUNTED]
    lifecycle.close_wave(engine, slug, ACT)
    opening = open_boxes(engine, settings, slug, ACT)
    assert (opening.released, opening.unreadable) == (1, 1)
    assert "Fewer than 10 sealed answers could not be read and are not counted." in opening.sentences()


def test_bytes_that_no_key_opens_are_unreadable(engine: Engine, settings: Settings) -> None:
    slug = make_open_wave(engine, settings, agencies=PLAN.agencies[:1]).slug
    form = seal_form(engine, GOOD.encode())
    assert send(settings, slug, [replace(form, sealed=bytes(len(form.sealed)))]) == [COUNTED]
    lifecycle.close_wave(engine, slug, ACT)
    assert open_boxes(engine, settings, slug, ACT).unreadable == 1


def test_form_sealed_to_another_box_is_sent_back(engine: Engine, settings: Settings) -> None:
    slug = make_open_wave(engine, settings, agencies=PLAN.agencies[:1]).slug
    assert send(settings, slug, [seal_form(engine, GOOD.encode(), "another")]) == [BOX_CHANGED]


def test_sealed_form_of_another_length_is_not_counted(engine: Engine, settings: Settings) -> None:
    slug = make_open_wave(engine, settings, agencies=PLAN.agencies[:1]).slug
    form = seal_form(engine, GOOD.encode())
    assert send(settings, slug, [replace(form, sealed=form.sealed[:-1])]) == [NOTHING_ANSWERED]
