"""Lets answers of open links through: freely, with a little work, or marked. Nobody is turned away.

    answers of a network within the hour   up to 60   up to 100                 more
    with script                            free       a little work             a little work, marked `crowd`
    without script                         free       press again, `unproved`   press again, both marks

An honest centre of a hundred an hour is never marked where script runs; ten thousand posts of one network leave at most
a hundred without a mark.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.services.crowds import Crowds, find_network
from app.services.flags import CROWD, UNPROVED
from app.services.proofs import is_proved

FREE, PLENTY = 60, 100  # answers of one network within an hour


@dataclass(frozen=True)
class Proof:
    """What a page brings for the doorway: the number it found, or that it was asked and found none."""

    work: str = ""
    was_asked: bool = False


class Doorway:
    """One for each process; `processes` that take turns share the two limits between them."""

    def __init__(self, key: bytes, processes: int = 1, crowds: Crowds | None = None) -> None:
        self._key = key
        self._free, self._plenty = math.ceil(FREE / processes), math.ceil(PLENTY / processes)
        self._crowds = crowds or Crowds()

    def pass_through(self, address: str, page: str, proof: Proof) -> frozenset[str] | None:
        """The marks with which an answer passes; None where it has to do its work first."""
        network = find_network(address)
        if network is None:
            return frozenset()
        count = self._crowds.count(network)
        is_open = count < self._free or is_proved(page, proof.work, self._key)
        if not is_open and not proof.was_asked:
            return None
        self._crowds.add(network)
        marks = {CROWD: count >= self._plenty, UNPROVED: not is_open}
        return frozenset(mark for mark, is_set in marks.items() if is_set)
