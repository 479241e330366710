"""The life of a wave: once it is open, no operator and no direct write can weaken a promise to its residents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from app.errors import PromiseWeakened, Refused, TransitionRefused, WaveNotReady
from app.records.wave_lifecycle import (
    CLOSED,
    DRAFT,
    OPEN,
    PROMISED,
    PROMISES,
    PUBLISHED,
    TRANSITIONS,
    WITHDRAWN,
    find_weakened,
)
from app.records.waves import RatedAgency, get_wave
from app.services.waves import lifecycle
from app.settings import Settings
from tests.services.making import ACT, PLAN, make_database, make_open_wave, make_settings

WEAKER: dict[str, Any] = {
    "status": DRAFT,
    "slug": "other",
    "survey_id": "other",
    "survey_version": "2",
    "survey_text": "other",
    "code_policy": "none",
    "languages": [],
    "box_size": 20,
    "smallest_cell": 10,
    "opened_on": date(2020, 1, 1),
}


def test_the_table_of_transitions_has_no_way_back() -> None:
    order = [DRAFT, OPEN, CLOSED, PUBLISHED]
    for status, following in TRANSITIONS.items():
        assert all(
            status == DRAFT if each == WITHDRAWN else order.index(each) > order.index(status) for each in following
        )
    assert {WITHDRAWN, *order} == set(TRANSITIONS)


def test_draft_wave_can_lose_any_promise() -> None:
    assert find_weakened(DRAFT, {"box_size": (50, 20), "languages": (["en"], [])}) is None


@pytest.mark.parametrize(
    ("name", "old", "new", "weakened"),
    [
        ("languages", ["en"], ["es", "en"], False),
        ("languages", ["en", "es"], ["es"], True),
        ("box_size", 20, 40, False),
        ("box_size", 40, 20, True),
        ("smallest_cell", 10, 15, False),
        ("smallest_cell", 15, 10, True),
        ("code_policy", "required", "optional", True),
        ("survey_text", "a", "b", True),
        ("status", "open", "closed", False),
        ("status", "closed", "open", True),
        ("closed_on", None, date(2026, 1, 1), False),
        ("closed_on", date(2026, 1, 1), None, True),
        ("contact", "a", "b", False),
    ],
)
def test_promises_may_grow_and_never_shrink(name: str, old: Any, new: Any, weakened: bool) -> None:
    assert find_weakened(OPEN, {name: (old, new)}) == (name if weakened else None)


@pytest.mark.parametrize("name", WEAKER)
def test_a_direct_write_to_an_open_wave_is_refused(engine: Engine, settings: Settings, name: str) -> None:
    make_open_wave(engine, settings, box_size=30, smallest_cell=12)
    with Session(engine) as session:
        wave = get_wave(session, PLAN.slug)
        setattr(wave, name, WEAKER[name])
        with pytest.raises(PromiseWeakened, match="is open and promised"):
            session.commit()
    with Session(engine) as session:
        assert getattr(get_wave(session, PLAN.slug), name if name != "slug" else "id")


def test_write_to_an_open_wave_with_expired_values_is_refused(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings, box_size=30)
    with Session(engine) as session:
        wave = get_wave(session, PLAN.slug)
        session.commit()  # the old values are thrown away
        wave.box_size = 20
        with pytest.raises(PromiseWeakened):
            session.commit()


def test_open_wave_and_agencies_cannot_be_deleted_or_changed(engine: Engine, settings: Settings) -> None:
    make_open_wave(engine, settings)

    def lower(session: Session) -> None:
        session.exec(select(RatedAgency)).all()[0].probability = 1

    attempts: list[Callable[[Session], None]] = [
        lambda session: session.delete(get_wave(session, PLAN.slug)),
        lambda session: session.delete(session.exec(select(RatedAgency)).all()[0]),
        lower,
    ]
    for attempt in attempts:
        with Session(engine) as session:
            attempt(session)
            with pytest.raises(PromiseWeakened):
                session.commit()


def test_the_database_itself_refuses_a_small_box(both_engine: Engine, both_settings: Settings) -> None:
    make_open_wave(both_engine, both_settings)
    for change in ("box_size = 2", "smallest_cell = 3", "code_policy = 'whatever'", "status = 'reopened'"):
        with pytest.raises(IntegrityError), both_engine.begin() as connection:
            connection.execute(text(f"UPDATE wave SET {change}"))


def test_a_wave_has_one_current_box(both_engine: Engine, both_settings: Settings) -> None:
    make_open_wave(both_engine, both_settings)
    rest = "wave_id, public_key, second_key, signatures, seal, status"
    names = f"id, {rest}"
    with pytest.raises(IntegrityError), both_engine.begin() as connection:
        connection.execute(text(f"INSERT INTO box ({names}) SELECT 'second', {rest} FROM box"))


class LifeOfWaves(RuleBasedStateMachine):
    """Operators do what they like, in any order; what was promised at the opening still holds."""

    waves = Bundle("waves")
    folder: Path

    @initialize()
    def start(self) -> None:
        self.promised: dict[str, dict[str, Any]] = {}
        self.settings = make_settings(Path(mkdtemp(dir=self.folder)))
        self.engine = make_database(self.settings)

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()

    def look(self, slug: str) -> dict[str, Any]:
        with Session(self.engine) as session:
            wave = get_wave(session, slug)
            return {name: getattr(wave, name) for name in PROMISES}

    @rule(
        target=waves,
        slug=st.sampled_from(["one", "two"]),
        box_size=st.integers(20, 40),
        codes=st.sampled_from(["none", "required"]),
    )
    def create(self, slug: str, box_size: int, codes: str) -> str:
        try:
            lifecycle.create_wave(self.engine, replace(PLAN, slug=slug, box_size=box_size, codes=codes), ACT)
        except Refused:
            assert slug in self.promised or self.look(slug)["status"] == WITHDRAWN
        return slug

    @rule(slug=waves)
    def open(self, slug: str) -> None:
        try:
            lifecycle.open_wave(self.engine, self.settings, slug, ACT)
        except TransitionRefused:
            return
        except WaveNotReady:  # a draft may have been given a language that its survey does not speak
            assert self.look(slug)["status"] == DRAFT
            return
        self.promised[slug] = self.look(slug)

    @rule(slug=waves)
    def close(self, slug: str) -> None:
        try:
            lifecycle.close_wave(self.engine, slug, ACT)
        except TransitionRefused:
            assert self.look(slug)["status"] != OPEN

    @rule(slug=waves)
    def withdraw(self, slug: str) -> None:
        try:
            lifecycle.withdraw_wave(self.engine, slug, ACT)
        except TransitionRefused:
            assert self.look(slug)["status"] != DRAFT

    @rule(
        slug=waves,
        name=st.sampled_from(sorted(WEAKER)),
        value=st.sampled_from([20, 25, 45, "x", [], ["en"], ["en", "es"], OPEN, DRAFT]),
    )
    def write(self, slug: str, name: str, value: Any) -> None:
        if isinstance(value, list) != (name == "languages") or isinstance(value, int) != (
            name in ("box_size", "smallest_cell")
        ):
            return
        if name in ("slug", "opened_on", "survey_text") or (
            self.look(slug)["status"] == DRAFT and name in ("status", "code_policy")
        ):
            return
        with Session(self.engine) as session:
            setattr(get_wave(session, slug), name, value)
            try:
                session.commit()
            except (PromiseWeakened, IntegrityError, KeyError):
                session.rollback()

    @invariant()
    def nothing_weakens(self) -> None:
        for slug, promised in getattr(self, "promised", {}).items():
            now = self.look(slug)
            assert now["status"] in PROMISED
            assert now["box_size"] >= promised["box_size"]
            assert now["smallest_cell"] >= promised["smallest_cell"]
            assert set(promised["languages"]) <= set(now["languages"])
            for name in ("survey_text", "survey_version", "code_policy", "opened_on", "community_id"):
                assert now[name] == promised[name]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    LifeOfWaves.folder = tmp_path
    return tmp_path


@pytest.mark.slow
def test_random_operations_never_weaken_a_promise(folder: Path) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        LifeOfWaves, settings=hypothesis_settings(max_examples=25, stateful_step_count=15, deadline=None)
    )
