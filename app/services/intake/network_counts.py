"""How many answers came from one network within the hour, without knowing any network.

An address becomes its network (/24 or /64), and that one of 65,536 counters, by a random key that lives in memory for
two hours at most. Counters that several networks share cannot be turned back into any of them.
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
    """The counters of one hour under their own key."""

    number: int
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    counts: array[int] = field(default_factory=lambda: array("I", bytes(4 * COUNTERS)), repr=False)

    def place(self, network: str) -> int:
        return int.from_bytes(hmac.digest(self.key, network.encode(), hashlib.sha256)[:2], "big")


class NetworkCounts:
    """Counts for one process: this hour, and as much of the one before as lies within sixty minutes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._before, self._now = HourCounts(-1), HourCounts(self._number())

    def _number(self) -> int:
        return int(self._clock() // HOUR)

    def count(self, network: str) -> float:
        """How many came within the last hour, if they were spread evenly over the one before this."""
        self._turn()
        left = 1 - self._clock() % HOUR / HOUR
        before = self._before.counts[self._before.place(network)] if self._before.number + 1 == self._now.number else 0
        return self._now.counts[self._now.place(network)] + before * left

    def add(self, network: str) -> None:
        self._turn()
        self._now.counts[self._now.place(network)] += 1

    def _turn(self) -> None:
        """A new hour: a new key, and the oldest is forgotten."""
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
