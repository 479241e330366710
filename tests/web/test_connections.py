"""Half requests hold no place: a head has ten seconds, and the oldest half request gives way to a resident."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from app.web import connections
from app.web.connections import Connections, LimitedProtocol, find_network, trusted_by

HALF = b"GET / HTTP/1.1\r\nHost: survey\r\nX-Slow: "
WHOLE = b"GET / HTTP/1.1\r\nHost: survey\r\n\r\n"


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server with room for twenty connections, five of each network, that waits half a second for a head."""
    held = Connections(most=20, of_a_network=5)
    monkeypatch.setattr(connections, "open_connections", lambda: held)
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.5)
    config = uvicorn.Config(
        PlainTextResponse("thanks"), http=LimitedProtocol, ws="none", lifespan="off", log_level="error"
    )
    server = uvicorn.Server(config)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield int(listening.getsockname()[1])
        server.should_exit = True
        thread.join(10)
        assert not held.all
        assert not held.networks


def connect(stack: ExitStack, port: int, sent: bytes) -> socket.socket:
    found = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
    found.sendall(sent)
    return found


def read_all(connection: socket.socket) -> bytes:
    found = b""
    try:
        while part := connection.recv(4096):
            found += part
    except (ConnectionResetError, TimeoutError) as error:
        return found + type(error).__name__.encode()
    return found


def is_served(stack: ExitStack, port: int) -> bool:
    connection = connect(stack, port, WHOLE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    return b"thanks" in read_all(connection)


@pytest.mark.parametrize(
    "sent", [b"", b"GET", HALF, WHOLE + HALF], ids=["nothing", "a word", "a half", "a second half"]
)
def test_half_head_is_held_for_its_time_and_no_longer(port: int, sent: bytes) -> None:
    with ExitStack() as stack:
        started = time.monotonic()
        connection = connect(stack, port, sent)
        assert b"TimeoutError" not in read_all(connection)
        assert 0.3 < time.monotonic() - started < 4


def test_head_that_drips_is_not_held_either(port: int) -> None:
    with ExitStack() as stack:
        connection = connect(stack, port, HALF)
        ends_at = time.monotonic() + 4
        with contextlib.suppress(OSError):
            while time.monotonic() < ends_at:
                connection.sendall(b"a")
                time.sleep(0.05)
        assert time.monotonic() < ends_at


def test_residents_are_served_beside_many_half_requests(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 60.0)
    with ExitStack() as stack:
        for _ in range(100):
            connect(stack, port, HALF)
        assert all(is_served(stack, port) for _ in range(30))


def test_one_network_keeps_no_other_one_out(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 60.0)
    monkeypatch.setattr(connections, "find_network", lambda address, trusted: "203.0.113.0/24")
    with ExitStack() as stack:
        crowd = [connect(stack, port, HALF) for _ in range(12)]
        assert is_served(stack, port), "the oldest half request of the network gives way"
        ended = 0
        for each in crowd:
            each.settimeout(0.2)
            ended += b"TimeoutError" not in read_all(each)
        assert ended >= 12 - 5


def test_named_proxies_and_this_machine_have_no_limit_of_a_network() -> None:
    trusted = trusted_by("10.0.0.1, 192.0.2.0/24,proxy")
    assert find_network("10.0.0.1", trusted) == find_network("192.0.2.77", trusted) == find_network("::1") == ""
    assert find_network("10.0.0.2", trusted) == "10.0.0.0/24"
    assert find_network("10.0.0.2", trusted_by("*")) == ""
