"""`kill -9` between the buying of a token and its answer: each code counts once, whichever moment was cut."""

from __future__ import annotations

import queue
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from app.records.codes import Code
from app.services.ballots.invitation_codes import code_hash
from app.settings import Settings
from tests.drills import choose
from tests.faults.processes import Spawner, is_running, kill
from tests.faults.test_killed_servers import finish, opened, wait_for
from tests.faults.token_people import TokenCrowd
from tests.services.ballots.tokens.buying import Buyer
from tests.services.ballots.tokens.test_tokens import open_with_codes
from tests.services.making import PLAN

KILLS = choose(4, 30)
PEOPLE = choose(120, 1500)
SHARED = 10  # codes that two people try


@pytest.fixture
def codes(both_engine: Engine, both_settings: Settings) -> list[str]:
    made = open_with_codes(both_engine, both_settings, PEOPLE // 2, codes="required", agencies=PLAN.agencies[:1])
    return [*made["north"], *made["south"]]


@pytest.mark.slow
def test_codes_with_tokens_count_once_after_many_kills(
    both_engine: Engine,
    both_settings: Settings,
    codes: list[str],
    spawner: Spawner,
    tmp_path: Path,
) -> None:
    chance = Random(51)
    people = [Buyer(code, answer) for answer, code in enumerate([*codes, *codes[:SHARED]])]
    crowd = TokenCrowd(PLAN.slug, queue.SimpleQueue())
    for buyer in chance.sample(people, len(people)):
        crowd.people.put(buyer)
    server, crowd.port = spawner.serve()
    crowd.start()
    for kills in range(KILLS):
        time.sleep(chance.uniform(0.1, 0.5))
        opening = spawner.start("open", PLAN.slug)
        if kills % 2:
            wait_for(lambda opening=opening: not is_running(opening))
        kill(opening)
        kill(server)
        server, crowd.port = spawner.serve()
    wait_for(lambda: crowd.is_done(len(people)), patience=240)
    crowd.stop()
    kill(server)
    finish(both_engine, both_settings, PLAN.slug)

    found = opened(both_engine)
    print(f"thanked {len(crowd.thanked)}, stored {len(found)}, refused {len(crowd.refused)}, lines cut {crowd.cuts}")
    assert found == Counter(crowd.thanked)
    assert len(crowd.thanked) == len(codes)
    assert len(crowd.refused) == SHARED
    assert crowd.cuts > KILLS
    with Session(both_engine) as session:
        spent = {code.hash for code in session.exec(select(Code)) if code.spent}
    assert spent == {code_hash(people[answer].code, PLAN.slug, both_settings.secret) for answer in found}
