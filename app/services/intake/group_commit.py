"""Store answers in the one writing thread of a process: commit all waiting answers together, then acknowledge them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from app.errors import AnswerNotStored
from app.services.ballots.tokens.issuing import Grant, SigningRequest
from app.services.intake.acceptance import PendingBallot, Verdict

log = logging.getLogger(__name__)

MAX_BATCH = 256
MOST_WAITING = 5_000  # about 20 MB; beyond this, residents are asked to send again
TRIES = 3
SWITCH_INTERVAL = 0.0003  # seconds until the event loop and this thread yield to each other
PAUSE = 0.1
STUCK_AFTER = 10.0  # seconds

Item = PendingBallot | SigningRequest
Result = Verdict | Grant
Count = Callable[[Sequence[Item]], list[Result]]


@dataclass(frozen=True)
class Waiting:
    item: Item
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Result]


class Writer:
    """Commit answers in groups: one durable transaction for many answers, none acknowledged before it."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        # The lock keeps answers from entering the queue behind its end, where no thread would read them.
        self._lock, self._is_open = threading.Lock(), False
        self._counting_since: float | None = None

    def start(self) -> None:
        sys.setswitchinterval(SWITCH_INTERVAL)
        self._thread = threading.Thread(target=self._work, name="ballot writer", daemon=True)
        self._is_open = True
        self._thread.start()

    def stop(self) -> None:
        """Count the waiting answers, then end."""
        if self._thread is not None:
            with self._lock:
                self._is_open = False
                self._queue.put(None)
            self._thread.join()
            self._thread = None

    def is_alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def is_stuck(self) -> bool:
        """Return whether the same batch is being committed for longer than a resident would wait."""
        since = self._counting_since
        return since is not None and time.monotonic() - since > STUCK_AFTER

    async def write(self, ballot: PendingBallot) -> Verdict:
        """Return what was decided about an answer, after the commit."""
        verdict = await self._wait_for(ballot)
        assert isinstance(verdict, Verdict)
        return verdict

    async def request(self, request: SigningRequest) -> Grant:
        """Return what was decided about a request for a token, after the commit."""
        grant = await self._wait_for(request)
        assert isinstance(grant, Grant)
        return grant

    async def _wait_for(self, item: Item) -> Result:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        with self._lock:
            if not self._is_open or not self.is_alive() or self._queue.qsize() >= MOST_WAITING:
                raise AnswerNotStored()
            self._queue.put(Waiting(item, loop, future))
        return await future

    def _work(self) -> None:
        is_open = True
        while is_open:
            batch, is_open = self._gather()
            if batch:
                self._count_and_release(batch)

    def _gather(self) -> tuple[list[Waiting], bool]:
        first = self._queue.get()
        if first is None:
            return [], False
        # Do not wait for more: while one batch is committed, the next one gathers.
        batch = [first]
        while len(batch) < MAX_BATCH:
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                break
            if waiting is None:
                return batch, False
            batch.append(waiting)
        return batch, True

    def _count_and_release(self, batch: Sequence[Waiting]) -> None:
        self._counting_since = time.monotonic()
        try:
            verdicts = self._count_with_retries([waiting.item for waiting in batch])
        except Exception as error:
            # Log only the class, because the message of an error could contain an answer.
            log.error("answers could not be stored: %s", type(error).__name__)
            verdicts = None
        self._counting_since = None
        for loop in {waiting.loop for waiting in batch}:
            pairs = [
                (waiting.future, verdicts[index] if verdicts else None)
                for index, waiting in enumerate(batch)
                if waiting.loop is loop
            ]
            with contextlib.suppress(RuntimeError):  # the loop may be closed by now
                loop.call_soon_threadsafe(_release, pairs)

    def _count_with_retries(self, items: Sequence[Item]) -> list[Result]:
        """Try again after a lost connection. Answers that were committed after all are recognized by their hashes."""
        for _ in range(TRIES - 1):
            try:
                return self._count(items)
            except SQLAlchemyError:
                time.sleep(PAUSE)
        return self._count(items)


def _release(pairs: Sequence[tuple[asyncio.Future[Result], Result | None]]) -> None:
    for future, result in pairs:
        if future.done():
            continue
        if result is None:
            future.set_exception(AnswerNotStored())
        else:
            future.set_result(result)
