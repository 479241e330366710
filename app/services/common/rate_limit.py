"""Limit the rate of attempts with a token bucket for each key, in memory.

The limit locks no one out: an empty bucket allows its next attempt after `refill` seconds.
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
    """Define a rate: `burst` attempts at once, then one every `refill` seconds."""

    burst: int
    refill: float


class RateLimiter:
    """Limit attempts by key. Each process counts for itself."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.clock = rate, clock
        self._full_at: dict[Hashable, float] = {}  # the time when the bucket of a key is full again
        self._lock = threading.Lock()

    def take(self, key: Hashable) -> float:
        """Use one attempt and return 0, or return the seconds until the next one."""
        with self._lock:
            now = self.clock()
            full_at = max(self._full_at.get(key, now), now) + self.rate.refill
            wait = full_at - now - self.rate.burst * self.rate.refill
            if wait > 1e-9:
                return math.ceil(wait)
            self._full_at[key] = full_at
            self._drop_full_buckets(now)
            return 0

    def give_back(self, key: Hashable) -> None:
        """Return an attempt to the bucket after a success."""
        with self._lock:
            if key in self._full_at:
                self._full_at[key] -= self.rate.refill

    def _drop_full_buckets(self, now: float) -> None:
        if len(self._full_at) > MOST_KEYS:
            self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
