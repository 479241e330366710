"""Decide which opened answers are released and which wait in the next box."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from app.services.ballots.envelopes import Ballot

# Answers of each kind that an early opening leaves for the next one: a person who adds nineteen answers of their own
# and subtracts them cannot know whether the twentieth is among those that were released.
HELD_OVER = 20

Sample = tuple[str, str]
Kind = tuple[str, str, str]  # source, part of the city and agency: what a code shows, and an answer keeps


@dataclass(frozen=True)
class OpeningDecision:
    """Decide about the ballots of opened boxes: `carried` ones wait for more of their kind in the next box."""

    released: tuple[Ballot, ...]
    carried: tuple[Ballot, ...]
    thin: tuple[Sample, ...]  # kinds of sample with an agency that was released below the box size, after closing


def fewest_to_open(box_size: int) -> int:
    """Return the number of one kind from which an open wave releases some.

    >>> fewest_to_open(20)
    40
    """
    return box_size + HELD_OVER


def can_open(found: Sequence[Ballot], box_size: int) -> bool:
    return max(Counter(ballot.kind for ballot in found).values(), default=0) >= fewest_to_open(box_size)


def decide_release(found: Sequence[Ballot], box_size: int, is_open: bool, chance: Random) -> OpeningDecision:
    """Release at least `box_size` of a kind together, because a code shows its kind.

    While the wave is open, a random twenty of each kind stay. After it is closed no more will come, and all are
    released.
    """
    kinds: dict[Kind, list[Ballot]] = defaultdict(list)
    for ballot in found:
        kinds[ballot.kind].append(ballot)
    if not is_open:
        thin = sorted({(source, part) for (source, part, _), each in kinds.items() if len(each) < box_size})
        return OpeningDecision(tuple(found), (), tuple(thin))
    released: list[Ballot] = []
    carried: list[Ballot] = []
    for ballots in kinds.values():
        shuffled = chance.sample(ballots, len(ballots))
        left = HELD_OVER if len(ballots) >= fewest_to_open(box_size) else len(ballots)
        carried += shuffled[:left]
        released += shuffled[left:]
    return OpeningDecision(tuple(released), tuple(carried), ())
