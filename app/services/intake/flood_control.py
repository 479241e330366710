"""Limit floods of answers without a code, and of requests for tokens.

Answers without a code: accept them freely, after a proof of work, or with a flag. None is refused.

    answers of a network within the hour   up to 60   up to 95                  more
    with script                            free       proof of work             proof of work, flag `crowd`
    without script                         free       flag `unproved`           both flags

Ten thousand posts at once leave 95 without a flag. An honest center of a hundred answers an hour is accepted
completely, and about one in ten of its answers is flagged; `crowd` alone means only that the network was busy.

Requests for tokens of a network: 240 at once, then one each second, so 1,800 people an hour. A page beyond waits and
asks again.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.services.ballots.response_flags import CROWD, UNPROVED
from app.services.common.rate_limit import Rate, RateLimiter
from app.services.intake.network_counts import NetworkCounts, find_network
from app.services.intake.proof_of_work import is_proved

FREE, PLENTY = 60, 95  # answers of one network within an hour
TOKENS = Rate(burst=240, refill=1.0)  # requests of one network; a person makes two


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


class TokenLimit:
    """Limit the requests for tokens of each network in one process. Several `processes` share the limit.

    A network is one of 65,536 counters, by a random key that stays in memory; nothing is kept of an address.
    """

    def __init__(self, processes: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._key = secrets.token_bytes(32)
        self._limiter = RateLimiter(Rate(math.ceil(TOKENS.burst / processes), TOKENS.refill * processes), clock)

    def take(self, address: str) -> bool:
        """Use one request, or return False where the network has none left for now."""
        network = find_network(address)
        if network is None:
            return True
        counter = hmac.digest(self._key, network.encode(), hashlib.sha256)[:2]
        return not self._limiter.take(counter)
