"""The console's counts of an open wave identify no one: not alone, not by their changes, not by subtraction."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from app.records.database import reading
from app.records.tallies import tallies_of
from app.records.waves import get_wave
from app.services.ballots.invitation_codes import create_codes
from app.services.communities.population import Level, store_population
from app.services.intake.submission import SubmissionForm
from app.services.waves.coverage import Coverage, hide_small_groups, load_coverage, rounded_or_hidden
from app.services.waves.lifecycle import close_wave
from app.services.waves.tallies import EVERYBODY, advance
from app.settings import Settings
from tests.services.making import ACT, ONE_AGENCY, make_open_wave, open_boxes, send
from tests.services.reported import SHORT

WAVE = "river-city-2026"
YOUNG, OLD = ("age", "1"), ("age", "2")


def answer(age: int | None, code: str = "") -> SubmissionForm:
    fields = {"B1": ["3"], "B2": ["4"], **({"AGE": [str(age)]} if age else {})}
    return SubmissionForm(secrets.token_hex(16), "police", "en", code, fields)


def tallies(engine: Engine) -> dict[Any, int]:
    with reading(engine) as session:
        return tallies_of(session, get_wave(session, WAVE).id or 0)


def people(engine: Engine, settings: Settings, *ages: int | None) -> None:
    send(settings, WAVE, [answer(age) for age in ages], together=True)


def open_boxes_whole(engine: Engine, settings: Settings, slug: str) -> None:
    """Open everything, as if no answer were held over, so that the numbers of a box are exact."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.services.waves.release_rule.HELD_OVER", 0)
        open_boxes(engine, settings, slug, ACT)


@pytest.fixture
def wave(engine: Engine, settings: Settings) -> str:
    slug: str = make_open_wave(engine, settings, survey=SHORT, agencies=ONE_AGENCY).slug
    return slug


def test_a_box_moves_only_the_tallies_that_gained_ten(engine: Engine, settings: Settings, wave: str) -> None:
    people(engine, settings, *[1] * 18, *[2] * 9)
    open_boxes_whole(engine, settings, wave)
    assert {group: tallies(engine).get(group) for group in (EVERYBODY, YOUNG, OLD)} == {
        EVERYBODY: 27,
        YOUNG: 18,
        OLD: None,
    }
    people(engine, settings, *[1] * 9, *[2] * 11)
    open_boxes_whole(engine, settings, wave)
    assert (tallies(engine)[YOUNG], tallies(engine)[OLD], tallies(engine)[EVERYBODY]) == (18, 20, 47)


def test_both_databases_keep_tallies(both_engine: Engine, both_settings: Settings) -> None:
    make_open_wave(both_engine, both_settings, survey=SHORT, agencies=ONE_AGENCY)
    for ages in ([1] * 12 + [2] * 10, [1] * 4 + [2] * 18):
        people(both_engine, both_settings, *ages)
        open_boxes_whole(both_engine, both_settings, WAVE)
    assert tallies(both_engine) == {EVERYBODY: 44, ("stratum", "open link"): 44, YOUNG: 12, OLD: 28}


def test_tallies_do_not_change_between_boxes(engine: Engine, settings: Settings, wave: str) -> None:
    people(engine, settings, *[1] * 45)
    open_boxes(engine, settings, wave, ACT)
    before = load_coverage(engine, wave)
    people(engine, settings, *[2] * 30)
    assert load_coverage(engine, wave) == before
    close_wave(engine, wave, ACT)
    assert load_coverage(engine, wave) == before


def test_coverage_shows_rounded_counts_rates_and_low_groups(engine: Engine, settings: Settings, wave: str) -> None:
    levels = [
        Level("age", "1", 3000.0, None, None, "Census", 2025),
        Level("age", "2", 7000.0, None, None, "Census", 2025),
    ]
    store_population(engine, "river-city", levels, ACT)
    made = create_codes(engine, settings, wave, 60, "address sample", "north", frame=900)
    invited = [answer(1, invitation.link.partition("#")[2]) for invitation in made[:22]]
    send(settings, wave, [*invited, *[answer(1) for _ in range(21)], *[answer(2) for _ in range(13)]], together=True)
    close_wave(engine, wave, ACT)
    open_boxes(engine, settings, wave, ACT)
    reach = load_coverage(engine, wave)
    assert reach.total == 55
    (age,) = reach.variables
    assert [(line.words, line.answers, line.residents, line.expected) for line in age.lines] == [
        ("Under 45", 45, 30, 16),
        ("45 or older", 15, 70, 38),
    ]
    assert [(line.words, line.codes, line.answers, line.rate) for line in reach.strata] == [
        ("address sample / north", 60, 20, 33),
        ("open link", None, 35, None),
    ]
    assert [(each.words, each.answers, each.expected) for each in reach.behind] == [("45 or older", 15, 38)]


def test_letters_that_lost_their_source_leave_no_rate(engine: Engine, settings: Settings, wave: str) -> None:
    """The 22 of the north keep theirs; 12 of organizations become others, and with them some of the open link."""
    made = create_codes(engine, settings, wave, 60, "address sample", "north", frame=900)
    few = create_codes(engine, settings, wave, 60, "partner outreach", "")
    links = [invitation.link.partition("#")[2] for invitation in (*made[:22], *few[:12])]
    send(settings, wave, [*[answer(1, link) for link in links], *[answer(2) for _ in range(40)]], together=True)
    close_wave(engine, wave, ACT)
    open_boxes(engine, settings, wave, ACT)
    reach = load_coverage(engine, wave)
    assert reach.is_scattered
    assert [line.rate for line in reach.strata] == [None] * len(reach.strata)
    assert "Other ways of taking part" in [line.words for line in reach.strata]


def test_small_group_and_its_complement_are_hidden(engine: Engine, settings: Settings, wave: str) -> None:
    people(engine, settings, *[1] * 40, *[2] * 4)
    close_wave(engine, wave, ACT)
    open_boxes(engine, settings, wave, ACT)
    (age,) = load_coverage(engine, wave).variables
    assert [line.answers for line in age.lines] == [None, None]


def numbers_in(reach: Coverage) -> list[int]:
    lines = [line.answers for variable in reach.variables for line in variable.lines]
    return [each for each in [reach.total, *lines, *(line.answers for line in reach.strata)] if each is not None]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_tally_changes_by_at_least_ten_people(boxes: list[int]) -> None:
    tally: dict[tuple[str, str], int] = {}
    truth = shown_at = 0
    shown = None
    for gained in boxes:
        truth += gained
        tally = advance(tally, {YOUNG: truth})
        now = rounded_or_hidden(tally.get(YOUNG, 0), 10)
        if now != shown:
            assert truth - shown_at >= 10
            shown, shown_at = now, truth
        assert tally.get(YOUNG, 0) <= truth < tally.get(YOUNG, 0) + 10
        assert now is None or (now >= 10 and now % 5 == 0)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), min_size=2, max_size=8), st.integers(0, 9))
def test_a_hidden_group_follows_from_no_others(groups: list[tuple[int, int]], gone_by: int) -> None:
    """Subtraction of everything shown leaves a range of five or more. A group is a tally and the answers since then.

    No reader knows how far a tally is behind, and every number is rounded. A group that is hidden alone hides another.
    The test takes the worst case for the group: no one left the question out.
    """
    shown = hide_small_groups([tally for tally, _ in groups], 10)
    hidden = sum(answers is None for answers in shown)
    assert hidden != 1
    truth = sum(tally + since for tally, since in groups)
    total = rounded_or_hidden(max(0, truth - gone_by), 10)
    if not hidden or total is None:
        return
    known = [answers for answers in shown if answers is not None]
    most = total + 2 + 9 - sum(answers - 2 for answers in known)
    fewest = max(0, total - 2 - sum(answers + 2 + 9 for answers in known) - 19 * (hidden - 1))
    assert most - fewest >= 5


def test_all_numbers_of_a_page_are_rounded(engine: Engine, settings: Settings, wave: str) -> None:
    people(engine, settings, *[1] * 23, *[2] * 18, *[None] * 7)
    close_wave(engine, wave, ACT)
    open_boxes(engine, settings, wave, ACT)
    numbers = numbers_in(load_coverage(engine, wave))
    assert numbers
    assert all(number >= 10 and number % 5 == 0 for number in numbers)
