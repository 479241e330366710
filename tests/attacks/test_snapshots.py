"""One snapshot of one machine, at any moment of a wave: nothing is read, and no code is linked to an answer."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine

from app.services.ballots.invitation_codes import create_codes
from app.services.waves import lifecycle
from app.settings import Settings
from tests.attacks.attacker import Copy, Loot, attack, attack_envelopes, copy_machine
from tests.drills import choose
from tests.services import making
from tests.services.making import ACT, make_form, make_open_wave, send

RESIDENTS = choose(60, 300)
MOMENTS = choose(4, 50)


def open_boxes(engine: Engine, settings: Settings, slug: str, progress: Callable[[str], None]) -> None:
    from app.services.waves import box_opening

    opening = getattr(making, "open_boxes", box_opening.open_boxes)
    opening(engine, settings, slug, ACT, progress=progress)


@pytest.fixture
def copies(engine: Engine, settings: Settings, tmp_path: Path) -> list[Copy]:
    """Copies of the machine at random moments between two answers, and between all steps of two openings."""
    settings = replace(settings, mirror_dir=tmp_path / "mirror")
    slug = make_open_wave(engine, settings).slug
    codes = [each.typed for each in create_codes(engine, settings, slug, RESIDENTS // 2, "address sample")]
    forms = [make_form(number, code) for number, code in enumerate([*codes, *[""] * (RESIDENTS - len(codes))])]
    chance = Random(16)
    chance.shuffle(forms)
    made: list[Copy] = []

    def copy(step: str = "") -> None:
        made.append(copy_machine(settings, tmp_path / f"copy-{len(made)}"))

    moments = [0, *sorted(chance.sample(range(1, RESIDENTS), MOMENTS)), RESIDENTS]
    for start, end in itertools.pairwise(moments):
        send(settings, slug, forms[start:end], together=True)
        copy()
    lifecycle.close_wave(engine, slug, ACT)
    open_boxes(engine, settings, slug, copy)
    copy()
    return made


def test_a_copy_of_the_machine_reads_and_links_no_one(copies: list[Copy]) -> None:
    loot = [attack(copy) for copy in copies]
    print([(len(each.read), len(each.links)) for each in loot])
    assert {len(each.read) for each in loot} == {0}
    assert {len(each.links) for each in loot} == {0}
    assert sum(len(list(copy.envelopes())) for copy in copies) > RESIDENTS  # there was something to read


def test_the_attacker_reads_all_with_both_keys(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    """The attack itself works: with the second holder's unwrapped keys, it reads everyone."""
    settings = replace(settings, mirror_dir=tmp_path / "mirror")
    slug = make_open_wave(engine, settings).slug
    (code,) = create_codes(engine, settings, slug, 1, "address sample")
    send(settings, slug, [make_form(1, code.typed), make_form(2)])
    copy = copy_machine(settings, tmp_path / "copy")
    keys = copy.keys() + unwrapped_keys(settings)
    loot: Loot = attack_envelopes(list(copy.envelopes()), keys)
    assert (len(loot.read), len(loot.links)) == (2, 1)


def unwrapped_keys(settings: Settings) -> list[bytes]:
    from app.services.holders.key_files import Passphrase, folders_in

    second = next(each for each in folders_in(settings.key_dir) if each.is_wrapped)
    unlocked = second.unlock(Passphrase(making.PASSPHRASE))
    return [unlocked.load_key(path.stem) for path in second.path.glob("*.key")]
