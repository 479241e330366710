"""Residents of two parts of a city answer in a known order, while an adversary collects all that is written."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

import pytest
from sqlalchemy import Engine

from app.services.ballots import invitation_codes as code_service
from app.services.ballots.invitation_codes import Invitation, code_hash, create_codes
from app.services.intake import submission
from app.services.intake.submission import BallotBox
from app.services.waves import lifecycle
from app.services.waves.release_rule import HELD_OVER
from app.settings import Settings
from tests.drills import choose
from tests.services.making import ACT, PLAN, add_keys, make_form, make_open_wave, open_boxes

STRATA = choose({"north": 290, "south": 190}, {"north": 590, "south": 410})
BOX_SIZE = 20
MOST_BOXES = sum(STRATA.values()) // BOX_SIZE + 10
# A guess among the twenty of a box is right once in twenty; three standard deviations of that over all residents.
BAR = 1 / BOX_SIZE + 3 * (0.05 * 0.95 / sum(STRATA.values())) ** 0.5


@dataclass(frozen=True)
class Resident:
    """Hold what the adversary knows of one person: her place in the order, and the code that the operator gave her."""

    place: int
    stratum: str
    code_hash: bytes
    number: int = field(repr=False)  # her answers: the adversary's goal


@dataclass(frozen=True)
class Town:
    """Hold all residents in the order in which they answered."""

    residents: Sequence[Resident]

    def of(self, stratum: str) -> list[Resident]:
        return [each for each in self.residents if each.stratum == stratum]


def draw_town(engine: Engine, settings: Settings, slug: str, chance: Random) -> tuple[Town, dict[int, Invitation]]:
    """Codes for each stratum, dealt out to people who come in an order of their own with answers of their own."""
    invitations = [
        invitation
        for stratum, size in STRATA.items()
        for invitation in create_codes(engine, settings, slug, size, "address sample", stratum)
    ]
    chance.shuffle(invitations)
    numbers = chance.sample(range(10**9, 10**10), len(invitations))
    residents = [
        Resident(place, each.stratum, code_hash(each.typed, slug, settings.secret), number)
        for place, (each, number) in enumerate(zip(invitations, numbers, strict=True))
    ]
    return Town(residents), dict(enumerate(invitations))


def live(
    engine: Engine,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    before_opening: Callable[[], None],
    after_opening: Callable[[], None],
    seed: int = 20261123,
) -> Town:
    """Let everyone answer and open each box as it fills; then close the wave and open the rest.

    The seed fixes all random numbers, so that the score of a matcher is the same in every run.
    """
    chance = Random(seed)
    monkeypatch.setattr(code_service.secrets, "randbits", chance.getrandbits)
    slug = make_open_wave(engine, settings, codes="required", agencies=PLAN.agencies[:1]).slug
    add_keys(engine, settings, MOST_BOXES)
    town, invitations = draw_town(engine, settings, slug, chance)
    box = BallotBox(settings, chance)
    box.start()

    def open_now() -> None:
        before_opening()
        open_boxes(engine, settings, slug, ACT, chance)
        after_opening()

    async def answer_all() -> None:
        waiting: Counter[str] = Counter()
        fielded = box.find_open_wave(slug)
        assert fielded is not None
        for resident in town.residents:
            page = f"{chance.getrandbits(128):032x}"
            form = make_form(resident.number, invitations[resident.place].typed, page)
            assert await box.submit(fielded, form) is submission.COUNTED
            waiting[resident.stratum] += 1
            if waiting[resident.stratum] == BOX_SIZE + HELD_OVER:
                open_now()
                waiting[resident.stratum] = HELD_OVER

    asyncio.run(answer_all())
    lifecycle.close_wave(engine, slug, ACT)
    open_now()
    box.stop()
    return town
