"""Count the answers of each network within the hour, without storing any network.

An address is reduced to its network (/24 or /64), and that to one of 65,536 counters, by a random key that stays in
memory for two hours at most. Several networks share a counter, so it does not identify any of them.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

HOUR = 3600.0
COUNTERS = 1 << 16


@dataclass(frozen=True)
class HourCounts:
    """Hold the counters of one hour under their own key."""

    number: int
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    counts: array[int] = field(default_factory=lambda: array("I", bytes(4 * COUNTERS)), repr=False)

    def index(self, network: str) -> int:
        return int.from_bytes(hmac.digest(self.key, network.encode(), hashlib.sha256)[:2], "big")


class NetworkCounts:
    """Count for one process: this hour, and the part of the previous hour within sixty minutes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._before, self._now = HourCounts(-1), HourCounts(self._number())

    def _number(self) -> int:
        return int(self._clock() // HOUR)

    def count(self, network: str) -> float:
        """Estimate the answers of the last hour, as if those of the previous hour were spread evenly."""
        self._advance()
        left = 1 - self._clock() % HOUR / HOUR
        before = self._before.counts[self._before.index(network)] if self._before.number + 1 == self._now.number else 0
        return self._now.counts[self._now.index(network)] + before * left

    def add(self, network: str) -> None:
        self._advance()
        self._now.counts[self._now.index(network)] += 1

    def _advance(self) -> None:
        """Start a new hour with a new key, and drop the oldest one."""
        number = self._number()
        if number != self._now.number:
            self._before, self._now = self._now, HourCounts(number)


def find_network(address: str, *, public_only: bool = True) -> str | None:
    """Return the network of an address: /24, or /64 in IPv6. An IPv4 address inside IPv6 counts as IPv4.

    Return None where the address is not one, and, with `public_only`, where it is a proxy's or a machine's own.

    >>> find_network("::ffff:9.9.9.1"), find_network("2620:fe::9%eth0"), find_network("10.1.2.3")
    ('9.9.9.0/24', '2620:fe::/64', None)
    >>> find_network("::ffff:10.1.2.3", public_only=False), find_network("unix:", public_only=False)
    ('10.1.2.0/24', None)
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    found = getattr(found, "ipv4_mapped", None) or found
    if public_only and not found.is_global:
        return None
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 64), strict=False))
