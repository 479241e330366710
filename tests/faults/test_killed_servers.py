"""`kill -9` of a server under load, and of an opening of the box, many times: no thanked answer is lost or doubled."""

from __future__ import annotations

import queue
import secrets
import time
from collections import Counter
from random import Random

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.records.ballots import SHUT, Box, Response
from app.records.codes import Code
from app.services.ballots.invitation_codes import code_hash, create_codes
from app.services.waves import lifecycle
from app.settings import Settings
from tests.drills import choose
from tests.faults.processes import Crowd, Page, Spawner, is_running, kill
from tests.services.making import ACT, PLAN, make_number_of, make_open_wave, open_boxes

KILLS = choose(12, 50)
PAGES = 60_000
CODES = 10_000


def pages_of(codes: list[str], chance: Random) -> queue.SimpleQueue[Page]:
    """Every other person has a code."""
    pages: queue.SimpleQueue[Page] = queue.SimpleQueue()
    answers = chance.sample(range(10**9, 10**10), PAGES)
    for place, answer in enumerate(answers):
        code = codes[place // 2] if place % 2 and place // 2 < len(codes) else ""
        pages.put(Page(answer, secrets.token_hex(16), code))
    return pages


def opened(engine: Engine) -> Counter[int]:
    with Session(engine) as session:
        return Counter(make_number_of(response.codes) for response in session.exec(select(Response)))


def finish(engine: Engine, settings: Settings, slug: str) -> None:
    lifecycle.close_wave(engine, slug, ACT)
    open_boxes(engine, settings, slug, ACT)


@pytest.mark.slow
def test_thanked_answers_are_stored_once_after_many_kills(
    both_engine: Engine, both_settings: Settings, spawner: Spawner
) -> None:
    chance = Random(50)
    plan = make_open_wave(both_engine, both_settings, agencies=PLAN.agencies[:1])
    made = create_codes(both_engine, both_settings, plan.slug, CODES, "address sample")
    pages = pages_of([each.typed for each in made], chance)
    code_of = {}
    held = [pages.get() for _ in range(pages.qsize())]
    for page in held:
        code_of[page.answer] = page.code
        pages.put(page)
    crowd = Crowd(plan.slug, pages)
    server, crowd.port = spawner.serve()
    crowd.start()
    openings_cut = 0
    for kills in range(KILLS):
        time.sleep(chance.uniform(0.02, 0.3))
        wait_for(lambda least=5 * kills + 5: len(crowd.thanked) > least)  # on a slow machine too
        opening = spawner.start("open", plan.slug)
        if kills % 10 == 9:  # one in ten may come to its end while people go on answering
            wait_for(lambda opening=opening: not is_running(opening))
        time.sleep(chance.uniform(0.0, chance.choice([0.1, 0.3, 0.8])))
        openings_cut += is_running(opening)
        kill(opening)
        kill(server)
        server, crowd.port = spawner.serve()
    time.sleep(0.3)
    crowd.stop()
    kill(server)
    assert crowd.refused == []
    finish(both_engine, both_settings, plan.slug)

    found = opened(both_engine)
    thanked = set(crowd.thanked)
    print(f"thanked {len(crowd.thanked)}, stored {len(found)}, openings cut {openings_cut} of {KILLS}")
    assert len(thanked) > 5 * KILLS
    assert openings_cut > KILLS // 4
    with Session(both_engine) as session:
        assert len(session.exec(select(Box).where(Box.status == SHUT)).all()) > choose(0, 1)  # some were let through
    assert not [answer for answer in thanked if found[answer] != 1]
    assert set(found.values()) == {1}
    with Session(both_engine) as session:
        spent = {code.hash for code in session.exec(select(Code)) if code.spent}
    counted = {code_hash(code_of[each], plan.slug, both_settings.secret) for each in found if code_of[each]}
    assert counted == spent


@pytest.mark.slow
def test_two_servers_on_one_database_count_every_answer_once(
    both_engine: Engine, both_settings: Settings, spawner: Spawner
) -> None:
    plan = make_open_wave(both_engine, both_settings, agencies=PLAN.agencies[:1])
    answers = list(range(10**9, 10**9 + 1000))
    crowds = []
    for _ in range(2):
        crowd = Crowd(plan.slug, queue.SimpleQueue(), size=4)
        server, crowd.port = spawner.serve()
        crowds.append((server, crowd))
    numbers = {answer: secrets.token_hex(16) for answer in answers}
    for answer in answers:  # each person sends to both
        for _, crowd in crowds:
            crowd.pages.put(Page(answer, numbers[answer]))
    for _, crowd in crowds:
        crowd.start()
    wait_for(lambda: sum(len(crowd.thanked) for _, crowd in crowds) >= 2 * len(answers))
    for server, crowd in crowds:
        crowd.stop()
        kill(server)
        assert sorted(crowd.thanked) == answers
    finish(both_engine, both_settings, plan.slug)
    assert opened(both_engine) == Counter(answers)


@pytest.mark.slow
def test_code_sent_to_two_servers_at_once_counts_once(
    both_engine: Engine, both_settings: Settings, spawner: Spawner
) -> None:
    plan = make_open_wave(both_engine, both_settings, codes="required", agencies=PLAN.agencies[:1])
    made = create_codes(both_engine, both_settings, plan.slug, 200, "address sample")
    crowds = []
    for place in range(2):
        crowd = Crowd(plan.slug, queue.SimpleQueue(), size=4)
        server, crowd.port = spawner.serve()
        for number, each in enumerate(made):  # two people with the same letter
            crowd.pages.put(Page(10**9 + 1000 * place + number, secrets.token_hex(16), each.typed))
        crowds.append((server, crowd))
    for _, crowd in crowds:
        crowd.start()
    wait_for(lambda: all(len(crowd.thanked) + len(crowd.refused) == len(made) for _, crowd in crowds))
    for server, crowd in crowds:
        crowd.stop()
        kill(server)
    thanked = [answer for _, crowd in crowds for answer in crowd.thanked]
    assert len(thanked) == len(made)
    assert sorted(answer % 1000 for answer in thanked) == list(range(len(made)))
    finish(both_engine, both_settings, plan.slug)
    assert opened(both_engine) == Counter(thanked)


def wait_for(is_done: object, patience: float = 60) -> None:
    assert callable(is_done)
    deadline = time.monotonic() + patience
    while not is_done() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert is_done()
