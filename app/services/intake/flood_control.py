"""Limit floods of answers without a code: accept them freely, after a proof of work, or with a flag. None is refused.

    answers of a network within the hour   up to 60   up to 95                  more
    with script                            free       proof of work             proof of work, flag `crowd`
    without script                         free       flag `unproved`           both flags

Ten thousand posts at once leave 95 without a flag. An honest center of a hundred answers an hour is accepted
completely, and about one in ten of its answers is flagged; `crowd` alone means only that the network was busy.
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
    """Hold the proof of work of a page: the number it found, or that it was asked and found none."""

    work: str = ""
    was_asked: bool = False


class FloodControl:
    """Limit the answers of each network in one process. Several `processes` share the two limits."""

    def __init__(self, key: bytes, processes: int = 1, counts: NetworkCounts | None = None) -> None:
        self._key = key
        self._free, self._plenty = math.ceil(FREE / processes), math.ceil(PLENTY / processes)
        self._counts = counts or NetworkCounts()

    def find_flags(self, address: str, page: str, proof: WorkProof) -> frozenset[str] | None:
        """Return the flags of an answer, or None where it needs a proof of work first."""
        network = find_network(address)
        if network is None:
            return frozenset()
        count = self._counts.count(network)
        is_open = count < self._free or is_proved(page, proof.work, self._key)
        if not is_open and not proof.was_asked:
            return None
        is_crowd = count >= self._plenty
        if not is_crowd:  # flagged answers do not count, so only answers beyond the limit are flagged
            self._counts.add(network)
        flags = {CROWD: is_crowd, UNPROVED: not is_open}
        return frozenset(flag for flag, is_set in flags.items() if is_set)
