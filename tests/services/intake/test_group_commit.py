"""The writer ends every wait: it counts an answer, reports its failure, or refuses it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import OperationalError

from app.errors import AnswerNotStored
from app.services.intake import group_commit as writing
from app.services.intake.acceptance import PendingBallot, Verdict
from app.services.intake.group_commit import MAX_BATCH, Writer


def make_cast(number: int) -> PendingBallot:
    return PendingBallot(1, number.to_bytes(4, "big"), None, "police", {"A1": 1})


def count_all(casts: Sequence[PendingBallot]) -> list[Verdict]:
    return [Verdict.COUNTED for _ in casts]


async def write_all(writer: Writer, number: int) -> list[object]:
    return list(await asyncio.gather(*(writer.write(make_cast(n)) for n in range(number)), return_exceptions=True))


def test_answers_during_a_write_form_the_next_batch() -> None:
    sizes: list[int] = []

    def count(casts: Sequence[PendingBallot]) -> list[Verdict]:
        sizes.append(len(casts))
        threading.Event().wait(0.05 if len(sizes) == 1 else 0)
        return count_all(casts)

    writer = Writer(count)
    writer.start()
    assert asyncio.run(write_all(writer, 1000)) == [Verdict.COUNTED] * 1000
    writer.stop()
    assert sum(sizes) == 1000
    assert max(sizes) == MAX_BATCH
    assert len(sizes) < 20


def test_answer_at_the_end_of_the_writer_is_refused_at_once() -> None:
    counting, go_on = threading.Event(), threading.Event()

    def count(casts: Sequence[PendingBallot]) -> list[Verdict]:
        counting.set()
        go_on.wait(10)
        return count_all(casts)

    writer = Writer(count)
    writer.start()

    async def send() -> None:
        first = asyncio.ensure_future(writer.write(make_cast(1)))
        await asyncio.to_thread(counting.wait, 10)
        ending = threading.Thread(target=writer.stop)
        ending.start()
        while writer._is_open:
            await asyncio.sleep(0.001)
        with pytest.raises(AnswerNotStored):
            await asyncio.wait_for(writer.write(make_cast(2)), 5)
        go_on.set()
        assert await first is Verdict.COUNTED
        ending.join()

    asyncio.run(send())


def test_failure_reaches_every_answer_of_its_batch_only() -> None:
    failing = [True]

    def count(casts: Sequence[PendingBallot]) -> list[Verdict]:
        if failing:
            raise ValueError("the disk is full of somebody's answers")
        return count_all(casts)

    writer = Writer(count)
    writer.start()
    assert {type(each) for each in asyncio.run(write_all(writer, 10))} == {AnswerNotStored}
    failing.clear()
    assert asyncio.run(write_all(writer, 10)) == [Verdict.COUNTED] * 10
    writer.stop()


def test_a_failure_is_logged_by_its_class_alone(caplog: pytest.LogCaptureFixture) -> None:
    def count(casts: Sequence[PendingBallot]) -> list[Verdict]:
        raise ValueError("secret-of-a-resident")

    writer = Writer(count)
    writer.start()
    asyncio.run(write_all(writer, 1))
    writer.stop()
    assert "ValueError" in caplog.text
    assert "secret-of-a-resident" not in caplog.text


def test_a_lost_connection_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PAUSE", 0.0)
    tries: list[int] = []

    def count(casts: Sequence[PendingBallot]) -> list[Verdict]:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("insert", {}, Exception("connection lost"))
        return count_all(casts)

    writer = Writer(count)
    writer.start()
    assert asyncio.run(write_all(writer, 1)) == [Verdict.COUNTED]
    writer.stop()
    assert len(tries) == 3


def test_canceled_answer_does_not_stop_its_batch() -> None:
    go_on = threading.Event()

    def count(casts: Sequence[PendingBallot]) -> list[Verdict]:
        go_on.wait(10)
        return count_all(casts)

    writer = Writer(count)
    writer.start()

    async def send() -> None:
        gone, stays = (asyncio.ensure_future(writer.write(make_cast(number))) for number in (1, 2))
        await asyncio.sleep(0.01)
        gone.cancel()
        go_on.set()
        assert await stays is Verdict.COUNTED

    asyncio.run(send())
    writer.stop()


def test_a_writer_that_was_not_started_takes_nothing() -> None:
    with pytest.raises(AnswerNotStored):
        asyncio.run(Writer(count_all).write(make_cast(1)))
