"""How often something may be tried: a bucket of tries for each key, which fills up again. In memory alone.

Nobody is locked out: an empty bucket gives its next try after `refill` seconds.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

MOST_KEYS = 10_000


@dataclass(frozen=True)
class Rate:
    """So many tries at once, then one every `refill` seconds."""

    burst: int
    refill: float


class RateLimiter:
    """Each process counts for itself."""

    def __init__(self, pace: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self.pace, self.clock = pace, clock
        self._full_at: dict[Hashable, float] = {}  # when the bucket of a key will be full again
        self._lock = threading.Lock()

    def take(self, key: Hashable) -> float:
        """Use one try and return 0, or return the seconds until there is one."""
        with self._lock:
            now = self.clock()
            full_at = max(self._full_at.get(key, now), now) + self.pace.refill
            wait = full_at - now - self.pace.burst * self.pace.refill
            if wait > 1e-9:
                return math.ceil(wait)
            self._full_at[key] = full_at
            self._forget(now)
            return 0

    def give_back(self, key: Hashable) -> None:
        """Succeeding costs no try."""
        with self._lock:
            if key in self._full_at:
                self._full_at[key] -= self.pace.refill

    def _forget(self, now: float) -> None:
        if len(self._full_at) > MOST_KEYS:
            self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
