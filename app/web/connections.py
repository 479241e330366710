"""Close connections that hold a place without a request: the server itself has no limit before a request is whole.

A head (the request line and the headers) must be whole within ten seconds. A network, and the process, hold a limited
number of connections; the one that has waited longest for its head then gives way. Addresses stay in memory, and only
while their connections are open.
"""

from __future__ import annotations

import asyncio
import ipaddress
import resource
from collections import Counter
from functools import lru_cache

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
MOST_OF_A_NETWORK = 200
# Files of a process that are no connections: the database, assets, child processes.
OTHER_FILES = 256
LEAST = 64  # connections, however few files the process may open
MOST_FILES = 65_536


class Connections:
    """Hold the open connections of one process: those that wait for a head, and those that wait for a body."""

    def __init__(self, most: int | None = None, of_a_network: int = MOST_OF_A_NETWORK) -> None:
        self.most, self.of_a_network = most or find_most(), of_a_network
        self.all: dict[LimitedProtocol, str] = {}  # with their networks; empty for one without a limit
        self.in_head: dict[LimitedProtocol, None] = {}  # the oldest first, as in the next one
        self.in_body: dict[LimitedProtocol, None] = {}
        self.networks: Counter[str] = Counter()

    def take(self, connection: LimitedProtocol, network: str) -> bool:
        """Make room for a connection. Returns False where every other one carries a whole request."""
        if network and self.networks[network] >= self.of_a_network and not self.end_oldest(network):
            return False
        if len(self.all) >= self.most and not self.end_oldest():
            return False
        self.all[connection] = network
        self.networks[network] += 1
        return True

    def end_oldest(self, network: str | None = None) -> bool:
        """End the connection that has waited longest for a head, or else for a body."""
        for waiting in (self.in_head, self.in_body):
            for each in waiting:
                if network is None or self.all[each] == network:
                    each.end()
                    return True
        return False

    def drop(self, connection: LimitedProtocol) -> None:
        self.in_head.pop(connection, None)
        self.in_body.pop(connection, None)
        network = self.all.pop(connection, None)
        if network is not None:
            self.networks[network] -= 1
            if not self.networks[network]:
                del self.networks[network]


class LimitedProtocol(HttpToolsProtocol):
    """Read requests as uvicorn does, within the limits of this module."""

    _limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        self._open = open_connections()
        if not self._open.take(self, find_network(address, trusted_by(self.config.forwarded_allow_ips))):
            self.end()
            return
        self._open.in_head[self] = None
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self in self._open.in_head and self._limit is None:
            self._await_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self in self._open.all:
            self._open.in_head[self] = None

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        self._open.in_head.pop(self, None)
        if self in self._open.all:
            self._open.in_body[self] = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._open.in_body.pop(self, None)
        super().on_message_complete()

    def end(self) -> None:
        self._forget()
        self.transport.abort()

    def _await_head(self) -> None:
        self._limit = self.loop.call_later(HEAD_SECONDS, self.end)

    def _stop_waiting(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _forget(self) -> None:
        self._stop_waiting()
        self._open.drop(self)


@lru_cache(maxsize=1)
def open_connections() -> Connections:
    """Return the connections of this process."""
    return Connections()


def find_most() -> int:
    """Return how many connections the files of this process allow."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(LEAST, min(files, MOST_FILES) - OTHER_FILES)


def raise_file_limit() -> None:
    """Let this process and its workers open as many files as the system allows; the usual 1,024 are few."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def find_network(address: str, trusted: frozenset[str] = frozenset()) -> str:
    """Return the network of an address; empty for this machine and for a named proxy, which carry many people.

    >>> find_network("203.0.113.9"), find_network("2001:db8:1:2:3::4"), find_network("127.0.0.1")
    ('203.0.113.0/24', '2001:db8:1:2::/64', '')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.is_loopback or "*" in trusted or any(_holds(each, found) for each in trusted):
        return ""
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 64), strict=False))


def _holds(network: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        return address in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def trusted_by(setting: str | list[str] | None) -> frozenset[str]:
    """Return the proxies of uvicorn's setting `forwarded_allow_ips`."""
    return frozenset(each.strip() for each in (setting.split(",") if isinstance(setting, str) else setting or ()))
