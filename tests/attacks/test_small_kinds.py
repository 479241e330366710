"""Few codes of a kind, or a box with few answers, would show who gave which answer: both are refused."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.errors import BoxTooThin, CodesRefused, OpenedTooSoon, WaveNotReady
from app.records.ballots import Response
from app.services.ballots.invitation_codes import create_codes
from app.services.common.actor import Actor
from app.services.waves import lifecycle, opening_apart
from app.services.waves.crowds import OTHER
from app.services.waves.plan_file import PlannedAgency, WavePlan
from app.services.waves.release_rule import Kind
from app.services.waves.sample_plan import count_agencies
from app.settings import Settings
from tests.services.making import ACT, ONE_AGENCY, PLAN, create_and_open, make_form, open_boxes, send

FLOOR = 20

GUARDED = replace(PLAN, smallest_stratum=FLOOR, days_sealed=7, agencies=ONE_AGENCY)
FOUR = tuple(PlannedAgency(slug, {"en": slug}) for slug in ("court", "library", "police", "school"))
SOURCE = "address sample"


def later(days: int) -> Actor:
    return replace(ACT, now=ACT.now + timedelta(days=days))


def draft(engine: Engine, plan: WavePlan = GUARDED) -> str:
    lifecycle.create_wave(engine, plan, ACT)
    return plan.slug


def test_wave_with_few_codes_of_a_kind_does_not_open(engine: Engine, settings: Settings) -> None:
    slug = draft(engine)
    create_codes(engine, settings, slug, FLOOR, SOURCE, "north")
    create_codes(engine, settings, slug, FLOOR - 1, SOURCE, "block 12")
    with pytest.raises(WaveNotReady, match="block 12 has 19 codes: expected 20 or more; make 1 more"):
        lifecycle.open_wave(engine, settings, slug, ACT)
    create_codes(engine, settings, slug, 1, SOURCE, "block 12")
    lifecycle.open_wave(engine, settings, slug, ACT)


def test_codes_over_four_agencies_need_four_floors(engine: Engine, settings: Settings) -> None:
    """Twenty codes over four agencies made kinds of about five."""
    slug = draft(engine, replace(GUARDED, agencies=FOUR))
    create_codes(engine, settings, slug, 4 * FLOOR - 1, SOURCE, "north")
    with pytest.raises(WaveNotReady, match="about 19 of them for one agency: expected 20 or more for each agency"):
        lifecycle.open_wave(engine, settings, slug, ACT)
    assert count_agencies(engine, slug) == (4, 4 * FLOOR)
    create_codes(engine, settings, slug, 1, SOURCE, "north")
    lifecycle.open_wave(engine, settings, slug, ACT)


def test_rare_agency_needs_codes_for_its_probability(engine: Engine, settings: Settings) -> None:
    rare = (replace(FOUR[0], probability=0.1), FOUR[1])
    slug = draft(engine, replace(GUARDED, agencies=rare))
    create_codes(engine, settings, slug, 100, SOURCE, "north")
    with pytest.raises(WaveNotReady, match="make 100 more"):
        lifecycle.open_wave(engine, settings, slug, ACT)


def find_links(engine: Engine, kinds: list[Kind]) -> int:
    """Return how many used codes have one answer that fits them: the attacker knows the kind of each code."""
    with Session(engine) as session:
        labels = Counter((each.source, each.stratum, each.agency) for each in session.exec(select(Response)))
    links = 0
    for source, stratum, agency in kinds:
        parents = [(source, stratum, agency), (source, "", agency), (OTHER, "", agency)]
        links += sum(labels[label] for label in parents) == 1
    return links


def test_only_used_code_of_an_agency_points_at_no_answer(engine: Engine, settings: Settings) -> None:
    """All machines after the end, the SECRET and the list of codes: source, part and agency of each used code."""
    slug = draft(engine, replace(PLAN, agencies=FOUR))
    made = create_codes(engine, settings, slug, 200, SOURCE, "north")
    lifecycle.open_wave(engine, settings, slug, ACT)
    places = {each.typed: int(each.link.partition("#")[0].rpartition("/")[2]) - 1 for each in made}
    rare = [code for code, place in places.items() if place == 0][:1]
    used = [*rare, *(code for code, place in places.items() if place == 1)]
    send(settings, slug, [make_form(number, code) for number, code in enumerate(used)], together=True)
    send(settings, slug, [make_form(number) for number in range(200)], together=True)
    lifecycle.close_wave(engine, slug, ACT)
    open_boxes(engine, settings, slug, ACT, Random(1))
    assert find_links(engine, [(SOURCE, "north", FOUR[places[code]].slug) for code in used]) == 0


def test_early_opening_takes_no_agency_with_few_answers(engine: Engine, settings: Settings) -> None:
    create_and_open(engine, settings, replace(PLAN, agencies=FOUR))
    send(settings, PLAN.slug, [make_form(number) for number in range(100)], together=True)
    with pytest.raises(BoxTooThin):
        open_boxes(engine, settings, PLAN.slug, later(7), Random(1))
    send(settings, PLAN.slug, [make_form(number) for number in range(140)], together=True)
    opening = open_boxes(engine, settings, PLAN.slug, later(7), Random(1))
    with Session(engine) as session:
        agencies = Counter(session.exec(select(Response.agency)))
    assert opening.released == agencies.total()
    assert min(agencies.values()) >= FLOOR


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
