"""The one thread of a process that writes answers: it takes what waits, has it counted, and lets those people go on."""

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
from app.services.intake.acceptance import PendingBallot, Verdict

log = logging.getLogger(__name__)

MOST_TOGETHER = 256
MOST_WAITING = 5_000  # about 20 MB; beyond this, asking people to send again is the honest answer
TRIES = 3
TURN = 0.0003  # seconds after which the loop, which takes in pages, and this thread yield to each other
PAUSE = 0.1

Count = Callable[[Sequence[PendingBallot]], list[Verdict]]


@dataclass(frozen=True)
class Waiting:
    cast: PendingBallot
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Verdict]


class Writer:
    """Group commit: one durable transaction for many answers, none thanked before it."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        # Nothing may be put behind the end of the queue: nobody would ever come for it.
        self._door, self._is_open = threading.Lock(), False

    def start(self) -> None:
        sys.setswitchinterval(TURN)
        self._thread = threading.Thread(target=self._work, name="ballot writer", daemon=True)
        self._is_open = True
        self._thread.start()

    def stop(self) -> None:
        """Count what still waits, then end."""
        if self._thread is not None:
            with self._door:
                self._is_open = False
                self._queue.put(None)
            self._thread.join()
            self._thread = None

    def is_alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    async def write(self, cast: PendingBallot) -> Verdict:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Verdict] = loop.create_future()
        with self._door:
            if not self._is_open or not self.is_alive() or self._queue.qsize() >= MOST_WAITING:
                raise AnswerNotStored()
            self._queue.put(Waiting(cast, loop, future))
        return await future

    def _work(self) -> None:
        going_on = True
        while going_on:
            batch, going_on = self._gather()
            if batch:
                self._count_and_release(batch)

    def _gather(self) -> tuple[list[Waiting], bool]:
        first = self._queue.get()
        if first is None:
            return [], False
        # No waiting for company: while one batch is committed, the next one gathers by itself.
        batch = [first]
        while len(batch) < MOST_TOGETHER:
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                break
            if waiting is None:
                return batch, False
            batch.append(waiting)
        return batch, True

    def _count_and_release(self, batch: Sequence[Waiting]) -> None:
        try:
            verdicts = self._count_with_patience([waiting.cast for waiting in batch])
        except Exception as error:
            # The class alone: the rest of an error could hold what nobody may read.
            log.error("answers could not be stored: %s", type(error).__name__)
            verdicts = None
        for loop in {waiting.loop for waiting in batch}:
            pairs = [
                (waiting.future, verdicts[place] if verdicts else None)
                for place, waiting in enumerate(batch)
                if waiting.loop is loop
            ]
            with contextlib.suppress(RuntimeError):  # a loop that was closed has nobody left to tell
                loop.call_soon_threadsafe(_release, pairs)

    def _count_with_patience(self, casts: Sequence[PendingBallot]) -> list[Verdict]:
        """Try again after a lost connection: what was committed after all is recognised by its mark."""
        for _ in range(TRIES - 1):
            try:
                return self._count(casts)
            except SQLAlchemyError:
                time.sleep(PAUSE)
        return self._count(casts)


def _release(pairs: Sequence[tuple[asyncio.Future[Verdict], Verdict | None]]) -> None:
    for future, verdict in pairs:
        if future.done():
            continue
        if verdict is None:
            future.set_exception(AnswerNotStored())
        else:
            future.set_result(verdict)
