"""Lets answers of open links through: freely, with a little work, or marked. Nobody is turned away.

    answers of a network within the hour   up to 60   up to 95                  more
    with script                            free       a little work             a little work, marked `crowd`
    without script                         free       press again, `unproved`   press again, both marks

Ten thousand posts at once leave 95 without a mark. An honest centre of a hundred an hour is let through whole, and
about one in ten of its answers is marked; `crowd` alone says no more than that the place was busy.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.services.ballots.response_flags import CROWD, UNPROVED
from app.services.intake.network_counts import NetworkCounts, find_network
from app.services.intake.proof_of_work import is_proved

FREE, PLENTY = 60, 95  # answers of one network within an hour


@dataclass(frozen=True)
class WorkProof:
    """What a page brings for the doorway: the number it found, or that it was asked and found none."""

    work: str = ""
    was_asked: bool = False


class FloodControl:
    """One for each process; `processes` that take turns share the two limits between them."""

    def __init__(self, key: bytes, processes: int = 1, crowds: NetworkCounts | None = None) -> None:
        self._key = key
        self._free, self._plenty = math.ceil(FREE / processes), math.ceil(PLENTY / processes)
        self._crowds = crowds or NetworkCounts()

    def pass_through(self, address: str, page: str, proof: WorkProof) -> frozenset[str] | None:
        """The marks with which an answer passes; None where it has to do its work first."""
        network = find_network(address)
        if network is None:
            return frozenset()
        count = self._crowds.count(network)
        is_open = count < self._free or is_proved(page, proof.work, self._key)
        if not is_open and not proof.was_asked:
            return None
        is_crowd = count >= self._plenty
        if not is_crowd:  # what is marked takes nobody's place: only what is beyond plenty gets the mark
            self._crowds.add(network)
        marks = {CROWD: is_crowd, UNPROVED: not is_open}
        return frozenset(mark for mark, is_set in marks.items() if is_set)
