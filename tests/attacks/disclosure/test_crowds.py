"""A label that stays with an answer is shared by a crowd of its opening."""

from collections import Counter
from random import Random

import pytest

from app.services.ballots.envelopes import Ballot
from app.services.waves.crowds import CROWD, OTHER, with_crowds

SOURCES = ("address sample", "open link", "assisted")
STRATA = ("north", "south", "east", "")
FLAGS = ((), ("crowd",), ("fast",), ("crowd", "fast"))
AGENCIES = ("police", "library")


def draw_ballots(chance: Random, size: int) -> list[Ballot]:
    """Draw ballots with labels of very different frequencies."""
    weights = Random(chance.random())
    kinds = [(s, t, f) for s in SOURCES for t in STRATA for f in FLAGS]
    drawn = weights.choices(kinds, weights=[weights.random() ** 4 for _ in kinds], k=size)
    return [
        Ballot(source, stratum, AGENCIES[k % 2], {"A1": k}, flags) for k, (source, stratum, flags) in enumerate(drawn)
    ]


@pytest.mark.parametrize("seed", range(40))
def test_twenty_answers_of_an_opening_share_each_label(seed: int) -> None:
    chance = Random(seed)
    found = with_crowds(draw_ballots(chance, chance.randrange(2 * CROWD, 400)), chance)
    for label in (lambda each: (each.source, each.agency), lambda each: each.kind):
        assert min(Counter(map(label, found)).values()) >= CROWD
    flagged = Counter((*each.kind, each.flags) for each in found if each.flags)
    assert not flagged or min(flagged.values()) >= CROWD


def test_one_victim_among_the_attackers_flags_stays_hidden() -> None:
    """95 answers from the victim's network made her the only one with a flag."""
    ballots = [Ballot("open link", "", "police", {}, ()) for _ in range(95)]
    victim = Ballot("open link", "", "police", {"A1": 1}, ("crowd",))
    assert not any(each.flags for each in with_crowds([*ballots, victim], Random(1)))


def test_code_of_a_stratum_of_one_points_at_no_answer() -> None:
    ballots = [Ballot("address sample", "north", "police", {}) for _ in range(60)]
    victim = Ballot("address sample", "block 12", "police", {"A1": 1})
    strata = Counter(each.stratum for each in with_crowds([*ballots, victim], Random(1)))
    assert strata == {"": CROWD, "north": 61 - CROWD}


def test_large_kinds_keep_all_their_labels() -> None:
    ballots = [Ballot("open link", name, "police", {}, flags) for name in ("a", "b") for flags in FLAGS[:2]] * CROWD
    assert with_crowds(ballots, Random(1)) == ballots


def test_answers_stay_when_labels_go() -> None:
    ballots = draw_ballots(Random(3), 90)
    assert [each.answers for each in with_crowds(ballots, Random(3))] == [each.answers for each in ballots]
    assert all(each.source in (*SOURCES, OTHER) for each in with_crowds(ballots, Random(3)))
