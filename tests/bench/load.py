"""Open pages and send answers, at a steady pace or as fast as the server answers, over connections that stay open.

The load is an open loop: each request leaves when it is due, whether or not the server answered those before, and its
wait counts from then. So a server that stalls shows longer percentiles, and not fewer requests.
"""

import asyncio
import time
from array import array
from dataclasses import dataclass, field

LINES = 64


@dataclass
class Tally:
    """Count requests and their responses. `waits` are seconds."""

    waits: array = field(default_factory=lambda: array("f"))  # type: ignore[type-arg]
    errors: dict[str, int] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        return len(self.waits)

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.waits)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")

    def fail(self, why: str) -> None:
        self.errors[why] = self.errors.get(why, 0) + 1


@dataclass
class Line:
    """Hold one connection, for one person at a time."""

    port: int
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> int:
        if self.writer is None or self.writer.is_closing():
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader is not None
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await self.reader.readexactly(length)
        return int(head[9:12])


def view(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode()


def post(path: str, body: str) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded\r\n"
    return f"{head}{kind}Content-Length: {len(body)}\r\n\r\n{body}".encode()


async def visit(line: Line, path: str, body: str, number: int, due: float, tally: Tally) -> None:
    """One person: opens the page, sends it."""
    try:
        for request, wanted in ((view(path), 203), (post(path, f"_number={number:032x}&{body}"), 200)):
            status = await line.ask(request)
            tally.waits.append(time.perf_counter() - due)
            due = time.perf_counter()
            if status != wanted:
                tally.fail(f"status {status}")
    except (OSError, asyncio.IncompleteReadError) as error:
        line.writer = None
        tally.fail(type(error).__name__)


async def as_fast_as_they_can(port: int, path: str, body: str, seconds: float, first: int) -> Tally:
    tally, end, numbers = Tally(), time.perf_counter() + seconds, iter(range(first, first + 10**9))

    async def one_after_another() -> None:
        line = Line(port)
        while time.perf_counter() < end:
            await visit(line, path, body, next(numbers), time.perf_counter(), tally)

    await asyncio.gather(*(one_after_another() for _ in range(LINES)))
    return tally


async def at_a_pace(port: int, path: str, body: str, seconds: float, people: float, first: int) -> Tally:
    """`people` come each second."""
    tally, lines = Tally(), asyncio.Queue[Line]()
    for _ in range(LINES * 4):
        lines.put_nowait(Line(port))
    start, waiting = time.perf_counter(), set[asyncio.Task[None]]()

    async def come(number: int, due: float) -> None:
        line = await lines.get()
        await visit(line, path, body, number, due, tally)
        lines.put_nowait(line)

    for place in range(int(seconds * people)):
        due = start + place / people
        if (early := due - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        task = asyncio.create_task(come(first + place, due))
        waiting.add(task)
        task.add_done_callback(waiting.discard)
    await asyncio.gather(*waiting)
    return tally
